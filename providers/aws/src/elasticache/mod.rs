//! ElastiCache.

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// The types of this service.
pub(crate) fn register(_registry: &mut Registry<Aws>) {}
