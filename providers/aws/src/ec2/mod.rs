//! EC2 and VPC networking.

mod ami_data;
mod availability_zones_data;
mod blocked;
mod default_security_group;
mod eip;
mod filters;
mod flow_log;
mod hash;
mod inline_rules;
mod instance;
mod internet_gateway;
mod launch_template;
mod loads;
mod nat_gateway;
mod one;
mod parts;
mod permissions;
mod route;
mod route_table;
mod route_table_association;
mod routing;
mod security_group;
mod security_group_data;
mod security_group_rule;
mod subnet;
mod subnet_data;
mod subnets_data;
mod tagging;
mod traces;
mod vpc;
mod vpc_data;
mod vpc_security_group_rule;
mod vpn_gateway;

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// One line a type.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.data_source::<ami_data::Ami>();
    registry.data_source::<availability_zones_data::AvailabilityZones>();
    registry.data_source::<security_group_data::SecurityGroup>();
    registry.data_source::<subnet_data::Subnet>();
    registry.data_source::<subnets_data::Subnets>();
    registry.data_source::<vpc_data::Vpc>();
    registry.resource::<default_security_group::DefaultSecurityGroup>();
    registry.resource::<eip::Eip>();
    registry.resource::<flow_log::FlowLog>();
    registry.resource::<instance::Instance>();
    registry.resource::<internet_gateway::InternetGateway>();
    registry.resource::<launch_template::LaunchTemplate>();
    registry.resource::<nat_gateway::NatGateway>();
    registry.resource::<route::Route>();
    registry.resource::<route_table::RouteTable>();
    registry.resource::<route_table_association::RouteTableAssociation>();
    registry.resource::<security_group::SecurityGroup>();
    registry.resource::<security_group_rule::SecurityGroupRule>();
    registry.resource::<subnet::Subnet>();
    registry.resource::<vpc::Vpc>();
    registry.resource::<vpc_security_group_rule::EgressRule>();
    registry.resource::<vpc_security_group_rule::IngressRule>();
    registry.resource::<vpn_gateway::VpnGateway>();
}
