//! What a run expects to fail.

use landform_config::TestRun;
use landform_config::reference::parse_test_reference;
use landform_diagnostics::{Diagnostic, Diagnostics, Severity, Span};

/// An object whose condition is expected to fail.
struct Expected {
    address: String,
    span: Span,
    failed: bool,
}

impl Expected {
    fn all_of(run: &TestRun) -> Vec<Self> {
        let references = run.expect_failures.iter().filter_map(|written| parse_test_reference(written.as_ref()).ok());
        let expect = |(address, span)| Self { address, span, failed: false };
        references.map(|found| expect((found.subject.to_string(), found.span))).collect()
    }

    /// Whether a failure is of this object: of a resource, that of any instance.
    fn is(&self, failed: &str) -> bool {
        failed.strip_prefix(&self.address).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
    }
}

fn condition_of(found: &Diagnostic) -> Option<&str> {
    found.extra()?.condition_of.as_deref()
}

/// The outcome of what a run does: without the failures that it expects, with errors for those that did not come, and with
/// failures in check blocks as the errors that they are.
pub(super) fn validate(run: &TestRun, found: Diagnostics) -> Diagnostics {
    let mut expected = Expected::all_of(run);
    let mut kept = Diagnostics::new();
    for mut diagnostic in found {
        let failed = condition_of(&diagnostic).map(str::to_owned);
        let of_check = diagnostic.is_from_check();
        if of_check && diagnostic.extra().is_some_and(|extra| extra.softened) {
            diagnostic.severity = Severity::Error;
        }
        let Some(failed) = failed.filter(|_| diagnostic.is_error()) else {
            kept.push(diagnostic);
            continue;
        };
        match expected.iter_mut().find(|expected| expected.is(&failed)) {
            Some(expected) => expected.failed = true,
            None => kept.push(diagnostic),
        }
    }
    for missing in expected.iter().filter(|expected| !expected.failed) {
        let detail = format!("The checkable object, {}, was expected to report an error but did not.", missing.address);
        kept.error(missing.span, "Missing expected failure", detail);
    }
    kept
}

/// What planning found before an apply, with a word on failures that were expected, but not so early.
pub(super) fn explain(run: &TestRun, found: Diagnostics) -> Diagnostics {
    let expected = Expected::all_of(run);
    let mut explained = Diagnostics::new();
    for diagnostic in found {
        let failed = condition_of(&diagnostic).filter(|_| diagnostic.is_error()).map(str::to_owned);
        if let Some(failed) = failed
            && let Some(expected) = expected.iter().find(|expected| expected.is(&failed))
        {
            let detail = format!(
                "A custom condition within {failed} failed during the planning stage and prevented the requested apply operation. While this was an expected failure, the apply operation could not be executed and so the overall test case will be marked as a failure and the original diagnostic included in the test report."
            );
            let warning = Diagnostic::warning("Expected failure while planning", detail);
            // Terraform says where only for outputs.
            let placed = failed.starts_with("output.");
            explained.push(if placed { warning.at(expected.span) } else { warning });
        }
        explained.push(diagnostic);
    }
    explained
}

/// Without what check blocks say: applying says it again, or that it is well.
pub(super) fn without_checks(found: Diagnostics) -> Diagnostics {
    found.into_iter().filter(|found| !found.is_from_check()).collect()
}
