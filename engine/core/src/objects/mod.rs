//! The rules between configuration, prior, proposed, planned and applied objects of one schema.
//!
//! Source of the rules: the public documentation of Terraform's resource instance change lifecycle.
//!
//! **Invariant**: pure functions of values and schemas.

mod compatible;
mod ephemeral;
mod identity;
mod marks;
mod plan_valid;
mod proposed;

pub(crate) use compatible::check_applied;
pub(crate) use ephemeral::check_ephemeral;
pub(crate) use identity::{Identity, ToldIdentity, agrees};
pub(crate) use marks::{mark_at, mark_sensitive, sensitive_paths};
pub(crate) use plan_valid::check_planned;
pub(crate) use proposed::{empty_config, proposed_new};

use landform_values::{Kind, Value};

/// Whether two values are equal; nulls are, whatever their types.
pub(crate) fn same(some: &Value, other: &Value) -> bool {
    if some == other || (some.is_null() && other.is_null()) {
        return true;
    }
    if some.marks() != other.marks() {
        return false;
    }
    match (some.kind(), other.kind()) {
        (Kind::Tuple(these), Kind::Tuple(those)) | (Kind::List(these), Kind::List(those)) => {
            let (these, those) = (these.items(), those.items());
            these.len() == those.len() && these.iter().zip(those).all(|(this, that)| same(this, that))
        }
        (Kind::Object(these), Kind::Object(those)) | (Kind::Map(these), Kind::Map(those)) => {
            let (these, those) = (these.items(), those.items());
            let pairs = these.iter().zip(those);
            these.len() == those.len() && pairs.into_iter().all(|((a, this), (b, that))| a == b && same(this, that))
        }
        _ => false,
    }
}

/// What messages about a provider's mistakes say of a value: never its text, which may be secret.
fn shown(value: &Value) -> String {
    if value.is_null() {
        return "null".into();
    }
    if !value.is_known() {
        return "unknown".into();
    }
    match (value.as_bool(), value.as_str(), value.length()) {
        (Some(truth), ..) => truth.to_string(),
        (_, Some(text), _) => format!("a string of {} characters", text.chars().count()),
        (.., Some(length)) => format!("{} with {length} elements", value.ty().friendly_name()),
        _ => value.as_number().map_or_else(|| value.ty().friendly_name(), ToString::to_string),
    }
}
