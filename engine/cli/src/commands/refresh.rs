//! `landform refresh`: brings the state in line with real objects.
//!
//! Outputs are what a plan says of them: what it can not know yet stays as it is in state.

use landform_addrs::ResourceMode;
use landform_diagnostics::Diagnostic;
use landform_plan::Mode;
use landform_state::State;
use landform_views::json::ui::Message;

use crate::args;
use crate::failure::{Failure, Outcome};
use crate::operation::{DefaultMode, Operation, PLAN_FLAGS, RUN_FLAGS, STATE_FLAGS, VARIABLE_FLAGS};
use crate::planning::Run;
use crate::recorder::{End, StateKeeper};
use crate::session::Session;
use crate::world::print;
use crate::{guard, stream};

pub(crate) const HELP: &str = "\
Usage: landform [global options] refresh [options]

  Brings the state in line with real objects, which stay as they are. The same
  as 'landform apply -refresh-only -auto-approve', which shows more.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed =
        args::parse(&[PLAN_FLAGS, VARIABLE_FLAGS, STATE_FLAGS, RUN_FLAGS], arguments).map_err(Failure::flags)?;
    if !parsed.positional.is_empty() {
        return Err(super::too_many("Expected at most one positional argument."));
    }
    // What is planned is of no interest, so nothing may be said of how, and all is read.
    let asked = Operation::from_flags(session, &parsed, DefaultMode::AsFlags)?;
    let operation = Operation { mode: Mode::Normal, refresh: true, ..asked };
    operation.warn_of_flags(session);
    let mut run = Run::begin(session, &operation, guard::Purpose::Apply).await?;
    let outcome = refresh(session, &operation, &mut run).await;
    run.end(session).await;
    outcome
}

async fn refresh(session: &Session, operation: &Operation, run: &mut Run) -> Outcome {
    if run.state.objects().all(|object| object.resource.resource.mode != ResourceMode::Managed) {
        run.diagnostics.push(nothing_to_refresh());
    }
    let (planned, mut diagnostics) = run.plan_even_without_files(session, operation).await;
    let Some(planned) = planned.filter(|_| !diagnostics.has_errors()) else { return Err(diagnostics.into()) };
    let state = planned.refreshed();
    let keeper = StateKeeper::begin(run, &state, &planned.settled).await?;
    if let Err(found) = keeper.finish(session, &state, End::Whole).await {
        diagnostics.extend(found);
    }
    if session.view.diagnostics(diagnostics) {
        return Err(Failure::Told);
    }
    show_outputs(session, &state);
    Ok(0)
}

fn show_outputs(session: &Session, state: &State) {
    let outputs = landform_core::stored_outputs(state);
    if session.view.json {
        stream::message(&Message::outputs(&outputs));
    } else if !outputs.is_empty() {
        print(&landform_views::output::after_apply(&outputs, &session.view.style));
    }
}

fn nothing_to_refresh() -> Diagnostic {
    Diagnostic::warning(
        "Empty or non-existent state",
        "There are currently no remote objects tracked in the state, so there is nothing to refresh.",
    )
}
