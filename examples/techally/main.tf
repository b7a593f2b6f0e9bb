locals {
  name = "techally-${var.environment}"

  # Environments that people would miss.
  is_protected = contains(["production", "dr"], var.environment)

  # Named, not looked up: a zone that AWS adds to the region must not move subnets.
  zones = [for letter in ["a", "b", "c"] : "${var.region}${letter}"]
}

module "vpc" {
  source = "../../modules/vpc"

  name               = local.name
  cidr_block         = "10.0.0.0/16"
  availability_zones = local.zones

  public_subnets   = ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
  private_subnets  = ["10.0.10.0/24", "10.0.11.0/24", "10.0.12.0/24"]
  database_subnets = ["10.0.20.0/24", "10.0.21.0/24", "10.0.22.0/24"]

  enable_nat_gateway = true
  single_nat_gateway = var.single_nat_gateway

  # Where Kubernetes puts load balancers.
  public_subnet_tags  = { "kubernetes.io/role/elb" = "1" }
  private_subnet_tags = { "kubernetes.io/role/internal-elb" = "1" }

  flow_log_retention_days = var.log_retention_days
}

module "eks" {
  source = "../../modules/eks"

  cluster_name       = local.name
  cluster_version    = var.cluster_version
  vpc_id             = module.vpc.vpc_id
  subnet_ids         = module.vpc.private_subnet_ids
  node_groups        = var.node_groups
  log_retention_days = var.log_retention_days
}

# Without the characters that RDS refuses, and those that need care in a URL.
resource "random_password" "database" {
  length           = 32
  override_special = "!#$%&*()-_=+[]{}<>:?"
}

module "database" {
  source = "../../modules/rds"

  identifier     = local.name
  engine         = "postgres"
  engine_version = "15.4"
  instance_class = var.db_instance_class
  multi_az       = var.db_multi_az

  allocated_storage = var.db_allocated_storage
  storage_encrypted = true

  db_name  = "techally"
  username = "techally"
  password = random_password.database.result

  vpc_id                  = module.vpc.vpc_id
  subnet_ids              = module.vpc.database_subnet_ids
  allowed_security_groups = { cluster = module.eks.cluster_security_group_id }

  backup_retention_period         = var.backup_retention_period
  backup_window                   = "03:00-04:00"
  maintenance_window              = "sun:04:00-sun:05:00"
  enabled_cloudwatch_logs_exports = ["postgresql"]
  log_retention_days              = var.log_retention_days

  deletion_protection = local.is_protected
  skip_final_snapshot = !local.is_protected
}

# What the application reads at its start.
resource "aws_secretsmanager_secret" "database" {
  name_prefix             = "${local.name}/database-"
  description             = "How ${local.name} connects to its database."
  recovery_window_in_days = local.is_protected ? 30 : 0
}

resource "aws_secretsmanager_secret_version" "database" {
  secret_id = aws_secretsmanager_secret.database.id
  secret_string = jsonencode({
    host     = module.database.address
    port     = module.database.port
    dbname   = module.database.db_name
    username = module.database.username
    password = random_password.database.result
  })
}
