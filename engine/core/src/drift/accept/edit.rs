//! Changes of a file's text that keep all around them as it is.

use std::ops::Range;

use landform_diagnostics::Span;
use landform_lang::syntax::ast::{Block, Expr, ExprKind, ObjectItem};
use landform_values::Value;

use super::literal::{key, literal};

/// A part of a file that is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file, as messages name it.
    pub file: String,
    /// The bytes that are replaced.
    pub range: Range<usize>,
    /// What stands there instead.
    pub text: String,
}

/// A file.
pub(super) struct Place {
    pub(super) name: String,
    pub(super) text: String,
}

/// The bytes of a span.
pub(super) fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

impl Place {
    fn edit(self, range: Range<usize>, text: String) -> Edit {
        Edit { file: self.name, range, text }
    }

    /// Another value in the place of an expression.
    pub(super) fn replacing(self, range: Range<usize>, value: &Value) -> Edit {
        let old = &self.text[range.clone()];
        let text = heredoc(old, value).unwrap_or_else(|| {
            let text = literal(value, self.indent(range.start));
            if old.ends_with('\n') { text + "\n" } else { text }
        });
        self.edit(range, text)
    }

    /// Takes an argument away, with the lines that it alone stands on.
    pub(super) fn without_argument(self, range: Range<usize>) -> Edit {
        let range = self.whole_lines(range);
        self.edit(range, String::new())
    }

    /// Takes an item of an object away, with its comma or the lines that it alone stands on.
    pub(super) fn without_item(self, object: &Expr, index: usize) -> Edit {
        let ExprKind::Object(items) = &object.kind else { return self.edit(range(object.span), "{}".to_owned()) };
        let item = item_range(&items[index]);
        let end = match self.text[item.end..].trim_start_matches([' ', '\t']) {
            rest if rest.starts_with(',') => self.text.len() - rest.len() + 1,
            _ => item.end,
        };
        let lines = self.whole_lines(item.start..end);
        if lines != (item.start..end) {
            return self.edit(lines, String::new());
        }
        // On a line with others: the comma before it goes where there is none behind it.
        let start = match (end > item.end, index.checked_sub(1)) {
            (false, Some(before)) => item_range(&items[before]).end,
            _ => item.start,
        };
        let end = if start == item.start { end + spaces(&self.text[end..]) } else { end };
        self.edit(start..end, String::new())
    }

    /// Puts an argument behind the others of a block.
    pub(super) fn with_argument(self, block: &Block, name: &str, value: &Value) -> Edit {
        let indent = format!("{}  ", self.indent(block.span.start as usize));
        let argument = format!("{indent}{name} = {}", literal(value, &indent));
        let (open, close) = (block.open_span.end as usize, block.span.end as usize - 1);
        let inside = &self.text[open..close];
        if !inside.contains('\n') {
            let before = inside.trim();
            let before = if before.is_empty() { String::new() } else { format!("{indent}{before}\n") };
            let end = self.indent(block.span.start as usize);
            let text = format!("\n{before}{argument}\n{end}");
            return self.edit(open..close, text);
        }
        let content = block.body.everything();
        let last = content.attributes.values().map(|attribute| attribute.span.end as usize).max();
        let at = self.line_end(last.unwrap_or(open));
        self.edit(at..at, format!("\n{argument}"))
    }

    /// Puts an item behind the others of an object.
    pub(super) fn with_item(self, object: Range<usize>, items: &[ObjectItem], name: &str, value: &Value) -> Edit {
        let Some(last) = items.last() else {
            let text = format!("{{ {} = {} }}", key(name), literal(value, self.indent(object.start)));
            return self.edit(object, text);
        };
        let last = item_range(last);
        let named = if self.are_quoted(items) { format!("{name:?}") } else { key(name) };
        if self.text[object.start..last.start].contains('\n') {
            let indent = self.indent(last.start).to_owned();
            let at = self.line_end(last.end);
            return self.edit(at..at, format!("\n{indent}{named} = {}", literal(value, &indent)));
        }
        let text = format!(", {named} = {}", literal(value, self.indent(object.start)));
        self.edit(last.end..last.end, text)
    }

    /// Whether all keys are written in quotes though they need not be; plain keys only.
    fn are_quoted(&self, items: &[ObjectItem]) -> bool {
        items.iter().all(|item| self.text[range(item.key.span())].starts_with('"'))
    }

    /// The white space that the line of a byte begins with.
    fn indent(&self, at: usize) -> &str {
        let start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        &self.text[start..start + spaces(&self.text[start..])]
    }

    /// Where the line of a byte ends, comments included. What ends with a line break ends its line.
    fn line_end(&self, at: usize) -> usize {
        if at > 0 && self.text.as_bytes()[at - 1] == b'\n' {
            return at - 1;
        }
        self.text[at..].find('\n').map_or(self.text.len(), |end| at + end)
    }

    /// The whole of the lines that a range is on, if there is nothing else on them but a comment.
    fn whole_lines(&self, range: Range<usize>) -> Range<usize> {
        let start = self.text[..range.start].rfind('\n').map_or(0, |end| end + 1);
        let end = self.line_end(range.end);
        let behind = self.text.get(range.end..end).unwrap_or_default().trim();
        let is_alone = self.text[start..range.start].trim().is_empty()
            && (behind.is_empty() || behind.starts_with('#') || behind.starts_with("//"));
        if is_alone { start..(end + 1).min(self.text.len()) } else { range }
    }
}

fn item_range(item: &ObjectItem) -> Range<usize> {
    item.key.span().start as usize..item.value.span.end as usize
}

/// How many spaces and tabs a text begins with.
fn spaces(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// Lines in the place of lines: with the same marker, where the new text can stand between two of them.
fn heredoc(old: &str, value: &Value) -> Option<String> {
    let (marker, _) = old.strip_prefix("<<")?.split_once('\n')?;
    let marker = marker.trim_start_matches('-').trim();
    let text = value.as_str().filter(|text| text.ends_with('\n') && !text.contains("${") && !text.contains("%{"))?;
    if text.lines().any(|line| line.trim() == marker) {
        return None;
    }
    let end = if old.ends_with('\n') { "\n" } else { "" };
    Some(format!("<<{marker}\n{text}{marker}{end}"))
}
