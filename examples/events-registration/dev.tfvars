environment        = "dev"
log_retention_days = 7
nodes              = { desired = 1, max = 3 }
