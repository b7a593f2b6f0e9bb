//! Errors and warnings.

use std::collections::BTreeMap;

use landform_diagnostics::{Diagnostic, Severity};

use super::escape::{code, fence, shortened};
use super::names::{Precision, grouped};
use super::room::{Section, count, digits, joined, lines_within};
use crate::Style;
use crate::diagnostics::{Arranged, Sources, human};

/// How much is said of each problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// All that the program prints.
    Full,
    /// A line each.
    Lines,
    /// Those that say the same together, with the places.
    Grouped(Precision),
}

/// Problems of one severity.
pub(super) struct Problems<'a> {
    found: Vec<&'a Diagnostic>,
    sources: &'a Sources<'a>,
    severity: Severity,
}

impl<'a> Problems<'a> {
    pub(super) fn of(diagnostics: &'a [Arranged], sources: &'a Sources<'a>, severity: Severity) -> Self {
        let found = diagnostics.iter().map(|arranged| &arranged.diagnostic);
        Self { found: found.filter(|found| found.severity == severity).collect(), sources, severity }
    }

    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    fn title(&self) -> &'static str {
        match self.severity {
            Severity::Error => "Errors",
            Severity::Warning => "Warnings",
        }
    }

    /// With the heading; nothing where there are none. In the last form not longer than `room`.
    pub(super) fn text(&self, form: Form, room: usize) -> String {
        if self.found.is_empty() {
            return String::new();
        }
        let heading = format!("\n#### {} ({})\n\n", self.title(), digits(self.len()));
        let body = match form {
            Form::Full => joined(self.found.iter().map(|found| self.full(found)), "\n"),
            Form::Lines => joined(self.found.iter().map(|found| self.line(found)), ""),
            Form::Grouped(precision) => fence("text", &lines_within(&self.groups(precision), room, "kind")),
        };
        heading + &body
    }

    fn full(&self, found: &Diagnostic) -> String {
        fence("text", human(found, self.sources, &Style::default()).trim_matches('\n'))
    }

    fn line(&self, found: &Diagnostic) -> String {
        let place = self.place(found).map(|place| format!(" at {}", code(&place))).unwrap_or_default();
        let detail = shortened(found.detail.trim(), 240);
        let detail = if detail.is_empty() { detail } else { format!(": {}", code(&detail)) };
        format!("- {}{place}{detail}\n", code(&shortened(&found.summary, 240)))
    }

    /// The object, else the line.
    fn place(&self, found: &Diagnostic) -> Option<String> {
        found.address.clone().or_else(|| {
            let subject = found.subject?;
            let file = self.sources.files.file(subject.file);
            Some(format!("{}:{}", file.name, file.line_of(subject.start as usize)))
        })
    }

    fn groups(&self, precision: Precision) -> Vec<String> {
        let mut places: BTreeMap<&str, Vec<Option<String>>> = BTreeMap::new();
        for found in &self.found {
            places.entry(&found.summary).or_default().push(self.place(found));
        }
        let group = |(summary, places): (&str, Vec<Option<String>>)| {
            let mut named: Vec<String> = places.iter().flatten().cloned().collect();
            named.sort();
            named.dedup();
            let names = grouped(&named, precision).join(" ");
            format!("{} x {}: {names}", digits(places.len()), shortened(summary, 240))
        };
        places.into_iter().map(group).collect()
    }

    /// All forms, for what need not be told in full.
    pub(super) fn section(&'a self) -> Section<'a> {
        let many = usize::MAX;
        Section::new(move || self.text(Form::Full, many))
            .or(move || self.text(Form::Lines, many))
            .or(move || self.text(Form::Grouped(Precision::Counted), many))
            .or(move || format!("\n{} left out.\n", count(self.len(), "warning")))
    }
}
