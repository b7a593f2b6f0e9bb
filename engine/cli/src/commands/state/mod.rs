//! `landform state …`: looking at and mending state.

pub(crate) mod list;
pub(crate) mod mv;
pub(crate) mod pull;
pub(crate) mod push;
pub(crate) mod replace_provider;
pub(crate) mod rm;
pub(crate) mod show;

use std::path::PathBuf;

use landform_addrs::{AbsResource, InstanceKey, ResourceInstance, Target};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_state::local::Backup;
use landform_state::{Backend as _, LocalConfig, State};

use crate::args::{FlagKind, Flags, Parsed};
use crate::backend::{self, Kind, Place};
use crate::failure::{Failure, as_text};
use crate::guard::{Guard, Journaled, Purpose, ReadState};
use crate::operation::locking;
use crate::session::Session;

pub(crate) const HELP: &str = "\
Usage: landform [global options] state <subcommand> [options] [args]

  Looks at the state, and mends it. Commands that change it keep a copy of the
  replaced state, with the time in its name.

Subcommands:
    list                List the resource instances in state
    mv                  Give objects other addresses
    pull                Print the state
    push                Put a state file in the state's place
    replace-provider    Give objects to another provider
    rm                  Forget objects without destroying them
    show                Show one resource instance
";

/// Flags of commands that change the state.
const CHANGE_FLAGS: Flags = &[
    ("backup", FlagKind::Value),
    ("lock", FlagKind::Bool),
    ("lock-timeout", FlagKind::Duration),
    ("state", FlagKind::Value),
    ("ignore-remote-version", FlagKind::Bool),
];

/// The state that a command looks at: that of `-state`, or of the selected workspace. `unreadable` tells of one that can not
/// be read.
pub(crate) async fn open(
    session: &Session,
    parsed: &Parsed,
    unreadable: impl FnOnce(Diagnostics) -> Failure,
) -> Result<Option<State>, Failure> {
    let local = LocalConfig { state: parsed.value("state").map(Into::into), ..LocalConfig::default() };
    backend::read(session, &local, unreadable).await
}

/// A state in the hold of a command that changes it.
struct Held {
    guard: Guard,
    read: ReadState,
}

impl Held {
    /// As the command finds it.
    fn state(&self) -> State {
        self.read.working.clone()
    }

    /// Stores a changed state.
    async fn put(&self, state: &State) -> Result<(), Failure> {
        self.guard.put(&self.read, state).await.map_err(|found| {
            let why = as_text(&found);
            Failure::text(format!(
                "Error saving the state: {why}\n\nThe state was not saved. No items were removed from the persisted\nstate. No backup was created since no modification occurred. Please\nresolve the issue above and try again."
            ))
        })
    }

    /// Gives it back.
    async fn release(self, session: &Session) {
        self.guard.release(session).await;
    }
}

/// The state that a command changes: that of `-state`, or of the selected workspace.
async fn open_to_change(session: &Session, parsed: &Parsed, purpose: &'static str) -> Result<Held, Failure> {
    let held = hold(session, parsed, ("state", "backup"), purpose).await?;
    if held.read.is_none() {
        held.release(session).await;
        return Err(no_state());
    }
    Ok(held)
}

/// The state that one flag names, which keeps what it replaces where another says.
async fn hold(
    session: &Session,
    parsed: &Parsed,
    (state, backup): (&str, &str),
    purpose: &'static str,
) -> Result<Held, Failure> {
    let backup = parsed.value(backup).filter(|path| !["", "-"].contains(path)).map(PathBuf::from);
    let path = parsed.value(state).filter(|path| !path.is_empty()).map(PathBuf::from);
    let (place, journaled) = place_to_change(session, path, backup).await.map_err(|found| {
        let why = as_text(&found);
        Failure::text(format!(
            "Error loading the state: {why}\n\nPlease ensure that your Landform state exists and that you've\nconfigured it properly. You can use the \"-state\" flag to point\nLandform at another state file."
        ))
    })?;
    let guard = Guard::take(session, place, journaled, locking(parsed), Purpose::Mend(purpose)).await?;
    let mut warnings = Diagnostics::new();
    match guard.read(&mut warnings).await {
        Ok(read) => {
            session.view.diagnostics(warnings);
            Ok(Held { guard, read })
        }
        Err(error) => {
            guard.release(session).await;
            let role = if state == "state" { "" } else { "destination " };
            Err(error.or_told_as(|why| format!("Failed to refresh {role}state: {why}")))
        }
    }
}

/// A place that keeps what it replaces, unless told otherwise under a name with the time.
async fn place_to_change(
    session: &Session,
    path: Option<PathBuf>,
    backup: Option<PathBuf>,
) -> Result<(Place, Journaled), Diagnostics> {
    let workspace = session.valid_workspace()?;
    let written = path.clone().unwrap_or_else(|| LocalConfig::default().files(&workspace).write);
    let dated = || PathBuf::from(format!("{}.{}.backup", written.display(), session.world.now().unix_timestamp()));
    let local =
        LocalConfig { state: path.clone(), backup: Backup::At(backup.unwrap_or_else(dated)), ..LocalConfig::default() };
    if path.is_none() {
        return Ok((backend::place(session, &session.load_root()?, &local).await?, Journaled::Yes));
    }
    let store = backend::local(session, &local).open(&workspace).await?;
    let place = Place { backend: Kind::Local.name(), workspace, store };
    let own = match session.load_root() {
        Ok(root) => backend::place(session, &root, &LocalConfig::default()).await.ok(),
        Err(_) => None,
    };
    let journaled = if own.is_some_and(|own| own.owner() == place.owner()) { Journaled::Yes } else { Journaled::No };
    Ok((place, journaled))
}

/// There is nothing to look at.
pub(crate) fn no_state() -> Failure {
    Failure::text(
        "No state file was found!\n\nState management commands require a state file. Run this command\nin a directory where Landform has been run or use the -state flag\nto point the command to a specific state location.",
    )
}

/// All resource instances, in the order in which they are listed.
fn all_instances(state: &State) -> Vec<ResourceInstance> {
    state.addresses()
}

/// The resource instances that an address stands for, in the order in which they are listed.
fn lookup(state: &State, target: &Target) -> Vec<ResourceInstance> {
    match target {
        Target::Module(_) => state.addresses().into_iter().filter(|instance| target.contains(instance)).collect(),
        Target::Resource(resource) => keys(state, resource).map(|key| resource.instance(key.clone())).collect(),
        Target::Instance(instance) => state.instance(instance).map(|_| instance.clone()).into_iter().collect(),
    }
}

fn keys<'a>(state: &'a State, resource: &AbsResource) -> impl Iterator<Item = &'a InstanceKey> + use<'a> {
    state.resource(resource).into_iter().flat_map(|resource| resource.instances.keys())
}

/// Parses addresses.
fn targets(session: &Session, texts: &[String]) -> Result<Vec<Target>, Failure> {
    let mut diagnostics = Diagnostics::new();
    let mut targets = Vec::with_capacity(texts.len());
    for text in texts {
        match landform_config::address::parse_target(text, &session.view.sources) {
            Ok(target) => targets.push(target),
            Err(found) => diagnostics.extend(found),
        }
    }
    if diagnostics.has_errors() { Err(diagnostics.into()) } else { Ok(targets) }
}

/// Nothing in state has an address.
fn unknown(target: &Target) -> Diagnostic {
    match target {
        Target::Module(module) => Diagnostic::error(
            "Unknown module",
            format!(
                "The current state contains no module at {module}. If you've just added this module to the configuration, you must run \"landform apply\" first to create the module's entry in the state."
            ),
        ),
        Target::Resource(resource) => Diagnostic::error(
            "Unknown resource",
            format!(
                "The current state contains no resource {resource}. If you've just added this resource to the configuration, you must run \"landform apply\" first to create the resource's entry in the state."
            ),
        ),
        Target::Instance(instance) => Diagnostic::error(
            "Unknown resource instance",
            format!(
                "The current state contains no resource instance {instance}. If you've just added its resource to the configuration or have changed the count or for_each arguments, you must run \"landform apply\" first to update the resource's entry in the state."
            ),
        ),
    }
}
