//! Configuration: root modules and their trees as typed declarations.
//!
//! A module directory is read, parsed and decoded into a [`Module`]; a root module with all it calls into a module
//! tree. What can be checked without state, providers' schemas or values is checked here, and every problem is a
//! diagnostic in Terraform's words.
//!
//! **Invariant**: nothing here evaluates an expression that refers to anything, but for what must be known before
//! everything else ([`early`]), and nothing knows schemas or state.

pub mod address;
mod assemble;
pub mod check;
mod decode;
pub mod early;
pub mod load;
pub mod manifest;
pub mod model;
mod place;
mod provider_instances;
mod provider_source;
pub mod reference;
pub mod source;
pub mod version;

pub use load::{
    FileSource, LoadedModule, ModuleNode, ModuleTree, ProviderChoice, ProviderKey, load_installed_tree, load_module,
    load_tree, load_tree_below, load_tree_with,
};
pub use model::*;
pub use provider_instances::ProviderInstances;
