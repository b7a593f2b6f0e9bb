//! `landform state list`.

use landform_addrs::{ResourceInstance, Target};
use landform_diagnostics::Diagnostic;
use landform_state::State;

use super::{invalid_address, no_state, open};
use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::world::print;

const FLAGS: Flags = &[("state", FlagKind::Value), ("id", FlagKind::Value), ("no-color", FlagKind::Bool)];

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
    let parsed = args::parse(&[FLAGS], arguments).map_err(Failure::flags)?;
    let (_, state) = open(session, &parsed).await?;
    let state = state.ok_or_else(no_state)?;
    let targets = parsed.positional.iter().map(|text| target(text, &state)).collect::<Result<Vec<_>, _>>()?;
    let id = parsed.value("id");
    let mut text = String::new();
    for (resource, key, instance) in state.instances() {
        let address = resource.instance(key.clone());
        let wanted = targets.is_empty() || targets.iter().any(|target| target.contains(&address));
        let found = instance.current.iter().chain(instance.deposed.values()).any(|object| {
            id.is_none_or(|id| id_of(&object.attributes).as_deref() == Some(id))
        });
        if wanted && found {
            text.push_str(&format!("{address}\n"));
        }
    }
    print(&text);
    Ok(0)
}

fn id_of(attributes: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct WithId {
        id: Option<serde_json::Value>,
    }
    serde_json::from_str::<WithId>(attributes).ok()?.id?.as_str().map(str::to_owned)
}

/// An address that something in state has.
fn target(text: &str, state: &State) -> Result<Target, Failure> {
    let target: Target = text.parse().map_err(|error| Failure::from(invalid_address(text, &error)))?;
    let exists = state.addresses().iter().any(|address: &ResourceInstance| target.contains(address));
    if exists { Ok(target) } else { Err(unknown(&target).into()) }
}

fn unknown(target: &Target) -> Diagnostic {
    match target {
        Target::Module(module) => Diagnostic::error(
            "Unknown module",
            format!("The current state contains no module at {module}. If you've just added this module to the configuration, you must run \"landform apply\" first to create the module's entry in the state."),
        ),
        Target::Resource(resource) => Diagnostic::error(
            "Unknown resource",
            format!("The current state contains no resource {resource}. If you've just added this resource to the configuration, you must run \"landform apply\" first to create the resource's entry in the state."),
        ),
        Target::Instance(instance) => Diagnostic::error(
            "Unknown resource instance",
            format!("The current state contains no resource instance {instance}. If you've just added its resource to the configuration or have changed the count or for_each arguments, you must run \"landform apply\" first to update the resource's entry in the state."),
        ),
    }
}
