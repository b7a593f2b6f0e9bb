//! Where a bucket's requests are logged.

use aws_sdk_s3::types::{BucketLoggingStatus, LoggingEnabled};

use crate::core::prelude::*;

/// Where a bucket's requests are logged.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Logging {
    /// Bucket that the logs are written to.
    #[attr(required)]
    target_bucket: Attr<String>,
    /// What the names of logs begin with.
    #[attr(optional)]
    target_prefix: Attr<String>,
}

/// As the service tells it.
pub(super) fn read(logging: Option<&LoggingEnabled>) -> Vec<Logging> {
    let read = logging
        .map(|it| Logging { target_bucket: it.target_bucket().into(), target_prefix: it.target_prefix().into() });
    read.into_iter().collect()
}

/// As the service wants it; nothing switches logging off.
pub(super) fn write(logging: &[Logging]) -> Result<BucketLoggingStatus> {
    let enabled = logging.first().map(|it| {
        LoggingEnabled::builder()
            .target_bucket(it.target_bucket.as_str())
            .target_prefix(it.target_prefix.as_str())
            .build()
    });
    Ok(BucketLoggingStatus::builder().set_logging_enabled(enabled.transpose()?).build())
}
