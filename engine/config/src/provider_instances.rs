//! The instances of a provider configuration with `for_each`.

use std::sync::Arc;

use indexmap::IndexMap;
use landform_addrs::Str;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::syntax::ast::Expr;
use landform_values::{Kind, Type, Value};

use crate::early::{Early, EarlyScope};

/// The value of each instance, by its key.
pub type ProviderInstances = IndexMap<Str, Value>;

/// Evaluates `for_each`.
///
/// # Errors
/// When it has no value that is known early, or none that tells instances apart.
pub(crate) fn provider_instances(
    early: &Early<'_>,
    for_each: &Expr,
    scope: &Arc<EarlyScope>,
) -> Result<ProviderInstances, Diagnostics> {
    let value = early.evaluate(for_each, scope)?;
    instances(&value).map_err(|detail| {
        let detail = format!("The given \"for_each\" argument value is unsuitable: {detail}");
        Diagnostic::error("Invalid for_each argument", detail).at(for_each.span).into()
    })
}

fn instances(value: &Value) -> Result<ProviderInstances, String> {
    let marks = value.marks();
    for (is_marked, kind) in [(marks.is_sensitive(), "sensitive"), (marks.is_ephemeral(), "ephemeral")] {
        if is_marked {
            return Err(format!(
                "it is derived from {kind} values. Keys of instances are shown and written down, so they can not be."
            ));
        }
    }
    let value = value.clone().unmark().0;
    let ty = value.ty();
    if value.is_null() {
        return Err("it is null. A map, or set of strings is allowed.".to_owned());
    }
    let is_set = matches!(ty, Type::Set(_));
    if !matches!(ty, Type::Map(_) | Type::Object(_) | Type::Set(_)) {
        return Err(format!("it must be a map, or set of strings, and this is of type {}.", ty.friendly_name()));
    }
    if !value.is_known() || (is_set && !value.is_wholly_known()) {
        return Err("it is not known before anything is planned.".to_owned());
    }
    let mut instances = ProviderInstances::new();
    for (key, element) in value.elements() {
        let (key, _) = key.clone().unmark();
        let Some(name) = key.as_shared_str() else {
            return Err(format!("a set must be of strings, none of them null, and this is {}.", ty.friendly_name()));
        };
        let element = if matches!(value.kind(), Kind::Set(_)) { key.clone() } else { element.clone() };
        instances.insert(name.clone(), element);
    }
    Ok(instances)
}
