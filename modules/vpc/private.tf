resource "aws_subnet" "private" {
  for_each = local.private_zones

  vpc_id            = aws_vpc.this.id
  cidr_block        = each.key
  availability_zone = each.value

  tags = merge(var.tags, { Tier = "private" }, var.private_subnet_tags, { Name = "${var.name}-private-${each.value}" })
}

# One table a zone even with a single NAT gateway: going from one to many then changes routes, and nothing else.
resource "aws_route_table" "private" {
  for_each = local.zones_with_private_subnet

  vpc_id           = aws_vpc.this.id
  propagating_vgws = var.enable_vpn_gateway ? aws_vpn_gateway.this[*].id : null

  tags = merge(var.tags, { Name = "${var.name}-private-${each.key}" })
}

resource "aws_route_table_association" "private" {
  for_each = local.private_zones

  subnet_id      = aws_subnet.private[each.key].id
  route_table_id = aws_route_table.private[each.value].id
}
