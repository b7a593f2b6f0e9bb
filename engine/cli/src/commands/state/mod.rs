//! `landform state …`: looking at and mending state.

pub(crate) mod list;
pub(crate) mod show;

use landform_diagnostics::Diagnostic;
use landform_state::{Backend as _, LocalConfig, State, StateStore};
use std::sync::Arc;

use crate::failure::Failure;
use crate::session::Session;
use crate::{args::Parsed, backend};

pub(crate) const HELP: &str = "\
Usage: landform [global options] state <subcommand> [options] [args]

  Looks at the state, and mends it.

Subcommands:

  list    List the resource instances in state
  show    Show one resource instance
";

/// The state that a command works on: that of `-state`, or of the selected workspace.
pub(crate) async fn open(session: &Session, parsed: &Parsed) -> Result<(Arc<dyn StateStore>, Option<State>), Failure> {
    let local = LocalConfig { state: parsed.value("state").map(Into::into), ..LocalConfig::default() };
    let root = session.load_root()?;
    let store = if parsed.value("state").is_some() {
        backend::local(session, &local).open(&session.workspace()).await?
    } else {
        backend::store(session, &root, &local).await?
    };
    let state = store.read().await?;
    Ok((store, state))
}

/// There is nothing to look at.
pub(crate) fn no_state() -> Failure {
    Failure::Text(
        "No state file was found!\n\nState management commands require a state file. Run this command\nin a directory where Landform has been run or use the -state flag\nto point the command to a specific state location.\n"
            .to_owned(),
    )
}

/// An address that a user gave and that is none.
pub(crate) fn invalid_address(text: &str, error: &landform_addrs::AddressError) -> Diagnostic {
    Diagnostic::error("Invalid address", format!("{text:?} is no address: {error}."))
}
