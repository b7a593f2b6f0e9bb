environment        = "dr"
region             = "us-west-2"
single_nat_gateway = false
log_retention_days = 365
