//! `landform apply` and `landform destroy`: plans, asks, and does it, in waves; or does what a saved plan says.

mod waves;

use landform_core::apply::{Applied, Counts};
use landform_core::plan::Planned;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::{Mode, Plan};

use landform_views::json::ui::{ChangeCounts, Message, Summary};

use waves::{Extent, Waves};

use super::plan::show;
use crate::args::{self, FlagKind, Flags, Parsed};
use crate::failure::{Failure, Outcome};
use crate::operation::{DefaultMode, Operation, PLAN_FLAGS, RUN_FLAGS, STATE_FLAGS, VARIABLE_FLAGS};
use crate::planning::Run;
use crate::prompt::{self, Question};
use crate::recorder::{End, StateKeeper};
use crate::session::Session;
use crate::world::print;
use crate::{guard, plan_file, stream};

const FLAGS: Flags = &[("auto-approve", FlagKind::Bool), ("one-wave", FlagKind::Bool)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] apply [options] [PLAN]

  Brings real objects in line with configuration. Without a saved plan, makes
  one, shows it and asks before anything is done. What can only be known then is
  planned, shown and asked for in further waves.

Options:

  -auto-approve        Do not ask.
  -backup=FILE         Where the replaced local state is kept; '-' for nowhere.
  -compact-warnings    Show warnings in one line each, unless there are errors.
  -destroy             Destroy everything; the same as 'landform destroy'.
  -input=false         Do not ask for missing variables.
  -json                One JSON object a line, for programs; with a saved plan
                       or -auto-approve.
  -lock=false          Do not lock the state.
  -lock-timeout=TIME   How long to wait for another's lock, such as 5m.
  -no-color            No colours.
  -one-wave            Stop after the first wave: what is not known before is
                       left to the next apply.
  -parallelism=N       How many operations run at a time; 10 unless said.
  -state=FILE          The state to use, with the local backend only.
  -state-out=FILE      Where to write it, with the local backend only.

  Without a saved plan, all that customises a plan works as well: see
  'landform plan -help'.
";

pub(crate) const DESTROY_HELP: &str = "\
Usage: landform [global options] destroy [options]

  Destroys all objects that the configuration manages. The same as
  'landform apply -destroy'; see 'landform apply -help' for options.
";

/// What an apply is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// `apply`.
    Apply,
    /// `destroy`.
    Destroy,
}

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String], purpose: Purpose) -> Outcome {
    let parsed =
        args::parse(&[FLAGS, PLAN_FLAGS, VARIABLE_FLAGS, STATE_FLAGS, RUN_FLAGS], arguments).map_err(Failure::flags)?;
    if parsed.positional.len() > 1 {
        return Err(super::too_many("Expected at most one positional argument."));
    }
    let default = match purpose {
        Purpose::Apply => DefaultMode::AsFlags,
        Purpose::Destroy => DefaultMode::Destroy,
    };
    if purpose == Purpose::Destroy {
        check_mode_flags(&parsed)?;
    }
    let operation = Operation::from_flags(session, &parsed, default)?;
    let approved = parsed.is("auto-approve", false);
    match parsed.positional.first() {
        Some(path) if purpose == Purpose::Destroy => {
            plan_file::read(session, path, plan_file::Generated::LeftOut)?;
            Err(Failure::error(
                "Destroy can't be called with a plan file",
                format!("If this plan was created using plan -destroy, apply it using:\n  landform apply {path:?}"),
            ))
        }
        Some(path) => apply_saved(session, &operation, path).await,
        None => {
            let extent = if parsed.is("one-wave", false) { Extent::OneWave } else { Extent::AllWaves };
            plan_and_apply(session, &operation, approved, (purpose, extent)).await
        }
    }
}

/// `destroy` has one mode only.
fn check_mode_flags(parsed: &Parsed) -> Result<(), Failure> {
    let detail = match (parsed.is("destroy", false), parsed.is("refresh-only", false)) {
        (true, false) => {
            "The -destroy option is not valid for \"landform destroy\", because this command always runs in destroy mode."
        }
        (false, true) => "The -refresh-only option is not valid for \"landform destroy\".",
        _ => return Ok(()),
    };
    Err(Failure::usage(Diagnostic::error("Invalid mode option", detail)))
}

async fn plan_and_apply(session: &Session, operation: &Operation, approved: bool, goal: (Purpose, Extent)) -> Outcome {
    if session.view.json && !approved {
        return Err(Failure::usage(Diagnostic::error(
            "Plan file or auto-approve required",
            "Landform cannot ask for interactive approval when -json is set. You can either apply a saved plan file, or enable the -auto-approve option.",
        )));
    }
    operation.warn_of_flags(session);
    let mut run = Run::begin(session, operation, guard::Purpose::Apply).await?;
    let outcome = plan_then_apply(session, operation, &mut run, approved, goal).await;
    run.end(session).await;
    outcome
}

async fn plan_then_apply(
    session: &Session,
    operation: &Operation,
    run: &mut Run,
    approved: bool,
    (purpose, extent): (Purpose, Extent),
) -> Outcome {
    let mut waves = Waves::default();
    let (mut planned, mut diagnostics) = run.plan(session, operation).await;
    loop {
        let found = waves.unsaid(std::mem::take(&mut diagnostics));
        let Some(plan) = planned else { return Err(found.into()) };
        let warnings = agree(session, &plan, found, approved, &mut waves).await?;
        let applied = carry_out(session, run, &plan, warnings).await?;
        waves.add(applied.counts);
        if plan.plan.deferred.is_empty() || extent == Extent::OneWave {
            summarize(session, run, (&applied, waves.counts()), purpose);
            waves::tell_what_is_next(session, &plan.plan);
            return Ok(0);
        }
        waves.announce_next(session);
        let options = plan.options.following(&plan);
        (planned, diagnostics) = run.plan_with(&options).await;
        if planned.is_none() {
            waves.tell_what_stays(session);
        }
    }
}

/// Shows a wave, and asks whether to go on where that is to be asked. What is still to be said.
async fn agree(
    session: &Session,
    planned: &Planned,
    mut diagnostics: Diagnostics,
    approved: bool,
    waves: &mut Waves,
) -> Result<Diagnostics, Failure> {
    // Of a plan that failed, what there is of it is worth seeing.
    let nothing = planned.plan.resource_changes.is_empty() && planned.plan.output_changes.is_empty();
    if !(diagnostics.has_errors() && nothing) {
        show(session, &planned.plan);
    }
    if diagnostics.has_errors() {
        return Err(diagnostics.into());
    }
    if let Some(refusal) = not_applyable(&planned.plan) {
        return Err(diagnostics.into_iter().chain([refusal]).collect::<Diagnostics>().into());
    }
    if let Err(stuck) = waves.check_progress(&planned.plan) {
        session.view.diagnostics(diagnostics);
        return Err(stuck);
    }
    if !approved && planned.plan.applyable {
        session.view.diagnostics(std::mem::take(&mut diagnostics));
        approve(session, planned.plan.mode).await.inspect_err(|_| waves.tell_what_stays(session))?;
    } else {
        // Checks are made once more when applying: nobody is asked, and so nobody needs to know of them twice.
        diagnostics = diagnostics.into_iter().filter(|found| !found.is_from_check()).collect();
    }
    Ok(diagnostics)
}

async fn apply_saved(session: &Session, operation: &Operation, path: &str) -> Outcome {
    operation.warn_of_flags(session);
    let saved = plan_file::read(session, path, plan_file::Generated::Included)?;
    let (mut run, planned) = saved.begin(session, operation).await?;
    let warnings = std::mem::take(&mut run.diagnostics);
    let refusal = if planned.plan.errored { Some(incomplete()) } else { not_applyable(&planned.plan) };
    if let Some(refusal) = refusal {
        run.end(session).await;
        return Err(warnings.into_iter().chain([refusal]).collect::<Diagnostics>().into());
    }
    if session.view.json {
        stream::planned_changes(&planned.plan);
    }
    let outcome = carry_out(session, &mut run, &planned, warnings).await;
    let outcome = outcome.map(|applied| {
        summarize(session, &run, (&applied, applied.counts), Purpose::Apply);
        waves::tell_what_is_next(session, &planned.plan);
        0
    });
    run.end(session).await;
    outcome
}

fn incomplete() -> Diagnostic {
    Diagnostic::error(
        "Cannot apply incomplete plan",
        "Landform encountered an error when generating this plan, so it cannot be applied.",
    )
}

/// A plan that only refreshes has outputs that would change to what is not known: nothing can come of it.
fn not_applyable(plan: &Plan) -> Option<Diagnostic> {
    (!plan.applyable && plan.has_changes()).then(|| {
        Diagnostic::error(
            "Cannot apply non-applyable plan",
            "The given plan is not applyable. If this seems like a bug in Landform, then please report it!",
        )
    })
}

/// Asks whether to go on.
async fn approve(session: &Session, mode: Mode) -> Result<(), Failure> {
    let workspace = session.workspace();
    let within = if workspace == "default" { String::new() } else { format!(" in workspace \"{workspace}\"") };
    let (query, description, cancelled) = match mode {
        Mode::Destroy => (
            format!("Do you really want to destroy all resources{within}?"),
            "Landform will destroy all your managed infrastructure, as shown above.\nThere is no undo. Only 'yes' will be accepted to confirm.",
            "Destroy cancelled.",
        ),
        Mode::RefreshOnly => (
            format!("Would you like to update the Landform state to reflect these detected changes{within}?"),
            "Landform will write these changes to the state without modifying any real infrastructure.\nThere is no undo. Only 'yes' will be accepted to confirm.",
            "Apply cancelled.",
        ),
        Mode::Normal => (
            format!("Do you want to perform these actions{within}?"),
            "Landform will perform the actions described above.\nOnly 'yes' will be accepted to approve.",
            "Apply cancelled.",
        ),
    };
    match prompt::ask(session, &Question { query: &format!("\n{query}"), description }).await {
        Ok(answer) if answer == "yes" => Ok(()),
        Ok(_) => {
            print(&format!("{cancelled}\n"));
            Err(Failure::Told)
        }
        Err(why) => Err(Failure::error(format!("error asking for approval: {why}"), "")),
    }
}

/// Applies and keeps the state.
async fn carry_out(
    session: &Session,
    run: &mut Run,
    planned: &Planned,
    warnings: Diagnostics,
) -> Result<Applied, Failure> {
    let keeper = StateKeeper::begin(run, &planned.state, &planned.settled).await?;
    let environment = run.environment();
    let applying = landform_core::apply::apply(&environment, planned, &keeper);
    let ended = session.interrupts.unless_two(&session.view, run.progress.while_telling(applying)).await;
    let end = if ended.is_some() { End::Whole } else { End::Halted };
    let (applied, mut diagnostics) = match ended {
        Some((applied, found)) => (applied, warnings.into_iter().chain(found).collect::<Diagnostics>()),
        // Interrupted twice: what is known to be done is kept.
        None => {
            let state = keeper.known_state();
            let applied = Applied { state, counts: Counts::default(), outputs: Default::default() };
            let halted = Diagnostic::error(
                "Operation canceled",
                "What was done until then is kept. Operations that were running may have had an effect that is not known: the next plan finds out.",
            );
            (applied, warnings.into_iter().chain([halted]).collect())
        }
    };
    match keeper.finish(session, &applied.state, end).await {
        Ok(written) => run.goes_on(&applied.state, written, &planned.settled),
        Err(found) => diagnostics.extend(found),
    }
    diagnostics.extend(planned.incomplete());
    let failed = session.view.diagnostics(diagnostics);
    if failed {
        return Err(Failure::Told);
    }
    Ok(applied)
}

/// Says what was done, and what the outputs are now.
fn summarize(session: &Session, run: &Run, (applied, counts): (&Applied, Counts), purpose: Purpose) {
    let Counts { created, updated, destroyed, imported } = counts;
    let counts = ChangeCounts { add: created, change: updated, import: imported, remove: destroyed };
    let summary = if purpose == Purpose::Destroy { Summary::Destroy } else { Summary::Apply };
    let outputs = landform_core::stored_outputs(&applied.state);
    let shows_outputs = purpose != Purpose::Destroy;
    if session.view.json {
        stream::message(&Message::change_summary(counts, summary));
        if shows_outputs {
            stream::message(&Message::outputs(&outputs));
        }
        return;
    }
    let style = &session.view.style;
    print(&counts.human(summary, style));
    if let Some(path) = run.state_out.as_ref().filter(|_| counts.add + counts.change > 0) {
        let text = "The state of your infrastructure has been saved to the path below. This state is required to modify and destroy your infrastructure, so keep it safe. To inspect the complete state use the `landform show` command.";
        print(&format!("\n{}\n\nState path: {}\n", style.wrap(text), path.display()));
    }
    if shows_outputs && !outputs.is_empty() {
        print(&landform_views::output::after_apply(&outputs, style));
    }
}
