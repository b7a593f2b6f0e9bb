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
pub fn raw(outputs: &Outputs, name: &str) -> Result<String> {
    any(outputs)?;
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

#[cfg(test)]
mod tests {
    use landform_values::Marks;

    use super::*;

    fn outputs() -> Outputs {
        Outputs::from([
            ("text".into(), Value::from("a \"q\"\n")),
            ("number".into(), Value::number(landform_values::Number::parse("1.50").expect("a number"))),
            ("list".into(), Value::list(Type::String, [Value::from("a")])),
            ("secret".into(), Value::from("hush").with_marks(&Marks::sensitive())),
            ("null".into(), Value::null(Type::String)),
        ])
    }

    /// What is printed, or the summary of what is said instead.
    fn shown(result: Result<String>) -> String {
        result.unwrap_or_else(|diagnostic| format!("{:?}: {}", diagnostic.severity, diagnostic.summary))
    }

    #[test]
    fn texts_of_all_and_of_one() {
        let all = "list = tolist([\n  \"a\",\n])\nnull = tostring(null)\nnumber = 1.5\nsecret = <sensitive>\ntext = <<EOT\na \
                   \"q\"\n\nEOT\n";
        let cases = [
            (human(&outputs(), None), all),
            (human(&outputs(), Some("text")), "<<EOT\na \"q\"\n\nEOT\n"),
            (human(&outputs(), Some("secret")), "\"hush\"\n"),
            (human(&outputs(), Some("nope")), "Error: Output \"nope\" not found"),
            (human(&Outputs::new(), None), "Warning: No outputs found"),
            (human(&Outputs::new(), Some("nope")), "Warning: No outputs found"),
            (raw(&outputs(), "text"), "a \"q\"\n"),
            (raw(&outputs(), "number"), "1.5"),
            (raw(&outputs(), "secret"), "hush"),
            (raw(&outputs(), "list"), "Error: Unsupported value for raw output"),
            (raw(&outputs(), "null"), "Error: Unsupported value for raw output"),
            (raw(&Outputs::new(), "nope"), "Warning: No outputs found"),
            (json(&outputs(), Some("list")), "[\"a\"]\n"),
            (json(&outputs(), Some("secret")), "\"hush\"\n"),
            (json(&outputs(), Some("nope")), "Error: Output \"nope\" not found"),
            (json(&Outputs::new(), None), "{}\n"),
        ];
        for (result, expected) in cases {
            assert_eq!(shown(result), expected);
        }
    }

    #[test]
    fn what_raw_can_not_print() {
        let detail = |name| raw(&outputs(), name).map_err(|diagnostic| diagnostic.detail);
        let list = "The -raw option only supports strings, numbers, and boolean values, but output value \"list\" is list \
                    of string.\n\nUse the -json option for machine-readable representations of output values that have \
                    complex types.";
        assert_eq!(detail("list"), Err(list.to_owned()));
        let null = "The value for output value \"null\" is null, so -raw mode cannot print it.";
        assert_eq!(detail("null"), Err(null.to_owned()));
    }

    #[test]
    fn below_an_apply() {
        let one = Outputs::from([("a".into(), Value::TRUE)]);
        let colours = Style { color: true, ..Style::default() };
        assert_eq!(after_apply(&one, &colours), "\x1b[0m\x1b[1m\x1b[32m\nOutputs:\n\n\x1b[0ma = true\n");
        assert_eq!(after_apply(&Outputs::new(), &colours), "");
    }
}
