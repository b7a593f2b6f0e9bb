//! `aws_s3_bucket_public_access_block`.

use aws_sdk_s3::types::PublicAccessBlockConfiguration;

use super::absent::present;
use super::owned;
use crate::core::prelude::*;

/// What keeps a bucket from being public.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_s3_bucket_public_access_block")]
pub(super) struct PublicAccessBlock {
    /// Whether public access control lists are refused.
    #[attr(optional, default = false)]
    block_public_acls: Attr<bool>,
    /// Whether public policies are refused.
    #[attr(optional, default = false)]
    block_public_policy: Attr<bool>,
    /// Name of the bucket.
    #[attr(required, replace)]
    bucket: Attr<String>,
    /// Name of the bucket.
    #[attr(id)]
    id: Attr<String>,
    /// Whether public access control lists count for nothing.
    #[attr(optional, default = false)]
    ignore_public_acls: Attr<bool>,
    /// Region of the bucket.
    #[attr(region)]
    region: Attr<String>,
    /// Whether only AWS and the bucket's account may use a bucket with a public policy.
    #[attr(optional, default = false)]
    restrict_public_buckets: Attr<bool>,
    /// Whether all stays as it is when the resource goes.
    #[attr(optional)]
    skip_destroy: Attr<bool>,
}

impl Resource<Aws> for PublicAccessBlock {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        self.put(cx).await?;
        self.id = self.bucket.clone();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        Ok(batch.each(|block| block.reread(cx)).await)
    }

    async fn update(&mut self, _prior: &Self, cx: &Aws) -> Result<()> {
        self.put(cx).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        if self.skip_destroy.is_true() {
            return Ok(());
        }
        let deleted = owned::patiently(|| async {
            let request = cx.s3().delete_public_access_block().bucket(self.id.as_str());
            owned::gone_is_fine(request.send().await.map(|_| ()).map_err(Error::from))
        });
        deleted.await
    }
}

impl PublicAccessBlock {
    async fn put(&self, cx: &Aws) -> Result<()> {
        let configuration = PublicAccessBlockConfiguration::builder()
            .block_public_acls(self.block_public_acls.is_true())
            .block_public_policy(self.block_public_policy.is_true())
            .ignore_public_acls(self.ignore_public_acls.is_true())
            .restrict_public_buckets(self.restrict_public_buckets.is_true())
            .build();
        let put = owned::patiently(|| async {
            let request = cx.s3().put_public_access_block().bucket(self.bucket.as_str());
            request.public_access_block_configuration(configuration.clone()).send().await?;
            Ok(())
        });
        put.await.map_err(|error| owned::about(self.bucket.as_str(), error))
    }

    async fn reread(mut self, cx: &Aws) -> Result<Option<Self>> {
        let bucket = self.id.as_str().to_owned();
        let told = present(cx.s3().get_public_access_block().bucket(&bucket).send().await)?;
        let Some(told) = told.and_then(|told| told.public_access_block_configuration) else { return Ok(None) };
        self.bucket = bucket.into();
        self.block_public_acls = told.block_public_acls().unwrap_or_default().into();
        self.block_public_policy = told.block_public_policy().unwrap_or_default().into();
        self.ignore_public_acls = told.ignore_public_acls().unwrap_or_default().into();
        self.restrict_public_buckets = told.restrict_public_buckets().unwrap_or_default().into();
        Ok(Some(self))
    }
}
