//! Which version of the format a text is, and what to say of one that is not ours.

use landform_diagnostics::{COMPATIBLE_VERSION, Diagnostic, Diagnostics};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The version of the format that is read and written.
pub const FORMAT_VERSION: u64 = 4;

const SUMMARY: &str = "Unsupported state file format";

#[derive(Deserialize)]
struct Sniff<'a> {
    #[serde(borrow)]
    version: Option<&'a RawValue>,
    #[serde(borrow)]
    terraform_version: Option<&'a RawValue>,
}

const NO_VERSION: &str =
    "The state file does not have a \"version\" attribute, which is required to identify the format version.";

/// Whether a file says that it is a state, of whatever version.
pub fn has_version(bytes: &[u8]) -> bool {
    let sniff: Option<Sniff<'_>> = serde_json::from_slice(bytes).ok();
    sniff.and_then(|sniff| sniff.version?.get().parse::<u64>().ok()).is_some()
}

/// Why a text can not be read, when that is because it is of no or another version.
pub(super) fn problem(text: &str) -> Option<Diagnostics> {
    if let Some(found) = no_object(text) {
        return Some([found, NO_VERSION.to_owned()].into_iter().flat_map(unsupported).collect());
    }
    let sniff: Sniff<'_> = match serde_json::from_str(text) {
        Ok(sniff) => sniff,
        Err(error) if error.is_syntax() || error.is_eof() => {
            let problems = [syntax_problem(text, &error), NO_VERSION.to_owned()];
            return Some(problems.into_iter().flat_map(unsupported).collect());
        }
        Err(error) => return Some(unsupported(syntax_problem(text, &error))),
    };
    let Some(version) = sniff.version else { return Some(unsupported(NO_VERSION)) };
    let Ok(version) = version.get().parse::<u64>() else { return Some(unsupported(no_version(version.get()))) };
    let creator = sniff.terraform_version.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
    match version {
        FORMAT_VERSION => None,
        0 => Some(unsupported(
            "The state file uses JSON syntax but has a version number of zero. There was never a JSON-based state \
             format zero, so this state file is invalid and cannot be processed.",
        )),
        1..FORMAT_VERSION => Some(unsupported(older(version, creator.as_deref()))),
        _ => Some(unsupported(newer(version, creator.as_deref()))),
    }
}

fn unsupported(detail: impl Into<String>) -> Diagnostics {
    Diagnostic::error(SUMMARY, detail).into()
}

/// What is wrong with a document that is no object.
fn no_object(text: &str) -> Option<String> {
    let document: &RawValue = serde_json::from_str(text).ok()?;
    let raw = document.get();
    match raw.as_bytes().first()? {
        b'{' | b'n' => None,
        b'-' | b'0'..=b'9' => Some(no_version_as("number")),
        _ => Some(no_version(raw)),
    }
}

fn no_version(raw: &str) -> String {
    let found = match raw.as_bytes().first() {
        Some(b'"') => "string".to_owned(),
        Some(b'{') => "object".to_owned(),
        Some(b'[') => "array".to_owned(),
        Some(b't' | b'f') => "bool".to_owned(),
        Some(b'n') => "null".to_owned(),
        _ => format!("number {raw}"),
    };
    no_version_as(&found)
}

fn no_version_as(found: &str) -> String {
    format!("The version in the state file is {found}. A positive whole number is required.")
}

fn older(version: u64, creator: Option<&str>) -> String {
    let creator =
        creator.map_or_else(String::new, |creator| format!(" This state file was created by Terraform {creator}."));
    format!(
        "The state file uses format version {version}, which Terraform 0.11 and earlier wrote and which is not supported \
         by Terraform {COMPATIBLE_VERSION}.{creator} Any Terraform from 0.12 to 1.11 can bring it to version {FORMAT_VERSION}: run \
         \"terraform state pull\" with it, save what it prints, and put that in place of this state file."
    )
}

fn newer(version: u64, creator: Option<&str>) -> String {
    let creator = creator.map_or_else(
        || "This state file may have been created by a newer version of Terraform.".to_owned(),
        |creator| format!("This state file was created by Terraform {creator}."),
    );
    format!(
        "The state file uses format version {version}, which is not supported by Terraform {COMPATIBLE_VERSION}. {creator}"
    )
}

/// What is wrong with the syntax and where.
fn syntax_problem(text: &str, error: &serde_json::Error) -> String {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let offset = before + error.column();
    if error.is_data() {
        return "The state file could not be parsed as JSON: it must be an object.".to_owned();
    }
    format!("The state file could not be parsed as JSON: syntax error at byte offset {offset}.")
}
