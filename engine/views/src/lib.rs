//! What the program says: texts for people, and JSON for programs, exactly as Terraform 1.11 words them.
//!
//! Every function gets data and returns text, or writes what may be long to a sink that it is handed, piece by piece;
//! whoever calls it decides where the text goes. Sensitive values are hidden by their marks and their schemas.
//!
//! **Invariant**: opens nothing; no clock, no environment, no terminal.

pub mod diagnostics;
mod diff;
pub mod drift;
pub mod json;
pub mod junit;
pub mod markdown;
mod modules;
pub mod output;
pub mod plan;
pub mod progress;
mod quote;
mod sensitive;
pub mod state;
mod style;
pub mod testing;
mod wrap;

pub use quote::quote;
pub use style::Style;
pub use wrap::word_wrap;
