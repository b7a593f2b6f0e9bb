//! Values and paths as they are stored.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use landform_values::{Marks, Number, Path, Step, Type, Value, msgpack};
use serde::{Deserialize, Serialize};

use super::Unusable;
use crate::objects::mark_at;

/// A value with unknown parts and marks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredValue {
    /// MessagePack in base64.
    v: String,
    /// What is sensitive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    s: Vec<StoredPath>,
    /// What is ephemeral.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    e: Vec<StoredPath>,
}

/// A path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredPath(Vec<StoredStep>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum StoredStep {
    #[serde(rename = "a")]
    Attribute(String),
    #[serde(rename = "k")]
    Key(String),
    #[serde(rename = "n")]
    Number(String),
    /// An element of a set, as MessagePack in base64.
    #[serde(rename = "e")]
    Element(String),
}

/// Bytes as text.
pub(super) fn bytes_to_text(bytes: &[u8]) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

/// Text as bytes.
pub(super) fn text_to_bytes(text: &str) -> Result<Vec<u8>, Unusable> {
    STANDARD_NO_PAD.decode(text).map_err(|error| Unusable::of("bytes in it are no base64", error))
}

impl StoredValue {
    /// A value of a type; of any for [`Type::Dynamic`].
    pub(super) fn new(value: &Value, ty: &Type) -> Result<Self, Unusable> {
        let marked = value.marked_paths();
        let paths = |wanted: fn(&Marks) -> bool| -> Result<Vec<StoredPath>, Unusable> {
            marked.iter().filter(|(_, marks)| wanted(marks)).map(|(path, _)| StoredPath::new(path)).collect()
        };
        let (plain, _) = value.clone().unmark_deep();
        let bytes = msgpack::encode(&plain, ty).map_err(|error| Unusable::of("a value is not of its type", error))?;
        Ok(Self { v: bytes_to_text(&bytes), s: paths(Marks::is_sensitive)?, e: paths(Marks::is_ephemeral)? })
    }

    pub(super) fn restore(self, ty: &Type) -> Result<Value, Unusable> {
        let bytes = text_to_bytes(&self.v)?;
        let value = msgpack::decode(&bytes, ty).map_err(|error| Unusable::of("a value in it is damaged", error))?;
        let value = mark(value, self.s, &Marks::sensitive())?;
        mark(value, self.e, &Marks::ephemeral())
    }
}

fn mark(value: Value, paths: Vec<StoredPath>, marks: &Marks) -> Result<Value, Unusable> {
    paths.into_iter().try_fold(value, |value, path| Ok(mark_at(&value, &path.restore()?, marks)))
}

impl StoredPath {
    pub(super) fn new(path: &Path) -> Result<Self, Unusable> {
        path.0.iter().map(StoredStep::new).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn restore(self) -> Result<Path, Unusable> {
        self.0.into_iter().map(StoredStep::restore).collect::<Result<_, _>>().map(Path)
    }
}

impl StoredStep {
    fn new(step: &Step) -> Result<Self, Unusable> {
        Ok(match step {
            Step::Attribute(name) => Self::Attribute(name.to_string()),
            Step::Index(key) => match (key.as_str(), key.as_number()) {
                (Some(key), _) => Self::Key(key.to_owned()),
                (_, Some(number)) => Self::Number(number.to_string()),
                _ => {
                    let plain = key.clone().unmark_deep().0;
                    let bytes = msgpack::encode(&plain, &Type::Dynamic);
                    Self::Element(bytes_to_text(&bytes.map_err(|error| Unusable::of("a path leads nowhere", error))?))
                }
            },
        })
    }

    fn restore(self) -> Result<Step, Unusable> {
        Ok(match self {
            Self::Attribute(name) => Step::Attribute(name.into()),
            Self::Key(key) => Step::Index(Value::from(key.as_str())),
            Self::Number(text) => {
                let number = Number::parse(&text).ok_or_else(|| Unusable::new("an index in it is no number"))?;
                Step::Index(Value::number(number))
            }
            Self::Element(text) => {
                let element = msgpack::decode(&text_to_bytes(&text)?, &Type::Dynamic);
                Step::Index(element.map_err(|error| Unusable::of("a path in it is damaged", error))?)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive() {
        let secret = || Value::from("s").with_marks(&Marks::sensitive());
        let values = [
            Value::NULL,
            Value::dynamic(),
            Value::unknown_not_null(Type::String).with_marks(&Marks::ephemeral()),
            Value::number(Number::parse("9007199254740993.5").expect("a number")),
            Value::object([("a", secret()), ("b", Value::list(Type::String, [Value::from("x"), secret()]))]),
            Value::tuple([Value::map(Type::String, [("k", secret())]), Value::unknown(Type::set(Type::Bool))]),
        ];
        for value in values {
            let stored = StoredValue::new(&value, &Type::Dynamic).expect("storable");
            let text = serde_json::to_string(&stored).expect("JSON");
            let stored: StoredValue = serde_json::from_str(&text).expect("JSON");
            assert_eq!(stored.restore(&Type::Dynamic), Ok(value));
        }
    }
}
