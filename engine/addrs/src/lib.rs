//! Addresses: immutable, validated, printable names of everything that configuration and state hold.
//!
//! Each comes in two kinds: static, as configuration writes it ([`ModulePath`], [`ConfigResource`]), and of one
//! instance after expansion by `count` and `for_each` ([`ModuleInstance`], [`ResourceInstance`]). `Display`
//! and the parsers are inverse to each other and to Terraform's notation.
//!
//! **Invariant**: depends on nothing.

mod key;
mod module;
mod parse;
mod pattern;
mod provider;
mod resource;
mod selector;
mod target;

pub use key::InstanceKey;
pub use module::{ModuleInstance, ModulePath};
pub use parse::{AddressError, is_identifier};
pub use pattern::Pattern;
pub use provider::{ProviderAddr, ProviderConfigAddr};
pub use resource::{AbsResource, ConfigResource, Resource, ResourceInstance, ResourceMode, implied_provider};
pub use selector::Selector;
pub use target::Target;

/// Shared text.
pub type Str = std::sync::Arc<str>;
