//! Databases and clusters that are made from a backup in a bucket.

use crate::core::prelude::*;

/// A backup of MySQL in a bucket.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct S3Import {
    /// Name of the bucket.
    #[attr(required, replace)]
    pub(super) bucket_name: Attr<String>,
    /// What the names of its objects begin with.
    #[attr(optional, replace)]
    pub(super) bucket_prefix: Attr<String>,
    /// ARN of the role that may read them.
    #[attr(required, replace)]
    pub(super) ingestion_role: Attr<String>,
    /// Engine that the backup is of.
    #[attr(required, replace)]
    pub(super) source_engine: Attr<String>,
    /// Version of the engine that the backup is of.
    #[attr(required, replace)]
    pub(super) source_engine_version: Attr<String>,
}
