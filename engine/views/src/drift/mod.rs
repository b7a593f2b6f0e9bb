//! Drift as people and programs read it.

mod markdown;
mod text;

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use landform_diagnostics::{SourceMap, Span};
use landform_plan::{AcceptOutcome, Acceptance, Drift, DriftedAttribute, Fate, Folded, Wanted, WantedSource};
use landform_values::{Path, Type, Value};

pub use markdown::{LIMIT, MARKER, markdown};
pub use text::text;

use crate::Style;
use crate::diff::{self, Change, Matcher, Options};
use crate::quote::quote;

/// What is told.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// What was found.
    pub drift: &'a Drift,
    /// What became of values that were to be written into configuration.
    pub accepted: &'a [Acceptance],
    /// The files that places are in.
    pub sources: &'a SourceMap,
}

impl Report<'_> {
    /// `main.tf:12`.
    fn place(&self, span: Span) -> String {
        let file = self.sources.file(span.file);
        format!("{}:{}", file.name, file.position(span.start as usize).line)
    }

    /// Who wants another value, for the end of a sentence; names and places as `code` writes them.
    fn wanted(&self, attribute: &DriftedAttribute, code: &dyn Fn(&str) -> String) -> String {
        let Some(Wanted { source, span, through }) = &attribute.wanted else {
            return "not set in configuration, but referred to".to_owned();
        };
        let place = span.map(|span| code(&self.place(span))).unwrap_or_default();
        let mut text = match source {
            WantedSource::Expression => format!("wanted by {place}"),
            WantedSource::Absence => format!("not set in the block at {place}"),
            WantedSource::Default => format!("wanted by the default at {place}"),
            WantedSource::Environment => "wanted by the environment".to_owned(),
            WantedSource::CommandLine => "wanted by the command line".to_owned(),
            WantedSource::Caller => "wanted by whoever gave the variable's value".to_owned(),
            WantedSource::Provider => "wanted by the provider's configuration".to_owned(),
        };
        if !through.is_empty() {
            let names: Vec<String> = through.iter().map(|name| code(name)).collect();
            let _ = write!(text, ", through {}", names.join(" and "));
        }
        text
    }

    /// How many of what have changed, without a full stop.
    fn summary(&self) -> String {
        let drift = self.drift;
        let (changed, vanished) = (drift.count(Fate::Changed), drift.count(Fate::Vanished));
        let mut parts = Vec::new();
        if changed > 0 {
            let have = if drift.attributes() == 1 { "has" } else { "have" };
            parts.push(format!(
                "{} of {} {have} changed",
                counted(drift.attributes(), "attribute"),
                counted(changed, "object")
            ));
        }
        if vanished > 0 {
            let have = if vanished == 1 { "has" } else { "have" };
            parts.push(format!("{} {have} vanished", counted(vanished, "object")));
        }
        format!("{} ({} read)", parts.join(", "), drift.read)
    }

    /// What came of the wish to accept, a line each.
    fn acceptances(&self, code: &dyn Fn(&str) -> String) -> Vec<(bool, String)> {
        let line = |acceptance: &Acceptance| {
            let object = code(&acceptance.address.to_string());
            let what = match &acceptance.path {
                Some(path) => format!("{object}: {}", code(&name(path))),
                None => object,
            };
            match &acceptance.outcome {
                AcceptOutcome::Written(span) => (true, format!("{what} was written to {}", code(&self.place(*span)))),
                AcceptOutcome::Refused(reason) => (false, format!("{what} was not written: {reason}.")),
            }
        };
        self.accepted.iter().map(line).collect()
    }
}

/// A path as people write it: `tags["Owner"]`.
pub(crate) fn name(path: &Path) -> String {
    path.to_string().trim_start_matches('.').to_owned()
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// What is not shown, without a full stop; empty for nothing.
fn folded(folded: &Folded) -> String {
    let parts = [
        (folded.computed, "that nothing sets or refers to", "computed attribute"),
        (folded.ignored, "under ignore_changes", "attribute"),
        (folded.settled, "already as configuration wants it", "attribute"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, why, what)| format!("{} {why}", counted(*count, what)))
        .collect();
    parts.join(", ")
}

/// A difference as plans draw it, with the symbol apart. Lines behind the first are indented by `depth` steps.
fn difference(attribute: &DriftedAttribute, depth: usize, style: &Style) -> String {
    let (before, after) = (&attribute.before, &attribute.after);
    let is_empty = |value: &Value| value.as_str() == Some("");
    if (is_empty(before) || is_empty(after)) && !before.contains_sensitive() && !after.contains_sensitive() {
        // Plans take these for null.
        let shown = |value: &Value| value.as_str().map_or_else(|| "null".to_owned(), quote);
        return format!("{} -> {}", shown(before), shown(after));
    }
    let ty = if before.is_null() { after.ty() } else { before.ty() };
    let ty = if before.is_null() || after.is_null() || after.has_type(&ty) { ty } else { Type::Dynamic };
    let change = Change::new(before, after, &[], Matcher::Always);
    diff::by_type(&change, &ty).render(depth, &Options::new(*style))
}

/// The action that a difference looks like.
fn action(attribute: &DriftedAttribute) -> landform_plan::Action {
    match (attribute.before.is_null(), attribute.after.is_null()) {
        (true, _) => landform_plan::Action::Create,
        (_, true) => landform_plan::Action::Delete,
        _ => landform_plan::Action::Update,
    }
}
