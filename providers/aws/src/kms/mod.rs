//! Keys.

mod alias;
mod key;
mod loads;

use std::time::Duration;

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// How long a change of a key, or a principal, may be unknown to the part of KMS that is asked.
const PROPAGATION: Duration = Duration::from_secs(120);

/// One line a type.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.resource::<alias::Alias>();
    registry.resource::<key::Key>();
}
