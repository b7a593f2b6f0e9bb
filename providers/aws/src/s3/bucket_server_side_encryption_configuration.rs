//! `aws_s3_bucket_server_side_encryption_configuration`.

use aws_sdk_s3::types::{
    BlockedEncryptionTypes, EncryptionType, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
};

use super::loads::{Encryptions, of};
use super::owned;
use crate::core::checks::listed;
use crate::core::prelude::*;

/// How a bucket encrypts what it keeps.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_s3_bucket_server_side_encryption_configuration")]
pub(super) struct Encryption {
    /// Name of the bucket.
    #[attr(required, replace, check = length(1..=63))]
    bucket: Attr<String>,
    /// Account that the bucket must belong to.
    #[attr(optional, replace, check = owned::account(), deprecated = "expected_bucket_owner is no longer needed.")]
    expected_bucket_owner: Attr<String>,
    /// Name of the bucket, and its expected owner if given.
    #[attr(id)]
    id: Attr<String>,
    /// Region of the bucket.
    #[attr(region)]
    region: Attr<String>,
    /// How new objects are encrypted.
    #[block(set, min = 1)]
    rule: Vec<Rule>,
}

/// How new objects are encrypted.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rule {
    /// Ways of encryption that uploads may not ask for: `SSE-C`, or `NONE`.
    #[attr(optional, computed, check = each(listed(EncryptionType::values())))]
    blocked_encryption_types: Attr<Vec<String>>,
    /// Whether the bucket has a key of its own, so that KMS is asked less often.
    #[attr(optional, computed)]
    bucket_key_enabled: Attr<bool>,
    /// What holds for objects that say nothing else.
    #[block(list, max = 1)]
    apply_server_side_encryption_by_default: Vec<ByDefault>,
}

/// What holds for objects that say nothing else.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ByDefault {
    /// Id or ARN of the key.
    #[attr(optional, computed)]
    kms_master_key_id: Attr<String>,
    /// `AES256`, `aws:kms` or `aws:kms:dsse`.
    #[attr(required, check = listed(ServerSideEncryption::values()))]
    sse_algorithm: Attr<String>,
}

impl Resource<Aws> for Encryption {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        self.put(cx).await?;
        self.id = owned::id(&self.bucket, &self.expected_bucket_owner).into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        Ok(batch.each(|encryption| encryption.reread(cx)).await)
    }

    async fn update(&mut self, _prior: &Self, cx: &Aws) -> Result<()> {
        self.put(cx).await
    }

    /// The bucket goes back to S3's own way of encryption.
    async fn delete(&self, cx: &Aws) -> Result<()> {
        let deleted = owned::patiently(|| async {
            let request = cx.s3().delete_bucket_encryption().bucket(self.bucket.as_str());
            let request = request.set_expected_bucket_owner(self.expected_bucket_owner.param());
            owned::gone_is_fine(request.send().await.map(|_| ()).map_err(Error::from))
        });
        deleted.await
    }
}

impl Encryption {
    async fn put(&self, cx: &Aws) -> Result<()> {
        let rules = self.rule.iter().map(write).collect::<Result<Vec<_>>>()?;
        let configuration = ServerSideEncryptionConfiguration::builder().set_rules(Some(rules)).build()?;
        let put = owned::patiently(|| async {
            let request = cx.s3().put_bucket_encryption().bucket(self.bucket.as_str());
            let request = request.set_expected_bucket_owner(self.expected_bucket_owner.param());
            request.server_side_encryption_configuration(configuration.clone()).send().await?;
            Ok(())
        });
        put.await.map_err(|error| owned::about(self.bucket.as_str(), error))
    }

    async fn reread(mut self, cx: &Aws) -> Result<Option<Self>> {
        let id = self.id.as_str().to_owned();
        let (bucket, owner) = owned::parts(&id);
        let rules = match owner {
            None => of::<Encryptions, _>(cx, bucket).await?,
            Some(owner) => {
                let request = cx.s3().get_bucket_encryption().bucket(bucket).expected_bucket_owner(owner);
                request.send().await?.server_side_encryption_configuration.map(|it| it.rules)
            }
        };
        let Some(rules) = rules else { return Ok(None) };
        self.bucket = bucket.into();
        self.expected_bucket_owner = owner.into();
        self.rule = rules.iter().map(read).collect();
        Ok(Some(self))
    }
}

fn write(rule: &Rule) -> Result<ServerSideEncryptionRule> {
    let default = rule.apply_server_side_encryption_by_default.first().map(|it| {
        ServerSideEncryptionByDefault::builder()
            .set_kms_master_key_id(it.kms_master_key_id.param())
            .sse_algorithm(ServerSideEncryption::from(it.sse_algorithm.as_str()))
            .build()
    });
    let blocked = rule.blocked_encryption_types.known().filter(|types| !types.is_empty()).map(|types| {
        let types = types.iter().map(|it| EncryptionType::from(it.as_str())).collect();
        BlockedEncryptionTypes::builder().set_encryption_type(Some(types)).build()
    });
    Ok(ServerSideEncryptionRule::builder()
        .set_apply_server_side_encryption_by_default(default.transpose()?)
        .set_blocked_encryption_types(blocked)
        .set_bucket_key_enabled(rule.bucket_key_enabled.get())
        .build())
}

fn read(rule: &ServerSideEncryptionRule) -> Rule {
    let default = rule.apply_server_side_encryption_by_default().map(|it| ByDefault {
        kms_master_key_id: it.kms_master_key_id().unwrap_or_default().into(),
        sse_algorithm: it.sse_algorithm().as_str().into(),
    });
    let blocked = rule.blocked_encryption_types().map(BlockedEncryptionTypes::encryption_type).unwrap_or_default();
    Rule {
        blocked_encryption_types: Attr::Known(blocked.iter().map(|it| it.as_str().to_owned()).collect()),
        bucket_key_enabled: rule.bucket_key_enabled().unwrap_or_default().into(),
        apply_server_side_encryption_by_default: default.into_iter().collect(),
    }
}
