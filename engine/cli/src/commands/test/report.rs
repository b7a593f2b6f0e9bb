//! The report in the form of JUnit.

use landform_core::testing::FileReport;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_views::junit;
use time::format_description::well_known::Rfc3339;

use super::tell::{Execution, Teller};
use crate::session::Session;

/// Writes it to a file.
pub(super) fn write(
    session: &Session,
    path: &str,
    reports: &[FileReport<'_>],
    interrupted: bool,
    teller: &Teller,
) -> Result<(), Diagnostics> {
    let files: Vec<junit::FileReport<'_>> = reports.iter().map(|report| of_file(report, teller)).collect();
    let text = session.view.with_sources(|sources| junit::report(&files, interrupted, sources));
    fs_err::write(session.world.path(path), text).map_err(|error| {
        let summary = format!("error saving JUnit XML to file {path:?}");
        Diagnostic::error(summary, error.to_string()).into()
    })
}

fn of_file<'a>(report: &'a FileReport<'_>, teller: &Teller) -> junit::FileReport<'a> {
    let name = report.file.name.as_str();
    let runs = report.runs.iter().map(|run| junit::RunReport {
        name: &run.run.name,
        status: run.status,
        assertions: run.run.rules.len(),
        diagnostics: &run.diagnostics,
        execution: teller.execution(name, &run.run.name).map(in_numbers),
    });
    junit::FileReport { name, status: report.status, runs: runs.collect() }
}

fn in_numbers(Execution { began, took }: Execution) -> (String, f64) {
    let whole = began.replace_nanosecond(0).unwrap_or(began);
    (whole.format(&Rfc3339).unwrap_or_default(), took.as_secs_f64())
}
