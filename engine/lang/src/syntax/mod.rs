//! Native and JSON syntax.
//!
//! **Invariant**: nothing here evaluates, and no input makes it panic.

pub mod ast;
mod parser;
mod place;
mod scanner;
mod text;
mod token;
mod traversal;

use landform_diagnostics::{Diagnostics, FileId, SourceMap};

use ast::{Body, Expr};
use parser::Parser;
use place::Place;
use scanner::ScanMode;

pub use parser::{MAX_HEIGHT, MAX_NESTING};
pub(crate) use place::describe as describe_place;
pub use scanner::is_identifier;
pub use traversal::{Traversal, TraversalRef};

/// Parses a configuration file in native syntax. With errors, the body holds what could be made sense of.
pub fn parse_native(source: &SourceMap, file: FileId) -> (Body, Diagnostics) {
    parse_file(source, file, ScanMode::Main, |parser| parser.whole_body())
}

/// Parses a file that is one expression, in which line endings mean nothing.
pub fn parse_expression(source: &SourceMap, file: FileId) -> (Expr, Diagnostics) {
    parse_file(source, file, ScanMode::Main, |parser| parser.whole_expression())
}

/// Parses a file that is one template.
pub fn parse_template(source: &SourceMap, file: FileId) -> (Expr, Diagnostics) {
    parse_file(source, file, ScanMode::Template, |parser| parser.whole_template())
}

/// Parses a file that is one absolute traversal: a name, attributes and literal indexes.
pub fn parse_traversal(source: &SourceMap, file: FileId) -> Result<Traversal, Diagnostics> {
    let (parts, diagnostics) = parse_file(source, file, ScanMode::Main, |parser| parser.whole_traversal());
    parts.map(|(root, steps)| Traversal::new(root, steps)).ok_or(diagnostics)
}

fn parse_file<T>(
    source: &SourceMap,
    file: FileId,
    mode: ScanMode,
    parse: impl FnOnce(&mut Parser) -> T,
) -> (T, Diagnostics) {
    let contents = source.file(file);
    let mut parser = Parser::new(&contents.text, Place::whole(file, &contents), mode);
    let parsed = parse(&mut parser);
    (parsed, parser.into_diagnostics())
}
