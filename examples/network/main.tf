data "aws_availability_zones" "available" {
  state = "available"

  # Local zones and wavelength zones have no NAT gateways.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  name  = "${var.project}-${var.environment}"
  zones = slice(sort(data.aws_availability_zones.available.names), 0, var.zone_count)
}

module "vpc" {
  source = "../../modules/vpc"

  name               = local.name
  cidr_block         = var.cidr_block
  availability_zones = local.zones

  public_subnets   = slice(var.public_subnets, 0, var.zone_count)
  private_subnets  = slice(var.private_subnets, 0, var.zone_count)
  database_subnets = slice(var.database_subnets, 0, var.zone_count)

  enable_nat_gateway = true
  single_nat_gateway = var.single_nat_gateway
  enable_vpn_gateway = false

  flow_log_retention_days = var.log_retention_days
  flow_log_kms_key_arn    = aws_kms_key.logs.arn

  tags = { Component = "network" }
}
