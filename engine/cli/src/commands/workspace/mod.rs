//! `landform workspace …`: the states that one configuration has.

pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod select;
pub(crate) mod show;

use std::sync::Arc;

use landform_state::{Backend, LocalConfig};

use crate::args::Parsed;
use crate::backend;
use crate::failure::{Failure, Help, as_text};
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

async fn open(session: &Session) -> Result<Arc<dyn Backend>, Failure> {
    let root = session.load_root()?;
    let (_, backend) = backend::open(session, &root, &LocalConfig::default()).await?;
    Ok(backend)
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
