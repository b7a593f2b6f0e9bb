//! `landform metadata functions`: what functions there are.

use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Help, Outcome};
use crate::world::print;

const FLAGS: Flags = &[("json", FlagKind::Bool)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] metadata <subcommand> [options]

  Describes what the program can do.

Subcommands:
    functions    Describe all functions
";

pub(crate) const FUNCTIONS_HELP: &str = "\
Usage: landform [global options] metadata functions -json

  Prints the signatures and descriptions of all functions as JSON.
";

/// Runs it.
pub(crate) fn functions(arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS], arguments, Help::Before)?;
    if !parsed.is("json", false) {
        let message = "The `landform metadata functions` command requires the `-json` flag.\n\n";
        return Err(Failure::misuse(message, Help::After));
    }
    let signatures: serde_json::Map<String, serde_json::Value> = landform_lang::functions::metadata().collect();
    print(&format!("{}\n", serde_json::json!({ "format_version": "1.0", "function_signatures": signatures })));
    Ok(0)
}
