//! What all types share: clients, errors, batching reads, waiting, tags.

mod account;
pub(crate) mod checks;
mod clients;
mod context;
mod error;
mod identity;
mod known_tags;
mod loader;
mod lost;
pub(crate) mod names;
mod retry;
pub(crate) mod tags;
pub(crate) mod time;
pub(crate) mod traces;
mod user_agent;
mod wait;
mod young;

pub(crate) use account::{Account, Settings};
pub(crate) use context::Aws;
pub(crate) use error::{Error, Result, RoleNotAssumed, causes};
pub(crate) use identity::IdentityForm;
pub(crate) use loader::{Fetch, Loaded, Session, one_by_one};
pub(crate) use lost::LostAnswer;
pub(crate) use retry::NoPointlessRetry;
pub(crate) use wait::{CONSISTENCY, State, retry_while, wait_until};
pub(crate) use young::Young;

/// What a read found.
pub(crate) type Found<M> = landform_provider_api::framework::Found<M, Error>;

/// What resource files import.
pub(crate) mod prelude {
    pub(crate) use std::collections::{BTreeMap, BTreeSet};
    pub(crate) use std::time::Duration;

    pub(crate) use landform_provider_api::framework::{
        Attr, Batch, DataSource, Identity, Model, Planning, Resource, Tags, Timeouts, Traces,
    };

    pub(crate) use super::{
        Aws, CONSISTENCY, Error, Found, IdentityForm, LostAnswer, Result, State, retry_while, wait_until,
    };
}
