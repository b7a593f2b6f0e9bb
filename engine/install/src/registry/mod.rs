//! Registries of modules: where a host has one, which versions there are, where a version is.

mod discovery;
mod modules;

pub use discovery::{Discovery, DiscoveryError};
pub use modules::{ModuleRegistry, RegistryError};
