//! What all types share, and what can go wrong.

use std::collections::BTreeMap;

use landform_diagnostics::Diagnostic;
use landform_provider_api::framework::{self, TagRules};

/// What the author of a type needs.
pub(crate) mod prelude {
    pub(crate) use landform_diagnostics::{Diagnostic, Diagnostics};
    pub(crate) use landform_provider_api::framework::{Attr, Batch, Model, Resource};

    pub(crate) use super::{Context, Failure, Result};
    pub(crate) use crate::keepers::{self, Keepers};

    /// What was found of a batch.
    pub(crate) type Found<M> = landform_provider_api::framework::Found<M, Failure>;
}

/// A result of this provider.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// There is nothing to share: no service, no region, no tags.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context;

static NO_TAGS: TagRules =
    TagRules { default: BTreeMap::new(), ignored_keys: Vec::new(), ignored_prefixes: Vec::new() };

impl framework::Context for Context {
    type Error = Failure;

    fn tag_rules(&self) -> &TagRules {
        &NO_TAGS
    }

    fn default_region(&self) -> Option<&str> {
        None
    }

    fn in_region(&self, _region: Option<&str>) -> Self {
        *self
    }

    fn for_bulk_read(&self) -> Self {
        *self
    }

    fn is_missing(_error: &Failure) -> bool {
        false
    }

    /// Objects live in the state alone, so this can not happen. The id may be a secret and is not told.
    fn never_appeared(kind: &str, _id: &str) -> Failure {
        Failure::Invalid(Box::new(Diagnostic::error("Object Not Found", format!("The new {kind} can not be found."))))
    }
}

/// What a user can do about a generator that fails.
pub(crate) const RETRY: &str = "Retry the Landform operation. If the error still occurs or happens regularly, please \
     contact the provider developer with hardware and operating system information.";

/// Why an object could not be made. The texts are the public provider's.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The operating system has no random bytes to give.
    #[error(
        "While attempting to generate a random value for this resource, a read error was generated.\n\n{RETRY}\n\n\
         Original Error: {0}"
    )]
    Source(String),
    /// No password hash can be made.
    #[error(
        "While attempting to generate a hash from the password an error occurred.\n\nVerify that the state contains a \
         populated 'result' field, using 'landform state show', and retry the operation\n\nOriginal Error: {0}"
    )]
    Hash(String),
    /// The range has no number in it.
    #[error("The minimum (min) value needs to be smaller than or equal to maximum (max) value.")]
    EmptyRange,
    /// A value that was not known when the configuration was checked turned out to be wrong.
    #[error("{}", .0.detail)]
    Invalid(Box<Diagnostic>),
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        let detail = failure.to_string();
        match failure {
            Failure::Source(_) => Self::error("Random Read Error", detail),
            Failure::Hash(_) => Self::error("Hash Generation Error", detail),
            Failure::EmptyRange => Self::error("Create Random Integer Error", detail),
            Failure::Invalid(diagnostic) => *diagnostic,
        }
    }
}

/// The diagnostic for an id that can not be imported. The id may be a secret and is not told.
pub(crate) fn import_error(what: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(format!("Import Random {what} Error"), reason)
}

/// The diagnostic for types that can not be imported.
pub(crate) fn no_import() -> Diagnostic {
    Diagnostic::error(
        "Resource Import Not Implemented",
        "This resource does not support import. Please contact the provider developer for additional information.",
    )
}
