environment        = "dev"
single_nat_gateway = true
log_retention_days = 7
web_clients        = ["10.0.0.0/8", "192.168.0.0/16"]
