//! By what objects are told apart and found.

use std::fmt;

use landform_values::{Kind, Str, Value};

/// The resource identity of an object before and after a change. Of objects without one, nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IdentityChange {
    /// Of the object as it is.
    pub before: Option<Value>,
    /// Of the object as it will be, perhaps with unknown values.
    pub after: Option<Value>,
}

/// By what an object is found that is to be imported.
#[derive(Clone, Debug, PartialEq)]
pub enum PlannedImport {
    /// Not known yet, of changes that are put off.
    Unknown,
    /// An id.
    Id(Str),
    /// A resource identity, wholly known.
    Identity(Value),
}

impl IdentityChange {
    /// Of an object that stays as it is.
    pub fn none(identity: Option<Value>) -> Self {
        Self { before: identity.clone(), after: identity }
    }
}

impl PlannedImport {
    /// What kind of thing it is, as messages name it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unknown | Self::Id(_) => "id",
            Self::Identity(_) => "identity",
        }
    }
}

/// The id, or `name=value` for each attribute of an identity. What is not known is empty.
impl fmt::Display for PlannedImport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let identity = match self {
            Self::Unknown => return Ok(()),
            Self::Id(id) => return f.write_str(id),
            Self::Identity(identity) => identity,
        };
        for (index, (name, value)) in identity.elements().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{}=", name.as_str().unwrap_or_default())?;
            write_value(f, value)?;
        }
        Ok(())
    }
}

fn write_value(f: &mut fmt::Formatter<'_>, value: &Value) -> fmt::Result {
    match value.kind() {
        Kind::String(text) => f.write_str(text),
        Kind::Number(number) => write!(f, "{number}"),
        Kind::Bool(truth) => write!(f, "{truth}"),
        _ if value.is_null() => f.write_str("<null>"),
        _ => {
            f.write_str("[")?;
            for (index, (_, element)) in value.elements().enumerate() {
                f.write_str(if index == 0 { "" } else { "," })?;
                write_value(f, element)?;
            }
            f.write_str("]")
        }
    }
}
