locals {
  all_subnets = concat(var.public_subnets, var.private_subnets, var.database_subnets)

  # A subnet is inside the VPC when its address, cut to the VPC's prefix length, is the VPC's address.
  vpc_prefix_length = split("/", var.cidr_block)[1]
  subnets_outside_vpc = [
    for cidr in local.all_subnets : cidr
    if !try(
      tonumber(split("/", cidr)[1]) >= tonumber(local.vpc_prefix_length)
      && cidrhost("${split("/", cidr)[0]}/${local.vpc_prefix_length}", 0) == cidrhost(var.cidr_block, 0),
      false
    )
  ]

  # Subnets are keyed by their range, so that a list may grow or be reordered without replacing its neighbours.
  public_zones   = { for index, cidr in var.public_subnets : cidr => element(var.availability_zones, index) }
  private_zones  = { for index, cidr in var.private_subnets : cidr => element(var.availability_zones, index) }
  database_zones = { for index, cidr in var.database_subnets : cidr => element(var.availability_zones, index) }

  zones_with_private_subnet   = toset(values(local.private_zones))
  zones_without_public_subnet = setsubtract(local.zones_with_private_subnet, values(local.public_zones))
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr_block
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = merge(var.tags, { Name = var.name })

  lifecycle {
    precondition {
      condition     = length(local.subnets_outside_vpc) == 0
      error_message = "These subnets are not inside the VPC's ${var.cidr_block}: ${join(", ", local.subnets_outside_vpc)}."
    }

    precondition {
      condition     = length(distinct(local.all_subnets)) == length(local.all_subnets)
      error_message = "Each subnet range is used once, over all three tiers."
    }
  }
}

# Without rules: whatever is launched with no security group of its own can talk to nobody. They are said to be none, so
# that one that somebody adds is seen.
resource "aws_default_security_group" "this" {
  vpc_id  = aws_vpc.this.id
  ingress = []
  egress  = []

  tags = merge(var.tags, { Name = "${var.name}-default-closed" })
}
