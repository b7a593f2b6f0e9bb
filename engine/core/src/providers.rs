//! The providers at hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_addrs::ProviderAddr;
use landform_provider_api::Provider;

/// Providers by address. Cheap to clone.
#[derive(Clone, Default)]
pub struct ProviderSet(Arc<BTreeMap<ProviderAddr, Arc<dyn Provider>>>);

impl ProviderSet {
    /// From addresses and providers.
    pub fn new(providers: impl IntoIterator<Item = (ProviderAddr, Arc<dyn Provider>)>) -> Self {
        Self(Arc::new(providers.into_iter().collect()))
    }

    /// A provider by its address.
    pub fn get(&self, address: &ProviderAddr) -> Option<&Arc<dyn Provider>> {
        self.0.get(address)
    }

    /// All of them, by address.
    pub fn iter(&self) -> impl Iterator<Item = (&ProviderAddr, &Arc<dyn Provider>)> {
        self.0.iter()
    }
}
