//! Output values: the `output` command in all its forms, and what apply says at its end.

use std::collections::BTreeMap;

use landform_diagnostics::Diagnostic;
use landform_values::render::literal;
use landform_values::{Str, Type, Value, convert};
use serde_json::{Map, json as object};

use crate::Style;
use crate::json::go;
use crate::quote::quote;

/// The outputs of a root module; those that are sensitive are marked.
pub type Outputs = BTreeMap<Str, Value>;

type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// All outputs, or the one of a name, in the language's own notation, with a line break at the end. A sensitive output
/// is only shown when it is asked for by name. The diagnostic of an empty state is a warning.
pub fn human(outputs: &Outputs, name: Option<&str>) -> Result<String> {
    any(outputs)?;
    Ok(match name {
        Some(name) => format!("{}\n", literal(&find(outputs, name)?)),
        None => all(outputs),
    })
}

/// What stands below the closing line of an apply; nothing where there are no outputs.
pub fn after_apply(outputs: &Outputs, style: &Style) -> String {
    if outputs.is_empty() {
        return String::new();
    }
    style.paint("[reset][bold][green]\nOutputs:\n\n") + &all(outputs)
}

fn all(outputs: &Outputs) -> String {
    let line = |(name, value): (&Str, &Value)| {
        if value.contains_sensitive() {
            return format!("{name} = <sensitive>\n");
        }
        format!("{name} = {}\n", literal(value))
    };
    let text: String = outputs.iter().map(line).collect();
    format!("{}\n", text.trim())
}

/// A string, number or boolean as it is, without a line break.
pub fn raw(outputs: &Outputs, name: Option<&str>) -> Result<String> {
    any(outputs)?;
    let Some(name) = name else {
        return Err(Box::new(Diagnostic::error("Raw output format is only supported for single outputs", "")));
    };
    let value = find(outputs, name)?;
    let unsupported = |detail: String| Box::new(Diagnostic::error("Unsupported value for raw output", detail));
    let text = convert(&value, &Type::String).map_err(|_| {
        unsupported(format!(
            "The -raw option only supports strings, numbers, and boolean values, but output value {} is {}.\n\nUse the \
             -json option for machine-readable representations of output values that have complex types.",
            quote(name),
            value.ty().friendly_name()
        ))
    })?;
    text.as_str().map(str::to_owned).ok_or_else(|| {
        unsupported(format!("The value for output value {} is null, so -raw mode cannot print it.", quote(name)))
    })
}

/// All outputs with their types, or the value of one, as JSON with a line break at the end.
pub fn json(outputs: &Outputs, name: Option<&str>) -> Result<String> {
    let failed = |error: &dyn std::fmt::Display| Box::new(Diagnostic::error(error.to_string(), ""));
    let encode = |value: &Value| landform_values::json::encode(value, &value.ty()).map_err(|error| failed(&error));
    if let Some(name) = name {
        return Ok(encode(&find(outputs, name)?)? + "\n");
    }
    let mut members = Map::new();
    for (name, value) in outputs {
        let (plain, marks) = value.clone().unmark_deep();
        let parsed = |json: String| serde_json::from_str::<serde_json::Value>(&json).map_err(|error| failed(&error));
        let ty = parsed(landform_values::json::encode_type(&plain.ty()))?;
        let member = object!({"sensitive": marks.is_sensitive(), "type": ty, "value": parsed(encode(&plain)?)?});
        members.insert(name.to_string(), member);
    }
    go::pretty(&members).map(|json| json + "\n").map_err(|error| failed(&error))
}

fn any(outputs: &Outputs) -> Result<()> {
    if !outputs.is_empty() {
        return Ok(());
    }
    let detail = "The state file either has no outputs defined, or all the defined outputs are empty. Please define an \
                  output in your configuration with the `output` keyword and run `landform refresh` for it to become \
                  available. If you are using interpolation, please verify the interpolated value is not empty. You \
                  can use the `landform console` command to assist.";
    Err(Box::new(Diagnostic::warning("No outputs found", detail)))
}

/// Whoever asks for an output by its name sees it, sensitive or not.
fn find(outputs: &Outputs, name: &str) -> Result<Value> {
    let found = outputs.get(name).cloned().ok_or_else(|| {
        let detail = "The output variable requested could not be found in the state file. If you recently added this \
                      to your configuration, be sure to run `landform apply`, since the state won't be updated with \
                      new output variables until that command is run.";
        Box::new(Diagnostic::error(format!("Output {} not found", quote(name)), detail))
    })?;
    Ok(found.unmark_deep().0)
}
