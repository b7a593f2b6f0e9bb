//! `landform workspace select`.

use std::time::Duration;

use super::{create, invalid_name, name, names, no_such_workspace, open, say_created};
use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Help, Outcome};
use crate::operation::Locking;
use crate::session::{Session, is_workspace_name};

const FLAGS: Flags = &[("or-create", FlagKind::Bool)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] workspace select [options] NAME

  Works in another workspace from now on.

Options:

  -or-create    Make the workspace if there is none of this name.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS], arguments, Help::Before)?;
    let name = name(&parsed)?;
    session.load_root()?;
    if session.overriding_workspace().is_some() {
        return Err(Failure::text(
            "\nThe selected workspace is currently overridden using the TF_WORKSPACE\nenvironment variable.\n\nTo select a new workspace, either update this environment variable or unset\nit and then run this command again.\n",
        ));
    }
    let (kind, backend) = open(session).await?;
    if !is_workspace_name(name) {
        return Err(invalid_name(name));
    }
    let exists = names(backend.as_ref()).await?.iter().any(|known| known == name);
    if name == session.workspace() {
        return Ok(0);
    }
    if !exists && !parsed.is("or-create", false) {
        return Err(Failure::text(no_such_workspace(name)));
    }
    if !exists {
        create(session, (kind, backend.as_ref()), name, Locking::Wait(Duration::ZERO)).await?;
    }
    super::select(session, name)?;
    if exists {
        session.view.line(&format!("[reset][green]Switched to workspace {name:?}."));
    } else {
        say_created(session, name);
    }
    Ok(0)
}
