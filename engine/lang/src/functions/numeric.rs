//! Numbers.

use landform_values::{Number, Type, Value};

use super::call::{Call, FunctionError, Outcome, integer};
use super::doubles::{logarithm, power};
use super::entry::{Function, any, function, number};
use super::marking::shown;

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("abs", [number("num").dynamic().marked()], abs).returns(Type::Number),
        function("ceil", [number("num")], ceil).returns(Type::Number),
        function("floor", [number("num")], floor).returns(Type::Number),
        function("log", [number("num"), number("base")], log).returns(Type::Number),
        function("max", [], max).variadic(number("numbers").dynamic()).returns(Type::Number),
        function("min", [], min).variadic(number("numbers").dynamic()).returns(Type::Number),
        function("parseint", [any("number").unknown().marked(), number("base").unknown().marked()], parseint).typed(
            |call| match call.value(0).ty() {
                Type::String => Ok(Type::Number),
                other => {
                    let message = format!("first argument must be a string, not {}", other.friendly_name());
                    Err(FunctionError::of_argument(0, message))
                }
            },
        ),
        function("pow", [number("num"), number("power")], pow).returns(Type::Number),
        function("signum", [number("num")], signum).returns(Type::Number),
    ]
}

/// `abs(num)`: without the sign. `abs(-2)` is `2`.
fn abs(call: &Call<'_>) -> Outcome {
    let (value, marks) = call.value(0).clone().unmark();
    let Some(number) = value.as_number() else { return Ok(call.unknown().with_marks(&marks)) };
    Ok(Value::number(number.abs()).with_marks(&marks))
}

/// `ceil(num)`: the next whole number that is not below. `ceil(5.1)` is `6`.
fn ceil(call: &Call<'_>) -> Outcome {
    Ok(Value::number(call.number(0).ceil()))
}

/// `floor(num)`: the next whole number that is not above. `floor(-0.1)` is `-1`.
fn floor(call: &Call<'_>) -> Outcome {
    Ok(Value::number(call.number(0).floor()))
}

/// `log(num, base)`: a logarithm, computed with doubles. `log(16, 2)` is `4`.
fn log(call: &Call<'_>) -> Outcome {
    from_double(logarithm(double(call.number(0))?) / logarithm(double(call.number(1))?))
}

/// `pow(num, power)`: computed with doubles. `pow(2, 10)` is `1024`.
fn pow(call: &Call<'_>) -> Outcome {
    from_double(power(double(call.number(0))?, double(call.number(1))?))
}

/// A double; numbers beyond doubles are refused, as cty's `gocty` does.
fn double(number: &Number) -> Result<f64, FunctionError> {
    let double = number.to_f64();
    if double.is_infinite() && !number.is_infinite() {
        let message = format!("value must be between {:.6} and {:.6} inclusive", f64::MIN, f64::MAX);
        return Err(FunctionError::new(message));
    }
    Ok(double)
}

/// Terraform 1.11 stops with a stack trace where a result is not a number.
fn from_double(double: f64) -> Outcome {
    let number = Number::from_f64(double);
    number.map(Value::number).ok_or_else(|| FunctionError::new("the result is not a number"))
}

/// `max(numbers...)`: the greatest. `max(1, 3, 2)` is `3`.
fn max(call: &Call<'_>) -> Outcome {
    extreme(call, std::cmp::Ordering::Greater)
}

/// `min(numbers...)`: the smallest. `min([1, 3, 2]...)` is `1`.
fn min(call: &Call<'_>) -> Outcome {
    extreme(call, std::cmp::Ordering::Less)
}

fn extreme(call: &Call<'_>, better: std::cmp::Ordering) -> Outcome {
    let numbers = call.arguments.iter().filter_map(Value::as_number);
    let best = numbers.reduce(|best, number| if number.compare(best) == better { number } else { best });
    best.map(|best| Value::number(best.clone())).ok_or_else(|| FunctionError::new("must pass at least one number"))
}

/// `parseint(number, base)`: a whole number from its digits in a base up to 62. `parseint("ff", 16)` is `255`.
fn parseint(call: &Call<'_>) -> Outcome {
    let ((text, text_marks), (base, base_marks)) = (call.value(0).clone().unmark(), call.value(1).clone().unmark());
    let marks = text_marks.union(&base_marks);
    let (Some(text), true) = (text.as_str(), base.is_known()) else { return Ok(call.unknown().with_marks(&marks)) };
    let base = integer(&base).map_err(|error| error.about(1))?;
    let Some(radix) = u32::try_from(base).ok().filter(|base| (2..=62).contains(base)) else {
        return Err(FunctionError::of_argument(1, "base must be a whole number between 2 and 62 inclusive"));
    };
    match Number::parse_integer(text, radix) {
        Some(number) => Ok(Value::number(number).with_marks(&marks)),
        None => {
            let base = if base_marks.is_sensitive() { "(sensitive value)".into() } else { base.to_string() };
            let message = format!("cannot parse {} as a base {base} integer", shown(text, &text_marks));
            Err(FunctionError::of_argument(0, message))
        }
    }
}

/// `signum(num)`: -1, 0 or 1. `signum(-13)` is `-1`.
fn signum(call: &Call<'_>) -> Outcome {
    Ok(Value::number(call.integer(0)?.signum()))
}
