//! `count`, `for_each` and `enabled`.

use landform_addrs::InstanceKey;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::{Kind, Marks, Type, Value, convert};

use super::scope::ObjectScope;
use super::{EachMode, InstanceData};
use crate::program::Repetition;

/// The instances of an object.
#[derive(Clone, Debug)]
pub(crate) struct Expansion {
    /// How they are told apart.
    pub(crate) mode: EachMode,
    /// Key and value of each; `None` when they are not known yet.
    pub(crate) instances: Option<Vec<(InstanceKey, InstanceData)>>,
}

impl Expansion {
    fn single() -> Self {
        Self { mode: EachMode::Single, instances: Some(vec![(InstanceKey::None, InstanceData::default())]) }
    }
}

/// Whether it may be unknown how many instances there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknowns {
    /// It is an error.
    Refused,
    /// It is as it is.
    Allowed,
}

/// Evaluates `count`, `for_each` or `enabled`; `None` after an error.
pub(crate) fn expand(
    repetition: &Repetition,
    scope: &ObjectScope<'_>,
    unknowns: Unknowns,
    diagnostics: &mut Diagnostics,
) -> Option<Expansion> {
    let context = &scope.evaluator.settings.context;
    let expression = match repetition {
        Repetition::Single => return Some(Expansion::single()),
        Repetition::Count(expression) | Repetition::ForEach(expression) | Repetition::Enabled(expression) => expression,
    };
    let (value, found) = expression.evaluate(scope, context);
    let failed = found.has_errors();
    diagnostics.extend(found);
    if failed {
        return None;
    }
    let result = match repetition {
        Repetition::Count(_) => count(&value, unknowns),
        Repetition::Enabled(_) => enabled(&value, unknowns),
        _ => for_each(&value, unknowns),
    };
    result
        .map_err(|Refusal { error, shows_values }| {
            let error = error.at(expression.span());
            diagnostics.push(if shows_values { expression.describe(error, scope, context) } else { error });
        })
        .ok()
}

/// Why a value is not what is asked for.
struct Refusal {
    error: Box<Diagnostic>,
    /// Whether it helps to see the values in the expression.
    shows_values: bool,
}

impl From<Diagnostic> for Refusal {
    fn from(error: Diagnostic) -> Self {
        Self { error: Box::new(error), shows_values: true }
    }
}

/// An error that says all there is to say.
fn plainly(error: Diagnostic) -> Refusal {
    Refusal { error: Box::new(error), shows_values: false }
}

/// The value of an expression in the type that is asked for.
pub(super) fn converted(value: &Value, ty: &Type) -> Result<Value, Diagnostic> {
    convert(value, ty).map_err(|error| {
        Diagnostic::error("Incorrect value type", format!("Invalid expression value: {}.", error.message))
    })
}

fn count(value: &Value, unknowns: Unknowns) -> Result<Expansion, Refusal> {
    let invalid = |detail: &str| Diagnostic::error("Invalid count argument", detail);
    let value = converted(value, &Type::Number)?;
    if value.all_marks().is_ephemeral() {
        return Err(plainly(invalid(
            "The given \"count\" is derived from an ephemeral value, which means that Landform cannot persist it between plan/apply rounds. Use only non-ephemeral values to specify the number of resource instances.",
        )));
    }
    let (value, _) = value.unmark();
    if value.is_null() {
        return Err(plainly(invalid("The given \"count\" argument value is null. An integer is required.")));
    }
    if !value.is_known() {
        if unknowns == Unknowns::Allowed {
            return Ok(Expansion { mode: EachMode::Count, instances: None });
        }
        return Err(plainly(invalid(
            "The \"count\" value depends on resource attributes that cannot be determined until apply, so Landform cannot predict how many instances will be created. To work around this, use the -target argument to first apply only the resources that the count depends on.",
        )
        .with_extra(|extra| extra.caused_by_unknown = true)));
    }
    let number = value.as_number().cloned().unwrap_or_else(|| 0_i64.into());
    let Some(count) = number.to_i64() else {
        return Err(plainly(invalid(
            "The given \"count\" argument value is unsuitable: value must be a whole number, between -9223372036854775808 and 9223372036854775807.",
        )));
    };
    if count < 0 {
        return Err(plainly(invalid(
            "The given \"count\" argument value is unsuitable: must be greater than or equal to zero.",
        )));
    }
    let instances = (0..count).map(|index| {
        let key = InstanceKey::Int(index);
        let data = InstanceData::of(&key, None);
        (key, data)
    });
    Ok(Expansion { mode: EachMode::Count, instances: Some(instances.collect()) })
}

fn enabled(value: &Value, unknowns: Unknowns) -> Result<Expansion, Refusal> {
    let invalid = |detail: &str| Diagnostic::error("Invalid enabled argument", detail);
    let value = converted(value, &Type::Bool)?;
    let (value, marks) = value.unmark();
    if marks.is_ephemeral() {
        return Err(invalid(
            "The given \"enabled\" value is derived from an ephemeral value, which may be another one when the plan is applied. Use only non-ephemeral values to decide whether there is an instance.",
        )
        .into());
    }
    if marks.is_sensitive() {
        return Err(invalid(
            "Sensitive values, or values derived from sensitive values, cannot be used as \"enabled\" arguments: whether there is an instance would tell the value. If it need not be kept secret, use nonsensitive(...).",
        )
        .with_extra(|extra| extra.caused_by_sensitive = true)
        .into());
    }
    if value.is_null() {
        return Err(plainly(invalid(
            "The given \"enabled\" argument value is null. Either true or false is required.",
        )));
    }
    if !value.is_known() {
        if unknowns == Unknowns::Allowed {
            return Ok(Expansion { mode: EachMode::Optional, instances: None });
        }
        return Err(invalid(
            "The \"enabled\" value depends on resource attributes that cannot be determined until apply, so Landform cannot predict whether there will be an instance. To work around this, use the -target argument to first apply only the resources that it depends on.",
        )
        .with_extra(|extra| extra.caused_by_unknown = true)
        .into());
    }
    let one = value.as_bool() == Some(true);
    let instances = one.then(|| (InstanceKey::None, InstanceData::default()));
    Ok(Expansion { mode: EachMode::Optional, instances: Some(instances.into_iter().collect()) })
}

fn for_each(value: &Value, unknowns: Unknowns) -> Result<Expansion, Refusal> {
    let invalid = |detail: String| Diagnostic::error("Invalid for_each argument", detail);
    if value.marks().is_ephemeral() {
        return Err(invalid(
            "The given \"for_each\" value is derived from an ephemeral value, which means that Landform cannot persist it between plan/apply rounds. Use only non-ephemeral values to specify a resource's instance keys.".into(),
        )
        .with_extra(|extra| extra.caused_by_ephemeral = true)
        .into());
    }
    let (value, marks): (Value, Marks) = value.clone().unmark();
    if marks.is_sensitive() {
        return Err(invalid(
            "Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments. If used, the sensitive value could be exposed as a resource instance key.".into(),
        )
        .with_extra(|extra| extra.caused_by_sensitive = true)
        .into());
    }
    let ty = value.ty();
    if value.is_null() {
        return Err(invalid(
            "The given \"for_each\" argument value is unsuitable: the given \"for_each\" argument value is null. A map, or set of strings is allowed.".into(),
        )
        .into());
    }
    if !matches!(ty, Type::Map(_) | Type::Object(_) | Type::Set(_) | Type::Dynamic) {
        return Err(invalid(format!(
            "The given \"for_each\" argument value is unsuitable: the \"for_each\" argument must be a map, or set of strings, and you have provided a value of type {}.",
            ty.friendly_name()
        ))
        .into());
    }
    let unknown = !value.is_known() || (matches!(ty, Type::Set(_)) && !value.is_wholly_known());
    if unknown && unknowns == Unknowns::Allowed {
        return Ok(Expansion { mode: EachMode::ForEach, instances: None });
    }
    if unknown {
        return Err(invalid(unknown_for_each(&ty)).with_extra(|extra| extra.caused_by_unknown = true).into());
    }
    // No element has a wrong type.
    let is_empty = value.length() == Some(0);
    if let Type::Set(element) = &ty
        && **element != Type::String
        && !is_empty
    {
        return Err(Diagnostic::error(
            "Invalid for_each set argument",
            format!(
                "The given \"for_each\" argument value is unsuitable: \"for_each\" supports maps and sets of strings, but you have provided a set containing type {}.",
                element.friendly_name()
            ),
        )
        .into());
    }
    let mut instances = Vec::with_capacity(value.length().unwrap_or(0));
    for (key, element) in value.elements() {
        let Some(name) = key.as_shared_str() else {
            return Err(Diagnostic::error(
                "Invalid for_each set argument",
                "The given \"for_each\" argument value is unsuitable: \"for_each\" sets must not contain null values.",
            )
            .into());
        };
        let element = match value.kind() {
            Kind::Set(_) => key.clone(),
            _ => element.clone(),
        };
        let name = InstanceKey::String(name.clone());
        let data = InstanceData::of(&name, Some(element));
        instances.push((name, data));
    }
    Ok(Expansion { mode: EachMode::ForEach, instances: Some(instances) })
}

fn unknown_for_each(ty: &Type) -> String {
    let (what, hint) = match ty {
        Type::Map(_) | Type::Object(_) | Type::Dynamic => (
            "map includes keys derived from resource attributes that cannot be determined until apply, and so Landform cannot determine the full set of keys that will identify the instances of this resource",
            "When working with unknown values in for_each, it's better to define the map keys statically in your configuration and place apply-time results only in the map values.",
        ),
        _ => (
            "set includes values derived from resource attributes that cannot be determined until apply, and so Landform cannot determine the full set of keys that will identify the instances of this resource",
            "When working with unknown values in for_each, it's better to use a map value where the keys are defined statically in your configuration and where only the values contain apply-time results.",
        ),
    };
    format!(
        "The \"for_each\" {what}.\n\n{hint}\n\nAlternatively, you could use the -target planning option to first apply only the resources that the for_each value depends on, and then apply a second time to fully converge."
    )
}
