//! Module calls.

use std::sync::Arc;

use landform_addrs::Str;
use landform_diagnostics::Span;
use landform_lang::syntax::ast::{Body, Expr};

use super::{ProviderRef, Traversal};
use crate::source::ModuleSource;
use crate::version::Constraints;

/// A `module` block.
#[derive(Clone, Debug, PartialEq)]
pub struct ModuleCall {
    /// Its name.
    pub name: Str,
    /// Where the module comes from; `None` when the argument is missing or no source (a diagnostic says so).
    pub source: Option<ModuleSource>,
    /// The same as written.
    pub source_text: Option<Str>,
    /// What yields the source, where it is not a constant; see [`Early`](crate::early::Early).
    pub source_expr: Option<Arc<Expr>>,
    /// The `source` argument's value.
    pub source_span: Option<Span>,
    /// Versions that it allows, of a registry's module.
    pub version: Option<Constraints>,
    /// What yields those, where it is not a constant.
    pub version_expr: Option<Arc<Expr>>,
    /// The `version` argument.
    pub version_span: Option<Span>,
    /// How many instances.
    pub count: Option<Arc<Expr>>,
    /// One instance for each.
    pub for_each: Option<Arc<Expr>>,
    /// Whether there is an instance at all.
    pub enabled: Option<Arc<Expr>>,
    /// What must be complete before anything in it.
    pub depends_on: Vec<Traversal>,
    /// Whether a `depends_on` argument is there, even an empty one.
    pub has_depends_on: bool,
    /// Provider configurations that it is given by name.
    pub providers: Vec<PassedProvider>,
    /// The module's input variables.
    pub body: Body,
    /// The block's header.
    pub span: Span,
}

/// An entry of a `providers` argument.
#[derive(Clone, Debug, PartialEq)]
pub struct PassedProvider {
    /// The called module's name for it.
    pub in_child: ProviderRef,
    /// The calling module's name for it.
    pub in_parent: ProviderRef,
}
