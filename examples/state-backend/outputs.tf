output "bucket" {
  description = "Bucket for state files: `bucket` in a backend configuration."
  value       = aws_s3_bucket.state.bucket
}

output "lock_table" {
  description = "Table for locks: `dynamodb_table` in a backend configuration."
  value       = aws_dynamodb_table.locks.name
}

output "kms_key_arn" {
  description = "Key that encrypts both: `kms_key_id` in a backend configuration."
  value       = aws_kms_key.state.arn
}

output "region" {
  description = "Region of both: `region` in a backend configuration."
  value       = var.region
}
