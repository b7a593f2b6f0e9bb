//! What configuration declares: typed, with a span on everything, expressions left as syntax.
//!
//! **Invariant**: plain data. Nothing here reads files, evaluates or checks.

mod call;
mod check;
mod module;
mod provider;
mod refactoring;
mod resource;
mod settings;
mod value;

use std::fmt;

use landform_diagnostics::Span;
use landform_lang::syntax::ast::{Ident, Step, StepKind};

pub use call::{ModuleCall, PassedProvider};
pub use check::{Check, CheckRule};
pub use module::Module;
pub use provider::{LocalProvider, ProviderConfig, ProviderMeta, ProviderRef, RequiredProvider, RequiredProviders};
pub use refactoring::{Import, MoveEndpoint, MoveSubject, Moved, Removed};
pub use resource::{
    Connection, IgnoreChanges, Lifecycle, OnFailure, Provisioner, ProvisionerWhen, ReplaceTrigger, Resource,
};
pub use settings::{Backend, Cloud, VersionRequirement};
pub use value::{Local, Output, Variable};

/// A reference as written: a name and what is taken from it by literal steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Traversal {
    /// The name it begins with.
    pub root: Ident,
    /// What is taken.
    pub steps: Vec<Step>,
    /// All of it.
    pub span: Span,
}

impl fmt::Display for Traversal {
    /// As the language writes it: `a.b[0]["k"]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.root.name)?;
        for step in &self.steps {
            match &step.kind {
                StepKind::Attribute(name) => write!(f, ".{name}")?,
                StepKind::Key(key) => write!(f, "[{key:?}]")?,
                StepKind::Index(index) | StepKind::LegacyIndex(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
