//! Diagnostics for people and for programs.

mod arrange;
mod human;
mod json;
mod snippet;

pub use arrange::{Arranged, arrange, in_order};
pub use human::{compact_warnings, human, report};
pub use json::json;
pub use snippet::{IMPORT_ADDRESS, STANDARD_INPUT, Sources};

#[cfg(test)]
mod tests;
