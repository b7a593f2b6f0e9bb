//! Plans that follow each other in one run, each after the one before was applied.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use landform_addrs::{AbsResource, InstanceKey, ProviderConfigAddr, ResourceInstance};
use landform_plan::ActionReason;
use landform_values::Str;

use super::{PlanOptions, Planned};

/// What plans leave to one that follows them.
#[derive(Clone, Debug, Default)]
pub struct Earlier {
    /// Provider configurations whose objects were read a moment ago, and changed only by this run since.
    read: BTreeSet<ProviderConfigAddr>,
    /// Replacements that were put off and that the next plan would not find by itself, and what triggered them.
    triggered: BTreeMap<ResourceInstance, Vec<Str>>,
    /// The same of all instances of resources whose instances were not known.
    of_unknown: Vec<(AbsResource, Vec<Str>)>,
}

impl Earlier {
    /// Whether objects of a provider configuration need not be read again.
    pub(super) fn has_read(&self, provider: &ProviderConfigAddr) -> bool {
        self.read.contains(provider)
    }

    /// Why an earlier plan wants an instance to be replaced, if one does, and what triggered it.
    pub(super) fn forced(&self, address: &ResourceInstance) -> (Option<ActionReason>, Vec<Str>) {
        let of_unknown = || self.of_unknown.iter().find(|(unknown, _)| *unknown == address.resource());
        let found = self.triggered.get(address).or_else(|| of_unknown().map(|(_, triggered_by)| triggered_by));
        found.map_or((None, Vec::new()), |found| (Some(ActionReason::ReplaceByTriggers), found.clone()))
    }
}

impl PlanOptions {
    /// Options of the plan that follows one with these options, once that is applied. What was asked for once is not done
    /// again.
    #[must_use]
    pub fn following(&self, planned: &Planned) -> Self {
        let deferred = planned.plan.deferred.iter().map(|deferred| &deferred.change);
        let triggered = deferred.filter(|change| !change.triggered_by.is_empty());
        let triggered = triggered.map(|change| (change.address.clone(), change.triggered_by.clone()));
        let (of_unknown, triggered): (Vec<_>, Vec<_>) =
            triggered.partition(|(address, _)| address.key == InstanceKey::Wildcard);
        let triggered = triggered.into_iter().collect();
        let of_unknown = of_unknown.into_iter().map(|(address, triggered)| (address.resource(), triggered)).collect();
        let read = self.earlier.read.iter().chain(&planned.opened).cloned().collect();
        let mut next = Self { earlier: Earlier { read, triggered, of_unknown }, ..self.clone() };
        // Replaced, or made for the first time.
        let made: HashSet<&ResourceInstance> =
            planned.plan.resource_changes.iter().map(|change| &change.address).collect();
        next.replace.retain(|address| !made.contains(address));
        next.interrupted.retain(|begun| !planned.settled.contains(&begun.id));
        next
    }
}
