//! The details of changes: differences in folds, as many as there is room for.

use landform_plan::{Action, ResourceChange};

use super::destroys::{name, sign};
use super::escape::{fence, folded, html_code, shortened};
use super::names::{Precision, grouped};
use super::room::{Section, digits, lines_within};
use crate::Style;
use crate::plan::{Cause, resource};

/// How many that do not fit are tried before it is given up.
const TRIES: usize = 20;

/// The least and the most room for the lines of one difference.
const SHARE: std::ops::RangeInclusive<usize> = 1_500..=16_000;

/// What stands above names that have no fold.
const WITHOUT: &str = "\nWithout details for want of room";

/// Folds, and the changes that have none for want of room.
pub(super) struct Details<'a> {
    pub(super) text: String,
    pub(super) left: Vec<&'a ResourceChange>,
}

impl<'a> Details<'a> {
    /// As many as fit, in their order.
    pub(super) fn within(changes: &[&'a ResourceChange], cause: Cause, room: usize) -> Self {
        let share = (room / changes.len().max(1)).clamp(*SHARE.start(), *SHARE.end());
        let mut details = Self { text: String::new(), left: Vec::new() };
        let mut failed = 0;
        for change in changes {
            let fold = if failed < TRIES { fold(change, cause, share) } else { None };
            match fold.filter(|fold| details.text.len() + fold.len() <= room) {
                Some(fold) => details.text.push_str(&fold),
                None => {
                    failed += 1;
                    details.left.push(change);
                }
            }
        }
        details
    }
}

/// One change; none where its name is too long for a fold.
fn fold(change: &ResourceChange, cause: Cause, share: usize) -> Option<String> {
    let name = name(change);
    if name.len() > 400 {
        return None;
    }
    let summary = format!("{} {}", html_code(&sign(change.action)), html_code(&name));
    let text = difference(&resource(change, cause, &Style::default()), share);
    Some(folded(&summary, &fence("diff", &text)))
}

/// A difference as highlighters of `diff` read it: signs in the first column, updates as `!`.
fn difference(text: &str, share: usize) -> String {
    let lines: Vec<String> = text.trim_end().lines().map(|line| signed(&shortened(line, share / 2))).collect();
    lines_within(&lines, share, "line")
}

/// A line with its sign in front of the indentation.
pub(super) fn signed(line: &str) -> String {
    let behind = line.trim_start_matches(' ');
    let indent = &line[..line.len() - behind.len()];
    for (sign, shown) in [("-/+ ", "-/+"), ("+/- ", "+/-"), ("+ ", "+"), ("- ", "-"), ("~ ", "!")] {
        if let Some(rest) = behind.strip_prefix(sign) {
            return format!("{shown}{indent} {rest}");
        }
    }
    line.to_owned()
}

/// Changes by name alone, from all names to their number; nothing where there are none.
pub(super) fn named<'a>(changes: &'a [&'a ResourceChange]) -> Section<'a> {
    let by_precision = move |precision| {
        let lists: Vec<String> =
            Action::ALL.into_iter().filter_map(|action| of_action(changes, action, precision)).collect();
        if lists.is_empty() { String::new() } else { format!("{WITHOUT}:\n\n{}", fence("text", &lists.join("\n"))) }
    };
    Section::new(move || by_precision(Precision::Complete))
        .or(move || by_precision(Precision::Counted))
        .or(move || format!("{WITHOUT}: {}.\n", digits(changes.len())))
}

fn of_action(changes: &[&ResourceChange], action: Action, precision: Precision) -> Option<String> {
    let names: Vec<String> =
        changes.iter().filter(|change| change.action == action).map(|change| name(change)).collect();
    let lines = grouped(&names, precision).into_iter().map(|line| format!("{:>3} {line}", sign(action)));
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stand_in_front() {
        for (line, expected) in [
            ("  ~ resource \"a\" \"b\" {", "!   resource \"a\" \"b\" {"),
            ("      + c = 1", "+       c = 1"),
            ("-/+ resource \"a\" \"b\" {", "-/+ resource \"a\" \"b\" {"),
            ("        # (1 unchanged attribute hidden)", "        # (1 unchanged attribute hidden)"),
            ("    }", "    }"),
        ] {
            assert_eq!(signed(line), expected);
        }
    }
}
