//! `landform plan`: what would be done.

use landform_core::plan::Planned;
use landform_diagnostics::Diagnostics;
use landform_plan::{Mode, Plan};
use landform_views::diagnostics::Sources;
use landform_views::markdown::PlanComment;
use landform_views::plan;

use crate::args::{self, FlagKind, Flags, Parsed};
use crate::failure::{Failure, Outcome};
use crate::format::{FORMAT_FLAGS, Format, marker};
use crate::guard::Purpose;
use crate::operation::{DefaultMode, Operation, PLAN_FLAGS, RUN_FLAGS, STATE_FLAGS, VARIABLE_FLAGS};
use crate::planning::Run;
use crate::session::Session;
use crate::world::{print, print_with};
use crate::{generating, moves, plan_file};

const FLAGS: Flags = &[
    ("out", FlagKind::Value),
    ("detailed-exitcode", FlagKind::Bool),
    ("generate-config-out", FlagKind::Value),
    ("write-moved", FlagKind::Bool),
];

pub(crate) const HELP: &str = "\
Usage: landform [global options] plan [options]

  Compares configuration, state and real objects, and shows what apply would
  do to bring them in line. Nothing is changed.

What is planned:

  -destroy            Everything is to be destroyed.
  -refresh-only       State is to be brought in line with real objects;
                      these stay as they are.
  -refresh=false      Trust the state; do not read real objects.
  -replace=ADDRESS    Replace this resource instance. May be repeated.
  -target=ADDRESS     Plan only this module, resource or instance, and what
                      it depends on. May be repeated.
  -exclude=ADDRESS    Plan all but this and what depends on it. May be
                      repeated.
  -target-file=FILE   The same for all addresses in a file, one a line; '#'
  -exclude-file=FILE  begins a comment. May be repeated.
                      In addresses, '*' stands for any name or key, and '**'
                      for any number of modules: module.*.aws_vpc.x,
                      module.app.**, **.aws_*.main.
  -write-moved        Write the moved blocks that the plan suggests to moved.tf,
                      in the module that each belongs to, and plan with them.
  -var 'name=value'   Set a variable of the root module. May be repeated.
  -var-file=FILE      Set variables from a file, besides terraform.tfvars and
                      *.auto.tfvars. May be repeated.

How it is done and told:

  -out=FILE             Save the plan, for 'landform apply FILE'.
  -detailed-exitcode    Exit with 0 when there is nothing to do, 2 when there
                        is, 1 after an error.
  -format=FORMAT        text, json (the same as -json), or markdown: a comment
                        for a pull request, of 60,000 bytes at most. All else
                        then goes to standard error.
  -marker=NAME          What the comment is about; it begins with a hidden
                        line that names it. ROOT/WORKSPACE unless said.
  -compact-warnings     Show warnings in one line each, unless there are errors.
  -input=false          Do not ask for missing variables.
  -json                 One JSON object a line, for programs.
  -lock=false           Do not lock the state.
  -lock-timeout=TIME    How long to wait for another's lock, such as 5m.
  -no-color             No colours.
  -parallelism=N        How many operations run at a time; 10 unless said.
  -state=FILE           The state to use, with the local backend only.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let flags = [FLAGS, FORMAT_FLAGS, PLAN_FLAGS, VARIABLE_FLAGS, STATE_FLAGS, RUN_FLAGS];
    let parsed = args::parse(&flags, arguments).map_err(Failure::flags)?;
    if !parsed.positional.is_empty() {
        return Err(super::too_many("To specify a working directory for the plan, use the global -chdir flag."));
    }
    let operation = Operation::from_flags(session, &parsed, DefaultMode::AsFlags)?;
    match Format::of(&parsed)? {
        Format::Markdown => comment(session, &parsed, &operation).await,
        Format::Text | Format::Json => told(session, &parsed, &operation).await,
    }
}

/// Plans, and shows the plan as text or as messages.
async fn told(session: &Session, parsed: &Parsed, operation: &Operation) -> Outcome {
    let attempt = Attempt::make(session, parsed, operation).await?;
    if let Some(planned) = attempt.planned.as_ref().filter(|_| attempt.saved.is_ok()) {
        show(session, &planned.plan);
    }
    attempt.end(session, parsed).await
}

/// Plans, and shows the plan or why there is none as a comment. All else goes to standard error.
async fn comment(session: &Session, parsed: &Parsed, operation: &Operation) -> Outcome {
    let session = session.telling_aside();
    let name = marker(&session, parsed, &session.workspace());
    match Attempt::make(&session, parsed, operation).await {
        Ok(attempt) => {
            let plan = attempt.planned.as_ref().map(|planned| &planned.plan);
            print_comment(&session, &name, plan, attempt.diagnostics.clone());
            attempt.end(&session, parsed).await
        }
        Err(failure) => {
            print_comment(&session, &name, None, failure.diagnostics());
            Err(failure)
        }
    }
}

/// Prints a comment on a plan.
pub(crate) fn print_comment(session: &Session, name: &str, plan: Option<&Plan>, diagnostics: Diagnostics) {
    let view = &session.view;
    let diagnostics = view.arranged(diagnostics);
    let text = |sources: &Sources<'_>| PlanComment { name, plan, diagnostics: &diagnostics, sources }.text();
    print(&view.with_sources(text));
}

/// What came of planning, under the lock.
struct Attempt {
    run: Run,
    planned: Option<Planned>,
    diagnostics: Diagnostics,
    saved: Result<(), Failure>,
    /// Where configuration was generated.
    written: Option<String>,
}

impl Attempt {
    /// Plans, and saves the plan if that is asked for.
    async fn make(session: &Session, parsed: &Parsed, operation: &Operation) -> Result<Self, Failure> {
        operation.warn_of_flags(session);
        let generated = parsed.value("generate-config-out").filter(|path| !path.is_empty());
        generated.map_or(Ok(()), |path| generating::check_target(session, operation.mode, path))?;
        let writes_moved = parsed.is("write-moved", false);
        if writes_moved {
            moves::check_mode(operation)?;
        }
        let mut run = Run::begin(session, operation, Purpose::Plan).await?;
        if generated.is_some() {
            generating::add_blocks(session, &mut run)?;
        }
        let (mut planned, mut diagnostics) = run.plan(session, operation).await;
        if let Some(first) = planned.as_ref().filter(|first| writes_moved && !first.plan.suggested_moves.is_empty()) {
            match moves::write(session, &first.plan.suggested_moves) {
                Ok(tree) => run.tree = tree,
                Err(found) => {
                    run.end(session).await;
                    return Err(found.into());
                }
            }
            (planned, diagnostics) = run.plan(session, operation).await;
        }
        let mut written = None;
        if let (Some(path), Some(planned)) = (generated, &planned) {
            match generating::write(session, &planned.plan, path) {
                Ok(true) => {
                    diagnostics.push(generating::experimental());
                    written = Some(path.to_owned());
                }
                Ok(false) => {}
                Err(error) => diagnostics.push(error),
            }
        }
        let saved = match (&planned, out_path(parsed)) {
            // What there is of a plan that failed is worth looking at; it is not applied.
            (Some(planned), Some(path)) => plan_file::write(session, &run, planned, path),
            _ => Ok(()),
        };
        Ok(Self { run, planned, diagnostics, saved, written })
    }

    /// Tells what was found, gives the lock back, and says how the command ends.
    async fn end(self, session: &Session, parsed: &Parsed) -> Outcome {
        let failed = session.view.diagnostics(self.diagnostics);
        self.run.end(session).await;
        self.saved?;
        if failed {
            return Err(Failure::Told);
        }
        let planned = self.planned.ok_or(Failure::Told)?;
        say_what_next(session, &planned, out_path(parsed), self.written.as_deref());
        let changed = parsed.is("detailed-exitcode", false) && has_work(&planned);
        // As at the end of a run.
        std::mem::forget(planned);
        Ok(if changed { 2 } else { 0 })
    }
}

/// Where the plan is saved; nowhere as well where the path is empty.
fn out_path(parsed: &Parsed) -> Option<&str> {
    parsed.value("out").filter(|path| !path.is_empty())
}

/// Whether applying would do anything, drift that only state would note included where that is what it is for.
fn has_work(planned: &Planned) -> bool {
    match planned.plan.mode {
        Mode::RefreshOnly => planned.plan.applyable,
        _ => {
            planned.plan.has_changes()
                || !planned.plan.deferred.is_empty()
                || planned.plan.resource_changes.iter().any(landform_plan::ResourceChange::moved)
        }
    }
}

/// Shows a plan, as text or as messages.
pub(crate) fn show(session: &Session, shown: &Plan) {
    let view = &session.view;
    if view.json {
        crate::stream::plan(shown);
        return;
    }
    let options = plan::PlanOptions { style: view.style, automation: session.world.in_automation() };
    print_with(|out| plan::write(shown, &options, out));
}

fn say_what_next(session: &Session, planned: &Planned, out: Option<&str>, generated: Option<&str>) {
    let view = &session.view;
    if view.talks_with_people() && !session.world.in_automation() && planned.plan.applyable {
        print(&plan::next_steps(out, generated, &view.style));
    }
}
