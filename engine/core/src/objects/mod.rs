//! The rules between configuration, prior, proposed, planned and applied objects of one schema.
//!
//! Source of the rules: the public documentation of Terraform's resource instance change lifecycle.
//!
//! **Invariant**: pure functions of values and schemas.

mod compatible;
mod marks;
mod plan_valid;
mod proposed;

pub(crate) use compatible::check_applied;
pub(crate) use marks::{mark_sensitive, sensitive_paths};
pub(crate) use plan_valid::check_planned;
pub(crate) use proposed::proposed_new;
