//! Plans that follow each other in one run, each after the one before was applied.

use std::collections::{BTreeMap, BTreeSet};

use landform_addrs::{ProviderConfigAddr, ResourceInstance};
use landform_plan::ActionReason;
use landform_values::Str;

use super::{PlanOptions, Planned};

/// What plans leave to one that follows them.
#[derive(Clone, Debug, Default)]
pub struct Earlier {
    /// Provider configurations whose objects were read a moment ago, and changed only by this run since.
    read: BTreeSet<ProviderConfigAddr>,
    /// Replacements that were put off and that the next plan would not find by itself: why, and what triggered them.
    replacements: BTreeMap<ResourceInstance, (ActionReason, Vec<Str>)>,
}

impl Earlier {
    /// Whether objects of a provider configuration need not be read again.
    pub(super) fn has_read(&self, provider: &ProviderConfigAddr) -> bool {
        self.read.contains(provider)
    }

    /// Why an earlier plan wants an instance to be replaced, if one does, and what triggered it.
    pub(super) fn forced(&self, address: &ResourceInstance) -> (Option<ActionReason>, Vec<Str>) {
        let found = self.replacements.get(address);
        found.map_or((None, Vec::new()), |(reason, triggered_by)| (Some(*reason), triggered_by.clone()))
    }
}

impl PlanOptions {
    /// Options of the plan that follows one with these options, once that is applied. What was asked for once is not done
    /// again.
    #[must_use]
    pub fn following(&self, planned: &Planned) -> Self {
        let is_forced = |reason| matches!(reason, ActionReason::ReplaceByRequest | ActionReason::ReplaceByTriggers);
        let deferred = planned.plan.deferred.iter().map(|deferred| &deferred.change);
        let replacements = deferred.filter(|change| change.action.is_replace()).filter_map(|change| {
            let reason = change.reason.filter(|reason| is_forced(*reason))?;
            Some((change.address.clone(), (reason, change.triggered_by.clone())))
        });
        let replacements = replacements.collect();
        let read = self.earlier.read.iter().chain(&planned.opened).cloned().collect();
        let mut next = Self { replace: Vec::new(), earlier: Earlier { read, replacements }, ..self.clone() };
        next.interrupted.retain(|begun| !planned.settled.contains(&begun.id));
        next
    }
}
