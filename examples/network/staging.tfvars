environment        = "staging"
single_nat_gateway = true
log_retention_days = 14
web_clients        = ["10.0.0.0/8"]
