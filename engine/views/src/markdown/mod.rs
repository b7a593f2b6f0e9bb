//! Markdown for code hosts: what a plan does, as one comment that always fits.
//!
//! Foreign text is only ever in code ([`escape`]), so nothing in a name or a value does anything. A comment has at most
//! [`LIMIT`] bytes: sections come in forms from the fullest to the shortest ([`room`]), and what destroys and what fails is
//! named in all of them.

mod changes;
mod destroys;
mod escape;
mod head;
mod names;
mod plan;
mod prefixes;
mod problems;
mod product;
mod room;
mod sections;

pub use escape::{code, fence, folded, html_code, marker};
pub use plan::PlanComment;
pub use room::{LIMIT, Section, fit};
