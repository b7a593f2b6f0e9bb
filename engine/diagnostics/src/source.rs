//! Source files and ranges in them.

use std::sync::{Arc, RwLock};

/// A file in a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A half-open range of bytes in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// A range of bytes.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        Self { file, start: start as u32, end: end as u32 }
    }

    /// From the start of this to the end of another in the same file.
    #[must_use]
    pub fn to(self, other: Span) -> Self {
        Self { end: other.end.max(self.end), ..self }
    }

    /// The empty range at its end.
    #[must_use]
    pub fn end_point(self) -> Self {
        Self { start: self.end, ..self }
    }
}

/// A place in a file as people and Terraform's JSON count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in Unicode characters as a reader sees them (grapheme clusters).
    pub column: usize,
    /// From 0.
    pub byte: usize,
}

/// A file's name as shown, and its text.
#[derive(Debug)]
pub struct SourceFile {
    /// As it is shown to people: usually relative to the working directory.
    pub name: String,
    /// The bytes as UTF-8.
    pub text: String,
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// The offset of the first byte of each line.
    fn index(text: &str) -> Vec<u32> {
        std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1))
            .collect()
    }

    /// The number (from 1) of the line that holds a byte.
    pub fn line_of(&self, byte: usize) -> usize {
        self.line_starts.partition_point(|start| *start as usize <= byte)
    }

    /// A line's text without its line ending. Numbers from 1; past the end is empty.
    pub fn line(&self, number: usize) -> &str {
        let Some(start) = self.line_starts.get(number.wrapping_sub(1)) else { return "" };
        let end = self.line_starts.get(number).map_or(self.text.len(), |end| *end as usize);
        let line = &self.text[*start as usize..end];
        let line = line.strip_suffix('\n').unwrap_or(line);
        line.strip_suffix('\r').unwrap_or(line)
    }

    /// Offset of the first byte of a line (numbers from 1).
    pub fn line_start(&self, number: usize) -> usize {
        self.line_starts.get(number.wrapping_sub(1)).map_or(self.text.len(), |start| *start as usize)
    }

    /// Line and column of a byte offset. Terraform counts a tab in JSON as two columns.
    pub fn position(&self, byte: usize) -> Position {
        use unicode_segmentation::UnicodeSegmentation;
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.line_of(byte);
        let start = self.line_start(line);
        let before = &self.text[start..byte];
        let columns = if before.is_ascii() { before.len() } else { before.graphemes(true).count() };
        let tabs = if self.name.ends_with(".json") { before.matches('\t').count() } else { 0 };
        Position { line, column: columns + tabs + 1, byte }
    }
}

/// All files read in a run. Cheap to clone; clones share their files.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Arc<RwLock<Vec<Arc<SourceFile>>>>,
}

impl SourceMap {
    /// Without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. The same name may be added again; the ids differ.
    pub fn add(&self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let file = Arc::new(SourceFile { name: name.into(), line_starts: SourceFile::index(&text), text });
        let mut files = self.files.write().expect("no writer panics while it holds the lock");
        files.push(file);
        FileId(files.len() as u32 - 1)
    }

    /// A file by its id.
    ///
    /// # Panics
    /// If the id comes from another map.
    pub fn file(&self, id: FileId) -> Arc<SourceFile> {
        self.files.read().expect("no writer panics while it holds the lock")[id.0 as usize].clone()
    }

    /// The text of a range; of whole characters, where a range only roughly says where something stands.
    pub fn snippet(&self, span: Span) -> String {
        let file = self.file(span.file);
        let [start, end] = [span.start, span.end].map(|byte| file.position(byte as usize).byte);
        file.text[start..end.max(start)].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_without_their_endings() {
        let sources = SourceMap::new();
        let file = sources.file(sources.add("a.tf", "a\nb\r\nc\r\r\n\nd"));
        let lines: Vec<&str> = (0..8).map(|number| file.line(number)).collect();
        assert_eq!(lines, ["", "a", "b", "c\r", "", "d", "", ""]);
    }

    #[test]
    fn snippets_are_of_whole_characters() {
        let sources = SourceMap::new();
        let file = sources.add("a.tf", "aéb");
        for (start, end, expected) in [(0, 4, "aéb"), (1, 3, "é"), (0, 2, "a"), (2, 4, "éb"), (3, 9, "b"), (2, 2, "")]
        {
            assert_eq!(sources.snippet(Span::new(file, start, end)), expected, "{start} to {end}");
        }
    }
}
