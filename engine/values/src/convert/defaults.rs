//! Defaults of optional attributes, as type constraints with `optional(type, default)` carry them.

use std::collections::BTreeMap;

use super::{Safety, unify_with};
use crate::{Kind, Str, Type, Value};

/// A tree of defaults along a type.
#[derive(Clone, Debug, PartialEq)]
pub struct Defaults {
    /// The type of this node.
    pub ty: Type,
    /// Defaults of an object's attributes.
    pub values: BTreeMap<Str, Value>,
    /// Defaults within: by attribute name of an object, by index of a tuple, under `""` for the elements of a
    /// collection.
    pub children: BTreeMap<Str, Defaults>,
}

impl Defaults {
    /// No defaults.
    pub fn none(ty: Type) -> Self {
        Self { ty, values: BTreeMap::new(), children: BTreeMap::new() }
    }

    /// Whether there are none, here and below.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.children.is_empty()
    }

    /// Fills in defaults where an object lacks an attribute or has it null. The result is still to be converted;
    /// what does not fit the defaults stays as it is, for the conversion to complain about. Null and unknown values
    /// get no defaults.
    #[must_use]
    pub fn apply(&self, value: &Value) -> Value {
        if self.is_empty() {
            return value.clone();
        }
        let filled = match value.kind() {
            Kind::Tuple(items) => Value::tuple(self.sequence(items.items())),
            Kind::List(items) if !items.items().is_empty() => {
                let items = self.sequence(items.items());
                same_type(&items).map_or_else(|| Value::tuple(items), |(ty, items)| Value::list(ty, items))
            }
            Kind::Set(items) if !items.items().is_empty() => {
                let items = self.sequence(items.items());
                same_type(&items).map_or_else(|| Value::tuple(items), |(ty, items)| Value::set(ty, items))
            }
            Kind::Object(items) => Value::object(self.mapping(items.items())),
            Kind::Map(items) => match self.mapping(items.items()) {
                filled if filled.is_empty() => return value.clone(),
                filled => {
                    let (names, values): (Vec<Str>, Vec<Value>) = filled.into_iter().unzip();
                    match same_type(&values) {
                        Some((ty, values)) => Value::map(ty, names.into_iter().zip(values)),
                        None => Value::object(names.into_iter().zip(values)),
                    }
                }
            },
            _ => return value.clone(),
        };
        filled.with_marks(value.marks())
    }

    fn sequence(&self, items: &[Value]) -> Vec<Value> {
        let is_tuple = matches!(self.ty, Type::Tuple(_));
        let child =
            |index: usize| if is_tuple { self.children.get(index.to_string().as_str()) } else { self.element() };
        items
            .iter()
            .enumerate()
            .map(|(index, item)| child(index).map_or(item.clone(), |child| child.apply(item)))
            .collect()
    }

    fn element(&self) -> Option<&Self> {
        self.children.get("")
    }

    fn mapping(&self, items: &[(Str, Value)]) -> BTreeMap<Str, Value> {
        let is_object = matches!(self.ty, Type::Object(_));
        let child = |name: &str| if is_object { self.children.get(name) } else { self.element() };
        let mut filled: BTreeMap<Str, Value> = items
            .iter()
            .map(|(name, item)| (name.clone(), child(name).map_or_else(|| item.clone(), |child| child.apply(item))))
            .collect();
        for (name, default) in &self.values {
            let given = filled.get(name).filter(|value| !value.is_null());
            let value = match given {
                Some(value) if default.is_surely_not_null() => value.clone().refine_not_null(),
                Some(value) => value.clone(),
                None => self.children.get(name).map_or_else(|| default.clone(), |child| child.apply(default)),
            };
            filled.insert(name.clone(), value);
        }
        filled
    }
}

/// Items brought to their one type.
fn same_type(items: &[Value]) -> Option<(Type, Vec<Value>)> {
    let types: Vec<Type> = items.iter().map(Value::ty).collect();
    let unified = unify_with(&types, Safety::Unsafe)?;
    let items = items.iter().map(|item| unified.convert(item)).collect::<Result<Vec<_>, _>>().ok()?;
    Some((unified.ty, items))
}
