//! `landform state pull`.

use landform_diagnostics::Diagnostics;

use super::open;
use crate::args::{self, Flags};
use crate::failure::{Failure, Help, Outcome, as_text};
use crate::session::Session;
use crate::world::print;

const FLAGS: Flags = &[];

pub(crate) const HELP: &str = "\
Usage: landform [global options] state pull [options]

  Prints the state of the selected workspace as a state file.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS], arguments, Help::Unsaid)?;
    session.check_required_versions()?;
    let unreadable = |found: Diagnostics| Failure::text(format!("Failed to refresh state: {}", as_text(&found)));
    if let Some(state) = open(session, &parsed, unreadable).await? {
        print(&format!("{}\n", String::from_utf8_lossy(&landform_state::file::write(&state))));
    }
    Ok(0)
}
