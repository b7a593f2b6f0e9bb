//! The journal on real files.

mod disk;
mod killed;
mod merge;
mod property;
mod runs;

use std::path::Path;
use std::sync::Arc;

use landform_addrs::{ProviderAddr, ProviderConfigAddr, ResourceInstance};
use landform_state::journal::{Change, Effect, Intent, Journal, OpenError, Owner, Reach, Ticket};
use landform_state::{LocalBackend, LocalConfig, Object, State, StateStore};

use crate::support::FakeTimer;

const FILE: &str = ".default.tfstate.journal";

fn owner() -> Owner {
    Owner { workspace: "default".to_owned(), backend: "local terraform.tfstate".to_owned() }
}

async fn try_open(folder: &Path) -> Result<Journal, OpenError> {
    Journal::open(Journal::path(&folder.join(".terraform"), "default"), owner(), Arc::new(FakeTimer::default())).await
}

async fn open(folder: &Path) -> Journal {
    try_open(folder).await.expect("it can be opened")
}

async fn store(folder: &Path) -> Arc<dyn StateStore> {
    use landform_state::Backend as _;
    LocalBackend::new(folder, LocalConfig::default()).open("default").await.expect("it can be opened")
}

fn provider() -> ProviderConfigAddr {
    ProviderConfigAddr::root(ProviderAddr::builtin())
}

fn address(text: &str) -> ResourceInstance {
    text.parse().expect("a valid address")
}

fn object(id: &str) -> Object {
    Object::new(0, format!("{{\"id\":{id:?}}}"))
}

fn change(at: &str, object: Option<Object>) -> Change {
    Change { address: address(at), deposed: None, provider: provider(), object }
}

fn with_lineage() -> State {
    State { lineage: "one".to_owned(), ..State::new("1.11.4") }
}

/// Writes down that something is about to be done to an object.
async fn intend(journal: &Journal, at: &str, effect: Effect, prior: Option<&Object>) -> Ticket {
    intend_within(Reach::Outside, journal, at, (effect, prior)).await
}

/// The same, of an operation that goes so far.
async fn intend_within(
    reach: Reach,
    journal: &Journal,
    at: &str,
    (effect, prior): (Effect, Option<&Object>),
) -> Ticket {
    let (address, provider) = (address(at), provider());
    let intent = Intent {
        reach,
        address: &address,
        deposed: None,
        provider: &provider,
        effect,
        token: None,
        prior,
        planned: None,
        changes: &[],
    };
    journal.intent(&intent).await.expect("it can be written")
}

/// The ids of current objects by address.
fn ids(state: Option<&State>) -> Vec<String> {
    let objects = state.into_iter().flat_map(State::objects);
    objects
        .map(|found| {
            let deposed = found.deposed.map(|_| " deposed").unwrap_or_default();
            let id = found.object.attributes.split('"').nth(3).unwrap_or_default();
            format!("{}{deposed} {id}", found.address())
        })
        .collect()
}
