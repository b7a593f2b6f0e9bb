//! `landform version`.

use landform_diagnostics::COMPATIBLE_VERSION;
use serde_json::json;

use super::VERSION;
use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::world::print;

const FLAGS: Flags = &[("json", FlagKind::Bool)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] version [options]

  Shows the version of Landform, and the version of Terraform whose formats
  and behaviour it has.

Options:

  -json    As a JSON object.
";

/// Runs it.
pub(crate) fn run(_session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse(&[FLAGS], arguments).map_err(Failure::flags)?;
    let platform = format!("{}_{}", std::env::consts::OS, architecture());
    if parsed.is("json", false) {
        let document = json!({
            "terraform_version": COMPATIBLE_VERSION,
            "landform_version": VERSION,
            "platform": platform,
            "provider_selections": {},
            "terraform_outdated": false,
        });
        print(&format!("{document:#}\n"));
    } else {
        print(&format!("Landform v{VERSION}\non {platform}\ncompatible with Terraform v{COMPATIBLE_VERSION}\n"));
    }
    Ok(0)
}

/// As Go names it, for programs that compare.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}
