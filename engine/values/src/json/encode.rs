//! Values to JSON.

use super::types::write_type;
use crate::{Kind, Mapping, PathError, Sequence, Step, Type, Value, convert};

/// Encodes a wholly known, unmarked value as if it had been converted to the type: keys sorted, no white space,
/// characters escaped as Go does. Where the type says `any`, the JSON is `{"value": …, "type": …}`.
pub fn encode(value: &Value, ty: &Type) -> Result<String, PathError> {
    let mut out = String::new();
    encode_to(value, ty, &mut out)?;
    Ok(out)
}

/// [`encode`], appended to a text.
pub fn encode_to(value: &Value, ty: &Type, out: &mut String) -> Result<(), PathError> {
    if value.has_type(ty) {
        write(value, Some(ty).filter(|ty| ty.has_dynamic()), out)
    } else if value.contains_marks() {
        Err(PathError::new(MARKED))
    } else {
        write(&convert(value, ty)?, Some(ty).filter(|ty| ty.has_dynamic()), out)
    }
}

const MARKED: &str = "value has marks, so it cannot be serialized as JSON";

/// Writes by the value's own types; a type is only given where it says `any` somewhere.
fn write(value: &Value, ty: Option<&Type>, out: &mut String) -> Result<(), PathError> {
    if !value.marks().is_empty() {
        return Err(PathError::new(MARKED));
    }
    if ty == Some(&Type::Dynamic) && !value.has_type(&Type::Dynamic) {
        return write_dynamic(value, out);
    }
    match value.kind() {
        Kind::Null(_) => out.push_str("null"),
        Kind::Unknown(_) => return Err(PathError::new("value is not known")),
        Kind::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Kind::Number(number) if number.is_infinite() => {
            return Err(PathError::new("cannot serialize infinity as JSON"));
        }
        Kind::Number(number) => out.push_str(&number.to_string()),
        Kind::String(text) => write_string(text, out),
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => return write_sequence(items, ty, out),
        Kind::Map(items) | Kind::Object(items) => return write_mapping(items, ty, out),
        Kind::Type(_) => return Err(PathError::new("cannot JSON-serialize type")),
    }
    Ok(())
}

fn write_dynamic(value: &Value, out: &mut String) -> Result<(), PathError> {
    out.push_str("{\"value\":");
    write(value, None, out)?;
    out.push_str(",\"type\":");
    write_type(&value.ty(), out);
    out.push('}');
    Ok(())
}

fn write_sequence(items: &Sequence, ty: Option<&Type>, out: &mut String) -> Result<(), PathError> {
    out.push('[');
    for (index, item) in items.items().iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        let ty = match ty {
            Some(Type::Tuple(types)) => types.get(index),
            Some(ty) => ty.element(),
            None => None,
        };
        write(item, ty, out).map_err(|error| error.inside(Step::Index(Value::number(index))))?;
    }
    out.push(']');
    Ok(())
}

fn write_mapping(items: &Mapping, ty: Option<&Type>, out: &mut String) -> Result<(), PathError> {
    out.push('{');
    let is_object = !matches!(ty, Some(Type::Map(_)));
    for (index, (name, item)) in items.items().iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_string(name, out);
        out.push(':');
        let ty = match ty {
            Some(Type::Object(object)) => object.get(name),
            Some(ty) => ty.element(),
            None => None,
        };
        write(item, ty, out).map_err(|error| {
            error.inside(if is_object { Step::Attribute(name.clone()) } else { Step::Index(name.clone().into()) })
        })?;
    }
    out.push('}');
    Ok(())
}

/// Writes a JSON string as Go's `json.Marshal` does: also `<`, `>`, `&` and the two Unicode line ends are escaped.
pub fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut plain = 0;
    for (index, character) in text.char_indices() {
        let escape = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\x08' => "\\b",
            '\x0c' => "\\f",
            '<' => "\\u003c",
            '>' => "\\u003e",
            '&' => "\\u0026",
            '\u{2028}' => "\\u2028",
            '\u{2029}' => "\\u2029",
            '\0'..='\x1f' => &format!("\\u{:04x}", character as u32),
            _ => continue,
        };
        out.push_str(&text[plain..index]);
        out.push_str(escape);
        plain = index + character.len_utf8();
    }
    out.push_str(&text[plain..]);
    out.push('"');
}
