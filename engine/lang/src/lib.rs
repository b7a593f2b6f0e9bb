//! The language: syntax, expressions, evaluation, functions, templates, type constraints.
//!
//! **Invariant**: nothing here knows resources, modules, state or providers.

pub mod body;
mod constant;
pub mod expr;
pub mod functions;
pub mod syntax;
#[cfg(test)]
mod testing;
pub mod typeexpr;

pub use constant::constant;
