environment        = "production"
single_nat_gateway = false
log_retention_days = 365
