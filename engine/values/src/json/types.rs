//! Types as JSON.

use super::encode::write_string;
use super::read::{Reader, Token};
use crate::{ObjectType, PathError, Str, Type};

/// A type as JSON: `"string"`, `["list","string"]`, `["object",{…}]`, with a third item that names the attributes
/// that are optional if there are any.
pub fn encode_type(ty: &Type) -> String {
    let mut out = String::new();
    write_type(ty, &mut out);
    out
}

pub(super) fn write_type(ty: &Type, out: &mut String) {
    match ty {
        Type::Dynamic | Type::TypeOfType => out.push_str("\"dynamic\""),
        Type::String => out.push_str("\"string\""),
        Type::Number => out.push_str("\"number\""),
        Type::Bool => out.push_str("\"bool\""),
        Type::List(element) => write_collection("list", element, out),
        Type::Set(element) => write_collection("set", element, out),
        Type::Map(element) => write_collection("map", element, out),
        Type::Tuple(elements) => {
            out.push_str("[\"tuple\",[");
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_type(element, out);
            }
            out.push_str("]]");
        }
        Type::Object(object) => write_object(object, out),
    }
}

fn write_collection(kind: &str, element: &Type, out: &mut String) {
    out.push_str("[\"");
    out.push_str(kind);
    out.push_str("\",");
    write_type(element, out);
    out.push(']');
}

fn write_object(object: &ObjectType, out: &mut String) {
    out.push_str("[\"object\",{");
    for (index, (name, ty, _)) in object.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_string(name, out);
        out.push(':');
        write_type(ty, out);
    }
    out.push('}');
    let optional: Vec<&Str> = object.iter().filter(|(.., optional)| *optional).map(|(name, ..)| name).collect();
    for (index, name) in optional.iter().enumerate() {
        out.push_str(if index == 0 { ",[" } else { "," });
        write_string(name, out);
    }
    out.push_str(if optional.is_empty() { "]" } else { "]]" });
}

/// The inverse of [`encode_type`].
pub fn decode_type(json: &str) -> Result<Type, PathError> {
    let mut reader = Reader::new(json);
    let ty = read_type(&mut reader).map_err(PathError::new)?;
    if reader.is_at_end() { Ok(ty) } else { Err(PathError::new("extraneous data after type description")) }
}

pub(super) fn read_type(reader: &mut Reader<'_>) -> Result<Type, String> {
    match reader.token()? {
        Token::String(name) => match &*name {
            "bool" => Ok(Type::Bool),
            "number" => Ok(Type::Number),
            "string" => Ok(Type::String),
            "dynamic" => Ok(Type::Dynamic),
            other => Err(format!("invalid primitive type name {}", crate::quote(other))),
        },
        Token::Array => {
            let kind = reader.next_item(true)?.then(|| reader.token()).transpose()?;
            let Some(Token::String(kind)) = kind else { return Err("invalid complex type kind name".into()) };
            if !reader.next_item(false)? {
                return Err("unexpected end of type description".into());
            }
            let ty = read_compound(&kind, reader)?;
            match ty {
                // The closing bracket came with the names of optional attributes, or instead of them.
                Type::Object(_) => Ok(ty),
                _ if reader.next_item(false)? => Err("unexpected extra data in type description".into()),
                _ => Ok(ty),
            }
        }
        _ => Err("invalid type description".into()),
    }
}

fn read_compound(kind: &str, reader: &mut Reader<'_>) -> Result<Type, String> {
    match kind {
        "list" => read_type(reader).map(Type::list),
        "set" => read_type(reader).map(Type::set),
        "map" => read_type(reader).map(Type::map),
        "tuple" => {
            let mut elements = Vec::new();
            read_items(reader, |reader| {
                elements.push(read_type(reader)?);
                Ok(())
            })?;
            Ok(Type::tuple(elements))
        }
        "object" => read_object(reader),
        _ => Err("invalid complex type kind name".into()),
    }
}

fn read_items<'a>(
    reader: &mut Reader<'a>,
    mut item: impl FnMut(&mut Reader<'a>) -> Result<(), String>,
) -> Result<(), String> {
    let Token::Array = reader.token()? else { return Err("invalid type description".into()) };
    let mut first = true;
    while reader.next_item(first)? {
        item(reader)?;
        first = false;
    }
    Ok(())
}

fn read_object(reader: &mut Reader<'_>) -> Result<Type, String> {
    let Token::Object = reader.token()? else { return Err("invalid type description".into()) };
    let mut attributes: Vec<(Str, Type, bool)> = Vec::new();
    while let Some(name) = reader.next_key(attributes.is_empty())? {
        attributes.push((name.as_ref().into(), read_type(reader)?, false));
    }
    if reader.next_item(false)? {
        let mut optional = Vec::new();
        read_items(reader, |reader| match reader.token()? {
            Token::String(name) => {
                optional.push(name.into_owned());
                Ok(())
            }
            _ => Err("invalid type description".into()),
        })?;
        for (name, _, is_optional) in &mut attributes {
            *is_optional = optional.iter().any(|candidate| **candidate == **name);
        }
        if reader.next_item(false)? {
            return Err("unexpected extra data in type description".into());
        }
    }
    Ok(Type::Object(std::sync::Arc::new(ObjectType::new(attributes))))
}
