//! Moving states from one backend to another when `init` finds that it changed.

use std::path::Path;
use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_state::journal::Journal;
use landform_state::{Backend, DEFAULT_WORKSPACE, State};

use crate::failure::Failure;
use crate::prompt::{self, Question};
use crate::session::Session;

/// Whether a person is asked before states are copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consent {
    /// Given: `-force-copy`.
    Given,
    /// To be asked for.
    Ask,
    /// Can not be asked for: `-input=false`.
    Unavailable,
}

/// What there is to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Workspaces {
    /// The default one alone.
    Default,
    /// Any others.
    Several,
}

/// A backend with its name for people.
pub(crate) struct Named {
    pub(crate) kind: String,
    pub(crate) backend: Arc<dyn Backend>,
}

/// Copies every workspace's state, if there is any and the person agrees. Nothing is deleted.
pub(crate) async fn copy_states(session: &Session, from: &Named, to: &Named, consent: Consent) -> Result<(), Failure> {
    if is_same_place(from, to).await? {
        return Ok(());
    }
    let states = states_of(from.backend.as_ref()).await?;
    if states.is_empty() {
        return Ok(());
    }
    for (workspace, _) in &states {
        let journal = Journal::path(&session.world.data_dir(), workspace);
        if journal.exists() {
            return Err(interrupted(workspace, &journal).into());
        }
    }
    let existing = conflicting(to.backend.as_ref(), &states).await?;
    let all = from.backend.workspaces().await?;
    let workspaces = if all == [DEFAULT_WORKSPACE] { Workspaces::Default } else { Workspaces::Several };
    if !agreed(session, (from, to), &existing, consent, workspaces)? {
        return Ok(());
    }
    for (workspace, state) in &states {
        let store = to.backend.open(workspace).await?;
        let lock = session.lock(store.as_ref(), "migration", std::time::Duration::ZERO).await?;
        let written = store.replace(state, true).await;
        store.unlock(&lock).await?;
        written?;
    }
    Ok(())
}

async fn is_same_place(from: &Named, to: &Named) -> Result<bool, Diagnostics> {
    if from.kind != to.kind {
        return Ok(false);
    }
    let (from, to) = (from.backend.open(DEFAULT_WORKSPACE).await?, to.backend.open(DEFAULT_WORKSPACE).await?);
    Ok(from.location() == to.location())
}

/// The journal is about the state where it is.
fn interrupted(workspace: &str, journal: &Path) -> Diagnostic {
    let detail = format!(
        "A run of workspace {workspace:?} was interrupted here, and what it did is not in the stored state yet; the journal {} has it.\n\nBring the state up to date first: run \"landform apply -refresh-only\" with the backend as it was. Then run \"landform init\" again.",
        journal.display()
    );
    Diagnostic::error("State of an interrupted run", detail)
}

/// The states of all workspaces that hold anything.
async fn states_of(backend: &dyn Backend) -> Result<Vec<(String, State)>, Diagnostics> {
    let mut states = Vec::new();
    for workspace in backend.workspaces().await? {
        if let Some(state) = backend.open(&workspace).await?.read().await?.filter(|state| !state.is_empty()) {
            states.push((workspace, state));
        }
    }
    Ok(states)
}

/// The workspaces that hold another state already.
async fn conflicting(backend: &dyn Backend, states: &[(String, State)]) -> Result<Vec<String>, Diagnostics> {
    let known = backend.workspaces().await?;
    let mut found = Vec::new();
    for (workspace, state) in states.iter().filter(|(workspace, _)| known.contains(workspace)) {
        let there = backend.open(workspace).await?.read().await?;
        if there.is_some_and(|there| !there.is_empty() && !there.same_content(state)) {
            found.push(workspace.clone());
        }
    }
    Ok(found)
}

fn agreed(
    session: &Session,
    (from, to): (&Named, &Named),
    existing: &[String],
    consent: Consent,
    workspaces: Workspaces,
) -> Result<bool, Failure> {
    match consent {
        Consent::Given => Ok(true),
        Consent::Unavailable => Err(Diagnostic::error(
            "Can't ask approval for state migration when interactive input is disabled.\n\nPlease remove the \"-input=false\" option and try again.",
            "",
        )
        .into()),
        Consent::Ask if workspaces == Workspaces::Several => {
            let query = format!("Do you want to migrate all workspaces to {:?}?", to.kind);
            match confirmed(session, &Question { query: &query, description: &all_workspaces(from, to) }) {
                Ok(true) => Ok(true),
                Ok(false) => Err(Failure::error("Migration aborted by user.", "")),
                Err(reason) => Err(Failure::error(format!("Error asking for state migration action: {reason}"), "")),
            }
        }
        Consent::Ask => {
            let query = "Do you want to copy existing state to the new backend?";
            let question = Question { query, description: &one_state(from, to, existing) };
            confirmed(session, &question).map_err(|reason| Failure::error(reason, ""))
        }
    }
}

/// Asks twice at most; what is no answer then means no.
fn confirmed(session: &Session, question: &Question<'_>) -> Result<bool, String> {
    for _ in 0..2 {
        let answer = prompt::ask_and_wait(session, question);
        match answer.map_err(|reason| format!("Error asking for confirmation: {reason}"))?.to_lowercase().as_str() {
            "yes" => return Ok(true),
            "no" => return Ok(false),
            _ => {}
        }
    }
    Ok(false)
}

fn all_workspaces(from: &Named, to: &Named) -> String {
    let (from, to) = (&from.kind, &to.kind);
    format!(
        "Both the existing {from:?} backend and the newly configured {to:?} backend\nsupport workspaces. When migrating between backends, Landform will copy\nall workspaces (with the same names). THIS WILL OVERWRITE any conflicting\nstates in the destination.\n\nLandform initialization doesn't currently migrate only select workspaces.\nIf you want to migrate a select number of workspaces, you must manually\npull and push those states.\n\nIf you answer \"yes\", Landform will migrate all states. If you answer\n\"no\", Landform will abort."
    )
}

fn one_state(from: &Named, to: &Named, existing: &[String]) -> String {
    let (from, to) = (&from.kind, &to.kind);
    let wishes = if existing.is_empty() {
        format!(
            "newly configured {to:?} backend. No existing state was found in the newly\nconfigured {to:?} backend. Do you want to copy this state to the new {to:?}\nbackend? Enter \"yes\" to copy and \"no\" to start with an empty state."
        )
    } else {
        format!(
            "newly configured {to:?} backend. It has other state in these workspaces, which\nwould be replaced: {}. Do you want to copy\nthis state to the new {to:?} backend? Enter \"yes\" to copy and \"no\" to start\nwith what is there.",
            existing.join(", ")
        )
    };
    format!("Pre-existing state was found while migrating the previous {from:?} backend to the\n{wishes}")
}
