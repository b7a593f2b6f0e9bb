environment        = "production"
single_nat_gateway = false
log_retention_days = 365
db_multi_az        = true
api_clients        = ["203.0.113.0/24"]
