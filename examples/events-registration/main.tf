locals {
  name          = "${var.project_name}-${var.environment}"
  is_production = var.environment == "production"

  # Named, not looked up: a zone that AWS adds to the region must not move subnets.
  zones = [for letter in ["a", "b", "c"] : "${var.aws_region}${letter}"]
}

module "vpc" {
  source = "../../modules/vpc"

  name               = substr(local.name, 0, 24)
  cidr_block         = "10.0.0.0/16"
  availability_zones = local.zones

  private_subnets = ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
  public_subnets  = ["10.0.101.0/24", "10.0.102.0/24", "10.0.103.0/24"]

  enable_nat_gateway = true
  single_nat_gateway = var.single_nat_gateway
  enable_vpn_gateway = false

  # Where Kubernetes puts load balancers.
  public_subnet_tags  = { "kubernetes.io/role/elb" = "1" }
  private_subnet_tags = { "kubernetes.io/role/internal-elb" = "1" }

  flow_log_retention_days = var.log_retention_days
}

module "eks" {
  source = "../../modules/eks"

  cluster_name        = local.name
  cluster_version     = var.cluster_version
  vpc_id              = module.vpc.vpc_id
  subnet_ids          = module.vpc.private_subnet_ids
  public_access_cidrs = var.api_clients
  log_retention_days  = var.log_retention_days

  node_groups = {
    main = {
      min_capacity     = var.nodes.min
      desired_capacity = var.nodes.desired
      max_capacity     = var.nodes.max
      instance_types   = var.nodes.instance_types
      capacity_type    = "ON_DEMAND"

      labels = {
        Environment = var.environment
        NodeGroup   = "main"
      }
    }
  }
}

module "database" {
  source = "../../modules/rds"

  identifier     = local.name
  engine         = "postgres"
  engine_version = "15.4"
  instance_class = var.db_instance_class
  multi_az       = var.db_multi_az

  allocated_storage     = 20
  max_allocated_storage = 100
  storage_encrypted     = true

  db_name  = "events"
  username = "events_admin"
  password = var.db_password

  vpc_id                  = module.vpc.vpc_id
  subnet_ids              = module.vpc.private_subnet_ids
  allowed_security_groups = { cluster = module.eks.cluster_security_group_id }

  backup_retention_period         = 7
  backup_window                   = "03:00-04:00"
  maintenance_window              = "sun:04:00-sun:05:00"
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
  log_retention_days              = var.log_retention_days

  deletion_protection = local.is_production
  skip_final_snapshot = !local.is_production
}

module "cache" {
  source = "../../modules/elasticache"

  name               = local.name
  description        = "Sessions and rate limits of ${local.name}."
  engine             = "redis"
  engine_version     = "7.1"
  node_type          = var.cache_node_type
  num_cache_clusters = 2
  port               = 6379

  parameter_group_name       = "default.redis7"
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true

  vpc_id                  = module.vpc.vpc_id
  subnet_ids              = module.vpc.private_subnet_ids
  allowed_security_groups = { cluster = module.eks.cluster_security_group_id }

  snapshot_retention_limit = local.is_production ? 7 : 0
}
