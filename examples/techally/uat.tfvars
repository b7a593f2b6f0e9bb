environment        = "uat"
log_retention_days = 14
