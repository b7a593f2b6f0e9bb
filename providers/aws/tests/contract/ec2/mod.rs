//! EC2 and VPC networking.

mod ami;
mod data;
mod eip;
mod flow_log;
mod instance;
mod internet_gateway;
mod launch_template;
mod nat_gateway;
mod network;
mod route_table;
mod security_group;
mod security_group_rule;
mod subnet;
mod vpc;
mod vpn_gateway;
