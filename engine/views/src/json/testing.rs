//! The messages of `test -json`.

use landform_addrs::ProviderAddr;
use landform_plan::{Plan, State, TestCounts, TestStatus};
use landform_schema::ProviderSchemas;

use super::schema::provider_schemas;
use super::ui::Message;
use super::writer::{Fields, JsonWriter};
use super::{plan, state};
use crate::testing::{LeftObject, conclusion, status_word};

/// How far a file or a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It begins.
    Starting,
    /// It goes on.
    Running,
    /// What it made is destroyed.
    Teardown,
    /// It has ended.
    Complete(TestStatus),
}

/// The schemas of the providers in a plan or state.
pub type Schemas<'a> = Vec<(&'a ProviderAddr, &'a ProviderSchemas)>;

impl Progress {
    fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Teardown => "teardown",
            Self::Complete(_) => "complete",
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            Self::Starting | Self::Running => "in progress",
            Self::Teardown => "tearing down",
            Self::Complete(status) => status_word(status),
        }
    }

    fn status(self, object: &mut Fields<'_, '_>) {
        if let Self::Complete(status) = self {
            object.key("status").string(status_name(status));
        }
    }
}

fn status_name(status: TestStatus) -> &'static str {
    match status {
        TestStatus::Pending => "pending",
        TestStatus::Skip => "skip",
        TestStatus::Pass => "pass",
        TestStatus::Fail => "fail",
        TestStatus::Error => "error",
    }
}

impl Message {
    /// That it is about a test file, and perhaps a run of it.
    #[must_use]
    pub fn of_test(self, file: &str, run: Option<&str>) -> Self {
        let message = self.with("@testfile", |writer| writer.string(file));
        match run {
            Some(run) => message.with("@testrun", |writer| writer.string(run)),
            None => message,
        }
    }

    /// Which files there are, and which runs are in each.
    pub fn test_abstract(files: &[(&str, Vec<&str>)]) -> Self {
        let runs = files.iter().map(|(_, runs)| runs.len()).sum::<usize>();
        let files_noun = if files.len() == 1 { "file" } else { "files" };
        let runs_noun = if runs == 1 { "run block" } else { "run blocks" };
        let text = format!("Found {} {files_noun} and {runs} {runs_noun}", files.len());
        Self::new("info", text, "test_abstract").with("test_abstract", |writer| {
            writer.object(|object| {
                for (file, runs) in files {
                    match runs.is_empty() {
                        true => object.key(file).raw("null"),
                        false => object.key(file).array(runs, |writer, run| writer.string(run)),
                    }
                }
            });
        })
    }

    /// How far a file is.
    pub fn test_file(file: &str, progress: Progress) -> Self {
        let text = format!("{file}... {}", progress.in_words());
        let message = Self::new("info", text, "test_file").of_test(file, None);
        message.with("test_file", |writer| {
            writer.object(|object| {
                object.key("path").string(file);
                object.key("progress").string(progress.name());
                progress.status(object);
            });
        })
    }

    /// How far a run is; while it goes on, with the milliseconds since it began.
    pub fn test_run(file: &str, run: &str, progress: Progress, elapsed: u128) -> Self {
        let text = format!("  {run:?}... {}", progress.in_words());
        let message = Self::new("info", text, "test_run").of_test(file, Some(run));
        message.with("test_run", |writer| {
            writer.object(|object| {
                object.key("path").string(file);
                object.key("run").string(run);
                object.key("progress").string(progress.name());
                if !matches!(progress, Progress::Complete(_)) {
                    object.key("elapsed").raw(&elapsed.to_string());
                }
                progress.status(object);
            });
        })
    }

    /// How many runs turned out in which way.
    pub fn test_summary(status: TestStatus, counts: TestCounts) -> Self {
        Self::new("info", conclusion(status, counts), "test_summary").with("test_summary", |writer| {
            writer.object(|object| {
                object.key("status").string(status_name(status));
                let numbers = [("passed", counts.passed), ("failed", counts.failed)];
                let numbers = numbers.into_iter().chain([("errored", counts.errored), ("skipped", counts.skipped)]);
                numbers.for_each(|(name, count)| object.key(name).raw(&count.to_string()));
            });
        })
    }

    /// Objects that could not be destroyed: address, and the key of a deposed one.
    pub fn test_cleanup(file: &str, run: &str, left: &[LeftObject<'_>]) -> Self {
        let text = format!(
            "Landform left some resources in state after executing {file}/{run}, they need to be cleaned up manually."
        );
        let message = Self::new("error", text, "test_cleanup").of_test(file, Some(run));
        message.with("test_cleanup", |writer| {
            writer.object(|object| objects(object, "failed_resources", left));
        })
    }

    /// What was there, and being made, when a suite was cut short. Objects by the run that made them; those of the
    /// configuration under test without one.
    pub fn test_interrupt(
        (file, run): (&str, Option<&str>),
        states: &[(Option<&str>, Vec<LeftObject<'_>>)],
        planned: &[String],
    ) -> Self {
        let text = "Landform was interrupted during test execution, and may not have performed the expected cleanup operations.";
        let message = Self::new("error", text, "test_interrupt").of_test(file, run);
        message.with("test_interrupt", |writer| {
            writer.object(|object| {
                for (_, left) in states.iter().filter(|(run, _)| run.is_none()) {
                    objects(object, "state", left);
                }
                if states.iter().any(|(run, _)| run.is_some()) {
                    object.key("states").object(|object| {
                        for (run, left) in states {
                            run.iter().for_each(|run| objects(object, run, left));
                        }
                    });
                }
                if !planned.is_empty() {
                    object.key("planned").array(planned, |writer, address| writer.string(address));
                }
            });
        })
    }

    /// What a run has planned.
    pub fn test_plan(plan: &Plan, schemas: &Schemas<'_>) -> Self {
        Self::new("info", "-verbose flag enabled, printing plan", "test_plan").with("test_plan", |writer| {
            writer.object(|object| {
                object.key("plan_format_version").string("1.2");
                plan::shown_in_tests(object, plan);
                of_providers(object, schemas);
            });
        })
    }

    /// What a run has led to.
    pub fn test_state(found: &State, schemas: &Schemas<'_>) -> Self {
        Self::new("info", "-verbose flag enabled, printing state", "test_state").with("test_state", |writer| {
            writer.object(|object| {
                object.key("state_format_version").string("1.0");
                state::shown_in_tests(object, found);
                of_providers(object, schemas);
            });
        })
    }
}

fn objects(object: &mut Fields<'_, '_>, name: &str, left: &[LeftObject<'_>]) {
    object.key(name).array(left, |writer: &mut JsonWriter<'_>, (address, deposed)| {
        writer.object(|object| {
            object.key("instance").string(address);
            object.text("deposed_key", deposed.unwrap_or_default());
        });
    });
}

fn of_providers(object: &mut Fields<'_, '_>, schemas: &Schemas<'_>) {
    object.key("provider_format_version").string("1.0");
    provider_schemas(object, schemas.iter().copied());
}
