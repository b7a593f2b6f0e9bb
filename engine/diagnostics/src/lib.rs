//! Diagnostics: what went wrong (or may), where, why and how to fix it.
//!
//! Every function of the language and the engine returns what it could compute and a list of
//! [`Diagnostic`]s. A diagnostic has a short fixed summary, a detail that explains, and [`Span`]s into
//! source files that a [`SourceMap`] holds. Rendering lives in the CLI.

mod compatible;
mod diagnostic;
mod source;
mod suggest;

pub use compatible::COMPATIBLE_VERSION;
pub use diagnostic::{AttributeStep, Diagnostic, Diagnostics, Extra, FunctionCall, NamedValue, Severity};
pub use source::{FileId, Position, SourceFile, SourceMap, Span};
pub use suggest::suggestion;
