//! `landform metadata functions`: what functions there are.

use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Outcome};
use crate::world::print;

const FLAGS: Flags = &[("json", FlagKind::Bool)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] metadata functions -json

  Prints the signatures and descriptions of all functions as JSON.
";

/// Runs it.
pub(crate) fn functions(arguments: &[String]) -> Outcome {
    let parsed = args::parse(&[FLAGS], arguments).map_err(Failure::flags)?;
    if !parsed.is("json", false) {
        print(HELP);
        return Err(Failure::Text("The `landform metadata functions` command requires the `-json` flag.\n".to_owned()));
    }
    let signatures: serde_json::Map<String, serde_json::Value> = landform_lang::functions::metadata().collect();
    print(&format!("{}\n", serde_json::json!({ "format_version": "1.0", "function_signatures": signatures })));
    Ok(0)
}
