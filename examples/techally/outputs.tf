output "vpc_id" {
  description = "Id of the VPC."
  value       = module.vpc.vpc_id
}

output "cluster_name" {
  description = "Name of the cluster: `aws eks update-kubeconfig --name` wants it."
  value       = module.eks.cluster_name
}

output "cluster_endpoint" {
  description = "URL of the Kubernetes API."
  value       = module.eks.cluster_endpoint
}

output "oidc_provider_arn" {
  description = "OpenID Connect provider, for the trust policies of pods' roles."
  value       = module.eks.oidc_provider_arn
}

output "database_endpoint" {
  description = "Host and port of the database."
  value       = module.database.endpoint
}

output "database_secret_arn" {
  description = "Secret with all that an application needs to connect to the database."
  value       = aws_secretsmanager_secret.database.arn
}

output "database_password" {
  description = "Password of the database's master user."
  value       = random_password.database.result
  sensitive   = true
}
