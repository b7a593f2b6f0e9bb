//! What planning yields.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use landform_addrs::{AbsResource, ConfigResource, ProviderConfigAddr, ResourceInstance, ResourceMode, Str};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::{Action, CheckResult, Mode, ObjectStatus, Plan, ResourceChange, StateObject, SuggestedMove};
use landform_state::{Output, ResourceState, State};
use landform_values::{Marks, Value};
use petgraph::graph::NodeIndex;

use super::Planner;
use super::dependencies::undeclared;
use super::outputs::all_stored;
use crate::execution::{self, ExecutionGraph};
use crate::objects::Identity;
use crate::plan::checks::CheckLog;
use crate::prior::{self, Prior, PriorObject, encode};
use crate::program::{ModuleId, Node};
use crate::refactor::suggest::{Input, suggest};

/// A planned change with all that apply needs.
#[derive(Clone, Debug)]
pub struct PlannedChange {
    /// The change as shown.
    pub change: ResourceChange,
    /// To hand to the provider.
    pub private: Vec<u8>,
    /// What the provider stored with the prior object.
    pub prior_private: Arc<[u8]>,
    /// What the prior object was made after.
    pub prior_dependencies: Arc<[ConfigResource]>,
    /// What the new object is made after.
    pub dependencies: Arc<[ConfigResource]>,
    /// Whether a replacement is made before it is destroyed.
    pub create_before_destroy: bool,
    /// The module and the index of the resource there, when configuration has it.
    pub config: Option<(ModuleId, usize)>,
}

/// A plan and all that applying it needs.
#[derive(Clone, Debug)]
pub struct Planned {
    /// As shown.
    pub plan: Plan,
    /// As applied; the same changes in the same order as the plan's.
    pub changes: Vec<PlannedChange>,
    /// What apply does.
    pub execution: ExecutionGraph,
    /// The state that apply starts from: moved and read afresh.
    pub state: State,
    /// Data sources that were read, with their provider configurations; of a destroy, those that go, too.
    pub data: BTreeMap<ResourceInstance, (ProviderConfigAddr, Value)>,
    /// Provider configurations that only state names, in the order of their indexes in the execution graph.
    pub extra_providers: Vec<ProviderConfigAddr>,
    /// Of what a dead run had begun, the operations that are clear now or were told to a person.
    pub settled: Vec<u64>,
    /// Provider configurations whose objects were read.
    pub opened: Vec<ProviderConfigAddr>,
    /// What planning was asked for.
    pub options: super::PlanOptions,
}

impl Planned {
    /// The state that the plan starts from: moved, read afresh, with what outputs are known to be. No conditions count
    /// as checked.
    pub fn refreshed(&self) -> State {
        let mut state = self.state.clone();
        state.outputs = self.refreshed_outputs().collect();
        state.check_results = None;
        state
    }

    /// Outputs as reading has found them.
    pub(crate) fn refreshed_outputs(&self) -> impl Iterator<Item = (Str, Output)> {
        self.plan.prior_state.outputs.iter().filter_map(|(name, value)| {
            let sensitive = value.marks().is_sensitive();
            Some((name.clone(), crate::apply::stored_output(&value.clone().unmark_deep().0, sensitive)?))
        })
    }

    /// A word on what applying this plan has left out on purpose. What is put off is told by itself.
    pub fn incomplete(&self) -> Option<Diagnostic> {
        let left_out = self.plan.targeted && self.plan.deferred.is_empty();
        left_out.then(|| {
            Diagnostic::warning(
                "Applied changes may be incomplete",
                "The plan was created with the -target option in effect, so some changes requested in the configuration may have been ignored and the output values may not be fully updated. Run the following command to verify that no other changes are pending:\n    landform plan\n\nNote that the -target option is not suitable for routine use, and is provided only for exceptional situations such as recovering from errors or mistakes, or when Landform specifically suggests to use it as part of an error message.",
            )
        })
    }
}

/// Changes in the order in which they are shown. They are large: their places are sorted, and each is moved once.
fn in_order(changes: Vec<PlannedChange>) -> Vec<PlannedChange> {
    let mut places: Vec<usize> = (0..changes.len()).collect();
    places.sort_by(|a, b| changes[*a].change.sort_key().cmp(&changes[*b].change.sort_key()));
    let mut changes: Vec<Option<PlannedChange>> = changes.into_iter().map(Some).collect();
    places.into_iter().filter_map(|place| changes[place].take()).collect()
}

impl Planner<'_> {
    /// Puts everything together after the walk.
    pub(super) fn finish(&self, state: &State) -> (Planned, Diagnostics) {
        let outputs = self.output_changes(state);
        let drift = self.drift();
        let changes = in_order(std::mem::take(&mut self.found.borrow_mut().changes));
        let diagnostics = std::mem::take(&mut self.found.borrow_mut().diagnostics);
        let deferred = self.deferrals.borrow_mut().take();
        let new_state = self.new_state(state, &changes);
        let provider_names: Vec<String> = self.provider_addresses.iter().map(ToString::to_string).collect();
        let execution = execution::build(&execution::BuildInput {
            program: &self.program,
            changes: &changes,
            includes: &|node| self.selection.includes(node),
            provider_of: &|change| self.provider_indexes.get(&change.change.provider).copied().unwrap_or(0),
            provider_names: &provider_names,
            renamed: &self.moved.renamed(),
        });
        let relevant_attributes = self.relevant_attributes(&changes, &outputs);
        let mut plan = Plan {
            mode: self.options.mode,
            errored: diagnostics.has_errors(),
            complete: !diagnostics.has_errors() && !self.selection.is_restricted() && deferred.is_empty(),
            targeted: self.selection.is_restricted(),
            timestamp: self.settings.timestamp.clone(),
            variables: self.plan_variables(),
            resource_changes: changes.iter().map(|change| change.change.clone()).collect(),
            drift,
            output_changes: outputs,
            relevant_attributes,
            checks: self.check_results(),
            prior_state: self.prior_view(state),
            deferred,
            suggested_moves: self.suggested_moves(state, &changes, &diagnostics),
            ..Plan::default()
        };
        let data = self.take_data();
        let moves = plan.resource_changes.iter().any(ResourceChange::moved);
        plan.applyable = !plan.errored
            && match plan.mode {
                // That something has moved is in state already, and what is not known stays as it is.
                Mode::RefreshOnly => {
                    self.changes_objects(&new_state)
                        || plan.drift.iter().any(|change| change.action != Action::NoOp)
                        || plan.output_changes.values().any(|c| c.action == Action::Delete)
                        || plan.prior_state.outputs != all_stored(state)
                }
                Mode::Destroy => plan.has_changes() || moves || !data.is_empty(),
                Mode::Normal => plan.has_changes() || moves,
            };
        let options = self.options.clone();
        let settled = self.settled();
        let extra_providers = self.provider_addresses[self.program.provider_configs.len()..].to_vec();
        let configured = self.configured.borrow();
        let opened = self.provider_addresses.iter().zip(configured.iter()).filter(|(_, opened)| opened.is_some());
        let opened = opened.map(|(address, _)| address.clone()).collect();
        let state = new_state;
        let planned = Planned { plan, changes, execution, state, data, extra_providers, settled, opened, options };
        (planned, diagnostics)
    }

    /// What conditions have yielded; of those that end with everything else, only that there are some.
    fn check_results(&self) -> Vec<CheckResult> {
        let found = std::mem::take(&mut *self.checks.borrow_mut());
        match self.options.mode {
            Mode::Destroy => CheckLog::of_nothing(&self.program, self.selection.is_restricted()).into_results(),
            Mode::Normal | Mode::RefreshOnly => found.complete(&self.program).into_results(),
        }
    }

    /// Moves that would make the plan smaller. Of a part of a plan, nobody knows.
    fn suggested_moves(
        &self,
        state: &State,
        changes: &[PlannedChange],
        diagnostics: &Diagnostics,
    ) -> Vec<SuggestedMove> {
        if self.options.mode != Mode::Normal || self.selection.is_restricted() || diagnostics.has_errors() {
            return Vec::new();
        }
        let prior = self.prior.borrow();
        let worth_keeping = |address: &ResourceInstance| {
            let instance = prior.instance(&address.resource(), &address.key);
            let current = instance.and_then(|instance| instance.current.as_ref());
            current.is_some_and(|object| !object.tainted) && !self.moved.is_removed(address)
        };
        suggest(&Input { program: &self.program, state, moved: &self.moved, changes, worth_keeping: &worth_keeping })
    }

    /// What root variables were given, as it was given, and the defaults of the others.
    fn plan_variables(&self) -> BTreeMap<Str, Value> {
        let declared = self.program.tree[0].module.config.variables.values();
        let kept = declared.filter_map(|variable| {
            // Ephemeral values are never kept: what stands for them is their default.
            let given = self.options.variables.get(&variable.name).filter(|_| !variable.ephemeral);
            let given = given.map(|given| given.value.clone());
            let value = given.or_else(|| variable.default.clone())?;
            let marks = if variable.sensitive { Marks::sensitive() } else { Marks::NONE };
            Some((variable.name.clone(), value.with_marks(&marks)))
        });
        kept.collect()
    }

    /// Whether managed objects are stored otherwise than before, if only in what configuration says of them.
    fn changes_objects(&self, new: &State) -> bool {
        let managed = |(address, _): &(&AbsResource, &ResourceState)| address.resource.mode == ResourceMode::Managed;
        !self.moved.state.resources.iter().filter(managed).eq(new.resources.iter().filter(managed))
    }

    /// State with moves and what was read put in.
    fn new_state(&self, state: &State, changes: &[PlannedChange]) -> State {
        let mut new = self.moved.state.clone();
        let prior = self.prior.borrow();
        for (address, deposed) in self.vanished.borrow().keys() {
            new.remove(address, deposed.as_deref());
        }
        for (resource, found) in
            prior.resources.iter().filter(|(address, _)| address.resource.mode == ResourceMode::Managed)
        {
            for (key, instance) in &found.instances {
                let address = resource.instance(key.clone());
                let imported = self.found.borrow().imported.contains(&address);
                let identified = |object: &PriorObject| {
                    object.identity.is_some() && object.identity != new.current(&address).and_then(Identity::of)
                };
                let changed = |object: &&PriorObject| imported || object.has_changed() || identified(object);
                let Some(object) = instance.current.as_ref().filter(changed) else { continue };
                if let Ok(encoded) = encode(object, &object.schema.block.implied_type()) {
                    new.insert(&address, found.provider_of(instance), encoded);
                }
            }
        }
        if !self.options.only_imports() {
            self.keep_what_is_configured(&mut new, changes);
        }
        if self.options.mode != Mode::RefreshOnly {
            // Apply takes away what a destroy has not read.
            let goes = |address: &ResourceInstance| match self.options.mode {
                Mode::Destroy => self.declared(&address.resource()).is_none() && self.selection.takes_data(address),
                _ => self.selection.includes_instance(address),
            };
            let data = new.addresses().into_iter().filter(|address| address.resource.mode == ResourceMode::Data);
            let stale = data.filter(goes);
            let stale: Vec<ResourceInstance> = stale.collect();
            for address in stale {
                new.remove(&address, None);
            }
        }
        for (address, (provider, value)) in &self.found.borrow().data {
            if let Some(object) = self.encode_data(address, value) {
                new.insert(address, provider, object);
            }
        }
        new.prune();
        new.lineage.clone_from(&state.lineage);
        new
    }

    /// What configuration says of objects that it claims: which order a replacement takes, and what they depend on.
    /// Those that change depend on what they did before as well, until they have changed; a run without refresh leaves
    /// that to apply, and so does one that imports them. What state alone has counts as part of its module.
    fn keep_what_is_configured(&self, new: &mut State, changes: &[PlannedChange]) {
        let current = changes.iter().filter(|planned| planned.change.deposed.is_none());
        let unchanged: HashSet<&ResourceInstance> = current
            .filter(|planned| planned.change.action == Action::NoOp)
            .map(|planned| &planned.change.address)
            .collect();
        let with_undeclared = self.dependencies_with_undeclared();
        for (resource, (_, keys)) in &self.found.borrow().expansions {
            let Some((module, index)) = self.declared(resource) else { continue };
            let node = self.program.graph.index(&self.program.tree, Node::Resource(module, index));
            let dependencies = with_undeclared.get(&node).cloned();
            let dependencies = dependencies.unwrap_or_else(|| self.dependencies.addresses(&self.program, node));
            for address in keys.iter().map(|key| resource.instance(key.clone())) {
                if !self.selection.includes_instance(&address) {
                    continue;
                }
                self.keep_provider(new, &address);
                let current = new.current(&address).filter(|_| resource.resource.mode == ResourceMode::Managed);
                let Some(current) = current else { continue };
                let create_before_destroy = self.dependencies.create_before_destroy(node);
                let dependencies = if unchanged.contains(&address) {
                    dependencies.clone()
                } else if self.options.refresh && !self.found.borrow().imported.contains(&address) {
                    union(&dependencies, &current.dependencies)
                } else {
                    current.dependencies.clone()
                };
                // What is as it should be stays shared with the state that it comes from.
                if current.create_before_destroy == create_before_destroy && current.dependencies == dependencies {
                    continue;
                }
                let instance = new.instance_mut(&address).and_then(|instance| instance.current.as_mut());
                if let Some(object) = instance {
                    object.create_before_destroy = create_before_destroy;
                    object.dependencies = dependencies;
                }
            }
        }
    }

    /// What resources depend on, those of them that depend on managed resources that state alone has.
    fn dependencies_with_undeclared(&self) -> HashMap<NodeIndex, Arc<[ConfigResource]>> {
        let prior = self.prior.borrow();
        let is_undeclared = |resource: &&AbsResource| {
            resource.resource.mode == ResourceMode::Managed && self.declared(resource).is_none()
        };
        let alone = prior.resources.keys().filter(is_undeclared).map(AbsResource::config);
        let with_declared = |(node, alone): (NodeIndex, Vec<ConfigResource>)| {
            let declared = self.dependencies.addresses(&self.program, node);
            (node, landform_state::sorted_dependencies(declared.iter().cloned().chain(alone)))
        };
        undeclared(&self.program, alone).into_iter().map(with_declared).collect()
    }

    /// What configuration has given to another provider configuration, is that one's.
    fn keep_provider(&self, new: &mut State, address: &ResourceInstance) {
        let prior = self.prior.borrow();
        let found = prior.resources.get(&address.resource());
        let provider = found.and_then(|found| Some(found.provider_of(found.instances.get(&address.key)?)));
        let Some(provider) = provider else { return };
        let stored = new.resource(&address.resource()).filter(|stored| stored.instances.contains_key(&address.key));
        if stored.is_some_and(|stored| stored.provider_of(&address.key) != *provider) {
            new.instance_entry(address, provider);
        }
    }

    fn encode_data(&self, address: &ResourceInstance, value: &Value) -> Option<landform_state::Object> {
        let (module, index) = self.declared(&address.resource())?;
        let schema = &self.program.resource(module, index).schema;
        crate::apply::encode_data(schema, value).ok()
    }

    /// The data that a destroy has from state.
    fn stored_data<'p>(&'p self, prior: &'p Prior) -> impl Iterator<Item = StateObject> + 'p {
        let destroying = self.options.mode == Mode::Destroy;
        let stored = prior::objects(prior, move |mode| destroying && mode == ResourceMode::Data);
        let is_read = |address: &ResourceInstance| self.found.borrow().data.contains_key(address);
        stored.filter(move |object| self.declared(&object.address.resource()).is_some() && !is_read(&object.address))
    }

    /// As [`Planned::data`].
    fn take_data(&self) -> BTreeMap<ResourceInstance, (ProviderConfigAddr, Value)> {
        let prior = self.prior.borrow();
        let stored: Vec<_> = self.ended_data(&prior).collect();
        let mut data = std::mem::take(&mut self.found.borrow_mut().data);
        data.extend(stored.into_iter().map(|object| (object.address, (object.provider, object.value))));
        let is_taken =
            |address: &ResourceInstance| self.options.mode != Mode::Destroy || self.selection.takes_data(address);
        data.retain(|address, _| is_taken(address));
        data
    }

    /// The data that a destroy takes out of state, but for what it has read.
    pub(super) fn ended_data<'p>(&'p self, prior: &'p Prior) -> impl Iterator<Item = StateObject> + 'p {
        self.stored_data(prior).filter(|object| self.selection.takes_data(&object.address))
    }

    /// The decoded state, for those who look at the plan.
    fn prior_view(&self, state: &State) -> landform_plan::State {
        let prior = self.prior.borrow();
        let mut objects: Vec<StateObject> = prior::objects(&prior, |mode| mode == ResourceMode::Managed).collect();
        objects.extend(self.stored_data(&prior));
        objects.extend(self.found.borrow().data.iter().filter_map(|(address, (provider, value))| {
            let (module, index) = self.declared(&address.resource())?;
            Some(StateObject {
                address: address.clone(),
                deposed: None,
                provider: provider.clone(),
                value: value.clone(),
                identity: None,
                status: ObjectStatus::Ready,
                depends_on: Vec::new(),
                schema: self.program.resource(module, index).schema.clone(),
            })
        }));
        // Both parts are sorted: this merges them.
        objects.sort_by(|a, b| a.address.cmp(&b.address));
        landform_plan::State { objects, outputs: self.prior_outputs(state), ..landform_plan::State::default() }
    }
}

fn union(some: &Arc<[ConfigResource]>, others: &Arc<[ConfigResource]>) -> Arc<[ConfigResource]> {
    if some == others {
        return some.clone();
    }
    landform_state::sorted_dependencies(some.iter().chain(others.iter()).cloned())
}
