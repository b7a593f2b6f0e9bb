resource "aws_security_group" "this" {
  name_prefix = "${var.identifier}-database-"
  description = "Who reaches the database ${var.identifier}."
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "${var.identifier}-database" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "from_security_group" {
  for_each = var.allowed_security_groups

  security_group_id            = aws_security_group.this.id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
  referenced_security_group_id = each.value

  tags = merge(var.tags, { Name = each.key })
}

resource "aws_vpc_security_group_ingress_rule" "from_cidr_block" {
  for_each = var.allowed_cidr_blocks

  security_group_id = aws_security_group.this.id
  description       = each.key
  ip_protocol       = "tcp"
  from_port         = local.port
  to_port           = local.port
  cidr_ipv4         = each.key

  tags = merge(var.tags, { Name = each.key })
}
