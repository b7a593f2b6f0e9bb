//! A state with its objects decoded.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_addrs::{ConfigResource, ProviderConfigAddr, ResourceInstance};
use landform_schema::Schema;
use landform_values::{Str, Value};

use crate::CheckResult;

/// A state whose objects are decoded by their schemas, for those who look at it.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Root module outputs; those declared sensitive are marked.
    pub outputs: BTreeMap<Str, Value>,
    /// All objects, deposed ones included, by module, resource and key.
    pub objects: Vec<StateObject>,
    /// Results of checks, where any were stored.
    pub checks: Vec<CheckResult>,
}

/// One object in state.
#[derive(Clone, Debug)]
pub struct StateObject {
    /// Its instance.
    pub address: ResourceInstance,
    /// Its deposed key; `None` for the current object.
    pub deposed: Option<Str>,
    /// The provider configuration that made it.
    pub provider: ProviderConfigAddr,
    /// The object: of the schema's type, marked, wholly known.
    pub value: Value,
    /// By what it is told from all others: of the type of the identity schema.
    pub identity: Option<Value>,
    /// Whether it is to be replaced.
    pub status: ObjectStatus,
    /// What it was made after.
    pub depends_on: Vec<ConfigResource>,
    /// The shape of the object.
    pub schema: Arc<Schema>,
}

/// Whether an object can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ObjectStatus {
    /// It is as state says.
    #[default]
    Ready,
    /// It was not made completely, or a user says so.
    Tainted,
}

impl State {
    /// Whether there is neither object nor output.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.outputs.is_empty()
    }
}
