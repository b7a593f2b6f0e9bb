//! The applier: interprets an execution graph and decides nothing.
//!
//! Every effect is written down before and after it happens (see [`Recorder`]), so that a run that dies can be taken
//! up by the next.
//!
//! **Invariant**: what is done, and in which order, comes from the plan alone.

mod change;
mod ephemeral;
mod nodes;
mod provision;
mod record;
mod values;

pub(crate) use record::output as stored_output;
pub use record::{NoRecord, Recorder};

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use indexmap::IndexMap;
use landform_addrs::{
    AbsResource, ConfigResource, InstanceKey, ModuleInstance, ProviderConfigAddr, ResourceInstance, ResourceMode,
};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::{Action, Mode, ResourceChange};
use landform_provider_api::{ProviderInstance, Schema};
use landform_state::{Object, State};
use landform_values::{Str, Value};
use petgraph::graph::NodeIndex;

use crate::ephemeral::OpenResources;
use crate::evaluate::{EachMode, Evaluator, InstanceData, ScopeId, Settings};
use crate::execution::Operation;
use crate::plan::{CheckLog, Environment, Planned};
use crate::prior::{PriorObject, encode};
use crate::program::{Means, ModuleId, Program, ProviderOf};
use crate::schedule::{Outcome, Run, run_graph};
use values::Values;

/// What applying led to.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The state after.
    pub state: State,
    /// How many objects were created, updated, destroyed and imported.
    pub counts: Counts,
    /// Values of the root module's outputs, marked.
    pub outputs: BTreeMap<Str, Value>,
}

/// How many objects were changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Created.
    pub created: usize,
    /// Changed in place.
    pub updated: usize,
    /// Destroyed.
    pub destroyed: usize,
    /// Adopted.
    pub imported: usize,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.created += more.created;
        self.updated += more.updated;
        self.destroyed += more.destroyed;
        self.imported += more.imported;
    }
}

/// Applies a plan. After an error, independent operations go on, and the state says what is true.
pub async fn apply(
    environment: &Environment<'_>,
    planned: &Planned,
    recorder: &dyn Recorder,
) -> (Applied, Diagnostics) {
    let means = Means::of(environment.providers, &environment.settings);
    let (program, mut diagnostics) = crate::validate::compile(environment.tree, means);
    let unchanged = |state: State| Applied { state, counts: Counts::default(), outputs: BTreeMap::new() };
    let Some(program) = program else { return (unchanged(planned.state.clone()), diagnostics) };
    let applier = Applier::new(environment, Arc::new(program), planned, recorder);
    let (applied, found) = applier.run().await;
    diagnostics.extend(found);
    (applied, diagnostics)
}

/// The instances of a resource in one instance of its module.
struct Expanded {
    scope: ScopeId,
    resource: AbsResource,
    mode: EachMode,
    instances: IndexMap<InstanceKey, InstanceData>,
}

struct Applier<'a> {
    environment: &'a Environment<'a>,
    program: Arc<Program>,
    evaluator: Evaluator,
    planned: &'a Planned,
    recorder: &'a dyn Recorder,
    provider_indexes: HashMap<ProviderConfigAddr, usize>,
    configured: RefCell<HashMap<usize, Arc<dyn ProviderInstance>>>,
    /// By resource, and there by instance of its module.
    expansions: RefCell<HashMap<(ModuleId, usize), IndexMap<ModuleInstance, Expanded>>>,
    values: RefCell<Values>,
    /// Resources whose instances are not known until a later plan.
    put_off: HashSet<AbsResource>,
    /// The `removed` blocks of resources.
    removed: HashMap<ConfigResource, (ModuleId, usize)>,
    /// The keys under which creates put old objects aside.
    set_aside: RefCell<HashMap<ResourceInstance, Str>>,
    state: RefCell<State>,
    counts: RefCell<Counts>,
    outputs: RefCell<BTreeMap<Str, Value>>,
    open: OpenResources,
    checks: RefCell<CheckLog>,
    diagnostics: RefCell<Diagnostics>,
}

type Later<'p> = Pin<Box<dyn Future<Output = (NodeIndex, Outcome)> + 'p>>;

impl<'a> Applier<'a> {
    fn new(
        environment: &'a Environment<'a>,
        program: Arc<Program>,
        planned: &'a Planned,
        recorder: &'a dyn Recorder,
    ) -> Self {
        let run = &environment.settings;
        let settings = Settings {
            context: run.context.clone(),
            root_dir: run.root_dir.clone(),
            working_dir: run.working_dir.clone(),
            workspace: run.workspace.clone(),
            applying: true,
        };
        let provider_indexes = provider_indexes(&program, planned);
        Self {
            evaluator: Evaluator::new(program.clone(), settings, planned.options.variables.clone())
                .overriding(planned.options.overrides.clone())
                .putting_off(calls_put_off(planned)),
            put_off: put_off(planned).map(ResourceInstance::resource).collect(),
            removed: crate::refactor::removed_resources(&program),
            program,
            environment,
            planned,
            recorder,
            provider_indexes,
            configured: RefCell::default(),
            expansions: RefCell::default(),
            values: RefCell::new(initial_values(planned)),
            set_aside: RefCell::default(),
            state: RefCell::new(state_to_begin_with(planned)),
            counts: RefCell::default(),
            outputs: RefCell::default(),
            open: OpenResources::default(),
            checks: RefCell::default(),
            diagnostics: RefCell::default(),
        }
    }

    async fn run(self) -> (Applied, Diagnostics) {
        let graph = &self.planned.execution.graph;
        let observer = self.environment.observer;
        let visit = |node| self.visit(node, &graph[node]);
        tokio::select! {
            () = run_graph(graph, self.planned.options.parallelism, visit, |_| {}) => {}
            never = self.open.keep(observer) => match never {},
        }
        let found = self.open.close_all(observer).await;
        self.report(found);
        self.finish()
    }

    fn visit(&self, node: NodeIndex, operation: &Operation) -> Run<Later<'_>> {
        let opens = matches!(operation, Operation::OpenProvider(_) | Operation::OpenEphemeral(_));
        if self.environment.stop.is_stopped() && (operation.is_effect() || opens) {
            return Run::Now(Outcome::Failed);
        }
        match *operation {
            Operation::Evaluate(id) => Run::Now(self.evaluate(NodeIndex::new(id as usize))),
            Operation::Begin(id) => Run::Now(self.begin(NodeIndex::new(id as usize))),
            Operation::Complete(id) => Run::Now(self.complete(NodeIndex::new(id as usize))),
            Operation::Import(index) => Run::Now(self.import(index as usize)),
            Operation::Verify(index) => Run::Now(self.verify(index as usize)),
            Operation::Forget(index) => Run::Now(self.forget(index as usize)),
            Operation::OpenProvider(index) => later(node, self.open_provider(index as usize)),
            Operation::OpenEphemeral(id) => later(node, self.open_ephemeral(NodeIndex::new(id as usize))),
            Operation::CloseEphemeral(id) => later(node, self.close_ephemeral(NodeIndex::new(id as usize))),
            Operation::Read(index) => later(node, self.read(index as usize)),
            Operation::Create(index) => later(node, self.create(index as usize)),
            Operation::Update(index) => later(node, self.update(index as usize)),
            Operation::Delete(index) => later(node, self.delete(index as usize)),
            Operation::DependentsGone(_) | Operation::Destroyed(_) | Operation::DependentsUpdated(_) => {
                Run::Now(Outcome::Done)
            }
        }
    }

    fn report(&self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.borrow_mut().extend(diagnostics);
    }

    fn settle(&self, diagnostics: Diagnostics) -> Outcome {
        let outcome = if diagnostics.has_errors() { Outcome::Failed } else { Outcome::Done };
        self.report(diagnostics);
        outcome
    }

    fn finish(self) -> (Applied, Diagnostics) {
        self.write_outputs();
        if self.environment.stop.is_stopped() {
            self.diagnostics.borrow_mut().push(Diagnostic::error(
                "execution halted",
                "The run was asked to stop. What was done is in state; run it again to go on.",
            ));
        }
        let begun = if self.diagnostics.borrow().has_errors() { self.begun() } else { Vec::new() };
        let mut state = self.state.into_inner();
        let destroyed = self.planned.plan.mode == Mode::Destroy;
        let is_part = self.planned.plan.targeted;
        let checks = if destroyed { CheckLog::of_nothing(&self.program, is_part) } else { self.checks.into_inner() };
        state.check_results = record::check_results(checks, &self.planned.plan);
        // Whoever destroys what is left may need it to configure providers.
        let is_over = destroyed && !self.diagnostics.borrow().has_errors();
        let ended = self.planned.data.keys().filter(|_| is_over);
        ended.for_each(|address| drop(state.remove(address, None)));
        state.prune();
        begun.into_iter().for_each(|(resource, provider)| state.keep_resource(resource, &provider));
        let applied = Applied { state, counts: self.counts.into_inner(), outputs: self.outputs.into_inner() };
        (applied, self.diagnostics.into_inner())
    }

    /// Resources whose instances were found out. As in Terraform, they stay in state even without any where a run
    /// fails.
    fn begun(&self) -> Vec<(AbsResource, ProviderConfigAddr)> {
        let mut begun = Vec::new();
        for ((module, resource), found) in self.expansions.borrow().iter() {
            let ProviderOf::One(provider) = self.program.tree[*module].resource_providers[*resource] else { continue };
            let provider = &self.program.provider_configs[provider].address;
            let lasting = found.values().filter(|found| found.resource.resource.mode != ResourceMode::Ephemeral);
            begun.extend(lasting.map(|found| (found.resource.clone(), provider.clone())));
        }
        begun
    }

    fn write_outputs(&self) {
        let mut state = self.state.borrow_mut();
        if self.planned.plan.mode == Mode::Destroy && !self.planned.plan.targeted {
            state.outputs.clear();
            return;
        }
        let declared = &self.program.tree[0].module.config.outputs;
        if self.planned.plan.mode != Mode::Destroy && self.planned.options.targets.is_empty() {
            state.outputs.retain(|name, _| declared.contains_key(name));
        }
        for (name, value) in self.outputs.borrow().iter() {
            let ephemeral = declared.get(name).is_some_and(|output| output.ephemeral);
            let sensitive = declared.get(name).is_some_and(|output| output.sensitive);
            // What a restricted plan leaves out is not known.
            let plain = value.clone().unmark_deep().0;
            // What depends on something put off is as it was.
            if !plain.is_wholly_known() && !self.planned.plan.deferred.is_empty() {
                continue;
            }
            if (plain.is_known() && plain.is_null()) || ephemeral {
                state.outputs.remove(name);
            } else if let Some(output) = record::output(&plain.unknown_as_null(), sensitive) {
                state.outputs.insert(name.clone(), output);
            }
        }
    }
}

fn later<'p>(node: NodeIndex, work: impl Future<Output = Outcome> + 'p) -> Run<Later<'p>> {
    Run::Later(Box::pin(async move { (node, work.await) }))
}

/// Provider configurations by the indexes that planning gave them.
fn provider_indexes(program: &Program, planned: &Planned) -> HashMap<ProviderConfigAddr, usize> {
    let mut indexes: HashMap<ProviderConfigAddr, usize> =
        program.provider_configs.iter().enumerate().map(|(index, found)| (found.address.clone(), index)).collect();
    let extra = planned.extra_providers.iter().cloned().zip(indexes.len()..);
    indexes.extend(extra.collect::<Vec<_>>());
    indexes
}

/// What stands for the instances of a resource that are not known yet.
fn put_off(planned: &Planned) -> impl Iterator<Item = &ResourceInstance> {
    let deferred = planned.plan.deferred.iter().map(|deferred| &deferred.change.address);
    deferred.filter(|address| address.key == InstanceKey::Wildcard)
}

/// The calls whose instances are not known yet, each as what stands for all of them.
fn calls_put_off(planned: &Planned) -> HashSet<ModuleInstance> {
    let mut calls = HashSet::new();
    for address in put_off(planned) {
        let steps = address.module.steps();
        let unknown = steps.iter().position(|(_, key)| *key == InstanceKey::Wildcard);
        calls.extend(unknown.map(|last| ModuleInstance::new(steps[..=last].iter().cloned())));
    }
    calls
}

/// The state as planning found it. Outputs that are known already are what they will be, even if the run fails.
fn state_to_begin_with(planned: &Planned) -> State {
    let mut state = planned.state.clone();
    if planned.plan.mode != Mode::Destroy {
        state.outputs = planned.refreshed_outputs().collect();
    }
    state
}

/// Instances that do not change, and data sources that were read, have their values already.
fn initial_values(planned: &Planned) -> Values {
    let mut values = Values::default();
    // Some plans say nothing of objects that are there all the same.
    let silent = planned.plan.targeted || planned.plan.mode == Mode::RefreshOnly;
    for object in planned.plan.prior_state.objects.iter().filter(|object| silent && object.deposed.is_none()) {
        values.insert(&object.address, object.value.clone());
    }
    for (address, (_, value)) in &planned.data {
        values.insert(address, value.clone());
    }
    let destroying = planned.plan.mode == Mode::Destroy;
    let deferred = planned.plan.deferred.iter().map(|deferred| &deferred.change);
    let stays = |change: &&ResourceChange| destroying || change.action != Action::Delete;
    let changes = deferred.filter(stays).chain(planned.changes.iter().map(|planned| &planned.change));
    for change in changes.filter(|change| change.deposed.is_none()) {
        values.insert(&change.address, if destroying { &change.before } else { &change.after }.clone());
    }
    values
}

/// A data source's object as state stores it.
pub(crate) fn encode_data(schema: &Arc<Schema>, value: &Value) -> Result<Object, landform_values::PathError> {
    encode(&PriorObject::of_data(value.clone(), schema.clone()), &schema.block.implied_type())
}
