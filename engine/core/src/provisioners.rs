//! The provisioners at hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_provider_api::Provisioner;
use landform_values::Str;

/// Provisioners by kind, such as `local-exec`. Cheap to clone.
#[derive(Clone, Default)]
pub struct ProvisionerSet(Arc<BTreeMap<Str, Arc<dyn Provisioner>>>);

impl ProvisionerSet {
    /// From kinds and provisioners.
    pub fn new(provisioners: impl IntoIterator<Item = (Str, Arc<dyn Provisioner>)>) -> Self {
        Self(Arc::new(provisioners.into_iter().collect()))
    }

    /// A provisioner by its kind.
    pub fn get(&self, kind: &str) -> Option<&Arc<dyn Provisioner>> {
        self.0.get(kind)
    }
}
