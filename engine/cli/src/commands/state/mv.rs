//! `landform state mv`.

mod plan;

use super::{CHANGE_FLAGS, Held, hold, no_state, open_to_change, targets};
use crate::args::{self, FlagKind, Flags, Parsed};
use crate::failure::{Failure, Help, Outcome};
use crate::session::Session;
use crate::world::print;
use plan::{Move, carry_out, moves};

const FLAGS: Flags = &[("dry-run", FlagKind::Bool), ("backup-out", FlagKind::Value), ("state-out", FlagKind::Value)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] state mv [options] SOURCE DESTINATION

  Gives objects in state other addresses, as when a resource was renamed or
  went to another module. Real objects stay as they are. A 'moved' block does
  the same for everybody who uses the configuration.

Options:

  -backup=FILE         Where the replaced local state is kept.
  -backup-out=FILE     Where the replaced state of -state-out is kept.
  -dry-run             Only say what would be done.
  -lock=false          Do not lock the state.
  -lock-timeout=TIME   How long to wait for another's lock, such as 5m.
  -state=FILE          The state to change, with the local backend only.
  -state-out=FILE      Another state, which the objects move to.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS, CHANGE_FLAGS], arguments, Help::Unsaid)?;
    if parsed.positional.len() != 2 {
        return Err(Failure::misuse("Exactly two arguments expected.\n", Help::Output));
    }
    session.check_required_versions()?;
    let from = open_to_change(session, &parsed, "state-mv").await?;
    let to = match parsed.value("state-out").is_none_or(str::is_empty) {
        true => None,
        false => match hold(session, &parsed, ("state-out", "backup-out"), "state-mv").await {
            Ok(to) => Some(to),
            Err(failure) => {
                from.release(session).await;
                return Err(failure);
            }
        },
    };
    let outcome = move_and_store(session, &parsed, &from, to.as_ref()).await;
    if let Some(to) = to {
        to.release(session).await;
    }
    from.release(session).await;
    outcome
}

async fn move_and_store(session: &Session, parsed: &Parsed, from: &Held, to: Option<&Held>) -> Outcome {
    let (mut state, other) = (from.state(), to.map(Held::state));
    let addresses = targets(session, &parsed.positional)?;
    let [source, destination] = &addresses[..] else { return Err(no_state()) };
    let dry_run = parsed.is("dry-run", false);
    let moves = moves(&state, other.as_ref().unwrap_or(&state), source, destination)?;
    for step in &moves {
        say(step, &parsed.positional[1], dry_run);
    }
    if dry_run {
        return Ok(0);
    }
    match (to, other) {
        (Some(to), Some(mut other)) => {
            carry_out(&moves, &mut state, Some(&mut other));
            to.put(&other).await?;
        }
        _ => carry_out(&moves, &mut state, None),
    }
    from.put(&state).await?;
    print(&format!("Successfully moved {} object(s).\n", moves.len()));
    Ok(0)
}

fn say(step: &Move, destination: &str, dry_run: bool) {
    let verb = if dry_run { "Would move" } else { "Move" };
    let to = match step {
        Move::Instance { .. } => destination.to_owned(),
        Move::Module { to, .. } => to.to_string(),
        Move::Resource { to, .. } => to.to_string(),
    };
    print(&format!("{verb} {:?} to {to:?}\n", step.source()));
}
