//! AWS without the provider: what somebody does behind its back.

use aws_sdk_ec2::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_types::SdkConfig;
use landform_simulator::Account;

use crate::simulator;

/// What clients of the SDK need, in the region of the tests.
pub(crate) fn config(account: &Account) -> SdkConfig {
    let credentials = Credentials::new(account.access_key_id(), account.secret_access_key(), None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(simulator::endpoint())
        .region(Region::from_static("eu-west-1"))
        .build()
}

/// EC2.
pub(crate) fn ec2(account: &Account) -> aws_sdk_ec2::Client {
    aws_sdk_ec2::Client::new(&config(account))
}

/// S3.
pub(crate) fn s3(account: &Account) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::config::Builder::from(&config(account)).force_path_style(true);
    aws_sdk_s3::Client::from_conf(config.build())
}

/// RDS.
pub(crate) fn rds(account: &Account) -> aws_sdk_rds::Client {
    aws_sdk_rds::Client::new(&config(account))
}
