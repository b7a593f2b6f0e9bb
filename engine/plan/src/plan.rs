//! A whole plan.

use std::collections::BTreeMap;

use landform_addrs::{ModulePath, ResourceInstance};
use landform_values::{Path, Str, Value};

use crate::{Action, CheckResult, OutputChange, ResourceChange, State};

/// What a plan is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// To bring real objects in line with configuration.
    #[default]
    Normal,
    /// To destroy everything.
    Destroy,
    /// To bring state in line with real objects.
    RefreshOnly,
}

/// What is to be done, and what was found on the way.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// What it is for.
    pub mode: Mode,
    /// Whether planning ended with errors: then it holds what was planned before.
    pub errored: bool,
    /// Whether applying it would have any effect.
    pub applyable: bool,
    /// Whether applying it would reach all that configuration asks for.
    pub complete: bool,
    /// Whether it was restricted with `-target`.
    pub targeted: bool,
    /// When it was made: RFC 3339, UTC, in whole seconds.
    pub timestamp: Str,
    /// Root module variables, ephemeral ones without their value left out.
    pub variables: BTreeMap<Str, Value>,
    /// All resource instances, unchanged ones included, in the order of Terraform's plans: by module, then resource,
    /// then key (see [`ResourceChange::sort_key`]).
    pub resource_changes: Vec<ResourceChange>,
    /// What changed outside since the last apply, and what only moved. The same order.
    pub drift: Vec<ResourceChange>,
    /// Root module outputs, unchanged ones included.
    pub output_changes: BTreeMap<Str, OutputChange>,
    /// Results of conditions and checks.
    pub checks: Vec<CheckResult>,
    /// Attributes that contribute to changes: drift of others is not shown.
    pub relevant_attributes: Vec<RelevantAttribute>,
    /// The state that the plan starts from, after refresh.
    pub prior_state: State,
    /// Changes put off.
    pub deferred: Vec<DeferredChange>,
    /// `moved` blocks with which less would be destroyed and made. Advice for whoever makes the plan: not stored.
    pub suggested_moves: Vec<SuggestedMove>,
}

/// A `moved` block that configuration does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuggestedMove {
    /// The module that it belongs in.
    pub module: ModulePath,
    /// The directory of that module, as messages name it.
    pub directory: Str,
    /// The old address, relative to the module.
    pub from: Str,
    /// The new one.
    pub to: Str,
}

/// An attribute of an object that the plan depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct RelevantAttribute {
    /// The object.
    pub resource: ResourceInstance,
    /// The attribute; the root for the whole object.
    pub attribute: Path,
}

/// A change put off to a later plan.
#[derive(Clone, Debug)]
pub struct DeferredChange {
    /// Why.
    pub reason: DeferredReason,
    /// As far as it is known.
    pub change: ResourceChange,
}

/// Why a change is put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeferredReason {
    /// How many instances there are is not known.
    InstanceCountUnknown,
    /// The configuration of a resource is not known.
    ResourceConfigUnknown,
    /// The configuration of the provider is not known.
    ProviderConfigUnknown,
    /// Something that it needs does not exist yet.
    AbsentPrereq,
    /// Something that it depends on is put off.
    DeferredPrereq,
}

impl DeferredReason {
    /// As JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InstanceCountUnknown => "instance_count_unknown",
            Self::ResourceConfigUnknown => "resource_config_unknown",
            Self::ProviderConfigUnknown => "provider_config_unknown",
            Self::AbsentPrereq => "absent_prereq",
            Self::DeferredPrereq => "deferred_prereq",
        }
    }
}

impl SuggestedMove {
    /// As configuration.
    pub fn block(&self) -> String {
        format!("moved {{\n  from = {}\n  to   = {}\n}}\n", self.from, self.to)
    }
}

impl Plan {
    /// Whether anything but state would change: resources, or outputs.
    pub fn has_changes(&self) -> bool {
        self.resource_changes.iter().any(|change| change.action != Action::NoOp || change.importing.is_some())
            || self.output_changes.values().any(|change| change.action != Action::NoOp)
    }
}
