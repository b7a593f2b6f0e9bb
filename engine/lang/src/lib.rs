//! The language: syntax, expressions, evaluation, functions, templates, type constraints.
//!
//! **Invariant**: nothing here knows resources, modules, state or providers.

mod constant;
pub mod expr;
pub mod syntax;
pub mod typeexpr;

pub use constant::constant;
