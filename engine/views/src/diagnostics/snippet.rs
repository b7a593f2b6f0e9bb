//! The lines of source that a diagnostic is about.

use landform_diagnostics::{Diagnostic, Position, SourceFile, SourceMap, Span};
use serde_json::Value as Json;

/// Where to look things up that diagnostics only point at.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The files that spans are in.
    pub files: &'a SourceMap,
    /// The header of the top-level block that holds a range of bytes: `resource "aws_vpc" "this"`.
    pub context: &'a dyn Fn(Span) -> Option<String>,
    /// The signature of a function: see [`describe_function`](crate::json::describe_function).
    pub signature: &'a dyn Fn(&str) -> Option<Json>,
}

impl<'a> Sources<'a> {
    /// With files alone.
    pub fn of(files: &'a SourceMap) -> Self {
        Self { files, context: &|_| None, signature: &|_| None }
    }
}

/// The range to highlight, as people count.
pub(super) struct Place {
    /// The file's name.
    pub name: String,
    /// The first character.
    pub start: Position,
    /// Behind the last character.
    pub end: Position,
}

/// Lines of source with a highlighted part.
pub(super) struct Snippet {
    /// The header of the block around.
    pub context: Option<String>,
    /// The lines.
    pub code: String,
    /// The number of the first line.
    pub start_line: usize,
    /// Where in `code` the highlighted part begins.
    pub highlight_start: usize,
    /// Where in `code` it ends.
    pub highlight_end: usize,
}

/// The name of the source that is an import's address on the command line.
pub const IMPORT_ADDRESS: &str = "<import-address>";

/// The name of the source that is read from standard input.
pub const STANDARD_INPUT: &str = "<stdin>";

/// Where a diagnostic points at, and the source there. Sources without a file have no snippet: a console's input and the
/// like, named in angle brackets, and addresses on the command line, without a name. The address of an import and
/// standard input are kept.
pub(super) fn locate(diagnostic: &Diagnostic, sources: &Sources<'_>) -> Option<(Place, Option<Snippet>)> {
    let subject = diagnostic.subject?;
    let file = sources.files.file(subject.file);
    let mut place = Place {
        name: file.name.clone(),
        start: file.position(subject.start as usize),
        end: file.position(subject.end as usize),
    };
    let mut range = around(subject, diagnostic.context);
    if subject.start >= subject.end {
        place.end = Position { byte: place.start.byte + 1, column: place.start.column + 1, line: place.start.line };
    }
    if range.start >= range.end {
        range.end = range.start + 1;
    }
    let is_unkept = file.name.is_empty() || file.name.starts_with('<');
    if is_unkept && ![IMPORT_ADDRESS, STANDARD_INPUT].contains(&&*file.name) {
        return Some((place, None));
    }
    let snippet = snippet(&file, range, &place, context(subject, sources));
    Some((place, Some(snippet)))
}

fn around(subject: Span, context: Option<Span>) -> Span {
    match context {
        Some(context) if context.file == subject.file => {
            Span { file: subject.file, start: context.start.min(subject.start), end: context.end.max(subject.end) }
        }
        _ => subject,
    }
}

/// Terraform looks one byte before the subject, so that a block's own header is not in the block.
fn context(subject: Span, sources: &Sources<'_>) -> Option<String> {
    let before = subject.start.checked_sub(1)?;
    (sources.context)(Span { file: subject.file, start: before, end: before })
}

fn snippet(file: &SourceFile, range: Span, place: &Place, context: Option<String>) -> Snippet {
    let (start, end) = (range.start as usize, range.end as usize);
    let start_line = file.line_of(start.min(file.text.len()));
    let mut lines = Vec::new();
    let mut code_start = 0;
    for number in start_line.saturating_sub(1).max(1)..=file.line_of(end.min(file.text.len())) {
        let line = file.line(number);
        let first = file.line_start(number);
        if touches((start, end), (first, first + line.len())) {
            if lines.is_empty() {
                code_start = first;
            }
            lines.push(line);
        }
    }
    let code = lines.join("\n");
    let highlight_start = char_boundary(&code, place.start.byte.saturating_sub(code_start));
    let length = place.end.byte.saturating_sub(place.start.byte);
    let highlight_end = char_boundary(&code, place.start.byte.saturating_sub(code_start) + length);
    Snippet { context, code, start_line, highlight_start, highlight_end: highlight_end.max(highlight_start) }
}

/// Whether a line without its line break is shown for a range. Empty lines never are.
fn touches((start, end): (usize, usize), (first, last): (usize, usize)) -> bool {
    let in_line = |offset| first <= offset && offset < last;
    let in_range = |offset| start <= offset && offset < end;
    first < last && (in_line(start) || in_line(end) || in_range(first) || in_range(last))
}

fn char_boundary(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|offset| text.is_char_boundary(*offset)).unwrap_or(0)
}
