//! `landform state show`.

use landform_diagnostics::Diagnostics;

use super::{no_state, open};
use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Help, Outcome};
use crate::session::Session;
use crate::view::{Manner, View};
use crate::world::print;

const FLAGS: Flags = &[("state", FlagKind::Value)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] state show [options] ADDRESS

  Shows one resource instance as state has it.

Options:

  -state=FILE    The state to read, with the local backend only.
  -no-color      No colours.
";

const ONE_INSTANCE: &str = "This command requires that the address references one specific instance.\nTo view the available instances, use \"landform state list\". Please modify \nthe address to reference a specific instance.";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse(&[FLAGS], arguments)
        .map_err(|error| Failure::text(format!("Error parsing command-line flags: {error}")))?;
    let [text] = &parsed.positional[..] else {
        return Err(Failure::misuse("Exactly one argument expected.", Help::Output));
    };
    let modern = View { manner: Manner::Modern, ..session.view.clone() };
    let told = |found: Diagnostics| {
        modern.diagnostics(found);
        Failure::Told
    };
    let state = open(session, &parsed, told).await?;
    let address = landform_config::address::parse_resource_instance(text, &session.view.sources)
        .map_err(|_| Failure::text(format!("Error parsing instance address: {text}\n\n{ONE_INSTANCE}")))?;
    session.load_tree_by_whole_paths().map_err(told)?;
    let state = state.ok_or_else(no_state)?;
    let not_found = || Failure::text(format!("No instance found for the given address!\n\n{ONE_INSTANCE}"));
    if state.current(&address).is_none() {
        return Err(not_found());
    }
    let decoded = landform_core::decode_state(&state, &session.providers()).await?;
    let found = decoded.objects.iter().find(|object| object.address == address && object.deposed.is_none());
    print(&landform_views::state::object(found.ok_or_else(not_found)?, &session.view.style));
    Ok(0)
}
