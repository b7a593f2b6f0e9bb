//! Configuration that looks like what people write, as much of it as one wants.

use std::fmt::Write as _;
use std::path::Path;

use crate::error::Result;

/// Writes so many modules of three files each, about 20 KB a module, and returns how many bytes that is.
pub(crate) fn write(folder: &Path, modules: usize) -> Result<usize> {
    let mut bytes = 0;
    for module in 0..modules {
        let folder = folder.join(format!("module-{module:04}"));
        fs_err::create_dir_all(&folder)?;
        let files = [("main.tf", main(module)), ("variables.tf", variables(module)), ("outputs.tf", outputs(module))];
        for (name, text) in files {
            bytes += text.len();
            fs_err::write(folder.join(name), text)?;
        }
    }
    Ok(bytes)
}

/// How many services a module describes.
const SERVICES: usize = 8;

fn main(module: usize) -> String {
    let mut text = HEADER.to_owned();
    for service in 0..SERVICES {
        let body = SERVICE.replace("@name@", &format!("service_{service}")).replace("@port@", &port(module, service));
        text.push_str(&body);
    }
    text
}

fn port(module: usize, service: usize) -> String {
    (1024 + (module * 37 + service * 101) % 60000).to_string()
}

fn variables(module: usize) -> String {
    let mut text = String::new();
    for service in 0..SERVICES {
        let name = format!("service_{service}");
        text.push_str(&VARIABLE.replace("@name@", &name).replace("@port@", &port(module, service)));
    }
    text
}

fn outputs(module: usize) -> String {
    let mut text = format!("# What module {module} is for others.\n");
    for service in 0..SERVICES {
        let name = format!("service_{service}");
        write!(
            text,
            "\noutput \"{name}_arn\" {{\n  description = \"ARN of the load balancer of {name}\"\n  \
             value       = try(aws_lb.{name}[0].arn, null)\n}}\n"
        )
        .expect("writing to a String does not fail");
    }
    text
}

const HEADER: &str = r#"################################################################################
# Settings
################################################################################

terraform {
  required_version = ">= 1.5.7"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  region     = data.aws_region.current.name
  tags       = merge(var.tags, { Module = "platform", ManagedBy = "landform" })
}
"#;

const SERVICE: &str = r#"
################################################################################
# Service: @name@
################################################################################

locals {
  @name@_enabled = var.@name@.enabled && length(var.@name@.subnet_ids) > 0
  @name@_rules = {
    for key, rule in var.@name@.rules : key => merge(rule, {
      port = coalesce(rule.port, @port@)
      tags = { for k, v in local.tags : lower(k) => v if v != null }
    }) if rule.enabled
  }
}

resource "aws_security_group" "@name@" {
  count = local.@name@_enabled ? 1 : 0

  name_prefix = "${var.name}-@name@-"
  description = "Security group for @name@ of ${var.name}" # shown in the console
  vpc_id      = var.vpc_id

  dynamic "ingress" {
    for_each = { for k, v in local.@name@_rules : k => v if v.type == "ingress" }

    content {
      description      = try(ingress.value.description, null)
      from_port        = ingress.value.port
      to_port          = ingress.value.port
      protocol         = "tcp"
      cidr_blocks      = length(ingress.value.cidr_blocks) > 0 ? ingress.value.cidr_blocks : [var.vpc_cidr]
      ipv6_cidr_blocks = []
    }
  }

  tags = merge(local.tags, { "Name" = "${var.name}-@name@" }, var.@name@.tags)

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [description, tags["LastScanned"]]
  }
}

resource "aws_iam_role_policy" "@name@" {
  for_each = local.@name@_enabled ? toset(var.@name@.buckets) : []

  name = "@name@-${each.key}"
  role = aws_iam_role.this[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Read"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation"]
        Resource = ["arn:aws:s3:::${each.key}", "arn:aws:s3:::${each.key}/*"]
      },
      {
        Sid       = "Deny"
        Effect    = "Deny"
        Action    = "*"
        Resource  = "*"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_lb" "@name@" {
  count = local.@name@_enabled ? 1 : 0

  name               = substr("${var.name}-@name@", 0, 32)
  load_balancer_type = var.@name@.kind == "http" ? "application" : "network"
  internal           = !var.@name@.public
  subnets            = var.@name@.subnet_ids
  security_groups    = concat(aws_security_group.@name@[*].id, var.@name@.security_group_ids)
  idle_timeout       = 60 * 5

  tags = local.tags

  depends_on = [aws_iam_role_policy.@name@]
}

resource "aws_launch_template" "@name@" {
  name_prefix   = "${var.name}-@name@-"
  image_id      = data.aws_ssm_parameter.image.value
  instance_type = element(var.@name@.instance_types, 0)

  user_data = base64encode(<<-EOT
    #!/bin/bash
    set -euo pipefail
    echo "cluster=${var.name}" >> /etc/service.conf
    %{~ for key, rule in local.@name@_rules ~}
    echo "rule ${key} ${rule.port}" >> /etc/service.conf
    %{~ endfor ~}
    exec /opt/service --region ${local.region} --account ${local.account_id} --port @port@
  EOT
  )
}
"#;

const VARIABLE: &str = r#"
variable "@name@" {
  description = "Everything about @name@: whether it runs, where, and who may call it"
  type = object({
    enabled            = optional(bool, true)
    kind               = optional(string, "http")
    public             = optional(bool, false)
    buckets            = optional(list(string), [])
    subnet_ids         = optional(list(string), [])
    security_group_ids = optional(list(string), [])
    instance_types     = optional(list(string), ["m7g.large", "m6g.large"])
    tags               = optional(map(string), {})
    rules = optional(map(object({
      type        = string
      enabled     = optional(bool, true)
      port        = optional(number, @port@)
      cidr_blocks = optional(list(string), [])
      description = optional(string)
    })), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["http", "tcp"], var.@name@.kind)
    error_message = "The kind of @name@ must be http or tcp, not ${var.@name@.kind}."
  }
}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_about_20_kilobytes_of_other_text_than_the_next() {
        let size = main(0).len() + variables(0).len() + outputs(0).len();
        assert!((18_000..60_000).contains(&size), "{size}");
        assert_ne!(main(0), main(1));
        assert!(!main(0).contains('@'));
    }
}
