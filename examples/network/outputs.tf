output "vpc_id" {
  description = "Id of the VPC."
  value       = module.vpc.vpc_id
}

output "availability_zones" {
  description = "Zones that the network spreads over."
  value       = local.zones
}

output "subnet_ids" {
  description = "Ids of the subnets by tier, one a zone, in the order of the zones."
  value = {
    public   = module.vpc.public_subnet_ids
    private  = module.vpc.private_subnet_ids
    database = module.vpc.database_subnet_ids
  }
}

output "security_group_ids" {
  description = "Ids of the security groups by layer."
  value = {
    load_balancer = aws_security_group.load_balancer.id
    application   = aws_security_group.application.id
    database      = aws_security_group.database.id
  }
}

output "nat_public_ips" {
  description = "Addresses that the application calls the world from."
  value       = module.vpc.nat_public_ips
}

output "flow_log_group_name" {
  description = "Log group with the flow log."
  value       = module.vpc.flow_log_group_name
}
