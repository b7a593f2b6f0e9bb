//! Ids of what is set on a bucket, perhaps only if the bucket belongs to an account: `BUCKET` or `BUCKET,ACCOUNT`.

use std::time::Duration;

use landform_provider_api::framework::{Attr, Check};

use super::absent::is_young;
use crate::core::{Error, Result, retry_while};

/// How long a new bucket, or a change of it, may be unknown to the part of S3 that is asked.
const PROPAGATION: Duration = Duration::from_secs(120);

/// The id of what is set on a bucket.
pub(super) fn id(bucket: &Attr<String>, owner: &Attr<String>) -> String {
    match owner.text() {
        Some(owner) => format!("{},{owner}", bucket.as_str()),
        None => bucket.as_str().to_owned(),
    }
}

/// Bucket and owner of an id.
pub(super) fn parts(id: &str) -> (&str, Option<&str>) {
    id.split_once(',').map_or((id, None), |(bucket, owner)| (bucket, Some(owner)))
}

/// Repeats what fails only because the bucket is new, or is being changed otherwise at this moment.
pub(super) async fn patiently<F>(action: impl Fn() -> F) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    retry_while(PROPAGATION, is_young, action).await
}

/// Deleting what is set on a bucket that is gone, or that does not have it, succeeds.
pub(super) fn gone_is_fine(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if error.is_missing() || super::absent::is_absent(&error) => Ok(()),
        other => other,
    }
}

/// An account's number.
pub(super) fn account() -> Check {
    Check::text(|text| match text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit()) {
        true => Ok(()),
        false => Err(format!("{text:?} is not the number of an account: 12 digits")),
    })
}

/// Adds that what is set is not so any more because the bucket is another's.
pub(super) fn about(bucket: &str, error: Error) -> Error {
    error.while_doing(format!("configuring S3 bucket {bucket}"))
}
