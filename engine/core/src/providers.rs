//! The providers at hand.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use landform_addrs::ProviderAddr;
use landform_config::reference::Schemas;
use landform_provider_api::Provider;
use landform_schema::ProviderSchemas;

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

impl fmt::Debug for ProviderSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Schemas for ProviderSet {
    fn of(&self, provider: &ProviderAddr) -> Option<Arc<ProviderSchemas>> {
        self.get(provider).map(|provider| provider.schemas())
    }
}
