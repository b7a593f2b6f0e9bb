//! Values from their recorded documents: what is known, what is not, and what is sensitive.

use landform_values::{Marks, Path, Step, Str, Type, Value};
use serde_json::Value as Json;

/// Three views of one value.
#[derive(Clone, Copy)]
pub(crate) struct Recorded<'a> {
    pub(crate) known: &'a Json,
    pub(crate) unknown: &'a Json,
    pub(crate) sensitive: &'a Json,
}

impl<'a> Recorded<'a> {
    pub(crate) fn of(known: &'a Json) -> Self {
        Self { known, unknown: &Json::Null, sensitive: &Json::Null }
    }

    /// By a type; at `any`, by the form of the JSON.
    pub(crate) fn value(&self, ty: &Type) -> Value {
        let value = self.unmarked(ty);
        if self.sensitive == &Json::Bool(true) { value.with_marks(&Marks::sensitive()) } else { value }
    }

    fn unmarked(&self, ty: &Type) -> Value {
        if self.unknown == &Json::Bool(true) {
            return Value::unknown(self.unknown_type(ty));
        }
        if self.known.is_null() && !self.has_unknown_parts() {
            return Value::null(ty.clone());
        }
        match ty {
            Type::Object(object) => {
                Value::object(object.iter().map(|(name, ty, _)| (name.clone(), self.at(name).value(ty))))
            }
            Type::Map(element) => {
                Value::map((**element).clone(), self.keys().map(|key| (key.clone(), self.at(&key).value(element))))
            }
            Type::List(element) => Value::list((**element).clone(), self.items().map(|item| item.value(element))),
            Type::Set(element) => Value::set((**element).clone(), self.items().map(|item| item.value(element))),
            Type::Tuple(types) => Value::tuple(self.items().zip(types.iter()).map(|(item, ty)| item.value(ty))),
            Type::Dynamic if self.known.is_object() || self.unknown.is_object() => {
                Value::object(self.keys().map(|key| (key.clone(), self.at(&key).value(&Type::Dynamic))))
            }
            Type::Dynamic if self.known.is_array() => Value::tuple(self.items().map(|item| item.value(&Type::Dynamic))),
            Type::Dynamic => landform_values::json::decode_implied(&self.known.to_string()).expect("a value"),
            primitive => landform_values::json::decode(&self.known.to_string(), primitive).expect("a value"),
        }
    }

    fn has_unknown_parts(&self) -> bool {
        self.unknown.as_object().is_some_and(|parts| !parts.is_empty())
    }

    /// The form of `sensitive` tells apart what is unknown.
    fn unknown_type(&self, ty: &Type) -> Type {
        match (ty, self.sensitive) {
            (Type::Dynamic, Json::Object(_)) => Type::object::<Str>([]),
            (Type::Dynamic, Json::Array(_)) => Type::tuple([]),
            _ => ty.clone(),
        }
    }

    fn at(&self, name: &str) -> Self {
        let part = |json: &'a Json| json.get(name).unwrap_or(&Json::Null);
        Self { known: part(self.known), unknown: part(self.unknown), sensitive: part(self.sensitive) }
    }

    fn keys(&self) -> impl Iterator<Item = Str> {
        let keys = |json: &'a Json| json.as_object().into_iter().flatten().map(|(key, _)| Str::from(&**key));
        keys(self.known).chain(keys(self.unknown)).collect::<std::collections::BTreeSet<_>>().into_iter()
    }

    fn items(&self) -> impl Iterator<Item = Self> {
        let part = |json: &'a Json, index: usize| json.get(index).unwrap_or(&Json::Null);
        let Self { known, unknown, sensitive } = *self;
        let length = known.as_array().map_or(0, Vec::len);
        (0..length).map(move |index| Self {
            known: part(known, index),
            unknown: part(unknown, index),
            sensitive: part(sensitive, index),
        })
    }
}

/// A path into a value of a type. JSON does not tell attributes from keys.
pub(crate) fn path(json: &Json, ty: &Type) -> Path {
    let mut ty = ty;
    let steps = json.as_array().into_iter().flatten().map(|step| {
        let key = landform_values::json::decode_implied(&step.to_string()).expect("an index");
        let is_key = ty.is_collection();
        let within = step.as_str().and_then(|name| ty.as_object()?.get(name)).or(ty.element());
        ty = within.unwrap_or(&Type::Dynamic);
        match step.as_str() {
            Some(name) if !is_key => Step::Attribute(name.into()),
            _ => Step::Index(key),
        }
    });
    Path(steps.collect())
}
