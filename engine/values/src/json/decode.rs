//! JSON to values.

use serde::de::{DeserializeSeed, Deserializer, Error as _};
use serde_json::value::RawValue;

use super::read::{Reader, Token};
use super::types::read_type;
use crate::convert::homogeneous;
use crate::{Number, ObjectType, PathError, Step, Str, Type, Value, convert, quote};

/// Decodes JSON text by a type. At `Type::Dynamic` the JSON is `{"type": …, "value": …}`. Attributes that are missing
/// become null, unknown ones are an error; numbers and booleans may be written as strings.
pub fn decode(json: &str, ty: &Type) -> Result<Value, PathError> {
    let mut reader = Reader::new(json);
    let value = read(&mut reader, ty)?;
    if reader.is_at_end() { Ok(value) } else { Err(PathError::new("extraneous data after JSON object")) }
}

/// As [`decode`], but attributes that the type does not have are passed over.
pub fn decode_known(json: &str, ty: &Type) -> Result<Value, PathError> {
    let mut reader = Reader::new(json);
    reader.lenient = true;
    let value = read(&mut reader, ty)?;
    if reader.is_at_end() { Ok(value) } else { Err(PathError::new("extraneous data after JSON object")) }
}

/// Decodes by a type within a larger document that serde reads from text in memory. Errors carry their path as text.
#[derive(Clone, Copy, Debug)]
pub struct Seed<'a>(pub &'a Type);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let raw: &'de RawValue = serde::Deserialize::deserialize(deserializer)?;
        decode(raw.get(), self.0).map_err(D::Error::custom)
    }
}

/// Decodes JSON text with the types that the JSON itself implies (objects, tuples), as `jsondecode`.
pub fn decode_implied(json: &str) -> Result<Value, PathError> {
    let mut reader = Reader::new(json);
    let value = read_implied(&mut reader).map_err(PathError::new)?;
    if reader.is_at_end() { Ok(value) } else { Err(PathError::new("extraneous data after JSON object")) }
}

fn read_implied(reader: &mut Reader<'_>) -> Result<Value, String> {
    Ok(match reader.token()? {
        Token::Null => Value::NULL,
        Token::Bool(truth) => truth.into(),
        Token::Number(text) => Value::number(number(text)?),
        Token::String(text) => Value::string(text.into_owned()),
        Token::Array => {
            let mut items = Vec::new();
            while reader.next_item(items.is_empty())? {
                items.push(read_implied(reader)?);
            }
            Value::tuple(items)
        }
        Token::Object => {
            let mut items: Vec<(Str, Value)> = Vec::new();
            while let Some(name) = reader.next_key(items.is_empty())? {
                items.push((normal(&name), read_implied(reader)?));
            }
            Value::object(items)
        }
    })
}

/// A key in normal form C.
fn normal(text: &str) -> Str {
    if text.is_ascii() {
        return text.into();
    }
    Value::string(text).as_shared_str().cloned().unwrap_or_else(|| text.into())
}

fn number(text: &str) -> Result<Number, String> {
    Number::parse(text).ok_or_else(|| "a number is required".into())
}

type Result<T, E = PathError> = std::result::Result<T, E>;

fn read(reader: &mut Reader<'_>, ty: &Type) -> Result<Value> {
    if *ty == Type::Dynamic {
        return read_dynamic(reader);
    }
    let token = reader.token().map_err(PathError::new)?;
    match (ty, token) {
        (_, Token::Null) => Ok(Value::null(ty.without_optional())),
        (Type::String, Token::String(text)) => Ok(Value::string(&*text)),
        (Type::Number | Type::String | Type::Bool, token) => read_primitive(ty, &token).map_err(PathError::new),
        (Type::List(element), Token::Array) => {
            let items = read_items(reader, element, false)?;
            let (element, items) = agreed(items, element)?;
            Ok(Value::list(element, items))
        }
        (Type::Set(element), Token::Array) => {
            let items = read_items(reader, element, true)?;
            let (element, items) = agreed(items, element)?;
            Ok(Value::set(element, items))
        }
        (Type::Tuple(types), Token::Array) => read_tuple(reader, types),
        (Type::Map(element), Token::Object) => read_map(reader, element),
        (Type::Object(object), Token::Object) => read_object(reader, object),
        (Type::TypeOfType, _) => Err(PathError::new("unsupported type type")),
        (Type::Map(_) | Type::Object(_), _) => Err(PathError::new("missing expected {")),
        _ => Err(PathError::new("missing expected [")),
    }
}

fn agreed(items: Vec<Value>, element: &Type) -> Result<(Type, Vec<Value>)> {
    homogeneous(items, element, element).ok_or_else(|| PathError::new("all elements must have the same type"))
}

fn read_primitive(ty: &Type, token: &Token<'_>) -> Result<Value, String> {
    match (ty, token) {
        (Type::Bool, Token::Bool(truth)) => Ok(Value::from(*truth)),
        (Type::Bool, Token::String(text)) => convert(&Value::string(&**text), ty).map_err(|error| error.message),
        (Type::Number, Token::Number(text)) => number(text).map(Value::number),
        (Type::Number, Token::String(text)) => number(text).map(Value::number),
        (Type::String, Token::Number(text)) => Ok(Value::string(*text)),
        (Type::String, Token::Bool(truth)) => Ok(Value::from(if *truth { "true" } else { "false" })),
        _ => Err(format!("{} is required", ty.friendly_name())),
    }
}

fn read_items(reader: &mut Reader<'_>, element: &Type, is_set: bool) -> Result<Vec<Value>> {
    let mut items = Vec::new();
    while reader.next_item(items.is_empty()).map_err(PathError::new)? {
        let item = read(reader, element).map_err(|error| {
            let key = if is_set { Value::unknown(element.clone()) } else { Value::number(items.len()) };
            error.inside(Step::Index(key))
        })?;
        items.push(item);
    }
    Ok(items)
}

fn read_tuple(reader: &mut Reader<'_>, types: &[Type]) -> Result<Value> {
    let mut items = Vec::with_capacity(types.len());
    while reader.next_item(items.is_empty()).map_err(PathError::new)? {
        let Some(ty) = types.get(items.len()) else {
            return Err(PathError::new(format!("too many tuple elements (need {})", types.len())));
        };
        let item = read(reader, ty).map_err(|error| error.inside(Step::Index(Value::number(items.len()))))?;
        items.push(item);
    }
    if items.len() < types.len() {
        return Err(PathError::new(format!("not enough tuple elements (need {})", types.len())));
    }
    Ok(Value::tuple(items))
}

fn read_map(reader: &mut Reader<'_>, element: &Type) -> Result<Value> {
    let (mut names, mut items): (Vec<Str>, Vec<Value>) = (Vec::new(), Vec::new());
    while let Some(name) = reader.next_key(names.is_empty()).map_err(PathError::new)? {
        let name = normal(&name);
        let item = read(reader, element).map_err(|error| error.inside(Step::Index(name.clone().into())))?;
        names.push(name);
        items.push(item);
    }
    let (element, items) = agreed(items, element)?;
    Ok(Value::map(element, names.into_iter().zip(items)))
}

fn read_object(reader: &mut Reader<'_>, object: &ObjectType) -> Result<Value> {
    let mut found: Vec<Option<Value>> = vec![None; object.len()];
    let mut first = true;
    while let Some(name) = reader.next_key(first).map_err(PathError::new)? {
        first = false;
        let Some((index, ty)) = object.find(&name) else {
            if reader.lenient {
                reader.skip_value().map_err(PathError::new)?;
                continue;
            }
            return Err(PathError::new(format!("unsupported attribute {}", quote(&name))));
        };
        let item = read(reader, ty).map_err(|error| error.inside(Step::Attribute(name.as_ref().into())))?;
        found[index] = Some(item);
    }
    let attributes = object
        .iter()
        .zip(found)
        .map(|((name, ty, _), value)| (name.clone(), value.unwrap_or_else(|| Value::null(ty.without_optional()))));
    Ok(Value::object(attributes))
}

/// `{"value": …, "type": …}` in either order.
fn read_dynamic(reader: &mut Reader<'_>) -> Result<Value> {
    match reader.token().map_err(PathError::new)? {
        Token::Null => return Ok(Value::NULL),
        Token::Object => {}
        _ => return Err(PathError::new("missing expected {")),
    }
    let (mut ty, mut body) = (None, None);
    let mut first = true;
    while let Some(name) = reader.next_key(first).map_err(PathError::new)? {
        first = false;
        match &*name {
            "type" => {
                let decoded = read_type(reader);
                ty =
                    Some(decoded.map_err(|error| {
                        PathError::new(format!("failed to decode type for dynamic value: {error}"))
                    })?);
            }
            "value" => body = Some(reader.skip_value().map_err(PathError::new)?),
            other => return Err(PathError::new(format!("invalid key {} in dynamically-typed value", quote(other)))),
        }
    }
    let ty = ty.ok_or_else(|| PathError::new("missing type in dynamically-typed value"))?;
    let body = body.ok_or_else(|| PathError::new("missing value in dynamically-typed value"))?;
    decode(body, &ty)
}
