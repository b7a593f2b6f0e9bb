//! The present value of each instance.

use std::collections::{BTreeMap, HashMap};

use landform_addrs::{AbsResource, InstanceKey, ResourceInstance};
use landform_values::Value;

/// Values by resource and key.
#[derive(Debug, Default)]
pub(super) struct Values(HashMap<AbsResource, BTreeMap<InstanceKey, Value>>);

impl Values {
    /// Sets the value of an instance.
    pub(super) fn insert(&mut self, address: &ResourceInstance, value: Value) {
        self.0.entry(address.resource()).or_default().insert(address.key.clone(), value);
    }

    /// The values of a resource's instances, by key.
    pub(super) fn of(&self, resource: &AbsResource) -> Option<&BTreeMap<InstanceKey, Value>> {
        self.0.get(resource)
    }
}
