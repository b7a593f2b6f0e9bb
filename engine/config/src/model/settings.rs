//! What `terraform` blocks hold beside required providers.

use landform_addrs::Str;
use landform_diagnostics::Span;
use landform_lang::syntax::ast::Body;

use crate::version::Constraints;

/// A `required_version` argument.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionRequirement {
    /// Versions of the engine that it allows.
    pub constraints: Constraints,
    /// The whole argument.
    pub span: Span,
}

/// A `backend` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Backend {
    /// Its type.
    pub kind: Str,
    /// The type in the header.
    pub kind_span: Span,
    /// Its settings.
    pub body: Body,
    /// The block's header.
    pub span: Span,
}

/// A `cloud` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Cloud {
    /// Its settings.
    pub body: Body,
    /// The block's header.
    pub span: Span,
}
