//! What can be the type of a model's field, and how it meets [`Value`].

use std::collections::{BTreeMap, BTreeSet};

use landform_values::{Number, PathError, Step, Type, Value};

use super::{Attr, Shape};

/// A type of known attribute values. Models derived without a name are such types too: objects.
pub trait AttrType: Sized {
    /// The language's type.
    fn ty() -> Type;
    /// From a value that is wholly known and not null.
    fn decode(value: &Value) -> Result<Self, PathError>;
    /// To a value of [`Self::ty`].
    fn encode(&self) -> Value;
    /// What is in the objects of which it consists, if it does.
    fn nested() -> Option<Shape> {
        None
    }
}

/// A field that is an attribute: [`Attr`] of an [`AttrType`].
pub trait AttrField: Sized {
    /// The language's type.
    fn ty() -> Type;
    /// From any value of the type.
    fn decode(value: &Value) -> Result<Self, PathError>;
    /// To a value of the type.
    fn encode(&self) -> Value;
    /// What is in the objects of which it consists, if it does.
    fn nested() -> Option<Shape>;
}

/// A field that is a nested block: `Vec` (list and set blocks) or `Option` (single ones) of a model.
pub trait BlockField: Sized {
    /// What is in one block.
    fn shape() -> Shape;
    /// The type of one block.
    fn object_type() -> Type;
    /// From a list, set, object or null. Unknown blocks are left out.
    fn decode(value: &Value) -> Result<Self, PathError>;
    /// The blocks as objects.
    fn objects(&self) -> Vec<Value>;
}

fn wrong(ty: &Type) -> PathError {
    PathError::new(format!("{} required", ty.friendly_name()))
}

impl<T: AttrType> AttrField for Attr<T> {
    fn ty() -> Type {
        T::ty()
    }

    fn decode(value: &Value) -> Result<Self, PathError> {
        if !value.is_wholly_known() {
            Ok(Self::Unknown)
        } else if value.is_null() {
            Ok(Self::Null)
        } else {
            T::decode(value).map(Self::Known)
        }
    }

    fn encode(&self) -> Value {
        match self {
            Self::Null => Value::null(T::ty()),
            Self::Unknown => Value::unknown(T::ty()),
            Self::Known(value) => value.encode(),
        }
    }

    fn nested() -> Option<Shape> {
        T::nested()
    }
}

impl AttrType for String {
    fn ty() -> Type {
        Type::String
    }

    fn decode(value: &Value) -> Result<Self, PathError> {
        value.as_str().map(str::to_owned).ok_or_else(|| wrong(&Type::String))
    }

    fn encode(&self) -> Value {
        Value::string(self.as_str())
    }
}

impl AttrType for bool {
    fn ty() -> Type {
        Type::Bool
    }

    fn decode(value: &Value) -> Result<Self, PathError> {
        value.as_bool().ok_or_else(|| wrong(&Type::Bool))
    }

    fn encode(&self) -> Value {
        Value::from(*self)
    }
}

impl AttrType for i64 {
    fn ty() -> Type {
        Type::Number
    }

    fn decode(value: &Value) -> Result<Self, PathError> {
        value.as_number().and_then(Number::to_i64).ok_or_else(|| PathError::new("a whole number is required"))
    }

    fn encode(&self) -> Value {
        Value::number(*self)
    }
}

impl AttrType for f64 {
    fn ty() -> Type {
        Type::Number
    }

    fn decode(value: &Value) -> Result<Self, PathError> {
        value.as_number().map(Number::to_f64).ok_or_else(|| wrong(&Type::Number))
    }

    fn encode(&self) -> Value {
        Number::from_f64(*self).map_or_else(|| Value::null(Type::Number), Value::number)
    }
}

fn decode_items<T: AttrType, C: FromIterator<T>>(value: &Value) -> Result<C, PathError> {
    let items = value.elements().filter(|(_, item)| !item.is_null());
    items.map(|(key, item)| T::decode(item).map_err(|error| error.inside(Step::Index(key)))).collect()
}

impl<T: AttrType> AttrType for Vec<T> {
    fn ty() -> Type {
        Type::list(T::ty())
    }

    fn decode(value: &Value) -> Result<Self, PathError> {
        decode_items(value)
    }

    fn encode(&self) -> Value {
        Value::list(T::ty(), self.iter().map(T::encode))
    }

    fn nested() -> Option<Shape> {
        T::nested()
    }
}

impl<T: AttrType + Ord> AttrType for BTreeSet<T> {
    fn ty() -> Type {
        Type::set(T::ty())
    }

    fn decode(value: &Value) -> Result<Self, PathError> {
        decode_items(value)
    }

    fn encode(&self) -> Value {
        Value::set(T::ty(), self.iter().map(T::encode))
    }

    fn nested() -> Option<Shape> {
        T::nested()
    }
}

impl<T: AttrType> AttrType for BTreeMap<String, T> {
    fn ty() -> Type {
        Type::map(T::ty())
    }

    fn decode(value: &Value) -> Result<Self, PathError> {
        let items = value.as_mapping().ok_or_else(|| wrong(&Self::ty()))?.items();
        let items = items.iter().filter(|(_, item)| !item.is_null());
        items
            .map(|(key, item)| {
                let decoded = T::decode(item).map_err(|error| error.inside(Step::Index(Value::from(key.clone()))))?;
                Ok((key.to_string(), decoded))
            })
            .collect()
    }

    fn encode(&self) -> Value {
        Value::map(T::ty(), self.iter().map(|(key, item)| (key.as_str(), item.encode())))
    }

    fn nested() -> Option<Shape> {
        T::nested()
    }
}

impl<T: AttrType + HasShape> BlockField for Vec<T> {
    fn shape() -> Shape {
        T::shape()
    }

    fn object_type() -> Type {
        T::ty()
    }

    fn decode(value: &Value) -> Result<Self, PathError> {
        let items = value.elements().filter(|(_, item)| !item.is_null() && item.is_known());
        items.map(|(key, item)| T::decode(item).map_err(|error| error.inside(Step::Index(key)))).collect()
    }

    fn objects(&self) -> Vec<Value> {
        self.iter().map(T::encode).collect()
    }
}

impl<T: AttrType + HasShape> BlockField for Option<T> {
    fn shape() -> Shape {
        T::shape()
    }

    fn object_type() -> Type {
        T::ty()
    }

    fn decode(value: &Value) -> Result<Self, PathError> {
        if value.is_null() || !value.is_known() { Ok(None) } else { T::decode(value).map(Some) }
    }

    fn objects(&self) -> Vec<Value> {
        self.iter().map(T::encode).collect()
    }
}

/// A derived struct: its attributes and blocks.
pub trait HasShape {
    /// The attributes and blocks of the struct.
    fn shape() -> Shape;
}
