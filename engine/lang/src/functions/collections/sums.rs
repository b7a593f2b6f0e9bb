//! Numbers from and to lists.

use std::cmp::Ordering;

use landform_values::{Number, NumberError, Type, Value, convert};

use super::is_sequence;
use crate::functions::call::{Call, FunctionError, Outcome};
use crate::functions::entry::{Function, any, function, number};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("range", [], range).variadic(number("params")).returns(Type::list(Type::Number)),
        function("sum", [any("list")], sum).returns(Type::Number),
    ]
}

/// Most numbers that `range` makes.
const LONGEST_RANGE: usize = 1024;

/// `range(max)`, `range(start, limit)`, `range(start, limit, step)`. `range(3)` is `[0, 1, 2]`.
fn range(call: &Call<'_>) -> Outcome {
    let minus_one = Number::from(-1_i64);
    let towards = |start: &Number, end: &Number| if less(end, start) { minus_one.clone() } else { Number::ONE };
    let (start, end, step) = match call.len() {
        1 => (Number::ZERO, call.number(0).clone(), towards(&Number::ZERO, call.number(0))),
        2 => (call.number(0).clone(), call.number(1).clone(), towards(call.number(0), call.number(1))),
        3 => (call.number(0).clone(), call.number(1).clone(), call.number(2).clone()),
        _ => return Err(FunctionError::new("must have one, two, or three arguments")),
    };
    let down = step.is_negative();
    if down && less(&start, &end) {
        return Err(FunctionError::of_argument(1, "end must be less than start when step is negative"));
    }
    if !down && less(&end, &start) {
        return Err(FunctionError::of_argument(1, "end must be greater than start when step is positive"));
    }
    let mut items = Vec::new();
    let mut next = start;
    while if down { less(&end, &next) } else { less(&next, &end) } {
        if items.len() >= LONGEST_RANGE {
            return Err(FunctionError::new(
                "more than 1024 values were generated; either decrease the difference between start and end or use a \
                 smaller step",
            ));
        }
        let following = next.add(&step).map_err(sum_error)?;
        items.push(Value::number(next));
        next = following;
    }
    Ok(Value::list(Type::Number, items))
}

fn less(a: &Number, b: &Number) -> bool {
    a.compare(b) == Ordering::Less
}

fn sum_error(error: NumberError) -> FunctionError {
    match error {
        NumberError::Undefined => FunctionError::new("can't compute sum of opposing infinities"),
        other => FunctionError::new(other.to_string()),
    }
}

/// `sum(list)`. `sum([1, 2, 0.5])` is `3.5`.
fn sum(call: &Call<'_>) -> Outcome {
    let blame = |message: &str| FunctionError::of_argument(0, message);
    let list = call.value(0);
    match list.length() {
        None => return Err(blame("cannot sum noniterable")),
        Some(0) => return Err(blame("cannot sum an empty list")),
        Some(_) => {}
    }
    let ty = list.ty();
    if !is_sequence(&ty) {
        return Err(blame(&format!("argument must be list, set, or tuple. Received {}", ty.friendly_name())));
    }
    if !list.is_wholly_known() {
        return Ok(call.unknown());
    }
    let mut total: Option<Number> = None;
    for item in call.items(0) {
        let item = convert(item, &Type::Number).ok().filter(|item| !item.is_null());
        let Some(number) = item.as_ref().and_then(Value::as_number) else {
            return Err(blame("argument must be list, set, or tuple of number values"));
        };
        total = Some(match total {
            None => number.clone(),
            Some(total) => total.add(number).map_err(sum_error)?,
        });
    }
    Ok(Value::number(total.unwrap_or(Number::ZERO)))
}
