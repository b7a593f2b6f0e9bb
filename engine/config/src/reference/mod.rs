//! What a reference in an expression means: `var.a`, `aws_vpc.main.id`, `module.network[0].vpc_id`.
//!
//! [`parse_reference`] goes by its form alone, [`Names::resolve`] also by what the module declares and by where the
//! reference stands. This is the one place that knows Terraform's words for references that mean nothing.

mod itself;
mod names;
mod parse;
mod place;
mod schemas;
mod test;

use std::fmt;

use landform_addrs::{InstanceKey, Resource, Str};
use landform_diagnostics::Span;
use landform_lang::syntax::ast::Step;

pub use itself::{self_references, self_references_of_repetition};
pub use names::{Names, Problem, Stage};
pub use parse::parse_reference;
pub use place::{Place, Repetition};
pub(crate) use schemas::schema_of;
pub use schemas::{Schemas, check_ignored};
pub use test::{TestReference, TestSubject, parse_test_reference};

/// What a reference begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// `count.index`.
    Count(Str),
    /// `each.key`, `each.value`.
    Each(Str),
    /// `path.module` and the like.
    Path(Str),
    /// `terraform.workspace` and the like.
    Terraform(Str),
    /// `var.name`.
    Variable(Str),
    /// `local.name`.
    Local(Str),
    /// `self`.
    SelfObject,
    /// A module call, one of its instances, or an output of either.
    Module {
        /// The call.
        call: Str,
        /// The instance, if a literal key chooses one.
        key: InstanceKey,
        /// The output.
        output: Option<Str>,
    },
    /// A resource or one of its instances.
    Resource {
        /// The resource.
        resource: Resource,
        /// The instance, if a literal key chooses one.
        key: InstanceKey,
    },
}

/// As it is written.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(name) => write!(f, "count.{name}"),
            Self::Each(name) => write!(f, "each.{name}"),
            Self::Path(name) => write!(f, "path.{name}"),
            Self::Terraform(name) => write!(f, "terraform.{name}"),
            Self::Variable(name) => write!(f, "var.{name}"),
            Self::Local(name) => write!(f, "local.{name}"),
            Self::SelfObject => write!(f, "self"),
            Self::Module { call, key, output: Some(output) } => write!(f, "module.{call}{key}.{output}"),
            Self::Module { call, key, output: None } => write!(f, "module.{call}{key}"),
            Self::Resource { resource, key } => write!(f, "{resource}{key}"),
        }
    }
}

/// A reference and what is taken from its subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// What is referred to.
    pub subject: Subject,
    /// The part that names the subject.
    pub span: Span,
    /// What is taken from it.
    pub remaining: Vec<Step>,
}

impl Subject {
    /// The resource, if it is one.
    pub fn resource(&self) -> Option<&Resource> {
        match self {
            Self::Resource { resource, .. } => Some(resource),
            _ => None,
        }
    }
}
