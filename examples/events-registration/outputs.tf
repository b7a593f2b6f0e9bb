output "region" {
  description = "Region of the platform."
  value       = var.aws_region
}

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

output "cluster_certificate_authority_data" {
  description = "Certificate authority of the Kubernetes API, base64."
  value       = module.eks.cluster_certificate_authority_data
}

output "oidc_provider_arn" {
  description = "OpenID Connect provider, for the trust policies of pods' roles."
  value       = module.eks.oidc_provider_arn
}

output "database" {
  description = "Where the database is."
  value = {
    host = module.database.address
    port = module.database.port
    name = module.database.db_name
    user = module.database.username
  }
}

output "database_url" {
  description = "How an application connects to the database."
  value       = "postgresql://${module.database.username}:${urlencode(var.db_password)}@${module.database.endpoint}/${module.database.db_name}?sslmode=require"
  sensitive   = true
}

output "cache" {
  description = "Where the cache is; clients speak TLS."
  value = {
    primary = module.cache.primary_endpoint
    reader  = module.cache.reader_endpoint
    port    = module.cache.port
  }
}
