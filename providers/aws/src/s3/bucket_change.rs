//! Setting what a bucket itself is configured with. The order is that of the public provider: what others need is first.

use aws_sdk_s3::types::{
    AccelerateConfiguration, AccessControlPolicy, BucketAccelerateStatus, BucketCannedAcl,
    BucketLifecycleConfiguration, CorsConfiguration, Payer, RequestPaymentConfiguration,
    ServerSideEncryptionConfiguration,
};

use super::absent::is_young;
use super::bucket::Bucket;
use super::{cors, encryption, grants, lifecycle, logging, object_lock, replication, versioning, website};
use crate::core::prelude::*;

impl Bucket {
    /// Sets what differs from before.
    pub(super) async fn change(&self, prior: &Self, cx: &Aws) -> Result<()> {
        if self.policy.is_known() && self.policy.as_str() != prior.policy.as_str() {
            self.patiently(|| self.set_policy(cx)).await?;
        }
        if self.cors_rule != prior.cors_rule {
            self.patiently(|| self.set_cors(cx)).await?;
        }
        if self.website != prior.website {
            self.patiently(|| self.set_website(cx)).await?;
        }
        if self.versioning != prior.versioning {
            self.patiently(|| self.set_versioning(prior, cx)).await?;
        }
        if self.grant != prior.grant || self.acl.is_known() && self.acl.as_str() != prior.acl.as_str() {
            self.patiently(|| self.set_acl(prior, cx)).await?;
        }
        if self.logging != prior.logging {
            self.patiently(|| self.set_logging(cx)).await?;
        }
        if self.lifecycle_rule != prior.lifecycle_rule {
            self.patiently(|| self.set_lifecycle(cx)).await?;
        }
        self.change_the_rest(prior, cx).await
    }

    async fn change_the_rest(&self, prior: &Self, cx: &Aws) -> Result<()> {
        if self.acceleration_status.is_known()
            && self.acceleration_status.as_str() != prior.acceleration_status.as_str()
        {
            self.patiently(|| self.set_acceleration(cx)).await?;
        }
        if self.request_payer.is_known() && self.request_payer.as_str() != prior.request_payer.as_str() {
            self.patiently(|| self.set_payer(cx)).await?;
        }
        if self.replication_configuration != prior.replication_configuration {
            self.patiently(|| self.set_replication(cx)).await?;
        }
        if self.server_side_encryption_configuration != prior.server_side_encryption_configuration {
            self.patiently(|| self.set_encryption(cx)).await?;
        }
        if self.object_lock_configuration != prior.object_lock_configuration {
            self.patiently(|| self.set_object_lock(cx)).await?;
        }
        Ok(())
    }

    /// Repeats what fails only because the bucket, or somebody that its policy names, is new.
    async fn patiently<F>(&self, action: impl Fn() -> F) -> Result<()>
    where
        F: Future<Output = Result<()>>,
    {
        let passing = |error: &Error| is_young(error) || error.names_unknown_principal() || is_unversioned(error);
        retry_while(self.timeouts.update().min(Duration::from_secs(120)), passing, action).await
    }

    async fn set_policy(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        match self.policy.param() {
            Some(policy) => {
                cx.s3().put_bucket_policy().bucket(id).policy(policy).send().await?;
            }
            None => {
                cx.s3().delete_bucket_policy().bucket(id).send().await?;
            }
        }
        Ok(())
    }

    async fn set_cors(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        if self.cors_rule.is_empty() {
            cx.s3().delete_bucket_cors().bucket(id).send().await?;
            return Ok(());
        }
        let rules = CorsConfiguration::builder().set_cors_rules(Some(cors::write(&self.cors_rule)?)).build()?;
        cx.s3().put_bucket_cors().bucket(id).cors_configuration(rules).send().await?;
        Ok(())
    }

    async fn set_website(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        match self.website.first() {
            Some(site) => {
                let site = website::write(site)?;
                cx.s3().put_bucket_website().bucket(id).website_configuration(site).send().await?;
            }
            None => {
                cx.s3().delete_bucket_website().bucket(id).send().await?;
            }
        }
        Ok(())
    }

    async fn set_versioning(&self, prior: &Self, cx: &Aws) -> Result<()> {
        if let Some(configuration) = versioning::write(&prior.versioning, &self.versioning) {
            let request = cx.s3().put_bucket_versioning().bucket(self.id.as_str());
            request.versioning_configuration(configuration).send().await?;
        }
        Ok(())
    }

    /// The list of grants, if there is one, else the canned list; private if that is taken away.
    async fn set_acl(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let request = cx.s3().put_bucket_acl().bucket(self.id.as_str());
        if self.grant.is_empty() || self.grant == prior.grant {
            let acl = self.acl.text().map_or(BucketCannedAcl::Private, BucketCannedAcl::from);
            request.acl(acl).send().await?;
            return Ok(());
        }
        let owner = cx.s3().get_bucket_acl().bucket(self.id.as_str()).send().await?.owner;
        let policy = AccessControlPolicy::builder().set_grants(Some(grants::write(&self.grant)?)).set_owner(owner);
        request.access_control_policy(policy.build()).send().await?;
        Ok(())
    }

    async fn set_logging(&self, cx: &Aws) -> Result<()> {
        let status = logging::write(&self.logging)?;
        cx.s3().put_bucket_logging().bucket(self.id.as_str()).bucket_logging_status(status).send().await?;
        Ok(())
    }

    async fn set_lifecycle(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        if self.lifecycle_rule.is_empty() {
            cx.s3().delete_bucket_lifecycle().bucket(id).send().await?;
            return Ok(());
        }
        let rules = lifecycle::write(&self.lifecycle_rule)?;
        let rules = BucketLifecycleConfiguration::builder().set_rules(Some(rules)).build()?;
        cx.s3().put_bucket_lifecycle_configuration().bucket(id).lifecycle_configuration(rules).send().await?;
        Ok(())
    }

    async fn set_acceleration(&self, cx: &Aws) -> Result<()> {
        let status = BucketAccelerateStatus::from(self.acceleration_status.as_str());
        let configuration = AccelerateConfiguration::builder().status(status).build();
        let request = cx.s3().put_bucket_accelerate_configuration().bucket(self.id.as_str());
        request.accelerate_configuration(configuration).send().await?;
        Ok(())
    }

    async fn set_payer(&self, cx: &Aws) -> Result<()> {
        let payer = Payer::from(self.request_payer.as_str());
        let configuration = RequestPaymentConfiguration::builder().payer(payer).build()?;
        let request = cx.s3().put_bucket_request_payment().bucket(self.id.as_str());
        request.request_payment_configuration(configuration).send().await?;
        Ok(())
    }

    async fn set_replication(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let Some(configuration) = self.replication_configuration.first() else {
            cx.s3().delete_bucket_replication().bucket(id).send().await?;
            return Ok(());
        };
        if !self.versioning.first().is_some_and(|it| it.enabled.is_true()) {
            let message = format!("Objects of bucket {id} can only be copied elsewhere if the bucket has versions.");
            return Err(Error::new("Bucket without versions", message).hint("Enable its versioning."));
        }
        let configuration = replication::write(configuration)?;
        cx.s3().put_bucket_replication().bucket(id).replication_configuration(configuration).send().await?;
        Ok(())
    }

    async fn set_encryption(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let Some(planned) = self.server_side_encryption_configuration.first() else {
            cx.s3().delete_bucket_encryption().bucket(id).send().await?;
            return Ok(());
        };
        let rules = encryption::write(planned)?;
        let rules = ServerSideEncryptionConfiguration::builder().set_rules(Some(rules)).build()?;
        cx.s3().put_bucket_encryption().bucket(id).server_side_encryption_configuration(rules).send().await?;
        Ok(())
    }

    async fn set_object_lock(&self, cx: &Aws) -> Result<()> {
        if let Some(configuration) = object_lock::write(&self.object_lock_configuration) {
            let request = cx.s3().put_object_lock_configuration().bucket(self.id.as_str());
            request.object_lock_configuration(configuration).send().await?;
        }
        Ok(())
    }
}

/// Versioning was switched on, but not everywhere yet.
fn is_unversioned(error: &Error) -> bool {
    error.is(&["InvalidRequest"]) && error.message().contains("Versioning must be 'Enabled' on the bucket")
}
