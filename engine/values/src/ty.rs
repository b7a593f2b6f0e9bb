//! Types: what a value may be.

use std::fmt;
use std::sync::Arc;

use crate::Str;

/// A type of the language. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// Not yet known (`any` in a constraint).
    Dynamic,
    /// Unicode text in normal form C.
    String,
    /// An arbitrary-precision number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A sequence of values of one type.
    List(Arc<Type>),
    /// Distinct values of one type, in a fixed order.
    Set(Arc<Type>),
    /// Values of one type by string keys.
    Map(Arc<Type>),
    /// A sequence with a type for each place.
    Tuple(Arc<[Type]>),
    /// Values by fixed names with a type for each.
    Object(Arc<ObjectType>),
    /// The type of the values that the console's `type` function and `convert`'s second argument yield.
    TypeOfType,
}

/// Attributes of an object type, sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ObjectType {
    /// Name, type, and whether a conversion may leave the attribute out (only in constraints).
    attributes: Vec<(Str, Type, bool)>,
}

impl ObjectType {
    /// From attributes in any order; of a repeated name the last counts. The flag says "optional".
    pub fn new(attributes: impl IntoIterator<Item = (Str, Type, bool)>) -> Self {
        let mut attributes: Vec<(Str, Type, bool)> = attributes.into_iter().collect();
        if !attributes.is_sorted_by(|(a, ..), (b, ..)| a < b) {
            attributes.reverse();
            attributes.sort_by(|(a, ..), (b, ..)| a.cmp(b));
            attributes.dedup_by(|(later, ..), (kept, ..)| later == kept);
        }
        Self { attributes }
    }

    /// The type of an attribute.
    pub fn get(&self, name: &str) -> Option<&Type> {
        self.position(name).map(|index| &self.attributes[index].1)
    }

    /// Whether an attribute exists and may be left out in a conversion.
    pub fn is_optional(&self, name: &str) -> bool {
        self.position(name).is_some_and(|index| self.attributes[index].2)
    }

    /// Place and type of an attribute.
    pub(crate) fn find(&self, name: &str) -> Option<(usize, &Type)> {
        self.position(name).map(|index| (index, &self.attributes[index].1))
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.attributes.binary_search_by(|(candidate, ..)| (**candidate).cmp(name)).ok()
    }

    /// Name, type and "optional", by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Str, &Type, bool)> {
        self.attributes.iter().map(|(name, ty, optional)| (name, ty, *optional))
    }

    /// How many attributes.
    pub fn len(&self) -> usize {
        self.attributes.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }
}

impl Type {
    /// `list(element)`.
    pub fn list(element: Type) -> Self {
        Self::List(Arc::new(element))
    }

    /// `set(element)`.
    pub fn set(element: Type) -> Self {
        Self::Set(Arc::new(element))
    }

    /// `map(element)`.
    pub fn map(element: Type) -> Self {
        Self::Map(Arc::new(element))
    }

    /// `tuple([…])`.
    pub fn tuple(elements: impl IntoIterator<Item = Type>) -> Self {
        Self::Tuple(elements.into_iter().collect())
    }

    /// `object({…})` without optional attributes.
    pub fn object<N: Into<Str>>(attributes: impl IntoIterator<Item = (N, Type)>) -> Self {
        Self::Object(Arc::new(ObjectType::new(attributes.into_iter().map(|(name, ty)| (name.into(), ty, false)))))
    }

    /// String, number or bool.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Self::String | Self::Number | Self::Bool)
    }

    /// List, set or map.
    pub fn is_collection(&self) -> bool {
        self.element().is_some()
    }

    /// The element type of a list, set or map.
    pub fn element(&self) -> Option<&Type> {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => Some(element),
            _ => None,
        }
    }

    /// The attributes of an object type.
    pub fn as_object(&self) -> Option<&ObjectType> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// The element types of a tuple type.
    pub fn as_tuple(&self) -> Option<&[Type]> {
        if let Self::Tuple(elements) = self { Some(elements) } else { None }
    }

    /// Whether it is the same type once attributes of the other one are no longer optional.
    pub fn is_exactly(&self, constraint: &Type) -> bool {
        match (self, constraint) {
            (Self::List(a), Self::List(b)) | (Self::Set(a), Self::Set(b)) | (Self::Map(a), Self::Map(b)) => {
                a.is_exactly(b)
            }
            (Self::Tuple(a), Self::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.is_exactly(b))
            }
            (Self::Object(a), Self::Object(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|((x, a, _), (y, b, _))| x == y && a.is_exactly(b))
            }
            _ => self == constraint,
        }
    }

    /// Whether it is the other type, where `any` in the other one stands for every type.
    pub fn conforms_to(&self, other: &Type) -> bool {
        match (self, other) {
            (_, Self::Dynamic) => true,
            (Self::List(a), Self::List(b)) | (Self::Set(a), Self::Set(b)) | (Self::Map(a), Self::Map(b)) => {
                a.conforms_to(b)
            }
            (Self::Tuple(a), Self::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.conforms_to(b))
            }
            (Self::Object(a), Self::Object(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|((x, a, _), (y, b, _))| x == y && a.conforms_to(b))
            }
            _ => self == other,
        }
    }

    /// Whether `any` occurs anywhere in it.
    pub fn has_dynamic(&self) -> bool {
        match self {
            Self::Dynamic => true,
            Self::String | Self::Number | Self::Bool | Self::TypeOfType => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_dynamic(),
            Self::Tuple(elements) => elements.iter().any(Self::has_dynamic),
            Self::Object(object) => object.iter().any(|(_, ty, _)| ty.has_dynamic()),
        }
    }

    fn has_optional(&self) -> bool {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_optional(),
            Self::Tuple(elements) => elements.iter().any(Self::has_optional),
            Self::Object(object) => object.iter().any(|(_, ty, optional)| optional || ty.has_optional()),
            _ => false,
        }
    }

    /// The same type with no attribute optional, as values have it.
    #[must_use]
    pub fn without_optional(&self) -> Self {
        match self {
            ty if !ty.has_optional() => ty.clone(),
            Self::List(element) => Self::list(element.without_optional()),
            Self::Set(element) => Self::set(element.without_optional()),
            Self::Map(element) => Self::map(element.without_optional()),
            Self::Tuple(elements) => Self::tuple(elements.iter().map(Self::without_optional)),
            Self::Object(object) => {
                Self::object(object.iter().map(|(name, ty, _)| (name.clone(), ty.without_optional())))
            }
            other => other.clone(),
        }
    }

    /// As Terraform's messages name the type of a value: `string`, `list of string`, `object`, `tuple`, `dynamic`.
    pub fn friendly_name(&self) -> String {
        self.name_in("dynamic", "dynamic")
    }

    /// As Terraform's messages name what is wanted: `any type`, `list of any single type`, others as
    /// [`Self::friendly_name`].
    pub fn friendly_name_in_constraint(&self) -> String {
        self.name_in("any type", "any single type")
    }

    fn name_in(&self, dynamic: &str, dynamic_element: &str) -> String {
        let of = |element: &Type| element.name_in(dynamic_element, dynamic_element);
        match self {
            Self::Dynamic => dynamic.into(),
            Self::String => "string".into(),
            Self::Number => "number".into(),
            Self::Bool => "bool".into(),
            Self::List(element) => format!("list of {}", of(element)),
            Self::Set(element) => format!("set of {}", of(element)),
            Self::Map(element) => format!("map of {}", of(element)),
            Self::Tuple(_) => "tuple".into(),
            Self::Object(_) => "object".into(),
            Self::TypeOfType => "type".into(),
        }
    }
}

impl fmt::Display for Type {
    /// As a type constraint of the language: `list(string)`, `object({a=number,b=optional(string)})`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dynamic => f.write_str("any"),
            Self::String => f.write_str("string"),
            Self::Number => f.write_str("number"),
            Self::Bool => f.write_str("bool"),
            Self::TypeOfType => f.write_str("type"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Set(element) => write!(f, "set({element})"),
            Self::Map(element) => write!(f, "map({element})"),
            Self::Tuple(elements) => {
                f.write_str("tuple([")?;
                for (index, element) in elements.iter().enumerate() {
                    write!(f, "{}{element}", if index == 0 { "" } else { "," })?;
                }
                f.write_str("])")
            }
            Self::Object(object) => {
                f.write_str("object({")?;
                for (index, (name, ty, optional)) in object.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    if optional {
                        write!(f, "{comma}{name}=optional({ty})")?;
                    } else {
                        write!(f, "{comma}{name}={ty}")?;
                    }
                }
                f.write_str("})")
            }
        }
    }
}
