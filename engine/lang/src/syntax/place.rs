//! Where scanned text stands in its file.

use landform_diagnostics::{FileId, SourceFile, Span};

/// Translates offsets in scanned text to spans in a file. They differ for text that stands in a JSON string, where
/// escapes make the file longer than the text.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The file.
    pub(super) file: FileId,
    /// The file's name and lines, for messages that name another place.
    pub(super) source: Option<&'a SourceFile>,
    /// What to add to an offset before the first shift.
    pub(super) base: u32,
    /// For each escape, in order: an offset in the text behind it and the offset in the file that it stands for.
    pub(super) shifts: &'a [(u32, u32)],
}

impl<'a> Place<'a> {
    /// The text is the whole file.
    pub(super) fn whole(file: FileId, source: &'a SourceFile) -> Self {
        Self { file, source: Some(source), base: 0, shifts: &[] }
    }

    /// The span of a range of the text.
    pub(super) fn span(&self, start: u32, end: u32) -> Span {
        Span { file: self.file, start: self.offset(start), end: self.offset(end) }
    }

    fn offset(&self, offset: u32) -> u32 {
        match self.shifts.partition_point(|(text, _)| *text <= offset) {
            0 => self.base + offset,
            index => {
                let (text, file) = self.shifts[index - 1];
                file + (offset - text)
            }
        }
    }

    /// A span as messages name it: `main.tf:1,2-3`.
    pub(super) fn describe(&self, span: Span) -> String {
        self.source.map_or_else(String::new, |source| describe(source, span))
    }
}

/// A span as messages name it: `main.tf:1,2-3`, or `main.tf:1,2-3,4` over several lines.
pub(crate) fn describe(source: &SourceFile, span: Span) -> String {
    let (start, end) = (source.position(span.start as usize), source.position(span.end as usize));
    let name = &source.name;
    if start.line == end.line {
        format!("{name}:{},{}-{}", start.line, start.column, end.column)
    } else {
        format!("{name}:{},{}-{},{}", start.line, start.column, end.line, end.column)
    }
}
