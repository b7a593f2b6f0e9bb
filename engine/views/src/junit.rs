//! Reports of tests in the form of JUnit, for programs that show such: a suite for each file, a case for each run.

use std::fmt::Write;

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::TestStatus;

use crate::Style;
use crate::diagnostics::{Sources, human};

/// A test file.
pub struct FileReport<'a> {
    /// Its name.
    pub name: &'a str,
    /// How it turned out.
    pub status: TestStatus,
    /// Its runs.
    pub runs: Vec<RunReport<'a>>,
}

/// A run.
pub struct RunReport<'a> {
    /// Its name.
    pub name: &'a str,
    /// How it turned out.
    pub status: TestStatus,
    /// How many assertions it has.
    pub assertions: usize,
    /// What was found.
    pub diagnostics: &'a Diagnostics,
    /// When it began (RFC 3339, UTC, in whole seconds), and how many seconds it took.
    pub execution: Option<(String, f64)>,
}

/// What is in an element of a case.
#[derive(Default)]
struct Message {
    message: String,
    body: String,
}

/// How wide diagnostics are.
const PLAIN: Style = Style { color: false, width: 80 };

const FAILED: &str = "Test assertion failed";

/// The report. `interrupted` says that somebody asked to stop.
pub fn report(files: &[FileReport<'_>], interrupted: bool, sources: &Sources<'_>) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?><testsuites>");
    for file in files {
        let count = |status| file.runs.iter().filter(|run| run.status == status).count();
        let attributes = [
            ("name", file.name.to_owned()),
            ("tests", file.runs.len().to_string()),
            ("skipped", count(TestStatus::Skip).to_string()),
            ("failures", count(TestStatus::Fail).to_string()),
            ("errors", count(TestStatus::Error).to_string()),
        ];
        out += &format!("\n  {}", opening("testsuite", &attributes));
        for index in 0..file.runs.len() {
            out += &case(file, index, interrupted, sources);
        }
        let end = if file.runs.is_empty() { "</testsuite>" } else { "\n  </testsuite>" };
        out += end;
    }
    out += if files.is_empty() { "</testsuites>" } else { "\n</testsuites>" };
    out
}

fn case(file: &FileReport<'_>, index: usize, interrupted: bool, sources: &Sources<'_>) -> String {
    let run = &file.runs[index];
    let mut attributes = vec![("name", run.name.to_owned()), ("classname", file.name.to_owned())];
    if let Some((began, seconds)) = &run.execution {
        attributes.extend([("time", seconds.to_string()), ("timestamp", began.clone())]);
    }
    let text = |wanted: &dyn Fn(&Diagnostic) -> bool| -> String {
        let wanted = run.diagnostics.iter().filter(|found| wanted(found));
        wanted.map(|found| human(found, sources, &PLAIN)).collect()
    };
    let outcome = match run.status {
        TestStatus::Skip => Some(("skipped", why_skipped(file, index, interrupted))),
        TestStatus::Fail => {
            let failed = |found: &Diagnostic| found.is_error() && found.summary == FAILED;
            Some(("failure", Message { message: which_failed(run), body: text(&failed) }))
        }
        TestStatus::Error => {
            let message = "Encountered an error".to_owned();
            Some(("error", Message { message, body: text(&Diagnostic::is_error) }))
        }
        TestStatus::Pass | TestStatus::Pending => None,
    };
    // What is in no other element.
    let other = |found: &Diagnostic| match run.status {
        TestStatus::Error => !found.is_error(),
        _ => found.summary != FAILED,
    };
    let other = text(&other);
    let stderr = (!other.is_empty()).then(|| ("system-err", Message { body: other, ..Message::default() }));
    let elements: Vec<String> = outcome
        .into_iter()
        .chain(stderr)
        .map(|(name, message)| format!("\n      {}", element(name, &message)))
        .collect();
    let end = if elements.is_empty() { "" } else { "\n    " };
    format!("\n    {}{}{end}</testcase>", opening("testcase", &attributes), elements.concat())
}

fn which_failed(run: &RunReport<'_>) -> String {
    let failed: Vec<&Diagnostic> =
        run.diagnostics.iter().filter(|found| found.is_error() && found.summary == FAILED).collect();
    let (count, all) = (failed.len(), run.assertions);
    match failed.first() {
        None => String::new(),
        Some(first) if count == 1 => format!("1 of {all} assertions failed: {}", first.detail),
        Some(first) => format!("{count} of {all} assertions failed, including: {}", first.detail),
    }
}

fn why_skipped(file: &FileReport<'_>, index: usize, interrupted: bool) -> Message {
    if interrupted {
        return Message {
            message: "Testcase skipped due to an interrupt".into(),
            body: "Landform received an interrupt and stopped gracefully. This caused all remaining testcases to be skipped"
                .into(),
        };
    }
    let failed = file.runs[..index].iter().rev().find(|run| run.status == TestStatus::Error);
    failed.filter(|_| file.status == TestStatus::Error).map_or_else(Message::default, |failed| Message {
        message: "Testcase skipped due to a previous testcase error".into(),
        body: format!(
            "Previous testcase {:?} ended in error, which caused the remaining tests in the file to be skipped",
            failed.name
        ),
    })
}

fn opening(name: &str, attributes: &[(&str, String)]) -> String {
    let mut tag = format!("<{name}");
    for (attribute, value) in attributes {
        tag += &format!(" {attribute}=\"{}\"", escaped(value));
    }
    tag + ">"
}

fn element(name: &str, Message { message, body }: &Message) -> String {
    let attributes: &[(&str, String)] = if message.is_empty() { &[] } else { &[("message", message.clone())] };
    // A section ends at these characters, and so each of them is in one of its own.
    let body = body.replace("]]>", "]]]]><![CDATA[>");
    let body = if body.is_empty() { body } else { format!("<![CDATA[{body}]]>") };
    format!("{}{body}</{name}>", opening(name, attributes))
}

/// A text as the value of an attribute. What XML can not hold is replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' | '\r' => drop(write!(out, "&#x{:X};", u32::from(character))),
            control if control < ' ' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}
