//! `landform state rm`.

use landform_addrs::Target;
use landform_state::State;

use super::{CHANGE_FLAGS, Held, lookup, open_to_change, targets};
use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Help, Outcome};
use crate::session::Session;
use crate::world::print;

const FLAGS: Flags = &[("dry-run", FlagKind::Bool)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] state rm [options] ADDRESS...

  Forgets objects: they leave the state, and stay as they are. An address of a
  module or a resource means all instances in it.

Options:

  -backup=FILE         Where the replaced local state is kept.
  -dry-run             Only say what would be done.
  -lock=false          Do not lock the state.
  -lock-timeout=TIME   How long to wait for another's lock, such as 5m.
  -state=FILE          The state to change, with the local backend only.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS, CHANGE_FLAGS], arguments, Help::Unsaid)?;
    if parsed.positional.is_empty() {
        return Err(Failure::misuse("At least one address is required.\n", Help::Output));
    }
    session.check_required_versions()?;
    let held = open_to_change(session, &parsed, "state-rm").await?;
    let outcome = match targets(session, &parsed.positional) {
        Ok(targets) if parsed.is("dry-run", false) => Ok(would_remove(&held.read.working, &targets)),
        Ok(targets) => remove(&held, &targets).await,
        Err(failure) => Err(failure),
    };
    held.release(session).await;
    outcome
}

fn would_remove(state: &State, targets: &[Target]) -> u8 {
    let mut found = targets.iter().flat_map(|target| lookup(state, target)).peekable();
    if found.peek().is_none() {
        print("Would have removed nothing.\n");
    }
    found.for_each(|address| print(&format!("Would remove {address}\n")));
    0
}

async fn remove(held: &Held, targets: &[Target]) -> Outcome {
    let mut state = held.state();
    let found: Vec<_> = targets.iter().flat_map(|target| lookup(&state, target)).collect();
    for address in &found {
        print(&format!("Removed {address}\n"));
        state.remove_instance(address);
    }
    if found.is_empty() {
        return Err(Failure::error(
            "Invalid target address",
            "No matching objects found. To view the available instances, use \"landform state list\". Please modify the address to reference a specific instance.",
        ));
    }
    held.put(&state).await?;
    print(&format!("Successfully removed {} resource instance(s).\n", found.len()));
    Ok(0)
}
