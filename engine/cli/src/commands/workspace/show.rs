//! `landform workspace show`.

use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Help, Outcome};
use crate::session::Session;
use crate::world::print;

/// Accepted for compatibility; they change nothing.
const FLAGS: Flags =
    &[("input", FlagKind::Bool), ("target", FlagKind::Value), ("var", FlagKind::Value), ("var-file", FlagKind::Value)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] workspace show

  Shows the name of the selected workspace.
";

/// Runs it.
pub(crate) fn run(session: &Session, arguments: &[String]) -> Outcome {
    args::parse_classic(&[FLAGS], arguments, Help::Before)?;
    let name = session
        .valid_workspace()
        .map_err(|found| Failure::text(format!("Error selecting workspace: {}", found.summary)))?;
    print(&format!("{name}\n"));
    Ok(0)
}
