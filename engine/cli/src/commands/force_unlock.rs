//! `landform force-unlock`: removes a lock that a dead run left.

use landform_state::LocalConfig;

use crate::args::{self, FlagKind, Flags};
use crate::backend::{self, Kind};
use crate::failure::{Failure, Help, Outcome, as_text};
use crate::prompt::{Question, ask_and_wait};
use crate::session::Session;

const FLAGS: Flags = &[("force", FlagKind::Bool)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] force-unlock [options] LOCK_ID

  Removes the lock of the selected workspace's state, for when the run that
  holds it is dead. The id is in the message of who waits for it. Locks of
  local state end with their holder, and need no removal.

Options:

  -force    Do not ask.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS], arguments, Help::Before)?;
    let [id] = &parsed.positional[..] else {
        return Err(Failure::misuse("Expected a single argument: LOCK_ID", Help::Output));
    };
    let root = session.load_root()?;
    let store = backend::store(session, &root, &LocalConfig::default()).await?;
    let is_local = root.backend.as_ref().map(Kind::of).transpose()?.is_none_or(|kind| kind == Kind::Local);
    match (is_local, parsed.is("force", false)) {
        (true, false) => return Err(Failure::text("Local state cannot be unlocked by another process")),
        (true, true) => return Err(Failure::text("Failed to unlock state: LocalState not locked")),
        (false, false) => confirm(session)?,
        (false, true) => {}
    }
    store
        .force_unlock(id)
        .await
        .map_err(|found| Failure::text(format!("Failed to unlock state: {}", as_text(&found))))?;
    session.view.line(
        "[reset][bold][green]Landform state has been successfully unlocked![reset][green]\n\nThe state has been unlocked, and Landform commands should now be able to\nobtain a new lock on the remote state.",
    );
    Ok(0)
}

fn confirm(session: &Session) -> Result<(), Failure> {
    let question = Question {
        query: "Do you really want to force-unlock?",
        description: "Landform will remove the lock on the remote state.\nThis will allow local Landform commands to modify this state, even though it\nmay still be in use. Only 'yes' will be accepted to confirm.",
    };
    match ask_and_wait(session, &question) {
        Ok(answer) if answer == "yes" => Ok(()),
        Ok(_) => {
            session.view.line("force-unlock cancelled.");
            Err(Failure::Told)
        }
        Err(why) => Err(Failure::text(format!("Error asking for confirmation: {why}"))),
    }
}
