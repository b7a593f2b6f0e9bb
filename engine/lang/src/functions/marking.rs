//! Functions that look at marks: sensitive, ephemeral.

use landform_values::{Kind, Marks, Type, Value, quote};

use super::call::{Call, FunctionError, Outcome};
use super::entry::{Function, Place, Purity, any, function};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("ephemeralasnull", [any("value").anything()], ephemeralasnull).typed(type_of_first).nullable(),
        function("issensitive", [any("value").anything()], issensitive).returns(Type::Bool).nullable(),
        function("nonsensitive", [any("value").anything()], nonsensitive).typed(type_of_first).nullable(),
        function("sensitive", [any("value").anything()], sensitive).typed(type_of_first).nullable(),
        function("type", [any("value").null().unknown().dynamic()], type_function)
            .returns(Type::TypeOfType)
            .nullable()
            // So that a call stays a call, which must stand alone.
            .purity(Purity::World)
            .only_in(Place::Console)
            .hidden(),
    ]
}

fn type_of_first(call: &Call<'_>) -> Result<Type, FunctionError> {
    Ok(call.value(0).ty())
}

/// A text as messages quote it, unless nobody may see it.
pub(super) fn shown(text: &str, marks: &Marks) -> String {
    if marks.is_sensitive() || marks.is_ephemeral() { "(sensitive value)".into() } else { quote(text) }
}

/// `sensitive(value)`: the same, never to be shown.
fn sensitive(call: &Call<'_>) -> Outcome {
    Ok(call.value(0).clone().with_marks(&Marks::sensitive()))
}

/// `nonsensitive(value)`: the same, allowed to be shown; what is within stays as it is.
fn nonsensitive(call: &Call<'_>) -> Outcome {
    let (value, marks) = call.value(0).clone().unmark();
    Ok(value.with_marks(&marks.without_sensitive()))
}

/// `issensitive(value)`: whether it must not be shown. Unknown as long as the value is: it may turn out sensitive.
fn issensitive(call: &Call<'_>) -> Outcome {
    let value = call.value(0);
    Ok(if value.marks().is_sensitive() {
        Value::TRUE
    } else if !value.is_known() {
        call.unknown()
    } else {
        Value::FALSE
    })
}

/// `ephemeralasnull(value)`: the same with null for everything ephemeral within.
fn ephemeralasnull(call: &Call<'_>) -> Outcome {
    Ok(without_ephemeral(call.value(0)))
}

fn without_ephemeral(value: &Value) -> Value {
    if !value.contains_marks() {
        return value.clone();
    }
    if value.marks().is_ephemeral() {
        return Value::null(value.ty()).with_marks(&value.marks().without_ephemeral());
    }
    value.map_items(&without_ephemeral)
}

/// `type(value)`: its type, in the console.
fn type_function(call: &Call<'_>) -> Outcome {
    Ok(Kind::Type(call.value(0).ty().into()).into())
}
