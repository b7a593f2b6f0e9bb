//! JSON.

use landform_values::json::{decode_implied, encode};
use landform_values::{Type, quote};

use super::call::{Call, FunctionError, Outcome};
use super::entry::{Function, any, function, text};
use super::limits::check_written;

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("jsondecode", [text("str")], jsondecode).typed(jsondecode_type).nullable(),
        function("jsonencode", [any("val").null().unknown().dynamic()], jsonencode).returns(Type::String),
    ]
}

/// `jsonencode(val)`. `jsonencode({a = [1, "x"]})` is `{"a":[1,"x"]}`. Of an unknown value, the first character is
/// known.
fn jsonencode(call: &Call<'_>) -> Outcome {
    let value = call.value(0);
    check_written(value)?;
    if value.is_wholly_known() {
        let text = encode(value, &value.ty()).map_err(|error| FunctionError::new(error.message))?;
        return Ok(text.into());
    }
    if !value.is_surely_not_null() {
        return Ok(call.unknown());
    }
    let first = match value.ty() {
        Type::String => "\"",
        Type::Object(_) | Type::Map(_) => "{",
        Type::Tuple(_) | Type::List(_) | Type::Set(_) => "[",
        _ => return Ok(call.unknown()),
    };
    Ok(call.unknown().refine_prefix_exact(first))
}

/// `jsondecode(str)`. `jsondecode("{\"a\":[1]}")` is `{a = [1]}`.
fn jsondecode(call: &Call<'_>) -> Outcome {
    decode_implied(call.text(0)).map_err(|error| FunctionError::new(error.message))
}

/// What the beginning of an unknown text tells of the value. A known text tells its type itself.
fn jsondecode_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    let value = call.value(0);
    if value.is_known() {
        return Ok(Type::Dynamic);
    }
    match value.known_prefix().trim().chars().next() {
        None | Some('{' | '[' | 'n') => Ok(Type::Dynamic),
        Some('"') => Ok(Type::String),
        Some('t' | 'f') => Ok(Type::Bool),
        Some('-' | '0'..='9' | '.') => Ok(Type::Number),
        Some(other) => {
            let quoted = quote(&other.to_string());
            let quoted = &quoted[1..quoted.len() - 1];
            let message = format!("a JSON document cannot begin with the character '{quoted}'");
            Err(FunctionError::of_argument(0, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use landform_values::Value;

    use super::*;

    #[test]
    fn unknown_values_encode_to_texts_with_a_known_beginning() {
        let object = Value::object([("a", Value::unknown(Type::String))]);
        let call = Call { arguments: vec![object], returns: Type::String, context: None };
        assert_eq!(jsonencode(&call).expect("a text").known_prefix(), "{");
    }
}
