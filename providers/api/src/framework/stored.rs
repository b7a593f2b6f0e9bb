//! Decoding stored objects, tolerant of older forms.

use landform_values::{Number, Type, Value};
use serde_json::Value as Json;

use super::{BlockShape, Shape};
use crate::{Block, Nesting, Schema};

/// Decodes a stored object by the present shape: attributes that the shape does not have are dropped, missing ones are
/// null, and primitive values are converted where an older schema had another type.
pub fn decode_stored(shape: &Shape, json: &Json) -> Result<Value, String> {
    let Json::Object(items) = json else { return Err("an object is required".into()) };
    let absent = Json::Null;
    let of = |name: &str| items.get(name).unwrap_or(&absent);
    let mut decoded: Vec<(&str, Value)> = Vec::with_capacity(shape.attributes.len() + shape.blocks.len());
    for attribute in &shape.attributes {
        let value = by_type(of(attribute.name), &attribute.ty).map_err(|problem| inside(attribute.name, &problem))?;
        decoded.push((attribute.name, value));
    }
    for block in &shape.blocks {
        let value = blocks(block, of(block.name)).map_err(|problem| inside(block.name, &problem))?;
        decoded.push((block.name, value));
    }
    Ok(Value::object(decoded))
}

fn inside(name: &str, problem: &str) -> String {
    format!("{name}: {problem}")
}

fn blocks(block: &BlockShape, json: &Json) -> Result<Value, String> {
    let objects = match json {
        Json::Null => Vec::new(),
        Json::Array(items) => items.iter().map(|item| decode_stored(&block.shape, item)).collect::<Result<_, _>>()?,
        single => vec![decode_stored(&block.shape, single)?],
    };
    Ok(block.collect(objects))
}

fn by_type(json: &Json, ty: &Type) -> Result<Value, String> {
    let wrong = || format!("{} required", ty.friendly_name());
    Ok(match (ty, json) {
        (_, Json::Null) => Value::null(ty.clone()),
        (Type::String, Json::String(text)) => Value::string(text.as_str()),
        (Type::String, Json::Number(_) | Json::Bool(_)) => Value::string(json.to_string()),
        (Type::Number, Json::Number(number)) => Value::number(Number::parse(&number.to_string()).ok_or_else(wrong)?),
        (Type::Number, Json::String(text)) if text.is_empty() => Value::null(Type::Number),
        (Type::Number, Json::String(text)) => Value::number(Number::parse(text).ok_or_else(wrong)?),
        (Type::Bool, Json::Bool(truth)) => Value::from(*truth),
        (Type::Bool, Json::String(text)) if text.is_empty() => Value::null(Type::Bool),
        (Type::Bool, Json::String(text)) => Value::from(text.parse::<bool>().map_err(|_| wrong())?),
        (Type::List(element), Json::Array(items)) => Value::list((**element).clone(), many(items, element)?),
        (Type::Set(element), Json::Array(items)) => Value::set((**element).clone(), many(items, element)?),
        (Type::Map(element), Json::Object(items)) => {
            let items = items.iter().map(|(key, item)| Ok((key.as_str(), by_type(item, element)?)));
            Value::map((**element).clone(), items.collect::<Result<Vec<_>, String>>()?)
        }
        (Type::Object(object), Json::Object(items)) => {
            let attributes = object.iter().map(|(name, ty, _)| {
                let item = by_type(items.get(&**name).unwrap_or(&Json::Null), ty).map_err(|it| inside(name, &it))?;
                Ok((name.clone(), item))
            });
            Value::object(attributes.collect::<Result<Vec<_>, String>>()?)
        }
        (Type::Dynamic, _) => {
            landform_values::json::decode(&json.to_string(), &Type::Dynamic).map_err(|error| error.to_string())?
        }
        _ => return Err(wrong()),
    })
}

fn many(items: &[Json], element: &Type) -> Result<Vec<Value>, String> {
    items.iter().map(|item| by_type(item, element)).collect()
}

/// Decodes JSON by a schema, tolerant as [`decode_stored`]: for tests that hold configurations as JSON.
pub fn decode_stored_by_schema(schema: &Schema, json: &Json) -> Result<Value, String> {
    decode_block(&schema.block, json)
}

fn decode_block(block: &Block, json: &Json) -> Result<Value, String> {
    let Json::Object(items) = json else { return Err("an object is required".into()) };
    let known =
        |name: &&String| block.attributes.contains_key(name.as_str()) || block.blocks.contains_key(name.as_str());
    if let Some(unknown) = items.keys().find(|name| !known(name)) {
        return Err(format!("there is no {unknown}"));
    }
    let of = |name: &str| items.get(name).unwrap_or(&Json::Null);
    let attributes = block.attributes.iter().map(|(name, attribute)| {
        Ok((name.clone(), by_type(of(name), &attribute.ty).map_err(|problem| inside(name, &problem))?))
    });
    let blocks = block.blocks.iter().map(|(name, nested)| {
        let objects = match of(name) {
            Json::Null => Vec::new(),
            Json::Array(items) => {
                items.iter().map(|item| decode_block(&nested.block, item)).collect::<Result<_, _>>()?
            }
            single => vec![decode_block(&nested.block, single)?],
        };
        let object = nested.block.implied_type();
        let value = match nested.nesting {
            Nesting::Set => Value::set(object, objects),
            Nesting::List | Nesting::Map => Value::list(object, objects),
            Nesting::Single | Nesting::Group => objects.into_iter().next().unwrap_or_else(|| Value::null(object)),
        };
        Ok((name.clone(), value))
    });
    Ok(Value::object(attributes.chain(blocks).collect::<Result<Vec<_>, String>>()?))
}
