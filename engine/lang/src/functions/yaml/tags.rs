//! Tags that a comma follows at once, as in `[!!str, a]`. Terraform takes the comma for a part of the tag, which it then
//! does not know. The library gives up on them with a panic, so they are found before it sees them.

use landform_values::quote;
use libyaml_safer::{Event, EventData, Mark, ScalarStyle};

/// An exclamation mark that may begin such a tag, or stand in a scalar or comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Suspect<'t> {
    /// Where it is in the text.
    offset: usize,
    line: u64,
    /// In characters.
    column: u64,
    /// Its line.
    content: &'t str,
}

/// All exclamation marks that may begin a tag before a comma, by place.
pub(super) fn suspects(text: &str) -> Vec<Suspect<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (line, content) in (0..).zip(text.split_inclusive('\n')) {
        let mut begun = Vec::new();
        for (column, (at, char)) in (0..).zip(content.char_indices()) {
            match char {
                '!' if !content[at..].starts_with("!<") => {
                    begun.push(Suspect { offset: start + at, line, column, content });
                }
                ',' => found.append(&mut begun),
                _ if char.is_whitespace() => begun.clear(),
                _ => {}
            }
        }
        start += content.len();
    }
    found
}

/// What Terraform says of a tag and where, if an event of the masked text shows that a suspect is one. Only the first one
/// from where the event begins can be its tag.
pub(super) fn unsupported(suspects: &[Suspect<'_>], event: &Event) -> Option<(Mark, String)> {
    let start = (event.start_mark.line, event.start_mark.column);
    let first = suspects.partition_point(|suspect| (suspect.line, suspect.column) < start);
    suspects.get(first)?.unsupported(event)
}

/// Whether what begins here in the masked text is a tag in the text.
pub(super) fn begins(suspects: &[Suspect<'_>], mark: Mark) -> bool {
    suspects.binary_search_by_key(&(mark.line, mark.column), |suspect| (suspect.line, suspect.column)).is_ok()
}

/// The text with letters in place of these marks: what was a tag is the beginning of a plain scalar, all else is what it was.
pub(super) fn masked(text: &str, suspects: &[Suspect<'_>]) -> String {
    let mut masked = text.to_owned();
    for suspect in suspects {
        masked.replace_range(suspect.offset..=suspect.offset, "x");
    }
    masked
}

impl Suspect<'_> {
    fn unsupported(&self, event: &Event) -> Option<(Mark, String)> {
        let EventData::Scalar { anchor, style: ScalarStyle::Plain, tag: None, .. } = &event.data else { return None };
        let start = event.start_mark;
        if start.line != self.line || (anchor.is_none() && start.column != self.column) {
            return None;
        }
        let between: String = self.content.chars().take(self.column as usize).skip(start.column as usize).collect();
        let properties = anchor.as_ref().map(|anchor| format!("&{anchor}")).unwrap_or_default();
        if between.trim_end() != properties {
            return None;
        }
        let rest: String = self.content.chars().skip(self.column as usize).collect();
        let word = rest.split_whitespace().next().unwrap_or_default();
        let tag = word.strip_prefix("!!").map_or_else(|| word.to_owned(), |name| format!("tag:yaml.org,2002:{name}"));
        Some((start, format!("unsupported tag {}", quote(&tag))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_before_commas_are_suspect() {
        let found = |text| suspects(text).iter().map(|suspect| (suspect.line, suspect.column)).collect::<Vec<_>>();
        assert_eq!(found("[!!str, !a b, é !c,!d,e]\n- !x,"), [(0, 1), (0, 2), (0, 16), (0, 19), (1, 2)]);
        // The first mark may end with the bracket, and the second one be a tag.
        assert_eq!(found("[!]:!5,"), [(0, 1), (0, 4)]);
        assert_eq!(found("!<tag:yaml.org,2002:str> a!b c, d"), []);
    }

    #[test]
    fn masking_keeps_all_places() {
        let text = "[!!str, é !c,d]";
        assert_eq!(masked(text, &suspects(text)), "[xxstr, é xc,d]");
    }
}
