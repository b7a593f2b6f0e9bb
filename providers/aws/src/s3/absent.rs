//! What a bucket does not have, S3 says in many ways.

use aws_sdk_s3::error::SdkError;

use crate::core::{Error, Result};

/// The bucket is there but has no such configuration.
const ABSENT: [&str; 10] = [
    "NoSuchBucketPolicy",
    "NoSuchCORSConfiguration",
    "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchTagSet",
    "NoSuchTagSetError",
    "NoSuchWebsiteConfiguration",
    "ObjectLockConfigurationNotFoundError",
    "ReplicationConfigurationNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
];

/// The region, or a service that only speaks like S3, does not have such configurations.
const UNKNOWN: [&str; 5] =
    ["MethodNotAllowed", "NotImplemented", "XNotImplemented", "UnsupportedArgument", "UnsupportedOperation"];

/// An answer, or `None` where there is nothing to answer. A missing bucket is an error.
pub(super) fn present<T, E>(answer: std::result::Result<T, SdkError<E>>) -> Result<Option<T>>
where
    Error: From<SdkError<E>>,
{
    match answer.map_err(Error::from) {
        Ok(found) => Ok(Some(found)),
        Err(error) if is_absent(&error) || error.is(&UNKNOWN) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the bucket has no such configuration.
pub(super) fn is_absent(error: &Error) -> bool {
    error.is(&ABSENT)
}

/// A bucket that is still unknown to the part of S3 that was asked, or is being changed otherwise at this moment.
pub(super) fn is_young(error: &Error) -> bool {
    error.is(&["NoSuchBucket", "404", "OperationAborted"])
}
