//! Providers: what a module requires, configures and refers to.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use landform_addrs::{InstanceKey, ProviderAddr, Str};
use landform_diagnostics::Span;
use landform_lang::syntax::ast::{Body, Expr, ExprKind};

use super::MockData;
use crate::version::Constraints;

/// A provider configuration as one module names it: `aws` or `aws.west`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalProvider {
    /// The module's name for the provider.
    pub name: Str,
    /// The alias, where there is one.
    pub alias: Option<Str>,
}

/// A [`LocalProvider`] in a `provider` or `providers` argument.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderRef {
    /// The module's name for the provider.
    pub name: Str,
    /// The alias, where there is one.
    pub alias: Option<Str>,
    /// The instance of a configuration with `for_each`, where one is chosen.
    pub key: Option<Arc<Expr>>,
    /// The name.
    pub name_span: Span,
    /// The alias with its dot.
    pub alias_span: Option<Span>,
}

/// A `provider` block.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderConfig {
    /// The module's name for the provider.
    pub name: Str,
    /// The name in the header.
    pub name_span: Span,
    /// Tells configurations of one provider apart.
    pub alias: Option<Str>,
    /// Its value in the block.
    pub alias_span: Option<Span>,
    /// One instance for each; only where there is an alias.
    pub for_each: Option<Arc<Expr>>,
    /// Versions that it allows (deprecated in favour of `required_providers`).
    pub version: Option<Constraints>,
    /// All but `alias`, `version` and the like.
    pub body: Body,
    /// What it answers in the provider's place, in tests.
    pub mock: Option<Arc<MockData>>,
    /// The block's header.
    pub span: Span,
}

/// An entry of `required_providers`.
#[derive(Clone, Debug, PartialEq)]
pub struct RequiredProvider {
    /// The module's name for the provider.
    pub name: Str,
    /// Which provider it is.
    pub provider: ProviderAddr,
    /// Whether the entry says so itself.
    pub has_source: bool,
    /// Versions that it allows.
    pub version: Option<Constraints>,
    /// The names in `configuration_aliases`.
    pub aliases: Vec<LocalProvider>,
    /// The entry's value.
    pub span: Span,
}

/// The `required_providers` block of a module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequiredProviders {
    /// By the module's name for the provider.
    pub entries: IndexMap<Str, RequiredProvider>,
    /// The block's header, where there is a block.
    pub span: Option<Span>,
}

/// A `provider_meta` block.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderMeta {
    /// The module's name for the provider.
    pub name: Str,
    /// The name in the header.
    pub name_span: Span,
    /// What the provider is told.
    pub body: Body,
    /// The block's header.
    pub span: Span,
}

impl LocalProvider {
    /// The configuration without an alias.
    pub fn default_of(name: impl Into<Str>) -> Self {
        Self { name: name.into(), alias: None }
    }
}

impl ProviderRef {
    /// Without its place.
    pub fn local(&self) -> LocalProvider {
        LocalProvider { name: self.name.clone(), alias: self.alias.clone() }
    }

    /// As it is written, as far as the key is a constant.
    pub fn text(&self) -> String {
        let key = match self.key.as_deref().map(|key| &key.kind) {
            Some(ExprKind::Literal(key)) => key.as_shared_str().cloned().map(InstanceKey::String),
            _ => None,
        };
        format!("{}{}", self.local(), key.unwrap_or_default())
    }
}

impl ProviderConfig {
    /// Under which name its module has it.
    pub fn local(&self) -> LocalProvider {
        LocalProvider { name: self.name.clone(), alias: self.alias.clone() }
    }
}

impl fmt::Display for LocalProvider {
    /// `aws` or `aws.west`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.alias.iter().try_for_each(|alias| write!(f, ".{alias}"))
    }
}
