//! Reads of S3 that buckets and their separate configurations share.

use aws_sdk_s3::operation::get_bucket_versioning::GetBucketVersioningOutput;
use aws_sdk_s3::types::ServerSideEncryptionRule;

use super::absent::present;
use crate::core::{Aws, Error, Fetch, Result, one_by_one};

/// A load that asks for each bucket on its own. A bucket that is gone, or that may not be asked for, keeps nobody from
/// the others.
macro_rules! of_bucket {
    ($(#[$doc:meta])* $load:ident: $item:ty, $call:ident, |$told:ident| $value:expr) => {
        $(#[$doc])*
        pub(super) struct $load;

        impl Fetch for $load {
            type Item = Result<Option<$item>>;
            const CHUNK: usize = usize::MAX;

            async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, Self::Item)>> {
                one_by_one(keys, |bucket| async move {
                    let told = present(cx.s3().$call().bucket(&bucket).send().await);
                    Ok(Some(told.map(|told| told.and_then(|$told| $value))))
                })
                .await
            }
        }
    };
}

of_bucket! {
    /// Versioning, by the bucket's name.
    Versionings: GetBucketVersioningOutput, get_bucket_versioning, |told| Some(told)
}

of_bucket! {
    /// Rules of encryption, by the bucket's name.
    Encryptions: Vec<ServerSideEncryptionRule>, get_bucket_encryption, |told| {
        told.server_side_encryption_configuration.map(|it| it.rules)
    }
}

/// What a bucket has of a kind. A missing bucket is an error, as S3 tells it.
pub(super) async fn of<F, T>(cx: &Aws, bucket: &str) -> Result<Option<T>>
where
    F: Fetch<Item = Result<Option<T>>>,
    T: Clone,
{
    match cx.load_one::<F>(bucket).await?.get(bucket) {
        Some(Ok(found)) => Ok(found.clone()),
        Some(Err(error)) => Err(Error::clone(error)),
        None => Ok(None),
    }
}
