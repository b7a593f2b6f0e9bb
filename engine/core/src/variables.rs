//! Values that a run is given for the root module's variables.

use std::collections::BTreeMap;

use landform_config::{Module, Unsuitable, Variable};
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_values::{Str, Value};

use crate::evaluate::place_of;

/// A value as it was given, before it is converted to the variable's type.
#[derive(Clone, Debug)]
pub struct Given {
    /// The value.
    pub value: Value,
    /// Who gave it.
    pub source: ValueSource,
    /// Whether its variable is ephemeral: then it is not stored.
    pub ephemeral: bool,
}

/// Who gives a value to a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueSource {
    /// A variables file; the range of the value there.
    File(Span),
    /// The environment.
    Environment,
    /// The command line.
    CommandLine,
    /// A person who was asked.
    Question,
    /// A saved plan or another caller within the program.
    Caller,
}

impl Given {
    /// Where it is written, if it is in a file.
    pub(crate) fn span(&self) -> Option<Span> {
        match self.source {
            ValueSource::File(span) => Some(span),
            _ => None,
        }
    }
}

/// An error for every variable that must be given and is not.
pub fn missing(root: &Module, given: &BTreeMap<Str, Given>) -> Diagnostics {
    let missing =
        root.variables.values().filter(|variable| variable.is_required() && !given.contains_key(&variable.name));
    missing
        .map(|variable| {
            let detail = format!(
                "The root module input variable \"{}\" is not set, and has no default value. Use a -var or -var-file command line argument to provide a value for this variable.",
                variable.name
            );
            Diagnostic::error("No value for required variable", detail).at(variable.span)
        })
        .collect()
}

/// The value that a root variable has: given or default, converted and marked. Unknown where it should have been given.
pub(crate) fn root_value(variable: &Variable, given: Option<&Given>, sources: &SourceMap) -> Result<Value, Diagnostic> {
    if given.is_none() && variable.is_required() {
        return Ok(Value::unknown(variable.value_type()));
    }
    let value = given.map(|given| given.value.clone());
    variable.value_of(value).map_err(|error| {
        let source = given.map_or(ValueSource::Caller, |given| given.source);
        match error {
            Unsuitable::Type(reason) => unsuitable(variable, source, &reason, sources),
            Unsuitable::Null => null_value(variable, source, sources),
        }
    })
}

fn unsuitable(variable: &Variable, source: ValueSource, reason: &str, sources: &SourceMap) -> Diagnostic {
    let name = &variable.name;
    let set_by = |how: &str| (variable.span, format!("Unsuitable value for var.{name} set {how}: {reason}."));
    let (span, detail) = match source {
        ValueSource::File(span) if variable.sensitive => {
            let place = place_of(span, sources);
            let detail = format!(
                "The given value is not suitable for var.{name}, which is sensitive: {reason}. Invalid value defined at {place}."
            );
            (variable.span, detail)
        }
        ValueSource::File(span) => {
            let place = place_of(variable.span, sources);
            (span, format!("The given value is not suitable for var.{name} declared at {place}: {reason}."))
        }
        ValueSource::Environment => set_by(&format!("using the TF_VAR_{name} environment variable")),
        ValueSource::CommandLine => set_by(&format!("using -var=\"{name}=...\"")),
        ValueSource::Question => set_by("using an interactive prompt"),
        ValueSource::Caller => set_by("by the caller"),
    };
    Diagnostic::error("Invalid value for input variable", detail).at(span)
}

fn null_value(variable: &Variable, source: ValueSource, sources: &SourceMap) -> Diagnostic {
    let name = &variable.name;
    let required = "required variable may not be set to null";
    let (span, detail) = match source {
        ValueSource::File(span) => {
            let place = place_of(variable.span, sources);
            (span, format!("The given value is not suitable for var.{name} defined at {place}: {required}."))
        }
        _ => (
            variable.span,
            format!("Unsuitable value for var.{name} set from outside of the configuration: {required}."),
        ),
    };
    Diagnostic::error("Required variable not set", detail).at(span)
}
