//! Ranges as messages write them.

use landform_diagnostics::{SourceMap, Span};

/// `main.tf:1,2-3` or `main.tf:1,2-3,4`.
pub(crate) fn describe(sources: &SourceMap, span: Span) -> String {
    let file = sources.file(span.file);
    let (start, end) = (file.position(span.start as usize), file.position(span.end as usize));
    if start.line == end.line {
        format!("{}:{},{}-{}", file.name, start.line, start.column, end.column)
    } else {
        format!("{}:{},{}-{},{}", file.name, start.line, start.column, end.line, end.column)
    }
}

/// `main.tf:1,2`: where a range begins.
pub(crate) fn start(sources: &SourceMap, span: Span) -> String {
    let file = sources.file(span.file);
    let start = file.position(span.start as usize);
    format!("{}:{},{}", file.name, start.line, start.column)
}
