environment        = "production"
single_nat_gateway = false
db_multi_az        = true
log_retention_days = 365
