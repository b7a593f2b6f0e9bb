//! ElastiCache.

mod cluster;
mod parameter_group;
mod replication_group;
mod subnet_group;
mod user;
mod user_group;

use landform_simulator::Account;
use serde_json::Value as Json;

use crate::harness::World;
use crate::outside;

/// A configuration with more in it.
fn with(config: &Json, more: Json) -> Json {
    let mut config = config.clone();
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

/// ElastiCache without the provider.
fn outside(account: &Account) -> aws_sdk_elasticache::Client {
    aws_sdk_elasticache::Client::new(&outside::config(account))
}

/// A VPC, two subnets of it and a subnet group `subnets`.
async fn make_subnet_group(world: &mut World) {
    for (name, kind, config) in SUBNETS {
        let config = serde_json::from_str(config).expect("a configuration");
        world.make(name, kind, config).await;
    }
}

/// What a subnet group needs, and one.
const SUBNETS: [(&str, &str, &str); 4] = [
    ("vpc", "aws_vpc", r#"{ "cidr_block": "10.0.0.0/16" }"#),
    ("a", "aws_subnet", r#"{ "vpc_id": "${vpc.id}", "cidr_block": "10.0.1.0/24", "availability_zone": "eu-west-1a" }"#),
    ("b", "aws_subnet", r#"{ "vpc_id": "${vpc.id}", "cidr_block": "10.0.2.0/24", "availability_zone": "eu-west-1b" }"#),
    ("subnets", "aws_elasticache_subnet_group", r#"{ "name": "private", "subnet_ids": ["${a.id}", "${b.id}"] }"#),
];
