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
    if !agreed(session, from, to, &existing, consent)? {
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

fn agreed(session: &Session, from: &Named, to: &Named, existing: &[String], consent: Consent) -> Result<bool, Failure> {
    let (from, to) = (&from.kind, &to.kind);
    match consent {
        Consent::Given => Ok(true),
        Consent::Unavailable => Err(Diagnostic::error(
            "Can't ask approval for state migration when interactive input is disabled.\n\nPlease remove the \"-input=false\" option and try again.",
            "",
        )
        .into()),
        Consent::Ask => {
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
            let question = Question {
                query: "Do you want to copy existing state to the new backend?",
                description: &format!(
                    "Pre-existing state was found while migrating the previous {from:?} backend to the\n{wishes}"
                ),
            };
            match prompt::ask_and_wait(session, &question).ok().as_deref() {
                Some("yes") => Ok(true),
                Some("no") => Ok(false),
                _ => Err(Failure::error(
                    "Error asking for state migration action",
                    "Only \"yes\" and \"no\" are answers. Nothing was changed.",
                )),
            }
        }
    }
}
