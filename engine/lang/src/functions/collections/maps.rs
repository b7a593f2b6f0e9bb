//! Maps and objects.

use std::collections::BTreeMap;

use landform_values::convert::{Safety, unify_with};
use landform_values::{Kind, Mapping, Marks, Str, Type, Value, convert, quote};

use super::Seen;
use crate::functions::call::{Call, FunctionError, Outcome};
use crate::functions::entry::{Function, any, any_list, function, parameter};

pub(super) fn functions() -> Vec<Function> {
    let lists_by_key = || Type::map(Type::list(Type::String));
    vec![
        function("keys", [any("inputMap").unknown().marked()], keys).typed(keys_type),
        function("matchkeys", [any_list("values"), any_list("keys"), any_list("searchset")], matchkeys)
            .typed(|call| comparable(call).map(|_| call.value(0).ty())),
        function("merge", [], merge).variadic(any("maps").dynamic().null().marked()).typed(merge_type),
        function("transpose", [parameter("values", lists_by_key())], transpose).returns(lists_by_key()),
        function("values", [any("mapping").marked()], values).typed(values_type),
        function("zipmap", [parameter("keys", Type::list(Type::String)).marked(), any("values").marked()], zipmap)
            .typed(zipmap_type),
    ]
}

/// `keys(inputMap)`: in order. `keys({b = 1, a = 2})` is `["a", "b"]`.
fn keys(call: &Call<'_>) -> Outcome {
    let (map, marks) = call.value(0).clone().unmark();
    let names = |items: &Mapping| items.items().iter().map(|(name, _)| Value::from(name.clone())).collect::<Vec<_>>();
    let result = match map.kind() {
        Kind::Object(items) => Value::tuple(names(items)),
        Kind::Map(items) => Value::list(Type::String, names(items)),
        // The names of an object are known when it is not.
        _ => match map.ty() {
            Type::Object(object) => Value::tuple(object.iter().map(|(name, ..)| Value::from(name.clone()))),
            _ => call.unknown(),
        },
    };
    Ok(result.with_marks(&marks))
}

fn keys_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    let map = call.value(0);
    if matches!(map.kind(), Kind::Object(_)) {
        // The result tells its own type.
        return Ok(Type::Dynamic);
    }
    match map.ty() {
        Type::Map(_) => Ok(Type::list(Type::String)),
        Type::Object(object) => Ok(Type::tuple(vec![Type::String; object.len()])),
        _ => Err(FunctionError::of_argument(0, "must have map or object type")),
    }
}

/// `values(mapping)`: in the order of the keys. `values({b = 1, a = 2})` is `[2, 1]`.
fn values(call: &Call<'_>) -> Outcome {
    let (map, marks) = call.value(0).clone().unmark();
    let items = map.as_mapping().into_iter().flat_map(|items| items.items().iter().map(|(_, item)| item.clone()));
    let result = match &call.returns {
        Type::List(element) => Value::list((**element).clone(), items),
        _ => Value::tuple(items),
    };
    Ok(result.with_marks(&marks))
}

fn values_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    match call.value(0).ty() {
        Type::Map(element) => Ok(Type::List(element)),
        Type::Object(object) => Ok(Type::tuple(object.iter().map(|(_, ty, _)| ty.clone()))),
        _ => Err(FunctionError::new("values() requires a map as the first argument")),
    }
}

/// `merge(maps...)`: later ones win. `merge({a = 1}, {a = 2, b = 3})` is `{a = 2, b = 3}`.
fn merge(call: &Call<'_>) -> Outcome {
    let mut marks = Marks::NONE;
    let mut merged: Vec<(Str, Value)> = Vec::new();
    for argument in call.arguments.iter().filter(|argument| !argument.is_null()) {
        marks = marks.union(argument.marks());
        let items = argument.as_mapping().into_iter().flat_map(|items| items.items().iter().cloned());
        merged.extend(items);
    }
    let result = match &call.returns {
        Type::Map(element) => Value::map((**element).clone(), merged),
        _ => Value::object(merged),
    };
    Ok(result.with_marks(&marks))
}

fn merge_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    // Objects make an object, which tells its own type: finding it out takes a walk over all of them.
    if call.len() > 0 && call.arguments.iter().all(|argument| matches!(argument.kind(), Kind::Object(_))) {
        return Ok(Type::Dynamic);
    }
    let mut attributes: Vec<(Str, Type)> = Vec::new();
    let mut types = Vec::with_capacity(call.len());
    let mut known = true;
    for argument in &call.arguments {
        let ty = argument.ty();
        match (&ty, argument.kind()) {
            (Type::Dynamic, _) => return Ok(Type::Dynamic),
            (Type::Map(_) | Type::Object(_), Kind::Null(_)) => {}
            (Type::Object(object), _) => {
                attributes.extend(object.iter().map(|(name, ty, _)| (name.clone(), ty.clone())));
            }
            (Type::Map(element), Kind::Map(items)) => {
                attributes.extend(items.items().iter().map(|(name, _)| (name.clone(), (**element).clone())));
            }
            (Type::Map(_), _) => known = false,
            (other, _) => {
                let message = format!("arguments must be maps or objects, got {}", quote(&other.friendly_name()));
                return Err(FunctionError::new(message));
            }
        }
        types.push(ty);
    }
    Ok(match types.first() {
        Some(first) if types.iter().all(|ty| ty == first) => first.clone(),
        _ if !known => Type::Dynamic,
        _ => Type::object(attributes),
    })
}

/// `transpose(values)`: keys and texts change places. `transpose({a = ["1", "2"], b = ["2"]})` is
/// `{"1" = ["a"], "2" = ["a", "b"]}`.
fn transpose(call: &Call<'_>) -> Outcome {
    let map = call.value(0);
    if !map.is_wholly_known() {
        return Ok(call.unknown());
    }
    let mut turned: BTreeMap<Str, Vec<Value>> = BTreeMap::new();
    for (key, list) in map.as_mapping().into_iter().flat_map(|items| items.items()) {
        let items = list.as_sequence().ok_or_else(|| FunctionError::new("input must not contain null list"))?;
        for item in items {
            let text = item.as_shared_str();
            let text = text.ok_or_else(|| FunctionError::new("input list must not contain null string"))?;
            turned.entry(text.clone()).or_default().push(key.clone().into());
        }
    }
    let lists = turned.into_iter().map(|(key, items)| (key, Value::list(Type::String, items)));
    Ok(Value::map(Type::list(Type::String), lists))
}

/// `matchkeys(values, keys, searchset)`: the values whose keys are in a list. `matchkeys(["x", "y"], ["a", "b"],
/// ["b"])` is `["y"]`.
fn matchkeys(call: &Call<'_>) -> Outcome {
    let list = |items: Vec<Value>| Ok(Value::list(call.returns.element().cloned().unwrap_or(Type::Dynamic), items));
    if call.items(0).len() != call.items(1).len() {
        return Err(FunctionError::new("length of keys and values should be equal"));
    }
    let ty = comparable(call)?;
    let converted = |index: usize| convert(call.value(index), &ty).map_err(|error| FunctionError::new(error.message));
    let (keys, wanted) = (converted(1)?, converted(2)?);
    let (Some(key_items), Some(wanted_items)) = (keys.as_sequence(), wanted.as_sequence()) else {
        return Ok(call.unknown());
    };
    if wanted_items.is_empty() {
        return list(Vec::new());
    }
    if !call.value(0).is_wholly_known() || !keys.is_wholly_known() {
        return Ok(call.unknown());
    }
    let mut searched = Seen::default();
    let known = wanted_items.iter().take_while(|item| item.is_wholly_known()).count();
    wanted_items[..known].iter().for_each(|item| searched.remember(item));
    let mut matched = Vec::new();
    for (key, value) in key_items.iter().zip(call.items(0)) {
        if searched.contains(key) {
            matched.push(value.clone());
        } else if known < wanted_items.len() {
            // As in Terraform, nothing matches as soon as something unknown must be compared.
            return list(Vec::new());
        }
    }
    list(matched)
}

/// The type in which keys and the searched set are compared.
fn comparable(call: &Call<'_>) -> Result<Type, FunctionError> {
    unify_with(&[call.value(1).ty(), call.value(2).ty()], Safety::Unsafe)
        .map(|unified| unified.ty)
        .ok_or_else(|| FunctionError::new("keys and searchset must be of the same type"))
}

/// `zipmap(keys, values)`. `zipmap(["a", "b"], [1, 2])` is `{a = 1, b = 2}`.
fn zipmap(call: &Call<'_>) -> Outcome {
    let ((keys, key_marks), (values, value_marks)) = (call.value(0).clone().unmark(), call.value(1).clone().unmark());
    let mut marks = key_marks.union(&value_marks);
    let (true, Some(values)) = (keys.is_wholly_known(), values.as_sequence()) else {
        return Ok(call.unknown().with_marks(&marks));
    };
    let keys = keys.as_sequence().unwrap_or_default();
    check_lengths(keys.len(), values.len())?;
    let mut items: Vec<(Str, Value)> = Vec::with_capacity(keys.len());
    for (index, (key, value)) in keys.iter().zip(values).enumerate() {
        marks = marks.union(key.marks());
        items.push((zip_key(index, key)?.clone(), value.clone()));
    }
    let result = match &call.returns {
        Type::Map(element) => Value::map((**element).clone(), items),
        _ => Value::object(items),
    };
    Ok(result.with_marks(&marks))
}

fn zipmap_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    let keys = call.value(0);
    match call.value(1).ty() {
        Type::List(element) => Ok(Type::Map(element)),
        Type::Tuple(_) if !keys.is_wholly_known() => Ok(Type::Dynamic),
        Type::Tuple(types) => {
            let keys = keys.as_sequence().unwrap_or_default();
            check_lengths(keys.len(), types.len())?;
            let names = keys.iter().enumerate().map(|(index, key)| zip_key(index, key).cloned());
            let names = names.collect::<Result<Vec<Str>, _>>()?;
            Ok(Type::object(names.into_iter().zip(types.iter().cloned())))
        }
        _ => Err(FunctionError::new("values argument must be a list or tuple value")),
    }
}

fn check_lengths(keys: usize, values: usize) -> Result<(), FunctionError> {
    if keys == values {
        return Ok(());
    }
    Err(FunctionError::new(format!("number of keys ({keys}) does not match number of values ({values})")))
}

fn zip_key(index: usize, key: &Value) -> Result<&Str, FunctionError> {
    key.as_shared_str().ok_or_else(|| FunctionError::new(format!("keys list has null value at index {index}")))
}
