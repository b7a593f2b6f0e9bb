//! Native and JSON syntax.

pub mod ast;
