//! `aws_s3_bucket`. Most of what it can hold has a type of its own by now; it is still read, and set where configured.

use aws_sdk_s3::types::{
    BucketAccelerateStatus, BucketCannedAcl, BucketLocationConstraint, BucketNamespace, CreateBucketConfiguration,
    Payer,
};
use landform_provider_api::framework::Check;

use super::absent::is_young;
use super::cors::CorsRule;
use super::emptying::{self, Locks};
use super::encryption::Encryption;
use super::grants::Grant;
use super::lifecycle::LifecycleRule;
use super::logging::Logging;
use super::object_lock::{self, ObjectLock};
use super::replication::Replication;
use super::tagging;
use super::versioning::Versioning;
use super::website::Website;
use crate::core::checks::listed;
use crate::core::names;
use crate::core::prelude::*;
use crate::core::traces::{named, under};

/// The region in which a bucket that one has can be made again.
const FIRST_REGION: &str = "us-east-1";

/// A place for objects.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_s3_bucket")]
#[model(conflicts("acl", "grant"), conflicts("bucket", "bucket_prefix"))]
#[model(conflicts("object_lock_enabled", "object_lock_configuration"))]
pub(super) struct Bucket {
    /// Whether uploads and downloads are accelerated.
    #[attr(optional, computed, check = listed(BucketAccelerateStatus::values()), deprecated = "Use aws_s3_bucket_accelerate_configuration.")]
    pub(super) acceleration_status: Attr<String>,
    /// Canned access control list.
    #[attr(optional, computed, check = canned_acl(), deprecated = "Use aws_s3_bucket_acl instead.")]
    pub(super) acl: Attr<String>,
    /// ARN of the bucket.
    #[attr(computed)]
    pub(super) arn: Attr<String>,
    /// Name of the bucket.
    #[attr(optional, computed, replace, check = length(0..=63), check = general_purpose())]
    pub(super) bucket: Attr<String>,
    /// Host name of the bucket.
    #[attr(computed)]
    pub(super) bucket_domain_name: Attr<String>,
    /// Where the name is unique: `global` or `account-regional`.
    #[attr(optional, computed, replace, check = listed(BucketNamespace::values()))]
    pub(super) bucket_namespace: Attr<String>,
    /// What a generated name begins with.
    #[attr(optional, computed, replace, check = length(0..=37))]
    pub(super) bucket_prefix: Attr<String>,
    /// Region of the bucket.
    #[attr(computed)]
    pub(super) bucket_region: Attr<String>,
    /// Host name of the bucket in its region.
    #[attr(computed)]
    pub(super) bucket_regional_domain_name: Attr<String>,
    /// Whether all that is in the bucket is deleted with it.
    #[attr(optional, default = false)]
    force_destroy: Attr<bool>,
    /// Hosted zone of web sites in the bucket's region.
    #[attr(computed)]
    pub(super) hosted_zone_id: Attr<String>,
    /// Name of the bucket.
    #[attr(id)]
    pub(super) id: Attr<String>,
    /// Whether objects can be locked.
    #[attr(optional, computed, replace)]
    pub(super) object_lock_enabled: Attr<bool>,
    /// Policy of the bucket.
    #[attr(optional, computed, check = json(), same = policy, deprecated = "Use aws_s3_bucket_policy instead.")]
    pub(super) policy: Attr<String>,
    /// Region that the bucket is managed in.
    #[attr(region)]
    region: Attr<String>,
    /// Who pays for requests.
    #[attr(optional, computed, check = listed(Payer::values()), deprecated = "Use aws_s3_bucket_request_payment_configuration.")]
    pub(super) request_payer: Attr<String>,
    /// Tags of the bucket.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the bucket with the provider's default tags.
    #[attr(tags_all)]
    pub(super) tags_all: Attr<Tags>,
    /// Domain of the web site.
    #[attr(computed, after_update("website"), deprecated = "Use aws_s3_bucket_website_configuration instead.")]
    pub(super) website_domain: Attr<String>,
    /// Host name of the web site.
    #[attr(computed, after_update("website"), deprecated = "Use aws_s3_bucket_website_configuration instead.")]
    pub(super) website_endpoint: Attr<String>,
    /// Rules for access from other sites.
    #[block(list, computed, deprecated = "Use aws_s3_bucket_cors_configuration instead.")]
    pub(super) cors_rule: Vec<CorsRule>,
    /// Who may do what.
    #[block(set, computed, deprecated = "Use aws_s3_bucket_acl instead.")]
    pub(super) grant: Vec<Grant>,
    /// When objects move to other storage and when they end.
    #[block(list, computed, deprecated = "Use aws_s3_bucket_lifecycle_configuration instead.")]
    pub(super) lifecycle_rule: Vec<LifecycleRule>,
    /// Where requests are logged.
    #[block(list, max = 1, computed, deprecated = "Use aws_s3_bucket_logging instead.")]
    pub(super) logging: Vec<Logging>,
    /// Whether and how long objects can not be deleted.
    #[block(list, max = 1, computed, deprecated = "Use aws_s3_bucket_object_lock_configuration instead.")]
    pub(super) object_lock_configuration: Vec<ObjectLock>,
    /// Where objects are copied to.
    #[block(list, max = 1, computed, deprecated = "Use aws_s3_bucket_replication_configuration instead.")]
    pub(super) replication_configuration: Vec<Replication>,
    /// How objects are encrypted.
    #[block(list, max = 1, computed, deprecated = "Use aws_s3_bucket_server_side_encryption_configuration instead.")]
    pub(super) server_side_encryption_configuration: Vec<Encryption>,
    /// Whether what is overwritten is kept.
    #[block(list, max = 1, computed, deprecated = "Use aws_s3_bucket_versioning instead.")]
    pub(super) versioning: Vec<Versioning>,
    /// Whether the bucket answers as a web site.
    #[block(list, max = 1, computed, deprecated = "Use aws_s3_bucket_website_configuration instead.")]
    pub(super) website: Vec<Website>,
    /// How long operations may take.
    #[timeouts(create = "20m", read = "20m", update = "20m", delete = "60m")]
    pub(super) timeouts: Timeouts,
}

/// Also those of objects and of logs: S3 takes them for buckets.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl>
fn canned_acl() -> Check {
    listed(&[
        "authenticated-read",
        "aws-exec-read",
        "bucket-owner-full-control",
        "bucket-owner-read",
        "log-delivery-write",
        "private",
        "public-read",
        "public-read-write",
    ])
}

/// Directory buckets are another kind.
fn general_purpose() -> Check {
    Check::text(|text| match text.ends_with("--x-s3") {
        true => Err("must not end with --x-s3, the mark of directory buckets".into()),
        false => Ok(()),
    })
}

impl Resource<Aws> for Bucket {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let name = names::given_or_new(&self.bucket, &self.bucket_prefix);
        let made = self.make(cx, &name).await;
        let tagged = made.map_err(|error| error.while_doing(format!("creating S3 bucket {name}")))?;
        self.id = name.into();
        self.wait_known(cx).await?;
        if tagged == Tagged::Later && self.tags_all.items().next().is_some() {
            tagging::update(cx, self.id.as_str(), &self.tags_all).await?;
        }
        self.change(&Self { acl: self.acl.clone(), ..Self::default() }, cx).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tagged = cx.with_known_tags(batch.iter().map(|bucket| (&bucket.arn, &bucket.tags_all)));
        Ok(cx.reading_tags(tagged, batch.each(|bucket| bucket.reread(cx))).await)
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        self.change(prior, cx).await?;
        if self.tags_all != prior.tags_all {
            tagging::update(cx, self.id.as_str(), &self.tags_all).await?;
        }
        Ok(())
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let locks = if self.object_lock_enabled.is_true() { Locks::Lift } else { Locks::Absent };
        let not_empty = |error: &Error| error.is(&["BucketNotEmpty"]);
        let mut deleted = self.delete_once(cx).await;
        if self.force_destroy.is_true() && deleted.as_ref().is_err_and(not_empty) {
            emptying::empty(cx, id, locks).await?;
            // For a moment, S3 may still remember the objects that are gone.
            deleted = retry_while(Duration::from_secs(60), not_empty, || self.delete_once(cx)).await;
        }
        match deleted {
            Err(error) if not_empty(&error) => Err(explain(cx, error, id).await),
            Err(error) => Err(error),
            Ok(()) => self.wait_gone(cx).await,
        }
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        if let Some(name) = self.bucket.text() {
            return Ok(named(self, name));
        }
        let mut pages = cx.s3().list_buckets().set_prefix(self.bucket_prefix.param()).into_paginator().items().send();
        let mut made = Vec::new();
        while let Some(bucket) = pages.next().await {
            made.extend(bucket?.name.filter(|name| names::is_made_of(name, &self.bucket_prefix)));
        }
        Ok(Traces::Tagged(under(self, made)))
    }
}

/// When a bucket gets its tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tagged {
    /// It was made with them.
    AtOnce,
    /// It was made without.
    Later,
}

impl Bucket {
    /// Makes the bucket with its tags if that is allowed, else without.
    async fn make(&self, cx: &Aws, name: &str) -> Result<Tagged> {
        if cx.region() == FIRST_REGION && exists(cx, name).await? {
            let message =
                format!("There is a bucket {name} in this account already. Import it, or choose another name.");
            return Err(Error::new("Bucket exists", message));
        }
        let tags = tagging::tags_of(self.tags_all.items());
        let plain = self.request(cx, name, None);
        if tags.is_empty() {
            return send(self.timeouts.create(), plain).await.map(|()| Tagged::AtOnce);
        }
        let no_tags = |error: &Error| {
            error.message().contains("s3:TagResource") || error.is(&["UnsupportedArgument", "MalformedXML"])
        };
        match send(self.timeouts.create(), self.request(cx, name, Some(tags))).await {
            Err(error) if no_tags(&error) => send(self.timeouts.create(), plain).await.map(|()| Tagged::Later),
            result => result.map(|()| Tagged::AtOnce),
        }
    }

    fn request(&self, cx: &Aws, name: &str, tags: Option<Vec<aws_sdk_s3::types::Tag>>) -> CreateBucket {
        let constraint = (cx.region() != FIRST_REGION).then(|| BucketLocationConstraint::from(cx.region()));
        let configuration = (constraint.is_some() || tags.is_some())
            .then(|| CreateBucketConfiguration::builder().set_location_constraint(constraint).set_tags(tags).build());
        let locks = self.object_lock_enabled.is_true() || object_lock::is_enabled(&self.object_lock_configuration);
        cx.s3()
            .create_bucket()
            .bucket(name)
            .set_acl(self.acl.text().map(BucketCannedAcl::from))
            .set_bucket_namespace(self.bucket_namespace.text().map(BucketNamespace::from))
            .set_create_bucket_configuration(configuration)
            .set_object_lock_enabled_for_bucket(locks.then_some(true))
    }

    async fn wait_known(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        wait_until(&format!("S3 bucket {id} to be found"), self.timeouts.create(), || async {
            Ok(if exists(cx, id).await? { State::Done(()) } else { State::Pending("not visible".into()) })
        })
        .await
    }

    async fn wait_gone(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        wait_until(&format!("S3 bucket {id} to be gone"), self.timeouts.delete(), || async {
            Ok(if exists(cx, id).await? { State::Pending("there".into()) } else { State::Done(()) })
        })
        .await
    }

    async fn delete_once(&self, cx: &Aws) -> Result<()> {
        cx.s3().delete_bucket().bucket(self.id.as_str()).send().await?;
        Ok(())
    }
}

type CreateBucket = aws_sdk_s3::operation::create_bucket::builders::CreateBucketFluentBuilder;

/// Makes a bucket, waiting for one of that name to be wholly deleted.
async fn send(timeout: Duration, request: CreateBucket) -> Result<()> {
    let lost = LostAnswer::default();
    let create = || async {
        let sent = request.clone().customize().interceptor(lost.clone()).send().await;
        lost.forgives("BucketAlreadyOwnedByYou", sent)
    };
    retry_while(timeout, |error| error.is(&["OperationAborted"]), create).await.map(|_| ())
}

async fn exists(cx: &Aws, bucket: &str) -> Result<bool> {
    match cx.s3().head_bucket().bucket(bucket).send().await.map_err(Error::from) {
        Ok(_) => Ok(true),
        Err(error) if error.is_missing() || is_young(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Adds to a refused delete what is in the bucket.
async fn explain(cx: &Aws, error: Error, bucket: &str) -> Error {
    let remedy = "Set force_destroy = true and apply that before, to delete them with the bucket.";
    let Ok(page) = cx.s3().list_object_versions().bucket(bucket).max_keys(5).send().await else {
        return error.hint(remedy);
    };
    let versions = page.versions().iter().filter_map(|it| it.key());
    let markers = page.delete_markers().iter().filter_map(|it| it.key()).map(|key| format!("{key} (delete marker)"));
    let listed: Vec<String> = versions.map(str::to_owned).chain(markers).collect();
    error.hint(format!("Among what is in {bucket}:\n  - {}\n\n{remedy}", listed.join("\n  - ")))
}
