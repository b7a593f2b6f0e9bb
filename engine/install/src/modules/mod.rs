//! Installing the modules that a configuration calls.

mod call;
mod fetched;
mod from_module;
mod installer;
mod local;
mod registry;

pub use from_module::copy_module;
pub use installer::{Installation, ModuleInstaller, VersionPolicy, WorkingDirectory, WriteManifest};

#[cfg(test)]
mod tests;
