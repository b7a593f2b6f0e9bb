//! Native and JSON syntax.
//!
//! **Invariant**: nothing here evaluates, and no input makes it panic.

mod analysis;
pub mod ast;
mod encoding;
mod format;
mod json;
mod map;
mod merged;
mod native;
mod parser;
mod place;
mod references;
mod scanner;
mod schema;
mod text;
mod token;
mod traversal;
mod unfinished;

use landform_diagnostics::{Diagnostics, FileId, SourceMap, Span};

use ast::{Body, Expr, JsonKind, Origin, Taken};
use parser::Parser;
use place::Place;
use scanner::ScanMode;

pub(crate) use analysis::start_span;
pub use analysis::{
    StaticCall, as_keyword, as_static_call, as_static_list, as_static_map, as_traversal, parse_traversal_text,
};
pub use encoding::{decode, encode};
pub use format::format;
pub use json::json_expression;
pub use merged::MergedBody;
pub use parser::{MAX_HEIGHT, MAX_NESTING};
pub(crate) use place::describe as describe_place;
pub use references::{Reached, references, visit_references, visit_references_reached};
pub use scanner::is_identifier;
pub use schema::{AttributeSchema, Attributes, BlockHeader, BodySchema, Content};
pub use traversal::{Traversal, TraversalRef};
pub use unfinished::is_unfinished;

/// Parses a configuration file in native syntax. With errors, the body holds what could be made sense of.
pub fn parse_native(source: &SourceMap, file: FileId) -> (Body, Diagnostics) {
    parse_file(source, file, ScanMode::Main, |parser| parser.whole_body())
}

/// Parses a file that is one expression, in which line endings mean nothing.
pub fn parse_expression(source: &SourceMap, file: FileId) -> (Expr, Diagnostics) {
    parse_file(source, file, ScanMode::Main, |parser| parser.whole_expression())
}

/// Parses an expression whose text stands in a file from an offset on, such as in a string. Spans are right as long as
/// the file has the same characters there, with no escapes between.
pub fn parse_expression_at(source: &SourceMap, file: FileId, offset: u32, text: &str) -> (Expr, Diagnostics) {
    let contents = source.file(file);
    let place = Place { base: offset, ..Place::whole(file, &contents) };
    let mut parser = Parser::new(text, place, ScanMode::Main);
    let parsed = parser.whole_expression();
    (parsed, parser.into_diagnostics())
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

/// Parses a configuration file in JSON syntax. With errors, the body holds what could be made sense of.
pub fn parse_json(source: &SourceMap, file: FileId) -> (Body, Diagnostics) {
    let contents = source.file(file);
    let (root, mut diagnostics) = json::parse(&contents, file);
    if matches!(root.kind, JsonKind::Object(_) | JsonKind::Array(_)) {
        return (Body::Json(root.into(), Taken::default(), Origin(contents)), diagnostics);
    }
    let detail =
        "The root value in a JSON-based configuration must be either a JSON object or a JSON array of objects.";
    diagnostics.error(root.span, "Root value must be object", detail);
    (Body::empty(Span::new(file, 0, 0)), diagnostics)
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
