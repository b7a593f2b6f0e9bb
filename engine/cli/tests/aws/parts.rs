//! What is a part of an object and can be written within it or on its own, is not written both ways.

use crate::roots::validated;

const GROUP: &str = r#"
resource "aws_security_group" "a" {
  name = "a"
  INLINE
}
"#;

const RULE: &str = r#"
resource "aws_security_group_rule" "web" {
  type              = "ingress"
  security_group_id = aws_security_group.a.id
  protocol          = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_blocks       = ["10.0.0.0/8"]
}
"#;

const INGRESS: &str = r#"
resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id = one(aws_security_group.a[*].id)
  ip_protocol       = "-1"
  cidr_ipv4         = "10.0.0.0/8"
}
"#;

const ROUTE: &str = r#"
variable "routes" {
  default = ["10.1.0.0/16"]
}

resource "aws_route_table" "a" {
  vpc_id = "vpc-1"

  dynamic "route" {
    for_each = var.routes

    content {
      cidr_block = route.value
      gateway_id = "igw-1"
    }
  }
}

resource "aws_route" "a" {
  route_table_id         = aws_route_table.a.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = "igw-1"
}
"#;

fn group(within: &str) -> String {
    GROUP.replace("INLINE", within)
}

fn rules_of(kind: &str) -> String {
    format!("{kind} {{\n from_port = 0\n to_port = 0\n protocol = \"-1\"\n cidr_blocks = [\"10.0.0.0/8\"]\n }}")
}

#[test]
fn parts_are_written_one_way() {
    let conflict = |whole: &str, within: &str, part: &str| {
        format!("{whole} lists what belongs to it in its own {within}, and {part} adds to that")
    };
    let cases = [
        (
            group(&rules_of("ingress")) + RULE,
            Some(conflict("aws_security_group.a", "ingress", "aws_security_group_rule.web")),
        ),
        (
            group("ingress = []") + RULE,
            Some(conflict("aws_security_group.a", "ingress", "aws_security_group_rule.web")),
        ),
        (group(&rules_of("egress")) + RULE, None),
        (group("") + RULE, None),
        (
            group(&rules_of("ingress")) + INGRESS,
            Some(conflict("aws_security_group.a", "ingress", "aws_vpc_security_group_ingress_rule.web")),
        ),
        (group(&rules_of("egress")) + INGRESS, None),
        (ROUTE.to_owned(), Some(conflict("aws_route_table.a", "route", "aws_route.a"))),
    ];
    for (text, problem) in cases {
        let (code, output) = validated(&text);
        assert_eq!(code, Some(i32::from(problem.is_some())), "{text}\n{output}");
        let unwrapped = output.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        assert!(problem.is_none_or(|problem| unwrapped.contains(&problem)), "{text}\n{output}");
    }
}
