//! `aws_s3_bucket_versioning`.

use aws_sdk_s3::operation::get_bucket_versioning::GetBucketVersioningOutput;
use aws_sdk_s3::types::{BucketVersioningStatus, MfaDelete, MfaDeleteStatus, VersioningConfiguration};

use landform_values::Value;

use super::loads::{Versionings, of};
use super::owned;
use crate::core::checks::listed;
use crate::core::prelude::*;

/// What a bucket is that never had versions. S3 has no name for it, and no way back to it.
const DISABLED: &str = "Disabled";

/// Whether a bucket keeps what is overwritten.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_s3_bucket_versioning")]
pub(super) struct Versioning {
    /// Name of the bucket.
    #[attr(required, replace, check = length(1..=63))]
    bucket: Attr<String>,
    /// Account that the bucket must belong to.
    #[attr(optional, replace, check = owned::account(), deprecated = "expected_bucket_owner is no longer needed.")]
    expected_bucket_owner: Attr<String>,
    /// Name of the bucket, and its expected owner if given.
    #[attr(id)]
    id: Attr<String>,
    /// Serial number of a second factor and what it shows, for buckets that demand it.
    #[attr(optional)]
    mfa: Attr<String>,
    /// Region of the bucket.
    #[attr(region)]
    region: Attr<String>,
    /// Whether the bucket has versions.
    #[block(list, min = 1, max = 1)]
    versioning_configuration: Vec<Configuration>,
}

/// Whether a bucket has versions.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Configuration {
    /// Whether versions can only be deleted with a second factor: `Enabled` or `Disabled`.
    #[attr(optional, computed, check = listed(MfaDelete::values()))]
    mfa_delete: Attr<String>,
    /// `Enabled`, `Suspended`, or `Disabled` for a bucket that never had any.
    #[attr(required, check = one_of(["Enabled", "Suspended", "Disabled"]))]
    status: Attr<String>,
}

impl Resource<Aws> for Versioning {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        if self.status() != DISABLED {
            self.put(cx, self.planned()).await?;
        }
        self.id = owned::id(&self.bucket, &self.expected_bucket_owner).into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        Ok(batch.each(|versioning| versioning.reread(cx)).await)
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        if self.versioning_configuration == prior.versioning_configuration {
            return Ok(());
        }
        if self.status() == DISABLED {
            return Err(irreversible());
        }
        self.put(cx, self.planned()).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        if self.status() == DISABLED {
            return Ok(());
        }
        let suspended = VersioningConfiguration::builder().status(BucketVersioningStatus::Suspended).build();
        match owned::gone_is_fine(self.put_once(cx, suspended).await) {
            // With locked objects there are versions for ever.
            Err(error) if error.is(&["InvalidBucketState"]) => Ok(()),
            result => result,
        }
    }

    fn plan(planning: &mut Planning<'_>) {
        let status = |value: &Value| {
            let block = value.as_sequence().and_then(<[_]>::first)?.get_attribute("status")?;
            block.as_str().map(str::to_owned)
        };
        let before = status(&planning.prior("versioning_configuration"));
        let after = status(&planning.planned("versioning_configuration"));
        if before.is_some_and(|it| it != DISABLED) && after.as_deref() == Some(DISABLED) {
            planning.report(irreversible().into());
        }
    }
}

/// A bucket that has or had versions can not be one that never had any.
fn irreversible() -> Error {
    let message = "The bucket has or had versions, so they can be suspended but not be undone.";
    Error::new("Versioning can not be undone", message).hint("Set status = \"Suspended\".")
}

impl Versioning {
    fn status(&self) -> &str {
        self.versioning_configuration.first().map_or("", |it| it.status.as_str())
    }

    fn planned(&self) -> VersioningConfiguration {
        let planned = self.versioning_configuration.first();
        let mfa_delete = planned.and_then(|it| it.mfa_delete.text()).map(MfaDelete::from);
        let status = BucketVersioningStatus::from(self.status());
        VersioningConfiguration::builder().set_mfa_delete(mfa_delete).status(status).build()
    }

    async fn put(&self, cx: &Aws, configuration: VersioningConfiguration) -> Result<()> {
        let put = owned::patiently(|| self.put_once(cx, configuration.clone())).await;
        put.map_err(|error| owned::about(self.bucket.as_str(), error))
    }

    async fn put_once(&self, cx: &Aws, configuration: VersioningConfiguration) -> Result<()> {
        let request = cx.s3().put_bucket_versioning().bucket(self.bucket.as_str()).set_mfa(self.mfa.param());
        let request = request.set_expected_bucket_owner(self.expected_bucket_owner.param());
        request.versioning_configuration(configuration).send().await?;
        Ok(())
    }

    async fn reread(mut self, cx: &Aws) -> Result<Option<Self>> {
        let id = self.id.as_str().to_owned();
        let (bucket, owner) = owned::parts(&id);
        let told = match owner {
            None => of::<Versionings, _>(cx, bucket).await?,
            Some(owner) => {
                let request = cx.s3().get_bucket_versioning().bucket(bucket);
                Some(request.expected_bucket_owner(owner).send().await?)
            }
        };
        self.bucket = bucket.into();
        self.expected_bucket_owner = owner.into();
        self.versioning_configuration = told.as_ref().map(configuration).into_iter().collect();
        Ok(Some(self))
    }
}

fn configuration(told: &GetBucketVersioningOutput) -> Configuration {
    Configuration {
        mfa_delete: told.mfa_delete().map_or("", MfaDeleteStatus::as_str).into(),
        status: told.status().map_or(DISABLED, BucketVersioningStatus::as_str).into(),
    }
}
