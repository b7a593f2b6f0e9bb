# On mocks: nothing is created, and no account is needed.

mock_provider "aws" {
  mock_resource "aws_vpc" {
    defaults = {
      arn      = "arn:aws:ec2:eu-central-1:123456789012:vpc/vpc-0a1b2c3d"
      owner_id = "123456789012"
    }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/flow-log" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:123456789012:log-group:flow-log" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

variables {
  name               = "shop"
  cidr_block         = "10.0.0.0/16"
  availability_zones = ["eu-central-1a", "eu-central-1b"]
  public_subnets     = ["10.0.101.0/24", "10.0.102.0/24"]
  private_subnets    = ["10.0.1.0/24", "10.0.2.0/24"]
}

run "one_nat_gateway_a_zone" {
  assert {
    condition     = length(aws_nat_gateway.this) == 2
    error_message = "There are ${length(aws_nat_gateway.this)} NAT gateways for two zones."
  }

  assert {
    condition     = tolist([for cidr in var.private_subnets : aws_subnet.private[cidr].availability_zone]) == var.availability_zones
    error_message = "The n-th private subnet is not in the n-th zone."
  }

  assert {
    condition     = output.private_subnet_ids == [for cidr in var.private_subnets : aws_subnet.private[cidr].id]
    error_message = "The ids of private subnets are not in the order of their ranges."
  }
}

run "one_nat_gateway_for_all" {
  variables {
    single_nat_gateway = true
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 1
    error_message = "There are ${length(aws_nat_gateway.this)} NAT gateways."
  }
}

run "ranges_outside_are_refused" {
  command = plan

  variables {
    private_subnets = ["10.1.1.0/24"]
  }

  expect_failures = [aws_vpc.this]
}

run "nat_needs_a_public_subnet" {
  command = plan

  variables {
    public_subnets = []
  }

  expect_failures = [var.enable_nat_gateway]
}
