//! Paths into attributes as the file has them: lists of steps `{"type": …, "value": …}`.

use std::sync::Arc;

use landform_values::{Number, Path, Step, Type, Value, json};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::write::Writer;

#[derive(Deserialize)]
struct StepForm<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(borrow)]
    value: &'a RawValue,
}

#[derive(Deserialize)]
struct KeyForm<'a> {
    #[serde(borrow, rename = "type")]
    ty: &'a RawValue,
    #[serde(borrow)]
    value: &'a RawValue,
}

/// Reads a list of paths.
///
/// # Errors
/// What is wrong with it.
pub(super) fn parse(text: &str) -> Result<Arc<[Path]>, String> {
    let Some(paths): Option<Vec<Vec<StepForm<'_>>>> = serde_json::from_str(text).map_err(|error| error.to_string())?
    else {
        return Ok(Arc::default());
    };
    let path = |steps: Vec<StepForm<'_>>| steps.iter().map(parse_step).collect::<Result<_, _>>().map(Path);
    paths.into_iter().map(path).collect()
}

fn parse_step(step: &StepForm<'_>) -> Result<Step, String> {
    match step.kind {
        "get_attr" => {
            let name: String = serde_json::from_str(step.value.get()).map_err(|error| error.to_string())?;
            Ok(Step::Attribute(name.into()))
        }
        "index" => parse_key(step.value.get()).map(Step::Index),
        other => Err(format!("unsupported path step type {other:?}")),
    }
}

fn parse_key(text: &str) -> Result<Value, String> {
    let key: KeyForm<'_> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match key.ty.get() {
        "\"string\"" => {
            let text: String = serde_json::from_str(key.value.get()).map_err(|error| error.to_string())?;
            Ok(text.into())
        }
        "\"number\"" => {
            let number = Number::parse(key.value.get().trim_matches('"'));
            number.map(Value::from).ok_or_else(|| format!("{} is not a number", key.value.get()))
        }
        _ => json::decode(text, &Type::Dynamic).map_err(|error| error.to_string()),
    }
}

/// Writes a list of paths.
pub(super) fn write(writer: &mut Writer, paths: &[Path]) {
    writer.list(paths, |writer, path| {
        writer.list(&path.0, |writer, step| {
            writer.object(|writer| match step {
                Step::Attribute(name) => {
                    writer.text_member("type", "get_attr");
                    writer.text_member("value", name);
                }
                Step::Index(key) => {
                    writer.text_member("type", "index");
                    writer.key("value");
                    write_key(writer, key);
                }
            });
        });
    });
}

fn write_key(writer: &mut Writer, key: &Value) {
    match (key.as_str(), key.as_number()) {
        (Some(text), _) => writer.object(|writer| {
            writer.text_member("value", text);
            writer.text_member("type", "string");
        }),
        (_, Some(number)) => writer.object(|writer| {
            writer.raw_member("value", &number.to_string());
            writer.text_member("type", "number");
        }),
        // The element of a set. One that has no JSON form can not have come from a provider.
        _ => writer.raw(&json::encode(key, &Type::Dynamic).unwrap_or_else(|_| "null".to_owned())),
    }
}
