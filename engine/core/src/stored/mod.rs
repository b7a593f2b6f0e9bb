//! A plan as it is stored: all that apply and viewers need, as plain data for a file.
//!
//! What a plan shares with other documents (state, configuration) is stored beside it, by whoever keeps the file.

mod changes;
mod options;
mod values;

use std::collections::BTreeMap;

use landform_addrs::{ProviderConfigAddr, ResourceInstance};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::{Plan, RelevantAttribute};
use landform_state::State;
use landform_values::{Str, Type, Value};
use serde::{Deserialize, Serialize};

use crate::execution::{ExecutionGraph, StoredGraph};
use crate::plan::Planned;
use crate::providers::ProviderSet;
use changes::{StoredChange, StoredCheck, StoredDeferred, StoredOutput};
use options::{StoredMode, StoredOptions};
use values::{StoredPath, StoredValue};

/// Of this form. A plan is applied by the version that made it.
const FORMAT: u32 = 1;

/// A plan as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredPlan {
    format: u32,
    mode: StoredMode,
    errored: bool,
    applyable: bool,
    complete: bool,
    targeted: bool,
    timestamp: Str,
    options: StoredOptions,
    variables: BTreeMap<Str, StoredValue>,
    changes: Vec<StoredChange>,
    drift: Vec<StoredChange>,
    outputs: BTreeMap<Str, StoredOutput>,
    checks: Vec<StoredCheck>,
    relevant: Vec<(String, StoredPath)>,
    deferred: Vec<StoredDeferred>,
    prior_outputs: BTreeMap<Str, StoredValue>,
    execution: StoredGraph,
    data: Vec<(String, String, StoredValue)>,
    extra_providers: Vec<String>,
}

/// Why a stored plan can not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unusable(String);

impl Unusable {
    fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    fn of(what: &str, error: impl std::fmt::Display) -> Self {
        Self(format!("{what}: {error}"))
    }
}

impl From<Unusable> for Diagnostics {
    fn from(unusable: Unusable) -> Self {
        let detail = format!("The saved plan can not be used: {}. Make a new plan.", unusable.0);
        Diagnostic::error("Invalid plan file", detail).into()
    }
}

impl StoredPlan {
    /// From a plan without errors.
    ///
    /// # Errors
    /// When a value is not of its schema's type, which only a broken provider brings about.
    pub fn new(planned: &Planned) -> Result<Self, Diagnostics> {
        Ok(Self::store(planned)?)
    }

    fn store(planned: &Planned) -> Result<Self, Unusable> {
        let plan = &planned.plan;
        let dynamic = |(name, value): (&Str, &landform_values::Value)| {
            Ok((name.clone(), StoredValue::new(value, &Type::Dynamic)?))
        };
        let data = planned.data.iter().map(|(address, (provider, value))| {
            Ok((address.to_string(), provider.to_string(), StoredValue::new(value, &Type::Dynamic)?))
        });
        Ok(Self {
            format: FORMAT,
            mode: plan.mode.into(),
            errored: plan.errored,
            applyable: plan.applyable,
            complete: plan.complete,
            targeted: plan.targeted,
            timestamp: plan.timestamp.clone(),
            options: StoredOptions::new(&planned.options)?,
            variables: plan.variables.iter().map(dynamic).collect::<Result<_, Unusable>>()?,
            changes: planned.changes.iter().map(StoredChange::planned).collect::<Result<_, _>>()?,
            drift: plan.drift.iter().map(StoredChange::new).collect::<Result<_, _>>()?,
            outputs: StoredOutput::all(&plan.output_changes)?,
            checks: plan.checks.iter().map(StoredCheck::new).collect(),
            relevant: relevant(&plan.relevant_attributes)?,
            deferred: plan.deferred.iter().map(StoredDeferred::new).collect::<Result<_, _>>()?,
            prior_outputs: plan.prior_state.outputs.iter().map(dynamic).collect::<Result<_, Unusable>>()?,
            execution: planned.execution.to_stored(),
            data: data.collect::<Result<_, Unusable>>()?,
            extra_providers: planned.extra_providers.iter().map(ToString::to_string).collect(),
        })
    }

    /// The plan, with the state that it was stored with: the one that apply starts from.
    ///
    /// # Errors
    /// When the plan was made by another version, or is damaged.
    pub async fn load(self, state: State, providers: &ProviderSet) -> Result<Planned, Diagnostics> {
        let (prior, found) = crate::prior::decode(&state, providers).await;
        if found.has_errors() {
            return Err(found);
        }
        Ok(self.restore(state, &prior, providers)?)
    }

    /// The values that were given for the root module's variables, which its configuration may need to be loaded.
    ///
    /// # Errors
    /// When the plan is damaged.
    pub fn given(&self) -> Result<BTreeMap<Str, Value>, Diagnostics> {
        Ok(self.options.given()?)
    }

    fn restore(self, state: State, prior: &crate::prior::Prior, providers: &ProviderSet) -> Result<Planned, Unusable> {
        if self.format != FORMAT {
            return Err(Unusable::new("it was made by another version of Landform"));
        }
        let value = |(name, value): (Str, StoredValue)| Ok((name, value.restore(&Type::Dynamic)?));
        let changes: Vec<_> =
            self.changes.into_iter().map(|change| change.restore(providers)).collect::<Result<_, _>>()?;
        let mut prior_state = crate::prior::view(prior);
        prior_state.outputs = self.prior_outputs.into_iter().map(value).collect::<Result<_, Unusable>>()?;
        let drift = self.drift.into_iter().map(|change| Ok(change.restore(providers)?.change));
        let plan = Plan {
            mode: self.mode.into(),
            errored: self.errored,
            applyable: self.applyable,
            complete: self.complete,
            targeted: self.targeted,
            timestamp: self.timestamp,
            variables: self.variables.into_iter().map(value).collect::<Result<_, Unusable>>()?,
            resource_changes: changes.iter().map(|planned| planned.change.clone()).collect(),
            drift: drift.collect::<Result<_, Unusable>>()?,
            output_changes: StoredOutput::restore_all(self.outputs)?,
            checks: self.checks.into_iter().map(StoredCheck::restore).collect::<Result<_, _>>()?,
            relevant_attributes: self.relevant.into_iter().map(restore_relevant).collect::<Result<_, _>>()?,
            prior_state,
            suggested_moves: Vec::new(),
            deferred: self.deferred.into_iter().map(|change| change.restore(providers)).collect::<Result<_, _>>()?,
        };
        let mut data = BTreeMap::new();
        for (address, provider, value) in self.data {
            data.insert(instance(&address)?, (provider_config(&provider)?, value.restore(&Type::Dynamic)?));
        }
        let execution =
            ExecutionGraph::from_stored(self.execution).ok_or_else(|| Unusable::new("its operations make no sense"))?;
        let extra_providers =
            self.extra_providers.iter().map(|text| provider_config(text)).collect::<Result<_, _>>()?;
        let options = self.options.restore()?;
        // What a dead run left is for the plan that looks into it.
        let (settled, opened) = (Vec::new(), Vec::new());
        Ok(Planned { plan, changes, execution, state, data, extra_providers, settled, opened, options })
    }
}

fn relevant(attributes: &[RelevantAttribute]) -> Result<Vec<(String, StoredPath)>, Unusable> {
    attributes.iter().map(|found| Ok((found.resource.to_string(), StoredPath::new(&found.attribute)?))).collect()
}

fn restore_relevant((resource, attribute): (String, StoredPath)) -> Result<RelevantAttribute, Unusable> {
    Ok(RelevantAttribute { resource: instance(&resource)?, attribute: attribute.restore()? })
}

fn instance(text: &str) -> Result<ResourceInstance, Unusable> {
    text.parse().map_err(|error| Unusable::of("an address in it is wrong", error))
}

fn provider_config(text: &str) -> Result<ProviderConfigAddr, Unusable> {
    ProviderConfigAddr::parse(text).map_err(|error| Unusable::of("a provider configuration in it is wrong", error))
}
