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

/// All exclamation marks that may begin a tag before a comma.
pub(super) fn suspects(text: &str) -> Vec<Suspect<'_>> {
    let mut found = Vec::new();
    let (mut start, mut line) = (0, 0);
    for content in text.split_inclusive('\n') {
        let mut end_of_last = 0;
        for (at, _) in content.match_indices('!') {
            let rest = &content[at..];
            let word = rest.find(char::is_whitespace).map_or(rest, |end| &rest[..end]);
            if at >= end_of_last && !word.starts_with("!<") && word.contains(',') {
                let column = content[..at].chars().count() as u64;
                found.push(Suspect { offset: start + at, line, column, content });
                end_of_last = at + word.find(',').unwrap_or_default();
            }
        }
        start += content.len();
        line += 1;
    }
    found
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
    /// What Terraform says of the tag and where, if an event of the masked text shows that it is one.
    pub(super) fn unsupported(&self, event: &Event) -> Option<(Mark, String)> {
        let EventData::Scalar { anchor, style: ScalarStyle::Plain, tag: None, .. } = &event.data else { return None };
        let start = event.start_mark;
        if start.line != self.line || start.column > self.column {
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
        assert_eq!(found("[!!str, !a b, é !c,!d,e]\n- !x,"), [(0, 1), (0, 16), (0, 19), (1, 2)]);
        assert_eq!(found("!<tag:yaml.org,2002:str> a!b c, d"), []);
    }

    #[test]
    fn masking_keeps_all_places() {
        let text = "[!!str, é !c,d]";
        assert_eq!(masked(text, &suspects(text)), "[x!str, é xc,d]");
    }
}
