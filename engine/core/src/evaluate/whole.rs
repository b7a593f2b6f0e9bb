//! A repeated object as one value.

use landform_addrs::InstanceKey;
use landform_values::{Str, Type, Value};

/// How instances of an object are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EachMode {
    /// There is one, without a key.
    Single,
    /// There is one, without a key, or none.
    Optional,
    /// By index.
    Count,
    /// By string.
    ForEach,
}

impl EachMode {
    /// Whether a value by this mode has a place for an instance that nobody asked for.
    pub(crate) fn has_place_for(self, key: &InstanceKey) -> bool {
        matches!((self, key), (Self::Count, InstanceKey::Int(_)) | (Self::ForEach, InstanceKey::String(_)))
    }
}

/// The value of a resource or module call: the one instance's or null, a tuple by index, or an object by key. Built once and
/// shared: a reference to ten thousand instances costs nothing per element.
pub(crate) fn whole_value(mode: EachMode, instances: Vec<(InstanceKey, Value)>) -> Value {
    whole_value_of(mode, instances, &Type::Dynamic)
}

/// As [`whole_value`], of a resource whose objects have a type.
pub(crate) fn whole_value_of(mode: EachMode, instances: Vec<(InstanceKey, Value)>, ty: &Type) -> Value {
    match mode {
        EachMode::Single => instances.into_iter().next().map_or_else(|| Value::unknown(ty.clone()), |(_, value)| value),
        EachMode::Optional => instances.into_iter().next().map_or(Value::NULL, |(_, value)| value),
        EachMode::Count => {
            let mut instances = instances;
            instances.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::tuple(with_gaps(instances, ty))
        }
        EachMode::ForEach => Value::object(instances.into_iter().filter_map(|(key, value)| match key {
            InstanceKey::String(key) => Some((key, value)),
            _ => None::<(Str, Value)>,
        })),
    }
}

/// The values by index; what is not there, because a plan leaves it out, is unknown.
fn with_gaps(instances: Vec<(InstanceKey, Value)>, ty: &Type) -> Vec<Value> {
    let mut values = Vec::with_capacity(instances.len());
    for (key, value) in instances {
        if let InstanceKey::Int(index) = key
            && let Ok(index) = usize::try_from(index)
            && values.len() < index
        {
            values.resize(index, Value::unknown(ty.clone()));
        }
        values.push(value);
    }
    values
}
