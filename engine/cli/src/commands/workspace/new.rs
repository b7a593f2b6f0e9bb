//! `landform workspace new`.

use landform_diagnostics::COMPATIBLE_VERSION;
use landform_state::{State, StateStore};

use super::{create, invalid_name, name, names, open, say_created};
use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Help, Outcome, as_text};
use crate::guard::{Guard, Journaled, Purpose};
use crate::operation::locking;
use crate::session::{Session, is_workspace_name};

const FLAGS: Flags = &[("lock", FlagKind::Bool), ("lock-timeout", FlagKind::Duration), ("state", FlagKind::Value)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] workspace new [options] NAME

  Makes a workspace and works in it from now on.

Options:

  -lock=false          Do not lock the state.
  -lock-timeout=TIME   How long to wait for another's lock, such as 5m.
  -state=FILE          Begin with a copy of this state.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS], arguments, Help::Before)?;
    let name = name(&parsed)?;
    if !is_workspace_name(name) {
        return Err(invalid_name(name));
    }
    if session.overriding_workspace().is_some_and(|other| other != name) {
        return Err(Failure::text(
            "\nThe workspace is currently overridden using the TF_WORKSPACE environment\nvariable. You cannot create a new workspace when using this setting.\n\nTo create a new workspace, either unset this environment variable or update it\nto match the workspace name you are trying to create, and then run this command\nagain.\n",
        ));
    }
    let (kind, backend) = open(session).await?;
    if names(backend.as_ref()).await?.iter().any(|known| known == name) {
        return Err(Failure::text(format!("Workspace {name:?} already exists")));
    }
    let place = create(session, (kind, backend.as_ref()), name, locking(&parsed)).await?;
    super::select(session, name)?;
    say_created(session, name);
    let Some(path) = parsed.value("state").filter(|path| !path.is_empty()) else { return Ok(0) };
    let purpose = Purpose::Mend("workspace-new");
    let guard = Guard::take(session, place, Journaled::Yes, locking(&parsed), purpose).await?;
    let outcome = copy(session, path, guard.store()).await;
    guard.release(session).await;
    outcome
}

/// Begins with another state's content, under a lineage of its own.
async fn copy(session: &Session, path: &str, store: &dyn StateStore) -> Outcome {
    let bytes = session.world.read_file(path).map_err(Failure::text)?;
    let state = landform_state::file::read(&bytes).map_err(|found| Failure::text(as_text(&found)))?;
    let fresh = store.read().await.map_err(|found| Failure::text(as_text(&found)))?;
    let fresh = fresh.unwrap_or_else(|| State::new(COMPATIBLE_VERSION));
    let state = State { lineage: fresh.lineage.clone(), serial: 0, ..state.unwrap_or(fresh) };
    store.write(&state).await.map_err(|found| Failure::text(as_text(&found)))?;
    Ok(0)
}
