//! Sets.

use landform_values::convert::{Safety, unify_with};
use landform_values::{Marks, Type, Value, convert, ops};

use super::{MOST_ITEMS, Seen, of_one_type};
use crate::functions::call::{Call, FunctionError, Outcome};
use crate::functions::entry::{Function, any, any_set, function};

pub(super) fn functions() -> Vec<Function> {
    let operation = |name, body| {
        function(name, [any_set("first_set").dynamic()], body)
            .variadic(any_set("other_sets").dynamic())
            .typed(common_set_type)
    };
    vec![
        operation("setintersection", setintersection),
        operation("setunion", setunion),
        function("setsubtract", [any_set("a").dynamic(), any_set("b").dynamic()], setsubtract).typed(common_set_type),
        function("setproduct", [], setproduct).variadic(any("sets").marked().unknown()).typed(setproduct_type),
    ]
}

/// The sets' type: their element types in one. Empty sets of anything do not count.
fn common_set_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    let counts = |value: &&Value| value.length() != Some(0) || value.ty() != Type::set(Type::Dynamic);
    let elements: Vec<Type> =
        call.arguments.iter().filter(counts).filter_map(|value| value.ty().element().cloned()).collect();
    if elements.is_empty() {
        return Ok(Type::set(Type::Dynamic));
    }
    match unify_with(&elements, Safety::Unsafe) {
        Some(unified) => Ok(Type::set(unified.ty)),
        None => Err(FunctionError::new("given sets must all have compatible element types")),
    }
}

/// The arguments in the type of the result.
fn converted(call: &Call<'_>) -> Result<Vec<Value>, FunctionError> {
    let convert = |(index, value): (usize, &Value)| {
        convert(value, &call.returns).map_err(|error| FunctionError::of_argument(index, error.message))
    };
    call.arguments.iter().enumerate().map(convert).collect()
}

fn set_of(call: &Call<'_>, items: impl IntoIterator<Item = Value>) -> Outcome {
    let wanted = call.returns.element().cloned().unwrap_or(Type::Dynamic);
    let (element, items) = of_one_type(items.into_iter().collect(), &wanted)?;
    Ok(Value::set(element, items))
}

/// `setunion(first_set, other_sets...)`. `setunion(["a"], ["b"])` is `["a", "b"]`.
fn setunion(call: &Call<'_>) -> Outcome {
    let sets = converted(call)?;
    set_of(call, sets.iter().flat_map(|set| set.as_sequence().unwrap_or_default().iter().cloned()))
}

/// `setintersection(first_set, other_sets...)`. `setintersection(["a", "b"], ["b"])` is `["b"]`.
fn setintersection(call: &Call<'_>) -> Outcome {
    combine(call, |in_other| in_other)
}

/// `setsubtract(a, b)`: what is in `a` and not in `b`. `setsubtract(["a", "b"], ["b"])` is `["a"]`.
fn setsubtract(call: &Call<'_>) -> Outcome {
    combine(call, |in_other| !in_other)
}

/// The items of the first set that are in the others, or that are not.
fn combine(call: &Call<'_>, keep: fn(bool) -> bool) -> Outcome {
    let sets = converted(call)?;
    if !sets.iter().all(Value::is_wholly_known) {
        return Ok(call.unknown());
    }
    let mut sets = sets.iter().map(|set| set.as_sequence().unwrap_or_default());
    let mut kept = sets.next().unwrap_or_default().to_vec();
    for other in sets {
        let mut seen = Seen::default();
        other.iter().for_each(|item| seen.remember(item));
        kept.retain(|item| keep(seen.contains(item)));
    }
    set_of(call, kept)
}

/// Beyond so many items, nothing is said of a length that is not known.
const LONGEST_BOUND: u64 = 1024;
const LONGEST_PRODUCT_BOUND: u64 = 2048;

/// `setproduct(sets...)`: all combinations, a list if there are only lists. `setproduct(["a", "b"], [1])` is
/// `[["a", 1], ["b", 1]]`.
fn setproduct(call: &Call<'_>) -> Outcome {
    let marks = call.arguments.iter().fold(Marks::NONE, |marks, argument| marks.union(argument.marks()));
    let known = |argument: &Value| argument.is_known() && ops::length(argument).is_known();
    if !call.arguments.iter().all(known) {
        return Ok(unknown_product(call).with_marks(&marks));
    }
    let columns: Vec<&[Value]> = (0..call.len()).map(|index| call.items(index)).collect();
    let total = columns.iter().try_fold(1_usize, |total, column| total.checked_mul(column.len()));
    let total = total.filter(|total| total.saturating_mul(columns.len()) <= MOST_ITEMS);
    let total = total.ok_or_else(|| FunctionError::new("the result would have too many elements"))?;
    let element = call.returns.element().cloned().unwrap_or(Type::Dynamic);
    let types = element.as_tuple().unwrap_or_default();
    let columns = columns
        .iter()
        .zip(types)
        .map(|(column, ty)| column.iter().map(|item| convert(item, ty)).collect())
        .collect::<Result<Vec<Vec<Value>>, _>>()
        .map_err(|error| FunctionError::new(error.message))?;
    let row = |mut number: usize| {
        let mut cells: Vec<Value> = Vec::with_capacity(columns.len());
        for column in columns.iter().rev() {
            cells.push(column[number % column.len()].clone());
            number /= column.len();
        }
        cells.reverse();
        Value::tuple(cells)
    };
    let rows: Vec<Value> = (0..total).map(row).collect();
    let (element, rows) = of_one_type(rows, &element)?;
    let result = match call.returns {
        Type::List(_) => Value::list(element, rows),
        _ => Value::set(element, rows),
    };
    Ok(result.with_marks(&marks))
}

/// What is known of a product with something unknown among its factors.
fn unknown_product(call: &Call<'_>) -> Value {
    let unknown = call.unknown();
    let mut longest = 1_u64;
    for argument in &call.arguments {
        let max = match argument.ty() {
            Type::Tuple(types) => types.len() as u64,
            ty if ty.is_collection() => argument.length_bounds().1,
            _ => return unknown,
        };
        if max > LONGEST_BOUND {
            return unknown;
        }
        longest *= max;
        if longest > LONGEST_PRODUCT_BOUND {
            return unknown;
        }
    }
    if longest == 0 { unknown.refine_length(0, 0) } else { unknown.refine_length(1, longest) }
}

fn setproduct_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    if call.len() < 2 {
        return Err(FunctionError::new("at least two arguments are required"));
    }
    let mut elements = Vec::with_capacity(call.len());
    let mut lists = true;
    for (index, argument) in call.arguments.iter().enumerate() {
        elements.push(match argument.ty() {
            Type::Set(element) => {
                lists = false;
                (*element).clone()
            }
            Type::List(element) => (*element).clone(),
            Type::Tuple(types) if types.is_empty() => Type::Dynamic,
            Type::Tuple(types) => unify_with(&types, Safety::Unsafe)
                .map(|unified| unified.ty)
                .ok_or_else(|| FunctionError::of_argument(index, "all elements must be of the same type"))?,
            _ => return Err(FunctionError::of_argument(index, "a set or a list is required")),
        });
    }
    let element = Type::tuple(elements);
    Ok(if lists { Type::list(element) } else { Type::set(element) })
}
