//! What state holds of one object.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_addrs::{ConfigResource, Str};
use landform_values::Path;

use super::raw;

/// Whether an object can be relied on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectStatus {
    /// As its provider left it.
    #[default]
    Ready,
    /// Created but not finished, or marked by a user: the next plan replaces it.
    Tainted,
}

/// A name and raw JSON.
type Member = (Str, Arc<str>);

/// Members of the file that this version has no use for, kept as they were: names and raw JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extra(pub(crate) Option<Arc<[Member]>>);

impl Extra {
    /// From names and raw JSON.
    pub fn new(members: Vec<(Str, Arc<str>)>) -> Self {
        Self((!members.is_empty()).then(|| members.into()))
    }

    /// Names and raw JSON.
    pub fn members(&self) -> &[(Str, Arc<str>)] {
        self.0.as_deref().unwrap_or_default()
    }
}

/// One remote object: a resource instance's current one or a deposed one.
///
/// Its attributes stay the JSON text that a provider's schema decodes; nothing here looks into it. What many
/// instances have in common (dependencies, private data, sensitive paths) is shared.
#[derive(Clone, Debug)]
pub struct Object {
    /// Whether it can be relied on.
    pub status: ObjectStatus,
    /// The version of the resource type's schema that the attributes are written by.
    pub schema_version: i64,
    /// A JSON object without insignificant white space. Empty when only `attributes_flat` is there.
    pub attributes: Arc<str>,
    /// Attributes in the flat form of Terraform 0.11 and before; its provider's upgrade turns them into the other.
    pub attributes_flat: Option<Arc<BTreeMap<String, String>>>,
    /// Paths within the attributes that are sensitive beyond what the schema says.
    pub sensitive_attributes: Arc<[Path]>,
    /// What the provider wants to get back, opaque to the engine.
    pub private: Arc<[u8]>,
    /// What must be destroyed after it, sorted by printed address; see [`sorted_dependencies`].
    pub dependencies: Arc<[ConfigResource]>,
    /// Whether a replacement is created before this one is destroyed.
    pub create_before_destroy: bool,
    /// The resource identity as a JSON object.
    pub identity: Option<Arc<str>>,
    /// The version of the identity's schema.
    pub identity_schema_version: Option<i64>,
    /// What newer versions wrote.
    pub extra: Extra,
}

/// Sorts and shares dependencies as the state file has them.
pub fn sorted_dependencies(dependencies: impl IntoIterator<Item = ConfigResource>) -> Arc<[ConfigResource]> {
    let mut dependencies: Vec<ConfigResource> = dependencies.into_iter().collect();
    dependencies.sort_by_cached_key(ToString::to_string);
    dependencies.dedup();
    dependencies.into()
}

impl Object {
    /// A ready object of which only the attributes are known.
    pub fn new(schema_version: i64, attributes: impl Into<Arc<str>>) -> Self {
        Self {
            status: ObjectStatus::Ready,
            schema_version,
            attributes: attributes.into(),
            attributes_flat: None,
            sensitive_attributes: Arc::default(),
            private: Arc::default(),
            dependencies: Arc::default(),
            create_before_destroy: false,
            identity: None,
            identity_schema_version: None,
            extra: Extra::default(),
        }
    }

    /// Whether the next plan replaces it.
    pub fn is_tainted(&self) -> bool {
        self.status == ObjectStatus::Tainted
    }
}

/// Equal when the file would have the same bytes, but for the order of what is a set.
impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.status == other.status
            && self.schema_version == other.schema_version
            && self.create_before_destroy == other.create_before_destroy
            && self.identity_schema_version == other.identity_schema_version
            && raw::same(&self.attributes, &other.attributes)
            && self.attributes_flat == other.attributes_flat
            && same_set(&self.sensitive_attributes, &other.sensitive_attributes)
            && self.private == other.private
            && same_set(&self.dependencies, &other.dependencies)
            && match (&self.identity, &other.identity) {
                (Some(a), Some(b)) => raw::same(a, b),
                (a, b) => a.is_none() == b.is_none(),
            }
            && self.extra == other.extra
    }
}

fn same_set<T: PartialEq>(a: &Arc<[T]>, b: &Arc<[T]>) -> bool {
    Arc::ptr_eq(a, b)
        || a == b
        || (a.len() == b.len() && a.iter().all(|item| b.contains(item)) && b.iter().all(|item| a.contains(item)))
}

/// All objects of one resource instance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InstanceState {
    /// The one that expressions see.
    pub current: Option<Object>,
    /// Replaced ones that are still to be destroyed, by a key of eight hexadecimal digits.
    pub deposed: BTreeMap<Str, Object>,
    /// Which instance of the resource's provider configuration handles it, where that has `for_each`.
    pub provider_key: Option<Str>,
}

impl InstanceState {
    /// With a current object only.
    pub fn with_current(object: Object) -> Self {
        Self { current: Some(object), ..Self::default() }
    }

    /// Whether there is no object at all.
    pub fn is_empty(&self) -> bool {
        self.current.is_none() && self.deposed.is_empty()
    }

    /// A key for a further deposed object.
    pub fn new_deposed_key(&self) -> Str {
        loop {
            let [a, b, c, d, ..] = *uuid::Uuid::new_v4().as_bytes();
            let key: Str = format!("{:08x}", u32::from_be_bytes([a, b, c, d])).into();
            if !self.deposed.contains_key(&key) {
                return key;
            }
        }
    }

    /// Makes the current object, where there is one, a deposed one; returns its key.
    pub fn depose_current(&mut self) -> Option<Str> {
        let object = self.current.take()?;
        let key = self.new_deposed_key();
        self.deposed.insert(key.clone(), object);
        Some(key)
    }

    /// Makes a deposed object the current one again, where there is none; returns whether it did.
    pub fn restore_deposed(&mut self, key: &str) -> bool {
        if self.current.is_none() {
            self.current = self.deposed.remove(key);
        }
        self.current.is_some()
    }
}
