//! `landform state show`.

use landform_addrs::ResourceInstance;

use super::{no_state, open};
use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::world::print;

const FLAGS: Flags = &[("state", FlagKind::Value), ("no-color", FlagKind::Bool)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] state show [options] ADDRESS

  Shows one resource instance as state has it.

Options:

  -state=FILE    The state to read, with the local backend only.
  -no-color      No colours.
";

const NOT_FOUND: &str = "No instance found for the given address!\n\nThis command requires that the address references one specific instance.\nTo view the available instances, use \"landform state list\". Please modify \nthe address to reference a specific instance.\n";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse(&[FLAGS], arguments).map_err(Failure::flags)?;
    let [text] = &parsed.positional[..] else {
        print(HELP);
        return Err(Failure::Text("Exactly one argument expected.\n".to_owned()));
    };
    let address: ResourceInstance =
        text.parse().map_err(|error| Failure::from(super::invalid_address(text, &error)))?;
    let (_, state) = open(session, &parsed).await?;
    let state = state.ok_or_else(no_state)?;
    if state.current(&address).is_none() {
        return Err(Failure::Text(NOT_FOUND.to_owned()));
    }
    let decoded = landform_core::decode_state(&state, &session.providers()).await?;
    let found = decoded.objects.iter().find(|object| object.address == address && object.deposed.is_none());
    let object = found.ok_or_else(|| Failure::Text(NOT_FOUND.to_owned()))?;
    print(&landform_views::state::object(object, &session.view.style));
    Ok(0)
}
