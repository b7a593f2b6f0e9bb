//! `landform workspace delete`.

use landform_addrs::ResourceMode;
use landform_diagnostics::Diagnostics;
use landform_state::{ObjectRef, State};

use super::{name, names, no_such_workspace, open};
use crate::args::{self, FlagKind, Flags};
use crate::backend::Place;
use crate::failure::{Failure, Help, Outcome, as_text};
use crate::guard::{Guard, Journaled, Purpose};
use crate::operation::locking;
use crate::session::Session;

const FLAGS: Flags = &[("force", FlagKind::Bool), ("lock", FlagKind::Bool), ("lock-timeout", FlagKind::Duration)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] workspace delete [options] NAME

  Deletes a workspace with its state. The selected one stays, and one that
  manages anything.

Options:

  -force               Delete it although it manages objects, which stay.
  -lock=false          Do not lock the state.
  -lock-timeout=TIME   How long to wait for another's lock, such as 5m.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS], arguments, Help::Before)?;
    let name = name(&parsed)?;
    let (kind, backend) = open(session).await?;
    if !names(backend.as_ref()).await?.iter().any(|known| known == name) {
        return Err(Failure::text(no_such_workspace(name).trim()));
    }
    if name == session.workspace() {
        return Err(Failure::text(format!(
            "Workspace {name:?} is your active workspace.\n\nYou cannot delete the currently active workspace. Please switch\nto another workspace and try again."
        )));
    }
    let as_failure = |found: Diagnostics| Failure::text(as_text(&found));
    let store = backend.open(name).await.map_err(as_failure)?;
    // The lock's name is Terraform's.
    let place = Place { backend: kind, workspace: name.to_owned(), store };
    let purpose = Purpose::Mend("state-replace-provider");
    let guard = Guard::take(session, place, Journaled::Yes, locking(&parsed), purpose).await?;
    let mut warnings = Diagnostics::new();
    let read = guard.read(&mut warnings).await;
    guard.release(session).await;
    session.view.diagnostics(warnings);
    let tracked = tracked(&read.map_err(|error| as_failure(error.into()))?.working);
    if !tracked.is_empty() && !parsed.is("force", false) {
        return Err(not_empty(name, &tracked));
    }
    backend.delete_workspace(name).await.map_err(as_failure)?;
    session.view.line(&format!("[reset][green]Deleted workspace {name:?}!"));
    if !tracked.is_empty() {
        session.view.line(&format!(
            "[reset][yellow]WARNING: {name:?} was non-empty.\nThe resources managed by the deleted workspace may still exist,\nbut are no longer manageable by Landform since the state has\nbeen deleted.\n"
        ));
    }
    Ok(0)
}

/// The objects that would be lost track of.
fn tracked(state: &State) -> Vec<String> {
    let managed = state.objects().filter(|found| found.resource.resource.mode == ResourceMode::Managed);
    let line = |found: ObjectRef<'_>| match found.deposed {
        None => found.address().to_string(),
        Some(key) => format!("{} (deposed object {key})", found.address()),
    };
    managed.map(line).collect()
}

fn not_empty(name: &str, tracked: &[String]) -> Failure {
    let list: String = tracked.iter().map(|line| format!("\n  - {line}")).collect();
    Failure::error(
        "Workspace is not empty",
        format!(
            "Workspace {name:?} is currently tracking the following resource instances:{list}\n\nDeleting this workspace would cause Landform to lose track of any associated remote objects, which would then require you to delete them manually outside of Landform. You should destroy these objects with Landform before deleting the workspace.\n\nIf you want to delete this workspace anyway, and have Landform forget about these managed objects, use the -force option to disable this safety check."
        ),
    )
}
