output "identifier" {
  description = "Name of the instance."
  value       = aws_db_instance.this.identifier
}

output "arn" {
  description = "ARN of the instance."
  value       = aws_db_instance.this.arn
}

output "endpoint" {
  description = "Host and port, with a colon between."
  value       = aws_db_instance.this.endpoint
}

output "address" {
  description = "Host."
  value       = aws_db_instance.this.address
}

output "port" {
  description = "Port."
  value       = aws_db_instance.this.port
}

output "db_name" {
  description = "Name of the database; null when there is none."
  value       = aws_db_instance.this.db_name
}

output "username" {
  description = "Name of the master user."
  value       = aws_db_instance.this.username
}

output "engine_version" {
  description = "Version that runs."
  value       = aws_db_instance.this.engine_version_actual
}

output "master_user_secret_arn" {
  description = "ARN of the secret with the master user's password; null when a password was given."
  value       = try(aws_db_instance.this.master_user_secret[0].secret_arn, null)
}

output "security_group_id" {
  description = "Id of the database's security group."
  value       = aws_security_group.this.id
}

output "subnet_group_name" {
  description = "Name of the subnet group."
  value       = aws_db_subnet_group.this.name
}

output "parameter_group_name" {
  description = "Name of the parameter group."
  value       = aws_db_parameter_group.this.name
}

output "log_group_names" {
  description = "Log groups, by the log they receive."
  value       = { for log, group in aws_cloudwatch_log_group.this : log => group.name }
}
