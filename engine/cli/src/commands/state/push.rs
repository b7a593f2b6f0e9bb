//! `landform state push`.

use landform_state::{LocalConfig, State};

use crate::args::{self, FlagKind, Flags};
use crate::backend;
use crate::failure::{Failure, Help, Outcome, as_text};
use crate::guard::{Guard, Journaled, Purpose};
use crate::operation::locking;
use crate::session::Session;

const FLAGS: Flags = &[
    ("force", FlagKind::Bool),
    ("lock", FlagKind::Bool),
    ("lock-timeout", FlagKind::Duration),
    ("ignore-remote-version", FlagKind::Bool),
];

pub(crate) const HELP: &str = "\
Usage: landform [global options] state push [options] FILE

  Puts a state file in the place of the selected workspace's state; '-' is
  standard input. A state of another lineage or an older one is refused.

Options:

  -force               Refuse nothing.
  -lock=false          Do not lock the state.
  -lock-timeout=TIME   How long to wait for another's lock, such as 5m.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS], arguments, Help::Unsaid)?;
    let [path] = &parsed.positional[..] else {
        return Err(Failure::misuse("Exactly one argument expected.\n", Help::Output));
    };
    session.check_required_versions()?;
    let pushed = read(session, path)?;
    let root = session.load_root()?;
    let place = backend::place(session, &root, &LocalConfig::default()).await?;
    let guard = Guard::take(session, place, Journaled::Yes, locking(&parsed), Purpose::Mend("state-push")).await?;
    let outcome = push(&guard, &pushed, parsed.is("force", false)).await;
    guard.release(session).await;
    outcome
}

/// The state to be stored.
fn read(session: &Session, path: &str) -> Result<State, Failure> {
    let bytes = if path == "-" {
        session.world.read_input().into_bytes()
    } else {
        session.world.read_file(path).map_err(Failure::text)?
    };
    let state = landform_state::file::read(&bytes)
        .map_err(|found| Failure::text(format!("Error reading source state {path:?}: {}", as_text(&found))))?;
    state.ok_or_else(|| Failure::text(format!("Error reading source state {path:?}: no state")))
}

async fn push(guard: &Guard, pushed: &State, force: bool) -> Outcome {
    let stored = guard
        .store()
        .read()
        .await
        .map_err(|found| Failure::text(format!("Failed to refresh destination state: {}", as_text(&found))))?;
    if let Some(stored) = stored.filter(|stored| !force && !stored.is_empty()) {
        check(pushed, &stored).map_err(|why| Failure::text(format!("Failed to write state: {why}")))?;
    }
    match guard.replace(pushed).await {
        Ok(()) => Ok(0),
        Err(found) => Err(Failure::text(format!("Failed to persist state: {}", as_text(&found)))),
    }
}

/// Whether a state may take the place of another.
fn check(pushed: &State, stored: &State) -> Result<(), String> {
    if pushed.lineage.is_empty() || stored.lineage.is_empty() {
        return Ok(());
    }
    if pushed.lineage != stored.lineage {
        let (new, old) = (&pushed.lineage, &stored.lineage);
        return Err(format!("cannot import state with lineage {new:?} over unrelated state with lineage {old:?}"));
    }
    if stored.serial > pushed.serial {
        let (new, old) = (pushed.serial, stored.serial);
        return Err(format!("cannot import state with serial {new} over newer state with serial {old}"));
    }
    if stored.serial == pushed.serial && !pushed.same_content(stored) {
        let serial = stored.serial;
        return Err(format!(
            "cannot overwrite existing state with serial {serial} with a different state that has the same serial"
        ));
    }
    Ok(())
}
