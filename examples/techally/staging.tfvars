environment        = "staging"
db_instance_class  = "db.r6g.large"
log_retention_days = 14
