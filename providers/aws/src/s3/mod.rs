//! Buckets.

mod absent;
mod bucket;
mod bucket_change;
mod bucket_places;
mod bucket_public_access_block;
mod bucket_read;
mod bucket_server_side_encryption_configuration;
mod bucket_versioning;
mod cors;
mod emptying;
mod encryption;
mod grants;
mod lifecycle;
mod loads;
mod logging;
mod object_lock;
mod owned;
mod replication;
mod tagging;
mod versioning;
mod website;

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// One line a type.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.resource::<bucket::Bucket>();
    registry.resource::<bucket_public_access_block::PublicAccessBlock>();
    registry.resource::<bucket_server_side_encryption_configuration::Encryption>();
    registry.resource::<bucket_versioning::Versioning>();
}
