output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "vpc_arn" {
  description = "ARN of the VPC."
  value       = aws_vpc.this.arn
}

output "vpc_cidr_block" {
  description = "IPv4 range of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "availability_zones" {
  description = "Zones that the network spreads over, in the order given."
  value       = var.availability_zones
}

output "public_subnet_ids" {
  description = "Ids of the public subnets, in the order of public_subnets."
  value       = [for cidr in var.public_subnets : aws_subnet.public[cidr].id]
}

output "private_subnet_ids" {
  description = "Ids of the private subnets, in the order of private_subnets."
  value       = [for cidr in var.private_subnets : aws_subnet.private[cidr].id]
}

output "database_subnet_ids" {
  description = "Ids of the database subnets, in the order of database_subnets."
  value       = [for cidr in var.database_subnets : aws_subnet.database[cidr].id]
}

output "public_route_table_id" {
  description = "Id of the route table of the public subnets; null when there are none."
  value       = one(aws_route_table.public[*].id)
}

output "private_route_table_ids" {
  description = "Ids of the route tables of the private subnets, by availability zone."
  value       = { for zone, table in aws_route_table.private : zone => table.id }
}

output "database_route_table_id" {
  description = "Id of the route table of the database subnets; null when there are none."
  value       = one(aws_route_table.database[*].id)
}

output "internet_gateway_id" {
  description = "Id of the internet gateway; null without public subnets."
  value       = one(aws_internet_gateway.this[*].id)
}

output "nat_gateway_ids" {
  description = "Ids of the NAT gateways, by availability zone."
  value       = { for zone, gateway in aws_nat_gateway.this : zone => gateway.id }
}

output "nat_public_ips" {
  description = "Addresses that traffic from private subnets comes from, to be allowed by others."
  value       = [for address in aws_eip.nat : address.public_ip]
}

output "vpn_gateway_id" {
  description = "Id of the virtual private gateway; null unless enable_vpn_gateway."
  value       = one(aws_vpn_gateway.this[*].id)
}

output "default_security_group_id" {
  description = "Id of the VPC's default security group, which this module leaves without rules."
  value       = aws_default_security_group.this.id
}

output "flow_log_group_name" {
  description = "Name of the log group that receives the flow log; null unless enable_flow_log."
  value       = one(aws_cloudwatch_log_group.flow_log[*].name)
}

output "flow_log_group_arn" {
  description = "ARN of the log group that receives the flow log; null unless enable_flow_log."
  value       = one(aws_cloudwatch_log_group.flow_log[*].arn)
}
