//! Conversions to types.

use landform_values::convert::{Conversion, Defaults, Safety, uniform};
use landform_values::{Type, Value, convert, quote};

use super::call::{Call, FunctionError, Outcome};
use super::entry::{Form, Function, Lazy, any, function};

pub(super) fn functions() -> Vec<Function> {
    let to = |name, returns: Type, body, rule| {
        function(name, [any("v").anything()], body).returns(returns).typed(rule).nullable()
    };
    vec![
        Function::of("can", [any("expression").dynamic()], Form::Lazy(Lazy::Can)).returns(Type::Bool),
        Function::of("convert", [any("value").anything(), any("type").dynamic()], Form::Lazy(Lazy::Convert)),
        to("tobool", Type::Bool, to_bool, |call| check(call, &Type::Bool)),
        to("tolist", any_list(), to_list, |call| check(call, &any_list())),
        to("tomap", any_map(), to_map, |call| check(call, &any_map())),
        to("tonumber", Type::Number, to_number, |call| check(call, &Type::Number)),
        to("toset", any_set(), to_set, |call| check(call, &any_set())),
        to("tostring", Type::String, to_string, |call| check(call, &Type::String)),
        Function::of("try", [], Form::Lazy(Lazy::Try)).variadic(any("expressions").dynamic()),
    ]
}

fn any_list() -> Type {
    Type::list(Type::Dynamic)
}

fn any_map() -> Type {
    Type::map(Type::Dynamic)
}

fn any_set() -> Type {
    Type::set(Type::Dynamic)
}

/// `tobool(v)`. `tobool("true")` is `true`.
fn to_bool(call: &Call<'_>) -> Outcome {
    to(call, &Type::Bool)
}

/// `tolist(v)`. `tolist([1, "a"])` is `["1", "a"]`.
fn to_list(call: &Call<'_>) -> Outcome {
    to(call, &any_list())
}

/// `tomap(v)`. `tomap({a = 1, b = "x"})` is `{a = "1", b = "x"}`.
fn to_map(call: &Call<'_>) -> Outcome {
    to(call, &any_map())
}

/// `tonumber(v)`. `tonumber("1.5")` is `1.5`.
fn to_number(call: &Call<'_>) -> Outcome {
    to(call, &Type::Number)
}

/// `toset(v)`. `toset(["b", "a", "b"])` is `["a", "b"]`.
fn to_set(call: &Call<'_>) -> Outcome {
    to(call, &any_set())
}

/// `tostring(v)`. `tostring(true)` is `"true"`.
fn to_string(call: &Call<'_>) -> Outcome {
    to(call, &Type::String)
}

/// Whether the types alone rule a conversion out.
fn check(call: &Call<'_>, wanted: &Type) -> Result<Type, FunctionError> {
    let takes_any = matches!(wanted, Type::List(element) | Type::Set(element) if **element == Type::Dynamic);
    if takes_any && uniform(call.value(0)).is_some() {
        return Ok(wanted.clone());
    }
    let got = call.value(0).ty();
    if got == *wanted || Conversion::between(&got, wanted, Safety::Unsafe).is_some() {
        return Ok(wanted.clone());
    }
    Err(impossible(&got.friendly_name(), wanted))
}

fn impossible(got: &str, wanted: &Type) -> FunctionError {
    FunctionError::of_argument(0, format!("cannot convert {got} to {}", wanted.friendly_name_in_constraint()))
}

fn to(call: &Call<'_>, wanted: &Type) -> Outcome {
    let value = call.value(0);
    if !value.is_known() {
        return Ok(Value::unknown(wanted.clone()).with_marks(value.marks()));
    }
    convert(value, wanted).map_err(|_| {
        let got = value.ty();
        if value.contains_sensitive() || value.contains_ephemeral() {
            return impossible(&format!("this sensitive {}", got.friendly_name()), wanted);
        }
        let text = value.as_str().map(quote);
        match (text, wanted) {
            (Some(text), Type::Bool) => FunctionError::of_argument(
                0,
                format!("cannot convert {text} to bool; only the strings \"true\" or \"false\" are allowed"),
            ),
            (Some(text), Type::Number) => FunctionError::of_argument(
                0,
                format!("cannot convert {text} to number; given string must be a decimal representation of a number"),
            ),
            _ => impossible(&got.friendly_name(), wanted),
        }
    })
}

/// `convert(value, type)`: to a type constraint, with its defaults. `convert({a = "1"}, object({a = number}))` is
/// `{a = 1}`. As in Terraform 1.15.
pub(crate) fn convert_to(value: &Value, ty: &Type, defaults: Option<&Defaults>) -> Outcome {
    let (plain, marks) = value.clone().unmark_deep();
    if !plain.is_known() {
        return Ok(Value::unknown(ty.without_optional()).with_marks(&marks));
    }
    let filled = defaults.map_or_else(|| plain.clone(), |defaults| defaults.apply(&plain));
    match convert(&filled, ty) {
        Ok(converted) => Ok(converted.with_marks(&marks)),
        Err(error) => Err(FunctionError::of_argument(0, error.message)),
    }
}
