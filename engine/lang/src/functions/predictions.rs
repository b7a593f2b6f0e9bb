//! Checked assumptions about values that are not known yet, as in OpenTofu 1.13.

use landform_values::ops::equal;
use landform_values::{Type, convert};

use super::call::{Call, FunctionError, Outcome};
use super::entry::{Function, Parameter, any, function, number, parameter, text};

pub(super) fn functions() -> Vec<Function> {
    let refine = |name, parameters: Vec<Parameter>, ty: Type, body| {
        let value = parameter("value", ty).null().unknown().dynamic();
        function(name, std::iter::once(value).chain(parameters), body).typed(|call| Ok(call.value(0).ty())).nullable()
    };
    let mut all = vec![
        function("assumeequal", [any("actual_value").anything(), any("expected_value").anything()], assumeequal)
            .typed(|call| Ok(call.value(1).ty()))
            .nullable(),
        refine("assumenotnull", vec![], Type::Dynamic, assumenotnull),
        refine("assumestringprefix", vec![text("prefix")], Type::String, assumestringprefix),
    ];
    let kinds: [(Type, [&'static str; 3]); 3] = [
        (Type::list(Type::Dynamic), ["assumelistlength", "assumelistlengthmin", "assumelistlengthmax"]),
        (Type::map(Type::Dynamic), ["assumemaplength", "assumemaplengthmin", "assumemaplengthmax"]),
        (Type::set(Type::Dynamic), ["assumesetlength", "assumesetlengthmin", "assumesetlengthmax"]),
    ];
    for (ty, [both, min, max]) in kinds {
        all.push(refine(both, vec![number("min_length"), number("max_length")], ty.clone(), assumelength));
        all.push(refine(min, vec![number("min_length")], ty.clone(), assumelengthmin));
        all.push(refine(max, vec![number("max_length")], ty, assumelengthmax));
    }
    all
}

fn not_upheld() -> FunctionError {
    FunctionError::of_argument(0, "assumption was not upheld")
}

/// `assumeequal(actual_value, expected_value)`: the expected value, as long as the actual one may be it.
fn assumeequal(call: &Call<'_>) -> Outcome {
    let (actual, expected) = (call.value(0), call.value(1));
    let converted = convert(actual, &expected.ty()).map_err(|_| {
        let (actual, expected) = (actual.ty().friendly_name(), expected.ty().friendly_name());
        let message = format!("actual value type {actual} does not match assumed value type {expected}");
        FunctionError::of_argument(0, message)
    })?;
    if equal(&converted, expected).as_bool() == Some(false) {
        return Err(FunctionError::of_argument(0, "the actual value does not match the assumed value"));
    }
    Ok(expected.clone().with_marks(&converted.all_marks().without_sensitive().without_ephemeral()))
}

/// `assumenotnull(value)`: not null.
fn assumenotnull(call: &Call<'_>) -> Outcome {
    let value = call.value(0);
    if value.has_type(&Type::Dynamic) {
        let message = "given value must have a known type; consider using the \"convert\" function to specify a type \
                       to assume";
        return Err(FunctionError::of_argument(0, message));
    }
    if value.is_null() { Err(not_upheld()) } else { Ok(value.clone().refine_not_null()) }
}

/// `assumestringprefix(value, prefix)`: a text that begins so.
fn assumestringprefix(call: &Call<'_>) -> Outcome {
    let (value, prefix) = (call.value(0), call.text(1));
    let known = value.known_prefix();
    let upheld = known.starts_with(prefix) || !value.is_known() && prefix.starts_with(known);
    if !upheld || value.is_null() {
        return Err(not_upheld());
    }
    Ok(value.clone().refine_not_null().refine_prefix(prefix))
}

/// `assumelistlength(value, min_length, max_length)`, and for maps and sets: of a length between these.
fn assumelength(call: &Call<'_>) -> Outcome {
    within(call, length(call, 1)?, length(call, 2)?)
}

/// `assumelistlengthmin(value, min_length)`, and for maps and sets.
fn assumelengthmin(call: &Call<'_>) -> Outcome {
    within(call, length(call, 1)?, u64::MAX)
}

/// `assumelistlengthmax(value, max_length)`, and for maps and sets.
fn assumelengthmax(call: &Call<'_>) -> Outcome {
    within(call, 0, length(call, 1)?)
}

fn length(call: &Call<'_>, index: usize) -> Result<u64, FunctionError> {
    let length = call.integer(index).ok().and_then(|length| u64::try_from(length).ok());
    length
        .ok_or_else(|| FunctionError::of_argument(index, format!("must be a whole number between 0 and {}", i64::MAX)))
}

fn within(call: &Call<'_>, min: u64, max: u64) -> Outcome {
    let value = call.value(0);
    let (least, most) = value.length_bounds();
    let upheld = !value.is_null() && min <= max && least <= max && most >= min;
    if !upheld {
        return Err(not_upheld());
    }
    Ok(value.clone().refine_not_null().refine_length(min, max))
}
