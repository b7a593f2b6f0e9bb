//! `landform taint` and `landform untaint`: marks an object for replacement, or takes the mark away.

use landform_addrs::{ResourceInstance, ResourceMode};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_state::{InstanceState, ObjectStatus, State};

use crate::args::{self, FlagKind, Flags};
use crate::backend;
use crate::failure::{Failure, Help, Outcome, as_text};
use crate::guard::{Guard, Journaled, Purpose};
use crate::operation::{STATE_FLAGS, local_config, locking};
use crate::session::Session;
use crate::world::print;

const FLAGS: Flags = &[("allow-missing", FlagKind::Bool), ("ignore-remote-version", FlagKind::Bool)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] taint [options] ADDRESS

  Marks an object as damaged, so that the next plan replaces it. A plan with
  -replace=ADDRESS does the same without a change to the state.

Options:

  -allow-missing       Succeed, though there is no such object.
  -backup=FILE         Where the replaced local state is kept; '-' for nowhere.
  -lock=false          Do not lock the state.
  -lock-timeout=TIME   How long to wait for another's lock, such as 5m.
  -state=FILE          The state to use, with the local backend only.
  -state-out=FILE      Where to write it, with the local backend only.
";

pub(crate) const UNTAINT_HELP: &str = "\
Usage: landform [global options] untaint [options] ADDRESS

  Takes the mark of 'landform taint', or of a creation that failed half-way,
  from an object, so that the next plan does not replace it.

Options:

  -allow-missing       Succeed, though there is no such object.
  -backup=FILE         Where the replaced local state is kept; '-' for nowhere.
  -lock=false          Do not lock the state.
  -lock-timeout=TIME   How long to wait for another's lock, such as 5m.
  -state=FILE          The state to use, with the local backend only.
  -state-out=FILE      Where to write it, with the local backend only.
";

/// What becomes of the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// `taint`.
    Tainted,
    /// `untaint`.
    Ready,
}

impl Mark {
    fn command(self) -> &'static str {
        match self {
            Self::Tainted => "taint",
            Self::Ready => "untaint",
        }
    }
}

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String], mark: Mark) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS, STATE_FLAGS], arguments, Help::Before)?;
    let [text] = &parsed.positional[..] else {
        let message = format!("The {} command expects exactly one argument.", mark.command());
        return Err(Failure::misuse(message, Help::After));
    };
    let address = landform_config::address::parse_resource_instance(text, &session.view.sources)?;
    if mark == Mark::Tainted {
        if address.resource.mode != ResourceMode::Managed {
            return Err(Failure::text(format!("Resource instance {address} cannot be tainted")));
        }
        session.check_required_versions()?;
    }
    let place = backend::place(session, &session.load_root()?, &local_config(&parsed)).await?;
    let guard = Guard::take(session, place, Journaled::Yes, locking(&parsed), Purpose::Mend(mark.command())).await?;
    let mut warnings = Diagnostics::new();
    let outcome = mark_stored(&guard, &address, mark, &mut warnings).await;
    guard.release(session).await;
    session.view.diagnostics(warnings);
    match outcome? {
        Found::Marked => print(&format!("Resource instance {address} {}.\n", done(mark))),
        Found::Missing(_) if parsed.is("allow-missing", false) => {
            let detail = format!(
                "Resource instance {address} was not found, but this is not an error because -allow-missing was set."
            );
            session.view.diagnostics(Diagnostic::warning("No such resource instance", detail).into());
        }
        Found::Missing(detail) => return Err(Failure::error("No such resource instance", detail)),
    }
    Ok(0)
}

fn done(mark: Mark) -> &'static str {
    match mark {
        Mark::Tainted => "has been marked as tainted",
        Mark::Ready => "has been successfully untainted",
    }
}

/// What came of it.
enum Found {
    /// The object is marked.
    Marked,
    /// There is no such instance; what is said of that.
    Missing(String),
}

async fn mark_stored(
    guard: &Guard,
    address: &ResourceInstance,
    mark: Mark,
    warnings: &mut Diagnostics,
) -> Result<Found, Failure> {
    let read = guard.read(warnings).await;
    let read = read.map_err(|error| error.or_told_as(|why| format!("Failed to load state: {why}")))?;
    let mut state = read.working.clone();
    if state.is_empty() {
        return Ok(Found::Missing("The state currently contains no resource instances whatsoever. This may occur if the configuration has never been applied or if it has recently been destroyed.".into()));
    }
    if state.instance(address).is_none() {
        return Ok(Found::Missing(format!(
            "There is no resource instance in the state with the address {address}. If the resource configuration has just been added, you must run \"landform apply\" once to create the corresponding instance(s) before they can be tainted."
        )));
    }
    set_status(&mut state, address, mark)?;
    let written = guard.put(&read, &state).await;
    written.map_err(|found| Failure::text(format!("Error writing state file: {}", as_text(&found))))?;
    Ok(Found::Marked)
}

fn set_status(state: &mut State, address: &ResourceInstance, mark: Mark) -> Result<(), Failure> {
    let Some(InstanceState { current: Some(object), .. }) = state.instance_mut(address) else {
        let detail = format!(
            "Resource instance {address} is currently part-way through a create_before_destroy replacement action. Run \"landform apply\" to complete its replacement before tainting it."
        );
        return Err(Failure::error("No such resource instance", detail));
    };
    if mark == Mark::Ready && !object.is_tainted() {
        let detail = format!("Resource instance {address} is not currently tainted, and so it cannot be untainted.");
        return Err(Failure::error("Resource instance is not tainted", detail));
    }
    object.status = match mark {
        Mark::Tainted => ObjectStatus::Tainted,
        Mark::Ready => ObjectStatus::Ready,
    };
    Ok(())
}
