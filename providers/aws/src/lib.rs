//! The native AWS provider: one folder a service, one file a resource type. See `ADDING.md`.
//!
//! **Invariant**: nothing outside this crate sees a type of the AWS SDK.

mod config;
mod core;
mod parts;
mod provider;

mod dynamodb;
mod ec2;
mod eks;
mod elasticache;
mod iam;
mod kms;
mod logs;
mod meta;
mod rds;
mod s3;
mod secretsmanager;
mod ssm;
mod sts;

pub use provider::AwsProvider;

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// All resource and data source types; one line a service.
fn registry() -> Registry<Aws> {
    let mut registry = Registry::default();
    dynamodb::register(&mut registry);
    ec2::register(&mut registry);
    eks::register(&mut registry);
    elasticache::register(&mut registry);
    iam::register(&mut registry);
    kms::register(&mut registry);
    logs::register(&mut registry);
    meta::register(&mut registry);
    rds::register(&mut registry);
    s3::register(&mut registry);
    secretsmanager::register(&mut registry);
    ssm::register(&mut registry);
    sts::register(&mut registry);
    registry
}
