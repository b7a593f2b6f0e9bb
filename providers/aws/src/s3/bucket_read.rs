//! Reading a bucket with all that belongs to it.

use aws_sdk_s3::types::{BucketAccelerateStatus, BucketNamespace, ObjectLockConfiguration, ObjectLockEnabled, Payer};

use super::absent::present;
use super::bucket::Bucket;
use super::cors::{self, CorsRule};
use super::encryption::{self, Encryption};
use super::grants::{self, Grant};
use super::lifecycle::{self, LifecycleRule};
use super::loads::{Encryptions, Versionings, of};
use super::logging::{self, Logging};
use super::replication::{self, Replication};
use super::versioning::{self, Versioning};
use super::website::{self, Website};
use super::{bucket_places as places, object_lock, tagging};
use crate::core::names;
use crate::core::prelude::*;

/// Who may do what, and how the bucket answers.
struct Access {
    policy: Option<String>,
    grant: Vec<Grant>,
    cors_rule: Vec<CorsRule>,
    website: Vec<Website>,
}

/// How objects are kept.
struct Keeping {
    versioning: Vec<Versioning>,
    lifecycle_rule: Vec<LifecycleRule>,
    replication: Vec<Replication>,
    encryption: Vec<Encryption>,
    lock: Option<ObjectLockConfiguration>,
}

/// What happens to requests.
struct Requests {
    acceleration: Option<BucketAccelerateStatus>,
    payer: Option<Payer>,
    logging: Vec<Logging>,
}

impl Bucket {
    /// Asks for all parts at the same time. Where the bucket is gone, each of them says so.
    pub(super) async fn reread(mut self, cx: &Aws) -> Result<Option<Self>> {
        let id = self.id.as_str().to_owned();
        let (region, tags, access, keeping, requests) = futures::try_join!(
            self.find_region(cx),
            cx.tags_or(&self.arn, &self.tags_all, tagging::all(cx, &id)),
            access(cx, &id),
            keeping(cx, &id),
            requests(cx, &id),
        )?;
        self.policy = access.policy.unwrap_or_default().into();
        self.grant = access.grant;
        self.cors_rule = access.cors_rule;
        self.website = access.website;
        self.versioning = keeping.versioning;
        self.lifecycle_rule = keeping.lifecycle_rule;
        self.replication_configuration = keeping.replication;
        self.server_side_encryption_configuration = keeping.encryption;
        self.object_lock_configuration = object_lock::read(keeping.lock.as_ref());
        let locks = keeping.lock.and_then(|it| it.object_lock_enabled);
        self.object_lock_enabled = (locks == Some(ObjectLockEnabled::Enabled)).into();
        self.acceleration_status = requests.acceleration.as_ref().map_or("", BucketAccelerateStatus::as_str).into();
        self.request_payer = requests.payer.as_ref().map_or("", Payer::as_str).into();
        self.logging = requests.logging;
        self.tags_all = Attr::Known(tags);
        self.fill_names(&id, &region, cx);
        Ok(Some(self))
    }

    /// The region, asked for only where it is not known yet: it never changes.
    async fn find_region(&self, cx: &Aws) -> Result<String> {
        if let Some(region) = self.bucket_region.text() {
            return Ok(region.to_owned());
        }
        let found = cx.s3().head_bucket().bucket(self.id.as_str()).send().await?;
        Ok(found.bucket_region().unwrap_or(cx.region()).to_owned())
    }

    /// What follows from name and region.
    fn fill_names(&mut self, id: &str, region: &str, cx: &Aws) {
        self.arn = format!("arn:{}:s3:::{id}", cx.partition()).into();
        self.bucket = id.into();
        self.bucket_prefix = names::prefix_of(id);
        self.bucket_namespace = namespace(id, region).as_str().into();
        self.bucket_domain_name = places::domain(id, cx).into();
        self.bucket_region = region.into();
        self.bucket_regional_domain_name = places::regional_domain(id, region, cx).into();
        self.hosted_zone_id = places::hosted_zone(region).into();
        let website = (!self.website.is_empty()).then(|| places::website_domain(region, cx));
        self.website_endpoint = website.as_ref().map(|domain| format!("{id}.{domain}")).unwrap_or_default().into();
        self.website_domain = website.unwrap_or_default().into();
    }
}

/// Names that are only unique in an account and region end with both and a mark; no other name may.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html>
fn namespace(id: &str, region: &str) -> BucketNamespace {
    let account = id.strip_suffix("-an").and_then(|it| it.strip_suffix(region)).and_then(|it| it.strip_suffix('-'));
    let account = account.and_then(|it| it.rsplit_once('-')).map_or("", |(_, account)| account);
    if account.len() == 12 && account.bytes().all(|it| it.is_ascii_digit()) {
        return BucketNamespace::AccountRegional;
    }
    BucketNamespace::Global
}

async fn access(cx: &Aws, bucket: &str) -> Result<Access> {
    let s3 = cx.s3();
    let (policy, acl, cors, website) = futures::join!(
        s3.get_bucket_policy().bucket(bucket).send(),
        s3.get_bucket_acl().bucket(bucket).send(),
        s3.get_bucket_cors().bucket(bucket).send(),
        s3.get_bucket_website().bucket(bucket).send(),
    );
    let (acl, cors) = (present(acl)?, present(cors)?);
    Ok(Access {
        policy: present(policy)?.and_then(|it| it.policy),
        grant: acl.map(|it| grants::read(it.grants())).unwrap_or_default(),
        cors_rule: cors.map(|it| cors::read(it.cors_rules())).unwrap_or_default(),
        website: website::read(present(website)?.as_ref()),
    })
}

async fn keeping(cx: &Aws, bucket: &str) -> Result<Keeping> {
    let s3 = cx.s3();
    let (versioning, encryption, lifecycle, replication, lock) = futures::join!(
        of::<Versionings, _>(cx, bucket),
        of::<Encryptions, _>(cx, bucket),
        s3.get_bucket_lifecycle_configuration().bucket(bucket).send(),
        s3.get_bucket_replication().bucket(bucket).send(),
        s3.get_object_lock_configuration().bucket(bucket).send(),
    );
    let replication = present(replication)?.and_then(|it| it.replication_configuration);
    Ok(Keeping {
        versioning: versioning::read(versioning?.as_ref()),
        lifecycle_rule: present(lifecycle)?.map(|it| lifecycle::read(it.rules())).unwrap_or_default(),
        replication: replication::read(replication.as_ref()),
        encryption: encryption::read(&encryption?.unwrap_or_default()),
        lock: present(lock)?.and_then(|it| it.object_lock_configuration),
    })
}

async fn requests(cx: &Aws, bucket: &str) -> Result<Requests> {
    let s3 = cx.s3();
    let (acceleration, payer, logging) = futures::join!(
        s3.get_bucket_accelerate_configuration().bucket(bucket).send(),
        s3.get_bucket_request_payment().bucket(bucket).send(),
        s3.get_bucket_logging().bucket(bucket).send(),
    );
    let logging = present(logging)?;
    Ok(Requests {
        acceleration: present(acceleration)?.and_then(|it| it.status),
        payer: present(payer)?.and_then(|it| it.payer),
        logging: logging::read(logging.as_ref().and_then(|it| it.logging_enabled())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_follow_from_names() {
        let cases = [
            ("logs-111122223333-eu-west-1-an", BucketNamespace::AccountRegional),
            ("logs-111122223333-us-east-1-an", BucketNamespace::Global),
            ("logs-1111-eu-west-1-an", BucketNamespace::Global),
            ("logs", BucketNamespace::Global),
        ];
        for (name, expected) in cases {
            assert_eq!(namespace(name, "eu-west-1"), expected, "{name}");
        }
    }
}
