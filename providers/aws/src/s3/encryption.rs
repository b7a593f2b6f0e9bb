//! How a bucket encrypts what it keeps, as part of the bucket.

use aws_sdk_s3::types::{ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionRule as Remote};

use crate::core::checks::listed;
use crate::core::prelude::*;

/// How a bucket encrypts what it keeps.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Encryption {
    /// The one rule.
    #[block(list, min = 1, max = 1)]
    rule: Vec<Rule>,
}

/// How new objects are encrypted.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rule {
    /// Whether the bucket has a key of its own, so that KMS is asked less often.
    #[attr(optional)]
    bucket_key_enabled: Attr<bool>,
    /// What holds for objects that say nothing else.
    #[block(list, min = 1, max = 1)]
    apply_server_side_encryption_by_default: Vec<ByDefault>,
}

/// What holds for objects that say nothing else.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ByDefault {
    /// Id or ARN of the key.
    #[attr(optional)]
    kms_master_key_id: Attr<String>,
    /// `AES256`, `aws:kms` or `aws:kms:dsse`.
    #[attr(required, check = listed(ServerSideEncryption::values()))]
    sse_algorithm: Attr<String>,
}

/// As the service tells it.
pub(super) fn read(rules: &[Remote]) -> Vec<Encryption> {
    let rules: Vec<Rule> = rules.iter().map(read_rule).collect();
    if rules.is_empty() { Vec::new() } else { vec![Encryption { rule: rules }] }
}

fn read_rule(rule: &Remote) -> Rule {
    let default = rule.apply_server_side_encryption_by_default().map(|it| ByDefault {
        kms_master_key_id: it.kms_master_key_id().into(),
        sse_algorithm: it.sse_algorithm().as_str().into(),
    });
    Rule {
        bucket_key_enabled: rule.bucket_key_enabled().into(),
        apply_server_side_encryption_by_default: default.into_iter().collect(),
    }
}

/// As the service wants it.
pub(super) fn write(encryption: &Encryption) -> Result<Vec<Remote>> {
    let rules = encryption.rule.iter().map(|rule| {
        let default = rule.apply_server_side_encryption_by_default.first().map(|it| {
            ServerSideEncryptionByDefault::builder()
                .set_kms_master_key_id(it.kms_master_key_id.param())
                .sse_algorithm(ServerSideEncryption::from(it.sse_algorithm.as_str()))
                .build()
        });
        let remote = Remote::builder().set_bucket_key_enabled(rule.bucket_key_enabled.get());
        Ok(remote.set_apply_server_side_encryption_by_default(default.transpose()?).build())
    });
    rules.collect()
}
