//! Asking collections.

use landform_values::ops::{self, equal};
use landform_values::{Number, Type, Value, convert, quote};

use super::is_sequence;
use crate::functions::call::{Call, FunctionError, Outcome};
use crate::functions::entry::{Function, any, function, number, parameter, text};
use crate::functions::marking::shown;
use crate::functions::text::length as characters;

pub(super) fn functions() -> Vec<Function> {
    let bools = || parameter("list", Type::list(Type::Bool));
    vec![
        function("alltrue", [bools()], alltrue).returns(Type::Bool),
        function("anytrue", [bools()], anytrue).returns(Type::Bool),
        function("contains", [any("list"), any("value")], contains).returns(Type::Bool),
        function("element", [any("list").marked(), number("index")], element).typed(element_type).nullable(),
        function("index", [any("list"), any("value")], index).returns(Type::Number),
        function("length", [any("value").dynamic().unknown().marked()], length).typed(length_type),
        function("lookup", [any("inputMap").marked().unknown(), text("key").marked().unknown()], lookup)
            .variadic(any("default").anything())
            .typed(lookup_type)
            .nullable(),
        function("one", [any("list")], one).typed(one_type).nullable(),
    ]
}

/// `alltrue(list)`. `alltrue([])` is `true`; null is not true.
fn alltrue(call: &Call<'_>) -> Outcome {
    for item in call.items(0) {
        match (item.is_known(), item.as_bool()) {
            (false, _) => return Ok(call.unknown()),
            (_, Some(true)) => {}
            _ => return Ok(Value::FALSE),
        }
    }
    Ok(Value::TRUE)
}

/// `anytrue(list)`. `anytrue([])` is `false`.
fn anytrue(call: &Call<'_>) -> Outcome {
    let items = call.items(0);
    Ok(if items.iter().any(|item| item.as_bool() == Some(true)) {
        Value::TRUE
    } else if items.iter().all(Value::is_known) {
        Value::FALSE
    } else {
        call.unknown()
    })
}

/// `contains(list, value)`. `contains(["a", "b"], "a")` is `true`.
fn contains(call: &Call<'_>) -> Outcome {
    let (list, wanted) = (call.value(0), call.value(1));
    if !is_sequence(&list.ty()) {
        return Err(FunctionError::new("argument must be list, tuple, or set"));
    }
    let mut unknown = false;
    for item in call.items(0) {
        match equal(wanted, item).as_bool() {
            Some(true) => return Ok(Value::TRUE),
            Some(false) => {}
            None => unknown = true,
        }
    }
    Ok(if unknown { call.unknown() } else { Value::FALSE })
}

/// `element(list, index)`: around and around; a negative index counts from the end. `element(["a", "b"], 3)` is `"b"`.
fn element(call: &Call<'_>) -> Outcome {
    let index = call.integer(1).map_err(invalid_index)?;
    let (list, marks) = call.value(0).clone().unmark();
    let items = list.as_sequence().unwrap_or_default();
    Ok(items[wrapped(index, items.len())?].clone().with_marks(&marks))
}

fn element_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    match call.value(0).ty() {
        Type::List(element) => Ok((*element).clone()),
        Type::Tuple(_) if !call.value(1).is_known() => Ok(Type::Dynamic),
        Type::Tuple(types) => {
            let index = call.integer(1).map_err(invalid_index)?;
            Ok(types[wrapped(index, types.len())?].clone())
        }
        other => Err(FunctionError::new(format!("cannot read elements from {}", other.friendly_name()))),
    }
}

fn invalid_index(error: FunctionError) -> FunctionError {
    FunctionError::new(format!("invalid index: {}", error.message))
}

fn wrapped(index: i64, length: usize) -> Result<usize, FunctionError> {
    let length = i64::try_from(length).ok().filter(|length| *length > 0);
    let length = length.ok_or_else(|| FunctionError::new("cannot use element function with an empty list"))?;
    Ok(index.rem_euclid(length) as usize)
}

/// `index(list, value)`: where it first is. `index(["a", "b"], "b")` is `1`.
fn index(call: &Call<'_>) -> Outcome {
    if !matches!(call.value(0).ty(), Type::List(_) | Type::Tuple(_)) {
        return Err(FunctionError::new("argument must be a list or tuple"));
    }
    if call.items(0).is_empty() {
        return Err(FunctionError::new("cannot search an empty list"));
    }
    for (index, item) in call.items(0).iter().enumerate() {
        match equal(item, call.value(1)).as_bool() {
            Some(true) => return Ok(Value::number(index)),
            Some(false) => {}
            None => return Ok(call.unknown()),
        }
    }
    Err(FunctionError::new("item not found"))
}

/// `length(value)`: of a collection, or the number of characters as people count them. `length("héllo")` is `5`.
fn length(call: &Call<'_>) -> Outcome {
    let value = call.value(0);
    if value.has_type(&Type::Dynamic) {
        return Ok(call.unknown().with_marks(value.marks()));
    }
    if value.ty() != Type::String {
        return Ok(ops::length(value));
    }
    let known = Number::from(characters(value.known_prefix()));
    let result = match value.as_str() {
        Some(_) => Value::number(known),
        None => call.unknown().refine_not_null().refine_range(Some((known, true)), None),
    };
    Ok(result.with_marks(value.marks()))
}

fn length_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    let ty = call.value(0).ty();
    let countable = ty == Type::String || ty == Type::Dynamic || ty.is_collection() || is_sequence(&ty);
    if countable || ty.as_object().is_some() {
        return Ok(Type::Number);
    }
    Err(FunctionError::new("argument must be a string, a collection type, or a structural type"))
}

/// `lookup(inputMap, key, default)`: an element of a map or an attribute of an object. `lookup({a = 1}, "b", 2)` is `2`.
fn lookup(call: &Call<'_>) -> Outcome {
    let ((map, map_marks), (key, key_marks)) = (call.value(0).clone().unmark(), call.value(1).clone().unmark());
    let marks = map_marks.union(&key_marks);
    let (true, Some(key)) = (map.is_known(), key.as_str()) else { return Ok(call.unknown().with_marks(&marks)) };
    if let Some(found) = map.get_attribute(key) {
        return Ok(found.clone().with_marks(&marks));
    }
    match call.arguments.get(2) {
        Some(default) => match convert(default, &call.returns) {
            Ok(default) => Ok(default.with_marks(&marks)),
            Err(error) => Err(FunctionError::new(error.message)),
        },
        None => Err(FunctionError::new(format!("lookup failed to find key {}", shown(key, &key_marks)))),
    }
}

fn lookup_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    if call.len() > 3 {
        return Err(FunctionError::new(format!("lookup() takes two or three arguments, got {}", call.len())));
    }
    let default = call.arguments.get(2);
    match call.value(0).ty() {
        Type::Object(object) => {
            let Some(key) = call.value(1).as_str() else { return Ok(Type::Dynamic) };
            let found = object.get(key).cloned().or_else(|| default.map(Value::ty));
            found.ok_or_else(|| {
                FunctionError::of_argument(0, format!("the given object has no attribute {}", quote(key)))
            })
        }
        Type::Map(element) => {
            if default.is_some_and(|default| convert(default, &element).is_err()) {
                let message = "the default value must have the same type as the map elements";
                return Err(FunctionError::of_argument(2, message));
            }
            Ok((*element).clone())
        }
        _ => Err(FunctionError::of_argument(0, "lookup() requires a map as the first argument")),
    }
}

/// `one(list)`: the only element, or null if there is none. `one([])` is `null`.
fn one(call: &Call<'_>) -> Outcome {
    let list = call.value(0);
    let Some(length) = ops::length(list).as_number().and_then(Number::to_usize) else { return Ok(call.unknown()) };
    match (length, call.items(0)) {
        (0, _) => Ok(Value::null(call.returns.clone())),
        (_, [only]) => Ok(only.clone()),
        _ => Err(more_than_one()),
    }
}

fn one_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    match call.value(0).ty() {
        Type::List(element) | Type::Set(element) => Ok((*element).clone()),
        Type::Tuple(types) => match &types[..] {
            [] => Ok(Type::Dynamic),
            [only] => Ok(only.clone()),
            _ => Err(more_than_one()),
        },
        _ => Err(more_than_one()),
    }
}

fn more_than_one() -> FunctionError {
    FunctionError::of_argument(0, "must be a list, set, or tuple value with either zero or one elements")
}
