//! `landform workspace …`: the states that one configuration has.

pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod select;
pub(crate) mod show;

use std::sync::Arc;

use landform_diagnostics::{COMPATIBLE_VERSION, Diagnostics};
use landform_state::{Backend, LocalConfig, State, StateStore};

use crate::args::Parsed;
use crate::backend::{self, Kind, Place};
use crate::failure::{Failure, Help, as_text};
use crate::guard::{Guard, Journaled, Purpose};
use crate::operation::Locking;
use crate::session::Session;

pub(crate) const HELP: &str = "\
Usage: landform [global options] workspace <subcommand> [options] [NAME]

  Each workspace has a state of its own for the same configuration.

Subcommands:
    delete    Delete a workspace
    list      List the workspaces
    new       Make a workspace
    select    Work in another workspace
    show      Show the selected workspace
";

async fn open(session: &Session) -> Result<(&'static str, Arc<dyn Backend>), Failure> {
    let root = session.load_root()?;
    Ok(backend::open(session, &root, &LocalConfig::default()).await?)
}

/// Makes a workspace. One that is not on this machine is there as soon as it has a state, which may be empty.
async fn create(
    session: &Session,
    (kind, backend): (&'static str, &dyn Backend),
    name: &str,
    locking: Locking,
) -> Result<Place, Failure> {
    let as_failure = |found| Failure::text(as_text(&found));
    let store = backend.open(name).await.map_err(as_failure)?;
    if kind != Kind::Local.name() {
        let place = Place { backend: kind, workspace: name.to_owned(), store: store.clone() };
        let guard = Guard::take(session, place, Journaled::No, locking, Purpose::Mend("init")).await?;
        let written = write_empty(store.as_ref()).await;
        guard.release(session).await;
        written.map_err(as_failure)?;
    }
    Ok(Place { backend: kind, workspace: name.to_owned(), store })
}

async fn write_empty(store: &dyn StateStore) -> Result<(), Diagnostics> {
    if store.read().await?.is_none() {
        store.write(&State::new(COMPATIBLE_VERSION)).await?;
    }
    Ok(())
}

/// The names of all workspaces.
async fn names(backend: &dyn Backend) -> Result<Vec<String>, Failure> {
    backend.workspaces().await.map_err(|found| Failure::text(as_text(&found)))
}

/// The one argument of a command that takes a name.
fn name(parsed: &Parsed) -> Result<&str, Failure> {
    match &parsed.positional[..] {
        [name] => Ok(name),
        _ => Err(Failure::misuse("Expected a single argument: NAME.\n", Help::Output)),
    }
}

/// Remembers which workspace is selected.
fn select(session: &Session, name: &str) -> Result<(), Failure> {
    let folder = session.world.data_dir();
    let written = fs_err::create_dir_all(&folder).and_then(|()| fs_err::write(folder.join("environment"), name));
    written.map_err(|error| Failure::text(format!("Error selecting new workspace: {error}")))
}

fn invalid_name(name: &str) -> Failure {
    Failure::text(format!(
        "\nThe workspace name {name:?} is not allowed. The name must contain only URL safe\ncharacters, and no path separators.\n"
    ))
}

fn no_such_workspace(name: &str) -> String {
    format!(
        "\nWorkspace {name:?} doesn't exist.\n\nYou can create this workspace with the \"new\" subcommand \nor include the \"-or-create\" flag with the \"select\" subcommand."
    )
}

fn say_created(session: &Session, name: &str) {
    session.view.line(&format!(
        "[reset][green][bold]Created and switched to workspace {name:?}![reset][green]\n\nYou're now on a new, empty workspace. Workspaces isolate their state,\nso if you run \"landform plan\" Landform will not see any existing state\nfor this configuration."
    ));
}
