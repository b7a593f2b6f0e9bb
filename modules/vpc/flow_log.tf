# Partition, region and account are those of the VPC: asking for them would cost every plan another call.
locals {
  arn_prefix = join(":", slice(split(":", aws_vpc.this.arn), 0, 5))
}

resource "aws_cloudwatch_log_group" "flow_log" {
  count = var.enable_flow_log ? 1 : 0

  name              = "/vpc/${aws_vpc.this.id}/flow-log"
  retention_in_days = var.flow_log_retention_days
  kms_key_id        = var.flow_log_kms_key_arn

  tags = merge(var.tags, { Name = "${var.name}-flow-log" })
}

data "aws_iam_policy_document" "flow_log_trust" {
  count = var.enable_flow_log ? 1 : 0

  statement {
    sid     = "FlowLogsOfThisAccountOnly"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [aws_vpc.this.owner_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["${local.arn_prefix}:vpc-flow-log/*"]
    }
  }
}

data "aws_iam_policy_document" "flow_log_delivery" {
  count = var.enable_flow_log ? 1 : 0

  statement {
    sid       = "WriteToTheLogGroup"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.flow_log[0].arn}:*"]
  }

  statement {
    sid       = "FindTheLogGroup"
    actions   = ["logs:DescribeLogGroups"]
    resources = ["*"]
  }
}

resource "aws_iam_role" "flow_log" {
  count = var.enable_flow_log ? 1 : 0

  name_prefix        = "${var.name}-flow-log-"
  description        = "Lets the flow log of VPC ${aws_vpc.this.id} write to its log group."
  assume_role_policy = data.aws_iam_policy_document.flow_log_trust[0].json

  tags = var.tags
}

resource "aws_iam_role_policy" "flow_log" {
  count = var.enable_flow_log ? 1 : 0

  name   = "deliver"
  role   = aws_iam_role.flow_log[0].id
  policy = data.aws_iam_policy_document.flow_log_delivery[0].json
}

resource "aws_flow_log" "this" {
  count = var.enable_flow_log ? 1 : 0

  vpc_id                   = aws_vpc.this.id
  traffic_type             = var.flow_log_traffic_type
  log_destination_type     = "cloud-watch-logs"
  log_destination          = aws_cloudwatch_log_group.flow_log[0].arn
  iam_role_arn             = aws_iam_role.flow_log[0].arn
  max_aggregation_interval = 600

  tags = merge(var.tags, { Name = var.name })

  depends_on = [aws_iam_role_policy.flow_log]
}
