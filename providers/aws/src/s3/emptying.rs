//! Deleting all that is in a bucket.

use aws_sdk_s3::types::{Delete, ObjectIdentifier, ObjectLockLegalHold, ObjectLockLegalHoldStatus};

use crate::core::prelude::*;

/// Whether objects are locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Locks {
    /// None are.
    Absent,
    /// Locks that may be lifted are.
    Lift,
}

/// Deletes all objects, all their versions and all delete markers of a bucket, a page of a thousand at a time.
pub(super) async fn empty(cx: &Aws, bucket: &str, locks: Locks) -> Result<()> {
    loop {
        let page = cx.s3().list_object_versions().bucket(bucket).send().await?;
        let versions = page.versions().iter().map(|it| (it.key(), it.version_id()));
        let markers = page.delete_markers().iter().map(|it| (it.key(), it.version_id()));
        let objects = versions.chain(markers).filter_map(|(key, version)| {
            let builder = ObjectIdentifier::builder().key(key?).set_version_id(version.map(str::to_owned));
            builder.build().ok()
        });
        let objects: Vec<ObjectIdentifier> = objects.collect();
        if objects.is_empty() {
            return Ok(());
        }
        delete(cx, bucket, objects, locks).await?;
    }
}

async fn delete(cx: &Aws, bucket: &str, objects: Vec<ObjectIdentifier>, locks: Locks) -> Result<()> {
    let delete = Delete::builder().set_objects(Some(objects)).quiet(true).build()?;
    let request = cx.s3().delete_objects().bucket(bucket).delete(delete);
    let request = request.set_bypass_governance_retention((locks == Locks::Lift).then_some(true));
    let deleted = request.send().await?;
    let mut left = Vec::new();
    for error in deleted.errors() {
        let (key, version) = (error.key().unwrap_or_default(), error.version_id());
        let lifted = locks == Locks::Lift && error.code() == Some("AccessDenied");
        if lifted && release(cx, bucket, key, version).await.is_ok() {
            continue;
        }
        if error.code() != Some("NoSuchKey") {
            left.push(format!("{key}: {} ({})", error.message().unwrap_or_default(), error.code().unwrap_or_default()));
        }
    }
    if left.is_empty() {
        return Ok(());
    }
    left.truncate(10);
    let message = format!("These objects of bucket {bucket} can not be deleted:\n  - {}", left.join("\n  - "));
    Err(Error::new("Bucket not emptied", message))
}

/// Ends the legal hold of an object and deletes it.
async fn release(cx: &Aws, bucket: &str, key: &str, version: Option<&str>) -> Result<()> {
    let version = version.map(str::to_owned);
    let off = ObjectLockLegalHold::builder().status(ObjectLockLegalHoldStatus::Off).build();
    let request = cx.s3().put_object_legal_hold().bucket(bucket).key(key).set_version_id(version.clone());
    request.legal_hold(off).send().await?;
    let request = cx.s3().delete_object().bucket(bucket).key(key).set_version_id(version);
    request.bypass_governance_retention(true).send().await?;
    Ok(())
}
