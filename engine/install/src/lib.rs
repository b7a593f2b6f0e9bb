//! What `init` does beside opening the backend: modules, provider versions, and what the working directory remembers.
//!
//! # The order of `init`
//!
//! 1. `-from-module`: [`modules::copy_module`]. A directory without configuration: [`InstallEvent::EmptyDirectory`].
//! 2. The root module is loaded by `landform_config::load_module`.
//! 3. The backend, unless `-backend=false`: [`InstallEvent::InitializingBackend`],
//!    [`backend::parse_backend_overrides`], [`backend::decode_backend`], [`backend::read_record`],
//!    [`backend::plan_init`]. The caller does what the [`backend::BackendStep`] says, writes
//!    [`backend::BackendRecord::new`] with [`backend::write_record`], and reads the state. Other commands use
//!    [`backend::check_initialized`].
//! 4. Modules, unless `-get=false`: [`modules::ModuleInstaller::install`].
//! 5. The tree is loaded by `landform_config::load_tree` with the manifest.
//! 6. Providers: [`providers::Requirements::of_tree`] and [`providers::Requirements::add_state`], then
//!    [`providers::ProviderInstaller::install`].
//! 7. [`InstallEvent::Success`], and outside of automation [`InstallEvent::NextSteps`].
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
