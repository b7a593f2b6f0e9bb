//! Whether a bucket keeps what is overwritten.

use aws_sdk_s3::operation::get_bucket_versioning::GetBucketVersioningOutput;
use aws_sdk_s3::types::{BucketVersioningStatus, MfaDelete, MfaDeleteStatus, VersioningConfiguration};

use crate::core::prelude::*;

/// Whether a bucket keeps what is overwritten.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Versioning {
    /// Whether it does.
    #[attr(optional, default = false)]
    pub(super) enabled: Attr<bool>,
    /// Whether versions can only be deleted with a second factor.
    #[attr(optional, default = false)]
    mfa_delete: Attr<bool>,
}

/// As the service tells it. Versioning that was never switched on counts as off.
pub(super) fn read(told: Option<&GetBucketVersioningOutput>) -> Vec<Versioning> {
    let read = told.map(|told| Versioning {
        enabled: (told.status() == Some(&BucketVersioningStatus::Enabled)).into(),
        mfa_delete: (told.mfa_delete() == Some(&MfaDeleteStatus::Enabled)).into(),
    });
    read.into_iter().collect()
}

/// As the service wants it. A new bucket (`prior` is empty) is left alone unless something is switched on.
pub(super) fn write(prior: &[Versioning], planned: &[Versioning]) -> Option<VersioningConfiguration> {
    let planned = planned.first()?;
    let (enabled, mfa_delete) = (planned.enabled.is_true(), planned.mfa_delete.is_true());
    if prior.is_empty() {
        if !enabled && !mfa_delete {
            return None;
        }
        let builder = VersioningConfiguration::builder().set_mfa_delete(mfa_delete.then_some(MfaDelete::Enabled));
        return Some(builder.set_status(enabled.then_some(BucketVersioningStatus::Enabled)).build());
    }
    let status = if enabled { BucketVersioningStatus::Enabled } else { BucketVersioningStatus::Suspended };
    let mfa_delete = if mfa_delete { MfaDelete::Enabled } else { MfaDelete::Disabled };
    Some(VersioningConfiguration::builder().status(status).mfa_delete(mfa_delete).build())
}
