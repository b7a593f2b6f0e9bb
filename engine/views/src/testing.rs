//! What `test` says to people.

use landform_plan::{TestCounts, TestStatus};

use crate::Style;

/// An object that is left: its address, and the key of a deposed one.
pub type LeftObject<'a> = (String, Option<&'a str>);

/// What was made for a run, or by all runs of the configuration under test.
pub struct LeftBy<'a> {
    /// The run, and the module that it is of instead.
    pub run: Option<(&'a str, &'a str)>,
    /// The objects.
    pub objects: Vec<LeftObject<'a>>,
}

/// How a status is called, where failures and errors are told alike.
pub(crate) fn status_word(status: TestStatus) -> &'static str {
    match status {
        TestStatus::Error | TestStatus::Fail => "fail",
        TestStatus::Pass => "pass",
        TestStatus::Skip => "skip",
        TestStatus::Pending => "pending",
    }
}

fn painted(status: TestStatus, style: &Style) -> String {
    let color = match status {
        TestStatus::Error | TestStatus::Fail => "red",
        TestStatus::Pass => "green",
        TestStatus::Skip | TestStatus::Pending => "light_gray",
    };
    style.paint(&format!("[{color}]{}[reset]", status_word(status)))
}

/// That a file begins.
pub fn file_begins(file: &str, style: &Style) -> String {
    format!("{file}{}", style.paint("... [light_gray]in progress[reset]\n"))
}

/// That what the runs of a file made is destroyed.
pub fn file_is_torn_down(file: &str, style: &Style) -> String {
    format!("{file}{}", style.paint("... [light_gray]tearing down[reset]\n"))
}

/// How a file turned out.
pub fn file_ended(file: &str, status: TestStatus, style: &Style) -> String {
    format!("{file}... {}\n", painted(status, style))
}

/// How a run turned out.
pub fn run_ended(run: &str, status: TestStatus, style: &Style) -> String {
    format!("  run {run:?}... {}\n", painted(status, style))
}

/// How many runs turned out in which way, in one line without colours.
pub(crate) fn conclusion(status: TestStatus, counts: TestCounts) -> String {
    format!("{} {}", verdict(status), counted(counts))
}

fn verdict(status: TestStatus) -> &'static str {
    if status == TestStatus::Pass { "Success!" } else { "Failure!" }
}

fn counted(counts: TestCounts) -> String {
    let skipped = if counts.skipped > 0 { format!(", {} skipped", counts.skipped) } else { String::new() };
    format!("{} passed, {} failed{skipped}.", counts.passed, counts.failed + counts.errored)
}

/// How a suite turned out.
pub fn suite_ended(status: TestStatus, counts: TestCounts, style: &Style) -> String {
    let color = if status == TestStatus::Pass { "green" } else { "red" };
    let verdict = style.paint(&format!("[{color}]{}[reset]", verdict(status)));
    format!("\n{verdict} {}\n", counted(counts))
}

/// Objects, each with the key of a deposed one, in a list.
fn list(left: &[LeftObject<'_>]) -> String {
    let line = |(address, deposed): &LeftObject<'_>| match deposed {
        Some(key) => format!("  - {address} ({key})\n"),
        None => format!("  - {address}\n"),
    };
    left.iter().map(line).collect()
}

/// That destroying failed. `of` is a file and a run.
pub fn destroying_failed(of: &str, style: &Style) -> String {
    style.wrap(&format!("Landform encountered an error destroying resources created while executing {of}.\n"))
}

/// What could not be destroyed.
pub fn left_behind(of: &str, left: &[LeftObject<'_>], style: &Style) -> String {
    let text = format!(
        "\nLandform left the following resources in state after executing {of}, and they need to be cleaned up manually:\n"
    );
    style.wrap(&text) + &list(left)
}

/// What a suite leaves behind that was cut short: objects by the run and the module that they are of, and what was being
/// created.
pub fn cut_short(
    file: &str,
    states: &[LeftBy<'_>],
    creating: Option<(&str, Option<&str>, &[String])>,
    style: &Style,
) -> String {
    let mut text = style.wrap(&format!(
        "\nLandform was interrupted while executing {file}, and may not have performed the expected cleanup operations.\n"
    ));
    for LeftBy { run, objects } in states {
        let from = match run {
            None => "from the module under test".to_owned(),
            Some((run, module)) => format!("for {run:?} from {module:?}"),
        };
        let head = format!("\nLandform has already created the following resources {from}:\n");
        text += &(style.wrap(&head) + &list(objects));
    }
    if let Some((run, module, planned)) = creating.filter(|(.., planned)| !planned.is_empty()) {
        let module = module.map_or_else(|| "the module under test".to_owned(), |module| format!("{module:?}"));
        let head = format!(
            "\nLandform was in the process of creating the following resources for {run:?} from {module}, and they may not have been destroyed:\n"
        );
        text += &style.wrap(&head);
        text.extend(planned.iter().map(|address| format!("  - {address}\n")));
    }
    text
}
