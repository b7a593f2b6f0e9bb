//! `landform output`: the root module's outputs, as state has them.

use landform_diagnostics::{Diagnostic, Severity};
use landform_state::LocalConfig;
use landform_views::output;

use crate::args::{self, FlagKind, Flags, Parsed};
use crate::backend;
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::world::print;

const FLAGS: Flags = &[("json", FlagKind::Bool), ("raw", FlagKind::Bool), ("state", FlagKind::Value)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] output [options] [NAME]

  Prints the outputs of the root module as they are in state; with a name, the
  value of that one.

Options:

  -json          As JSON.
  -raw           The text of one output itself, without quotes.
  -state=FILE    The state to read, with the local backend only.
  -no-color      No colours.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse(&[FLAGS], arguments).map_err(Failure::flags)?;
    let usage = |summary: &str, detail: &str| Err(Failure::usage(Diagnostic::error(summary, detail)));
    let (as_json, raw) = (parsed.is("json", false), parsed.is("raw", false));
    if parsed.positional.len() > 1 {
        return usage(
            "Unexpected argument",
            "The output command expects exactly one argument with the name of an output variable or no arguments to show all outputs.",
        );
    }
    if as_json && raw {
        return usage("Invalid output format", "The -raw and -json options are mutually-exclusive.");
    }
    let name = parsed.positional.first().map(String::as_str);
    if raw && name.is_none() {
        return usage(
            "Output name required",
            "You must give the name of a single output value when using the -raw option.",
        );
    }
    let outputs = stored(session, &parsed).await?;
    let text = match (as_json, name) {
        (true, name) => output::json(&outputs, name),
        (false, Some(name)) if raw => output::raw(&outputs, name),
        (false, name) => output::human(&outputs, name),
    };
    match text {
        Ok(text) => {
            print(&text);
            Ok(0)
        }
        Err(diagnostic) => {
            let failed = diagnostic.severity == Severity::Error;
            session.view.diagnostics((*diagnostic).into());
            Ok(u8::from(failed))
        }
    }
}

async fn stored(session: &Session, parsed: &Parsed) -> Result<output::Outputs, Failure> {
    let local = LocalConfig { state: parsed.value("state").map(Into::into), ..LocalConfig::default() };
    let state = backend::read(session, &local, Failure::from).await?;
    Ok(state.map(|state| landform_core::stored_outputs(&state)).unwrap_or_default())
}
