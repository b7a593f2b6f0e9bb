environment             = "dev"
db_instance_class       = "db.t4g.medium"
backup_retention_period = 7
log_retention_days      = 7

node_groups = {
  general = {
    min_capacity     = 1
    desired_capacity = 2
    max_capacity     = 4
    instance_types   = ["t3.large"]
  }
}
