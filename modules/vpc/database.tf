resource "aws_subnet" "database" {
  for_each = local.database_zones

  vpc_id            = aws_vpc.this.id
  cidr_block        = each.key
  availability_zone = each.value

  tags = merge(var.tags, { Tier = "database" }, var.database_subnet_tags, { Name = "${var.name}-database-${each.value}" })
}

# No default route: databases are reached from inside the VPC, and reach nothing outside.
resource "aws_route_table" "database" {
  count = length(var.database_subnets) > 0 ? 1 : 0

  vpc_id           = aws_vpc.this.id
  propagating_vgws = var.enable_vpn_gateway ? aws_vpn_gateway.this[*].id : null

  tags = merge(var.tags, { Name = "${var.name}-database" })
}

resource "aws_route_table_association" "database" {
  for_each = aws_subnet.database

  subnet_id      = each.value.id
  route_table_id = aws_route_table.database[0].id
}
