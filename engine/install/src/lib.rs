//! What `init` does beside opening the backend: modules, provider versions, and what the working directory remembers.
//!
//! Everything is reported through [`InstallObserver`], everything from outside comes through [`network::Network`] and
//! the settings that are handed in. All calls block; a caller on an asynchronous thread moves them off it.
//!
//! **Invariant**: nothing here reads the environment, the home folder or the clock, prints, or runs a provider.

pub mod backend;
mod event;
pub mod fetch;
mod files;
mod glob;
pub mod hosts;
pub mod modules;
pub mod network;
pub mod providers;
pub mod registry;
#[cfg(test)]
mod testing;

pub use event::{InstallEvent, InstallObserver, NoObserver};
