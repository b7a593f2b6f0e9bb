//! A cluster that is there already, for what belongs to clusters.

use aws_sdk_eks::types::{AuthenticationMode, CreateAccessConfigRequest, VpcConfigRequest};
use serde_json::json;

use crate::harness::World;
use crate::outside;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Principal":{"Service":["eks.amazonaws.com","pods.eks.amazonaws.com"]}}]}"#;

/// EKS without the provider.
pub(super) fn eks(world: &World) -> aws_sdk_eks::Client {
    aws_sdk_eks::Client::new(&outside::config(&world.account))
}

/// A world with a cluster `main` that somebody else has made, and roles `a` and `b`.
pub(super) async fn world() -> World {
    let mut world = World::new().await;
    for name in ["a", "b"] {
        world.make(name, "aws_iam_role", json!({ "name": name, "assume_role_policy": TRUST })).await;
    }
    let ec2 = outside::ec2(&world.account);
    let vpc = ec2.create_vpc().cidr_block("10.0.0.0/16").send().await.expect("a VPC").vpc.expect("a VPC");
    let mut subnets = Vec::new();
    for (range, zone) in [("10.0.1.0/24", "eu-west-1a"), ("10.0.2.0/24", "eu-west-1b")] {
        let request = ec2.create_subnet().vpc_id(vpc.vpc_id().expect("its id")).cidr_block(range);
        let made = request.availability_zone(zone).send().await.expect("a subnet").subnet.expect("a subnet");
        subnets.extend(made.subnet_id);
    }
    let access = CreateAccessConfigRequest::builder()
        .authentication_mode(AuthenticationMode::Api)
        .bootstrap_cluster_creator_admin_permissions(false);
    let cluster = eks(&world).create_cluster().name("main").version("1.33").access_config(access.build());
    let cluster = cluster.role_arn(world.object("a").text("arn"));
    let network = VpcConfigRequest::builder().set_subnet_ids(Some(subnets)).build();
    cluster.resources_vpc_config(network).send().await.expect("a cluster");
    world
}
