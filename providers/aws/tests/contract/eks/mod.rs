//! EKS.

mod access_entry;
mod access_policy_association;
mod addon;
mod addon_version;
mod cluster;
mod cluster_data;
mod fargate_profile;
mod node_group;
mod pod_identity_association;
mod with_cluster;

use serde_json::{Value as Json, json};

use crate::harness::{Contract, World};

/// Who may take on a role.
pub(super) fn trust(service: &str) -> String {
    let statement = json!({ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": service } });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

/// What a cluster needs: a VPC with subnets in three zones, and a role.
pub(super) fn surroundings() -> Vec<(&'static str, &'static str, Json)> {
    let subnet =
        |range: &str, zone: &str| json!({ "vpc_id": "${vpc.id}", "cidr_block": range, "availability_zone": zone });
    vec![
        ("vpc", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })),
        ("a", "aws_subnet", subnet("10.0.0.0/24", "eu-west-1a")),
        ("b", "aws_subnet", subnet("10.0.1.0/24", "eu-west-1b")),
        ("c", "aws_subnet", subnet("10.0.2.0/24", "eu-west-1c")),
        ("role", "aws_iam_role", json!({ "name": "cluster", "assume_role_policy": trust("eks.amazonaws.com") })),
    ]
}

/// The configuration of a cluster in these surroundings.
pub(super) fn cluster(more: Json) -> Json {
    let mut config = json!({
        "name": "main", "role_arn": "${role.arn}", "version": "1.32",
        "vpc_config": [{ "subnet_ids": ["${a.id}", "${b.id}"] }],
    });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

/// A contract with what a cluster needs.
pub(super) fn in_surroundings(contract: Contract) -> Contract {
    surroundings().into_iter().fold(contract, |contract, (name, kind, config)| contract.needs(name, kind, config))
}

/// A world with what a cluster needs.
pub(super) async fn world() -> World {
    let mut world = World::new().await;
    for (name, kind, config) in surroundings() {
        world.make(name, kind, config).await;
    }
    world
}
