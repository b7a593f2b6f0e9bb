//! `aws_flow_log`.

use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
use serde_json::{Value, json};

use crate::harness::{Contract, World};
use crate::outside;

fn to_group(more: Value) -> Value {
    let mut config = json!({
        "vpc_id": "${v.id}",
        "traffic_type": "ALL",
        "log_destination": "arn:aws:logs:eu-west-1:123456789012:log-group:flow-log:*",
        "iam_role_arn": "arn:aws:iam::123456789012:role/flow-log",
    });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

#[tokio::test]
async fn flow_log_to_a_log_group() {
    Contract::new("aws_flow_log", to_group(json!({ "tags": { "Name": "a" } })))
        .needs("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" }))
        .update(to_group(json!({ "tags": { "Name": "b" } })))
        .replaced_by(to_group(json!({ "traffic_type": "REJECT" })))
        .replaced_by(to_group(json!({ "max_aggregation_interval": 60 })))
        .hold()
        .await;
}

#[tokio::test]
async fn flow_log_to_a_bucket() {
    let world = World::new().await;
    let bucket = format!("flow-log-{}", world.account.number());
    let place = CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::EuWest1).build();
    let create = outside::s3(&world.account).create_bucket().bucket(&bucket).create_bucket_configuration(place);
    create.send().await.expect("a bucket");
    let to_bucket = |more: Value| {
        let mut config = json!({
            "subnet_id": "${s.id}",
            "traffic_type": "ACCEPT",
            "log_destination": format!("arn:aws:s3:::{bucket}/logs/"),
            "log_destination_type": "s3",
            "max_aggregation_interval": 60,
        });
        config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        config
    };
    let parquet = json!({ "destination_options": [{ "file_format": "parquet", "per_hour_partition": true }] });
    Contract::new("aws_flow_log", to_bucket(parquet.clone()))
        .needs("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" }))
        .needs("s", "aws_subnet", json!({ "vpc_id": "${v.id}", "cidr_block": "10.0.1.0/24" }))
        .update(to_bucket(json!({ "tags": { "Name": "b" } })))
        .replaced_by(to_bucket(json!({ "destination_options": [{ "file_format": "plain-text" }] })))
        .replaced_by(to_bucket(json!({ "vpc_id": "${v.id}", "subnet_id": null })))
        .hold_in(world)
        .await;
}
