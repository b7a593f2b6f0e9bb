//! The first of several values that counts.

use landform_values::convert::{Safety, unify_with};
use landform_values::{Type, Value, convert};

use crate::functions::call::{Call, FunctionError, Outcome};
use crate::functions::entry::{Function, any, function};

pub(super) fn functions() -> Vec<Function> {
    let values = || any("vals").null().unknown().dynamic();
    vec![
        function("coalesce", [], coalesce).variadic(values()).typed(common_type),
        function("coalescelist", [], coalescelist).variadic(values()).typed(coalescelist_type),
        function("list", [], |_| Err(removed_list()))
            .variadic(values().marked())
            .typed(|_| Err(removed_list()))
            .hidden(),
        function("map", [], |_| Err(removed_map())).variadic(values().marked()).typed(|_| Err(removed_map())).hidden(),
    ]
}

/// `coalesce(vals...)`: the first that is neither null nor an empty text, in the type of all. `coalesce("", "b")` is
/// `"b"`.
fn coalesce(call: &Call<'_>) -> Outcome {
    for argument in &call.arguments {
        let value = convert(argument, &call.returns).map_err(|error| FunctionError::new(error.message))?;
        if !value.is_known() {
            return Ok(call.unknown());
        }
        if !value.is_null() && value.as_str() != Some("") {
            return Ok(value);
        }
    }
    Err(FunctionError::new("no non-null, non-empty-string arguments"))
}

fn common_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    let types: Vec<Type> = call.arguments.iter().map(Value::ty).collect();
    unify_with(&types, Safety::Unsafe)
        .map(|unified| unified.ty)
        .ok_or_else(|| FunctionError::new("all arguments must have the same type"))
}

/// `coalescelist(vals...)`: the first list that is not empty. `coalescelist([], ["b"])` is `["b"]`.
fn coalescelist(call: &Call<'_>) -> Outcome {
    for argument in &call.arguments {
        if !argument.is_known() {
            return Ok(call.unknown());
        }
        if argument.length().is_some_and(|length| length > 0) {
            return Ok(argument.clone());
        }
    }
    Err(FunctionError::new("no non-null arguments"))
}

fn coalescelist_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    let mut types = Vec::with_capacity(call.len());
    for argument in &call.arguments {
        if !argument.is_known() {
            return Ok(Type::Dynamic);
        }
        let ty = argument.ty();
        if !matches!(ty, Type::List(_) | Type::Tuple(_)) {
            return Err(FunctionError::new("coalescelist arguments must be lists or tuples"));
        }
        types.push(ty);
    }
    let Some(first) = types.first() else { return Err(FunctionError::new("at least one argument is required")) };
    Ok(if types.iter().all(|ty| ty == first) { first.clone() } else { Type::Dynamic })
}

/// `list(vals...)` was removed from the language.
fn removed_list() -> FunctionError {
    FunctionError::new(
        "the \"list\" function was deprecated in Terraform v0.12 and is no longer available; use tolist([ ... ]) \
         syntax to write a literal list",
    )
}

/// `map(vals...)` was removed from the language.
fn removed_map() -> FunctionError {
    FunctionError::new(
        "the \"map\" function was deprecated in Terraform v0.12 and is no longer available; use tomap({ ... }) syntax \
         to write a literal map",
    )
}
