//! `moved`, `removed` and `import` blocks.

use std::fmt;
use std::sync::Arc;

use landform_addrs::{ConfigResource, InstanceKey, ModuleInstance, ModulePath, ProviderAddr, ResourceInstance};
use landform_diagnostics::Span;
use landform_lang::syntax::ast::Expr;

use super::{Connection, ProviderRef, Provisioner};

/// A `moved` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// The old address.
    pub from: MoveEndpoint,
    /// The new address.
    pub to: MoveEndpoint,
    /// The block's header.
    pub span: Span,
}

/// An address in a `moved` block, relative to the module with the block.
#[derive(Clone, Debug, PartialEq)]
pub struct MoveEndpoint {
    /// What is moved.
    pub subject: MoveSubject,
    /// Where it is written.
    pub span: Span,
}

/// What a `moved` block names. An address without a key may mean the whole resource or module call, or its one
/// instance: the two addresses together tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MoveSubject {
    /// A module call or one of its instances.
    Module(ModuleInstance),
    /// A resource or one of its instances.
    Resource(ResourceInstance),
}

impl MoveSubject {
    /// Whether its last part has a key: it is one instance of a resource or of a call.
    pub fn has_key(&self) -> bool {
        match self {
            Self::Resource(instance) => instance.key != InstanceKey::None,
            Self::Module(module) => module.steps().last().is_some_and(|(_, key)| *key != InstanceKey::None),
        }
    }
}

/// A `removed` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Removed {
    /// What is gone.
    pub from: RemovedTarget,
    /// Whether the objects are destroyed, rather than forgotten.
    pub destroy: bool,
    /// What runs before an object is destroyed.
    pub provisioners: Vec<Provisioner>,
    /// How provisioners connect.
    pub connection: Option<Connection>,
    /// The address.
    pub from_span: Span,
    /// The block's header.
    pub span: Span,
}

/// What a `removed` block names, relative to the module with the block.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RemovedTarget {
    /// A module call with all in it.
    Module(ModulePath),
    /// A resource.
    Resource(ConfigResource),
}

/// An `import` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The resource, whatever its keys.
    pub resource: ConfigResource,
    /// The address, when all its keys are literal.
    pub static_to: Option<ResourceInstance>,
    /// The address as written: its keys may be expressions.
    pub to: Arc<Expr>,
    /// By what the object is found.
    pub key: ImportKey,
    /// One import for each.
    pub for_each: Option<Arc<Expr>>,
    /// The `provider` argument.
    pub provider: Option<ProviderRef>,
    /// The `provider` argument with its name.
    pub provider_span: Option<Span>,
    /// The provider that reads it.
    pub provider_addr: ProviderAddr,
    /// The block's header.
    pub span: Span,
}

/// By what the object of an `import` block is found.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportKey {
    /// `id`: a text of whatever form the resource type has.
    Id(Arc<Expr>),
    /// `identity`: an object by the identity schema of the resource type.
    Identity(Arc<Expr>),
}

impl ImportKey {
    /// As written.
    pub fn expression(&self) -> &Arc<Expr> {
        match self {
            Self::Id(expression) | Self::Identity(expression) => expression,
        }
    }
}

impl fmt::Display for MoveSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Module(module) => module.fmt(f),
            Self::Resource(resource) => resource.fmt(f),
        }
    }
}
