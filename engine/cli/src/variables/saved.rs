//! Variables for a saved plan: it has its values, except those of ephemeral variables, which are given again.

use std::collections::BTreeMap;

use landform_config::{Module, Variable};
use landform_core::variables::{Given, ValueSource};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::{Kind, Str, Value};
use landform_views::quote;

use super::{Origin, VariableFlag, gather, undeclared, value_of};
use crate::session::Session;

/// Puts the values of ephemeral variables among those of a saved plan, and sees to it that no other is another than
/// there. Returns warnings.
pub(crate) fn collect_for_saved(
    session: &Session,
    root: &Module,
    flags: &[VariableFlag],
    planned: &mut BTreeMap<Str, Given>,
) -> Result<Diagnostics, Diagnostics> {
    let collected = gather(session, flags);
    let mut diagnostics = collected.diagnostics;
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    // What a plan was not given, it does not know: it is as if there were no such variable.
    let is_known =
        |name: &Str| root.variables.get(name).is_some_and(|variable| variable.ephemeral || planned.contains_key(name));
    diagnostics.extend(undeclared(&collected.values, &is_known));
    let mut again = BTreeMap::new();
    for (name, (raw, origin, _)) in collected.values {
        let Some(variable) = root.variables.get(&name) else { continue };
        match value_of(&name, raw, Some(variable), &session.view.sources) {
            Ok(given) if variable.ephemeral => drop(again.insert(name, given)),
            Ok(given) => diagnostics.extend(changed(variable, planned.get(&name), &given, origin)),
            Err(found) => diagnostics.extend(found),
        }
    }
    for name in again.keys().filter(|name| !planned.contains_key(*name)) {
        diagnostics.push(not_planned(name));
    }
    let needed = planned.iter().filter(|(_, given)| given.ephemeral).map(|(name, _)| name);
    diagnostics.extend(needed.filter(|name| !again.contains_key(*name)).map(|name| not_given(name)));
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    planned.extend(again);
    Ok(diagnostics)
}

/// That a value is another than the plan's; a warning where it was not given for this run.
fn changed(variable: &Variable, planned: Option<&Given>, given: &Given, origin: Origin) -> Option<Diagnostic> {
    let before = &planned?.value;
    if *before == given.value {
        return None;
    }
    let shown = |value: &Value| if variable.sensitive { "(sensitive value)".to_owned() } else { brief(value) };
    let name = &variable.name;
    let specifies = |source: &str| {
        format!(
            "when applying a saved plan file, because a saved plan includes the variable values that were set when it was created. The saved plan specifies {} as the value whereas during apply the value {} was set by {source}. To declare an ephemeral variable which is not saved in the plan file, use ephemeral = true.",
            shown(before),
            shown(&given.value)
        )
    };
    let refused = |source: &str| {
        let detail =
            format!("The variable {name} cannot be set using the -var and -var-file options {}", specifies(source));
        Diagnostic::error("Can't change variable when applying a saved plan", detail)
    };
    match (origin, given.source) {
        (Origin::Environment, _) => {
            let detail = format!("The variable {name} cannot be overriden {}", specifies("an environment variable"));
            Some(Diagnostic::warning("Ignoring variable when applying a saved plan", detail))
        }
        (Origin::NamedFile, ValueSource::File(span)) => {
            Some(refused("a .tfvars file passed through -var-file argument").at(span))
        }
        (Origin::CommandLine | Origin::NamedFile, _) => Some(refused("a CLI argument")),
        (Origin::File | Origin::Question, _) => None,
    }
}

/// A value in a few words.
fn brief(value: &Value) -> String {
    match value.kind() {
        Kind::String(text) => quote(text),
        Kind::Number(number) => number.to_string(),
        Kind::Bool(truth) => truth.to_string(),
        Kind::Null(_) => "null".to_owned(),
        Kind::Object(_) => format!("object with {} attributes", value.elements().count()),
        _ => format!("tuple with {} elements", value.elements().count()),
    }
}

fn not_planned(name: &str) -> Diagnostic {
    let detail = format!(
        "The ephemeral input variable {name:?} was not set during the planning phase, and so must remain unset during the apply phase."
    );
    Diagnostic::error("Ephemeral variable was not set during planning", detail)
}

fn not_given(name: &str) -> Diagnostic {
    let detail = format!(
        "The ephemeral input variable {name:?} was set during the plan phase, and so must also be set during the apply phase."
    );
    Diagnostic::error("No value for required variable", detail)
}
