//! YAML.

mod decode;
mod encode;
mod scalar;
mod tags;

use landform_values::{Type, Value};

use super::call::{Call, FunctionError, Outcome};
use super::entry::{Function, any, function, text};
use super::limits::check_written;

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("yamldecode", [text("src")], yamldecode).nullable(),
        function("yamlencode", [any("value").null().dynamic()], yamlencode).returns(Type::String).nullable(),
    ]
}

/// `yamldecode(src)`: one document; mappings become objects, sequences tuples. `yamldecode("a: [1, x]")` is
/// `{a = [1, "x"]}`.
fn yamldecode(call: &Call<'_>) -> Outcome {
    decode::decode(call.text(0)).map_err(FunctionError::new)
}

/// `yamlencode(value)`: in block style, with all texts in quotes. `yamlencode({a = [1]})` is `"\"a\":\n- 1\n"`.
fn yamlencode(call: &Call<'_>) -> Outcome {
    let value = call.value(0);
    check_written(value)?;
    if !value.is_wholly_known() {
        return Ok(call.unknown());
    }
    encode::encode(value).map(Value::from).map_err(FunctionError::new)
}
