locals {
  name = "${var.project}-${var.environment}"

  # Named, not looked up: a zone that AWS adds to the region must not move subnets.
  zones = [for letter in var.zone_letters : "${var.region}${letter}"]
}

module "vpc" {
  source = "../../modules/vpc"

  name               = local.name
  cidr_block         = var.cidr_block
  availability_zones = local.zones

  public_subnets   = slice(var.public_subnets, 0, length(local.zones))
  private_subnets  = slice(var.private_subnets, 0, length(local.zones))
  database_subnets = slice(var.database_subnets, 0, length(local.zones))

  enable_nat_gateway = true
  single_nat_gateway = var.single_nat_gateway
  enable_vpn_gateway = false

  flow_log_retention_days = var.log_retention_days

  tags = { Component = "network" }
}
