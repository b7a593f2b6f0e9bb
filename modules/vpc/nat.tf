locals {
  nat_zones = (
    !var.enable_nat_gateway || length(var.private_subnets) == 0
    ? toset([])
    : var.single_nat_gateway ? toset([local.public_zones[var.public_subnets[0]]]) : local.zones_with_private_subnet
  )

  # The public subnet that holds the NAT gateway of a zone: the first listed one.
  nat_subnets = { for zone in local.nat_zones : zone => [for cidr in var.public_subnets : cidr if local.public_zones[cidr] == zone][0] }
}

resource "aws_eip" "nat" {
  for_each = local.nat_zones

  domain = "vpc"

  tags = merge(var.tags, { Name = "${var.name}-nat-${each.key}" })

  # An address maps to the internet only once the VPC has a gateway, and must be given back before it goes.
  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  for_each = local.nat_subnets

  allocation_id = aws_eip.nat[each.key].id
  subnet_id     = aws_subnet.public[each.value].id

  tags = merge(var.tags, { Name = "${var.name}-${each.key}" })

  depends_on = [aws_internet_gateway.this]
}

resource "aws_route" "private_nat" {
  for_each = length(local.nat_zones) > 0 ? local.zones_with_private_subnet : toset([])

  route_table_id         = aws_route_table.private[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = var.single_nat_gateway ? one(values(aws_nat_gateway.this)).id : aws_nat_gateway.this[each.key].id
}
