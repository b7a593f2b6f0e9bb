//! An apply goes on in waves: what one puts off, the next plans.

use std::collections::{BTreeSet, HashSet};

use landform_core::apply::Counts;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::{DeferredChange, Mode, Plan};
use landform_views::json::ui::ChangeCounts;
use landform_views::plan::why_deferred;

use crate::failure::Failure;
use crate::session::Session;

/// How far an apply goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Until nothing is put off.
    AllWaves,
    /// What the first plan says.
    OneWave,
}

/// The waves so far.
#[derive(Default)]
pub(super) struct Waves {
    done: usize,
    counts: Counts,
    /// What the last one put off, and why.
    put_off: BTreeSet<String>,
    said: HashSet<Diagnostic>,
}

impl Waves {
    /// Whether a plan gets nearer to the end: an error if it does not.
    pub(super) fn check_progress(&mut self, plan: &Plan) -> Result<(), Failure> {
        let put_off: BTreeSet<String> = plan.deferred.iter().map(line).collect();
        let stuck = !put_off.is_empty() && (!plan.applyable || put_off == self.put_off);
        if stuck {
            return Err(Failure::Diagnostics(stuck_with(plan, &put_off).into()));
        }
        self.put_off = put_off;
        Ok(())
    }

    /// A wave was carried out.
    pub(super) fn add(&mut self, counts: Counts) {
        self.done += 1;
        self.counts += counts;
    }

    /// What all of them did.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// Says that the next one begins.
    pub(super) fn announce_next(&self, session: &Session) {
        let text = format!("Wave {} is complete: {}. Planning what was deferred.", self.done, in_words(self.counts));
        session.view.notice(&text);
    }

    /// Says what stays of those that were carried out before the next was refused or failed.
    pub(super) fn tell_what_stays(&self, session: &Session) {
        if self.done > 0 {
            session.view.notice(&format!("What was done before stays: {}.", in_words(self.counts)));
        }
    }

    /// Leaves out what an earlier wave has said.
    pub(super) fn unsaid(&mut self, diagnostics: Diagnostics) -> Diagnostics {
        let unsaid: Vec<Diagnostic> =
            diagnostics.into_iter().filter(|found| found.is_error() || !self.said.contains(found)).collect();
        self.said.extend(unsaid.iter().filter(|found| !found.is_error()).cloned());
        unsaid.into_iter().collect()
    }
}

/// Says what to do about what an applied plan has put off, if it has.
pub(super) fn tell_what_is_next(session: &Session, plan: &Plan) {
    if plan.deferred.is_empty() {
        return;
    }
    let command = if plan.mode == Mode::Destroy { "destroy" } else { "apply" };
    session.view.notice(&format!(
        "This was a part of what is to be done: changes were deferred. To go on, run:\n    landform {command}"
    ));
}

fn in_words(counts: Counts) -> String {
    let Counts { created, updated, destroyed, imported } = counts;
    let counts = ChangeCounts { add: created, change: updated, import: imported, remove: destroyed };
    counts.in_words()
}

fn line(deferred: &DeferredChange) -> String {
    let DeferredChange { reason, change } = deferred;
    let deposed = change.deposed.as_ref().map(|key| format!(" (deposed object {key})")).unwrap_or_default();
    format!("{}{deposed}: {}", change.address, why_deferred(*reason))
}

fn stuck_with(plan: &Plan, put_off: &BTreeSet<String>) -> Diagnostic {
    let list: String = put_off.iter().map(|line| format!("  - {line}\n")).collect();
    let fix = match plan.mode {
        Mode::Destroy => {
            "If what a provider is configured from is gone, and its objects with it, remove them from the state with \"landform state rm\". If they are still there, configure the provider with values that are known."
        }
        _ => {
            "What decides how many instances there are, and what providers are configured with, must be known before the objects themselves are changed. Values that are other ones in each plan, such as timestamp() or uuid(), can not be used for it."
        }
    };
    let detail = format!(
        "These changes are deferred, and nothing else in this plan would make known what they wait for:\n\n{list}\n{fix}"
    );
    Diagnostic::error("Deferred changes can not be planned", detail)
}
