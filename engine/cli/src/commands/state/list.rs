//! `landform state list`.

use landform_addrs::ResourceInstance;
use landform_diagnostics::Diagnostics;

use super::{all_instances, lookup, no_state, open, targets, unknown};
use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Help, Outcome, as_text};
use crate::session::Session;
use crate::world::print_parts;

const FLAGS: Flags = &[("state", FlagKind::Value), ("id", FlagKind::Value)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] state list [options] [ADDRESS]...

  Lists the resource instances in state; with addresses, only those of these
  modules, resources and instances.

Options:

  -id=ID         Only objects with this id.
  -state=FILE    The state to read, with the local backend only.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS], arguments, Help::Output)?;
    let unreadable = |found: Diagnostics| Failure::text(format!("Failed to load state: {}", as_text(&found)));
    let state = open(session, &parsed, unreadable).await?.ok_or_else(no_state)?;
    let mut instances = Vec::new();
    let mut diagnostics = Diagnostics::new();
    for target in targets(session, &parsed.positional)? {
        let found = lookup(&state, &target);
        if found.is_empty() {
            diagnostics.push(unknown(&target));
        }
        instances.extend(found);
    }
    if diagnostics.has_errors() {
        return Err(diagnostics.into());
    }
    if parsed.positional.is_empty() {
        instances = all_instances(&state);
    }
    let id = parsed.value("id").filter(|id| !id.is_empty());
    let has_id = |address: &ResourceInstance, id: &str| {
        state.current(address).is_some_and(|object| id_of(&object.attributes).as_deref() == Some(id))
    };
    instances.retain(|address| id.is_none_or(|id| has_id(address, id)));
    print_parts(instances.iter().map(|address| format!("{address}\n")));
    // The program ends here, and the system takes memory back faster than all is freed one by one.
    std::mem::forget(state);
    Ok(0)
}

fn id_of(attributes: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct WithId {
        id: Option<serde_json::Value>,
    }
    serde_json::from_str::<WithId>(attributes).ok()?.id?.as_str().map(str::to_owned)
}
