# Three layers, each open to the one before it only: load balancers, application, databases.

resource "aws_security_group" "load_balancer" {
  name_prefix = "${local.name}-load-balancer-"
  description = "Load balancers: reached by clients, reach the application."
  vpc_id      = module.vpc.vpc_id

  tags = { Name = "${local.name}-load-balancer" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer_from_clients" {
  for_each = {
    for pair in setproduct(keys(var.web_ports), var.web_clients) : "${pair[0]} from ${pair[1]}" => {
      port = var.web_ports[pair[0]]
      cidr = pair[1]
    }
  }

  security_group_id = aws_security_group.load_balancer.id
  description       = each.key
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_ipv4         = each.value.cidr

  tags = { Name = each.key }
}

resource "aws_vpc_security_group_egress_rule" "load_balancer_to_application" {
  security_group_id            = aws_security_group.load_balancer.id
  description                  = "application"
  ip_protocol                  = "tcp"
  from_port                    = var.application_port
  to_port                      = var.application_port
  referenced_security_group_id = aws_security_group.application.id
}

resource "aws_security_group" "application" {
  name_prefix = "${local.name}-application-"
  description = "Application: reached by load balancers, reaches databases and the internet."
  vpc_id      = module.vpc.vpc_id

  tags = { Name = "${local.name}-application" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "application_from_load_balancer" {
  security_group_id            = aws_security_group.application.id
  description                  = "load balancers"
  ip_protocol                  = "tcp"
  from_port                    = var.application_port
  to_port                      = var.application_port
  referenced_security_group_id = aws_security_group.load_balancer.id
}

resource "aws_vpc_security_group_ingress_rule" "application_from_itself" {
  security_group_id            = aws_security_group.application.id
  description                  = "its own instances"
  ip_protocol                  = "-1"
  referenced_security_group_id = aws_security_group.application.id
}

resource "aws_vpc_security_group_egress_rule" "application_to_anywhere" {
  security_group_id = aws_security_group.application.id
  description       = "anywhere, through NAT"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_security_group" "database" {
  name_prefix = "${local.name}-database-"
  description = "Databases: reached by the application, reach nothing."
  vpc_id      = module.vpc.vpc_id

  tags = { Name = "${local.name}-database" }

  lifecycle {
    create_before_destroy = true
  }
}

# The older rule resource takes several ranges in one rule: here, every private subnet.
resource "aws_security_group_rule" "database_from_private_subnets" {
  for_each = {
    postgresql = 5432
    redis      = 6379
  }

  security_group_id = aws_security_group.database.id
  description       = "${each.key} from private subnets"
  type              = "ingress"
  protocol          = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_blocks       = slice(var.private_subnets, 0, length(local.zones))
}

resource "aws_security_group_rule" "database_from_application" {
  security_group_id        = aws_security_group.database.id
  description              = "ping from the application"
  type                     = "ingress"
  protocol                 = "icmp"
  from_port                = 8
  to_port                  = 0
  source_security_group_id = aws_security_group.application.id
}
