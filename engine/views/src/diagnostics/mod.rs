//! Diagnostics for people and for programs.

mod arrange;
mod human;
mod json;
mod json_context;
mod snippet;

pub use arrange::{Arranged, arrange};
pub use human::{compact_warnings, human, report};
pub use json::json;
pub use json_context::json_context;
pub use snippet::{IMPORT_ADDRESS, Sources};

#[cfg(test)]
mod tests;
