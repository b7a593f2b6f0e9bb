//! What is put off to a later plan: what can not be planned yet, because it is not known how many instances there are
//! or what their provider is configured with; and what must wait for that.
//!
//! Nothing that depends on something put off is changed, and nothing is destroyed that something put off depends on.

use std::collections::{HashMap, HashSet};

use landform_addrs::{AbsResource, ConfigResource, InstanceKey, ProviderConfigAddr, ResourceInstance, ResourceMode};
use landform_plan::{
    Action, ActionReason, DeferredChange, DeferredReason, IdentityChange, Mode, PlannedImport, ResourceChange,
};
use landform_provider_api::{Block, Provider};
use landform_values::{Kind, Marks, Value};
use petgraph::Direction;
use petgraph::graph::NodeIndex;

use super::managed::Instance;
use super::provider_choice::Chosen;
use super::{Order, PlannedChange, Planner, resource_address};
use crate::evaluate::{ImportTargets, ScopeId, any_instance};
use crate::objects::{mark_sensitive, proposed_new, same, sensitive_paths};
use crate::prior::PriorObject;
use crate::program::{CompiledResource, ModuleId, Node, Repetition};
use crate::schedule::Outcome;

/// What has been put off so far.
#[derive(Default)]
pub(crate) struct Deferrals {
    changes: Vec<DeferredChange>,
    /// Resources of which anything is put off.
    resources: HashSet<NodeIndex>,
    /// What depends on them, however indirectly.
    behind: HashSet<NodeIndex>,
    /// Resources whose instances are not known.
    unknown: HashSet<AbsResource>,
    /// Instances to be imported by an id that is not known.
    unknown_imports: HashSet<ResourceInstance>,
    /// Resources of which it is not known what is to be imported.
    unknown_targets: HashSet<NodeIndex>,
    /// Provider configurations that are not opened, and why.
    providers: HashMap<usize, DeferredReason>,
}

impl Deferrals {
    /// The changes, in the order of plans.
    pub(super) fn take(&mut self) -> Vec<DeferredChange> {
        let mut changes = std::mem::take(&mut self.changes);
        changes.sort_by(|a, b| a.change.sort_key().cmp(&b.change.sort_key()));
        changes
    }
}

impl Planner<'_> {
    /// Notes whether a node depends on something put off. What it depends on has been visited.
    pub(super) fn look_behind(&self, node: NodeIndex) {
        let mut deferrals = self.deferrals.borrow_mut();
        if deferrals.resources.is_empty() {
            return;
        }
        let mut needed = self.program.graph.graph.neighbors_directed(node, Direction::Incoming);
        if needed.any(|needed| deferrals.resources.contains(&needed) || deferrals.behind.contains(&needed)) {
            deferrals.behind.insert(node);
        }
    }

    /// Puts off opening a provider configuration of which too much is not known, or that may be about something that is
    /// not as it is thought to be; whether it is one of these.
    pub(super) fn put_off_provider(&self, index: usize, provider: &dyn Provider, config: &Value) -> bool {
        let node = (index < self.program.provider_configs.len())
            .then(|| self.program.graph.index(&self.program.tree, Node::Provider(index)));
        let mut deferrals = self.deferrals.borrow_mut();
        let reason = if !provider.can_plan_with(config) {
            DeferredReason::ProviderConfigUnknown
        } else if node.is_some_and(|node| deferrals.behind.contains(&node)) {
            DeferredReason::DeferredPrereq
        } else {
            return false;
        };
        deferrals.providers.insert(index, reason);
        true
    }

    /// Why a provider configuration is not opened, if it is not.
    pub(super) fn why_unopened(&self, address: &ProviderConfigAddr) -> Option<DeferredReason> {
        let index = self.provider_indexes.get(address)?;
        self.deferrals.borrow().providers.get(index).copied()
    }

    /// Whether a resource depends on something put off.
    pub(super) fn is_behind(&self, module: ModuleId, index: usize) -> bool {
        self.deferrals.borrow().behind.contains(&self.node(module, index))
    }

    fn node(&self, module: ModuleId, index: usize) -> NodeIndex {
        self.program.graph.index(&self.program.tree, Node::Resource(module, index))
    }

    /// Notes what is to be imported and can not be yet.
    pub(super) fn note_unknown_imports(&self, resource: NodeIndex, found: &ImportTargets) {
        let mut deferrals = self.deferrals.borrow_mut();
        let unknown = found.targets.iter().filter(|target| target.by.is_none());
        deferrals.unknown_imports.extend(unknown.map(|target| target.address.clone()));
        if found.others {
            deferrals.unknown_targets.insert(resource);
        }
    }

    /// Puts off an instance that is to be imported, or may be, by an id that is not known: what becomes of it, if so.
    pub(super) fn put_off_import(&self, instance: &Instance<'_>, provider: usize) -> Option<Value> {
        let is_unknown = {
            let deferrals = self.deferrals.borrow();
            deferrals.unknown_imports.contains(&instance.address)
                || deferrals.unknown_targets.contains(&self.node(instance.module, instance.index))
        };
        if !is_unknown {
            return None;
        }
        let after = Value::unknown(instance.compiled.ty.clone());
        let importing = Some(PlannedImport::Unknown);
        let unchanged = self.nothing_changes(instance, provider, None);
        let change = ResourceChange { importing, after: after.clone(), ..unchanged };
        self.put_off_change(DeferredReason::ResourceConfigUnknown, change);
        Some(after)
    }

    /// Notes that it is not known which instances of a resource there are.
    pub(super) fn note_unknown_instances(&self, resource: &AbsResource) {
        self.deferrals.borrow_mut().unknown.insert(resource.clone());
    }

    /// Whether an instance may be there as far as is known: nobody knows which there are.
    pub(super) fn may_be_wanted(&self, resource: &AbsResource) -> bool {
        let known = self.evaluator.module_exists(&resource.module);
        self.deferrals.borrow().unknown.contains(resource)
            || (!known && self.evaluator.module_may_exist(&resource.module))
    }

    /// Notes a change that is put off.
    fn put_off_change(&self, reason: DeferredReason, change: ResourceChange) {
        if self.options.mode == Mode::RefreshOnly {
            return;
        }
        let declared = self.declared(&change.address.resource());
        let mut deferrals = self.deferrals.borrow_mut();
        deferrals.resources.extend(declared.map(|(module, index)| self.node(module, index)));
        deferrals.changes.push(DeferredChange { reason, change });
    }

    /// Puts off a planned change. What it would have adopted stays as it is.
    pub(super) fn put_off_planned(&self, reason: DeferredReason, planned: PlannedChange) {
        let address = &planned.change.address;
        if self.found.borrow_mut().imported.remove(address) {
            let mut prior = self.prior.borrow_mut();
            if let Some(found) = prior.resources.get_mut(&address.resource()) {
                found.instances.remove(&address.key);
            }
        }
        self.put_off_change(reason, planned.change);
    }

    /// Puts off all instances of a resource, of which it is not known which there are. Its configuration is looked at once,
    /// for all of them. The value of the resource; `None` after an error.
    async fn put_off_expansion(
        &self,
        (module, index): (ModuleId, usize),
        scope: ScopeId,
        resource: &AbsResource,
    ) -> Option<Value> {
        let compiled = self.program.resource(module, index);
        if resource.resource.mode == ResourceMode::Ephemeral {
            self.put_off_opening(module, index);
            return Some(Value::dynamic().with_marks(&Marks::ephemeral()));
        }
        let address = resource.instance(InstanceKey::Wildcard);
        let data = any_instance(&compiled.repetition);
        let instance = Instance { module, index, scope, compiled, address, data };
        let after = self.plan_any(&instance).await?;
        let single = matches!(compiled.repetition, Repetition::Single);
        Some(if single { after } else { Value::dynamic() })
    }

    /// As [`Planner::put_off_expansion`]; the value becomes that of the resource.
    pub(super) async fn put_off_resource(
        &self,
        place: (ModuleId, usize),
        scope: ScopeId,
        resource: &AbsResource,
    ) -> Outcome {
        self.checks.borrow_mut().skipped(&self.program, Node::Resource(place.0, place.1));
        match self.put_off_expansion(place, scope, resource).await {
            Some(value) => {
                self.evaluator.set_resource(scope, place.1, value);
                Outcome::Done
            }
            None => Outcome::Failed,
        }
    }

    /// Notes that an ephemeral resource is not opened for now: what depends on it waits.
    pub(super) fn put_off_opening(&self, module: ModuleId, index: usize) {
        self.deferrals.borrow_mut().resources.insert(self.node(module, index));
    }

    /// Plans what stands for all instances of a resource: it is made, or read.
    async fn plan_any(&self, instance: &Instance<'_>) -> Option<Value> {
        let is_data = instance.address.resource.mode == ResourceMode::Data;
        let config = self.evaluate_config(instance)?;
        let place = (instance.scope, &instance.address);
        let Chosen { index, opened } =
            self.choose_provider((instance.module, instance.index), place, &instance.data)?;
        self.ask_about(instance, index, &config).await?;
        let (action, reason, after) = match opened {
            Ok(provider) if !is_data => {
                let asked = (index, provider);
                let change = self.ask_to_plan(instance, &asked, config, None, (None, Order::Providers)).await?;
                (Action::Create, None, change.after)
            }
            _ if is_data => (
                Action::Read,
                Some(ActionReason::ReadBecauseConfigUnknown),
                unknown_computed(instance.compiled, &config),
            ),
            _ => (Action::Create, None, unknown_computed(instance.compiled, &config)),
        };
        // Those that are there already may be replaced because of it, once they are known.
        let triggered_by = self.forced(instance)?.1;
        let unchanged = self.nothing_changes(instance, index, None);
        let change = ResourceChange { action, reason, triggered_by, after: after.clone(), ..unchanged };
        self.put_off_change(DeferredReason::InstanceCountUnknown, change);
        Some(after)
    }

    /// Puts off the change of an instance whose provider can not be asked.
    pub(super) fn put_off_unasked(
        &self,
        (provider, reason): (usize, DeferredReason),
        instance: &Instance<'_>,
        config: &Value,
        prior: Option<&PriorObject>,
    ) -> Value {
        let block = &instance.compiled.schema.block;
        let (action, after) = match prior {
            None => (Action::Create, unknown_computed(instance.compiled, config)),
            Some(object) => {
                let (before, plain) = (object.value.clone().unmark_deep().0, config.clone().unmark_deep().0);
                let wanted = super::ignore::ignore_changes(&instance.compiled.ignore_changes, block, &before, &plain);
                let after = proposed_new(block, &before, &wanted);
                let action = match (object.tainted, same(&before, &after)) {
                    (true, _) => Action::DeleteThenCreate,
                    (false, true) => Action::NoOp,
                    (false, false) => Action::Update,
                };
                (action, mark_sensitive(block, after, &sensitive_paths(config)))
            }
        };
        let unchanged = self.nothing_changes(instance, provider, prior);
        let change = ResourceChange { action, after: after.clone(), ..unchanged };
        self.put_off_change(reason, change);
        after
    }

    /// Puts off reading a data source.
    pub(super) fn put_off_read(
        &self,
        reason: DeferredReason,
        instance: &Instance<'_>,
        provider: usize,
        config: &Value,
    ) -> Value {
        let why = match config.is_wholly_known() {
            true => ActionReason::ReadBecauseDependencyPending,
            false => ActionReason::ReadBecauseConfigUnknown,
        };
        let after = unknown_computed(instance.compiled, config);
        let change = ResourceChange {
            action: Action::Read,
            reason: Some(why),
            after: after.clone(),
            ..self.nothing_changes(instance, provider, None)
        };
        self.put_off_change(reason, change);
        after
    }

    fn nothing_changes(&self, instance: &Instance<'_>, provider: usize, prior: Option<&PriorObject>) -> ResourceChange {
        let schema = instance.compiled.schema.clone();
        let provider = self.provider_addresses[provider].clone();
        let previous_address = self.moved.previous(&instance.address);
        let none =
            ResourceChange { previous_address, ..ResourceChange::none(instance.address.clone(), provider, schema) };
        let Some(prior) = prior else { return none };
        let (before, after) = (prior.value.clone(), prior.value.clone());
        ResourceChange { before, after, identity: IdentityChange::none(prior.known_identity()), ..none }
    }

    /// Puts off what must not be destroyed yet: where its provider can not be asked, and where something put off depends on
    /// it. All else is planned.
    pub(super) fn put_off_ends(&self) {
        if !self.found.borrow().changes.iter().any(is_end) {
            return;
        }
        let changes = std::mem::take(&mut self.found.borrow_mut().changes);
        let (unasked, others): (Vec<_>, Vec<_>) = changes
            .into_iter()
            .partition(|planned| is_end(planned) && self.why_unopened(&planned.change.provider).is_some());
        let held = self.held(&unasked);
        for planned in unasked {
            let reason = self.why_unopened(&planned.change.provider).unwrap_or(DeferredReason::ProviderConfigUnknown);
            self.put_off_planned(reason, planned);
        }
        let (held, others): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|planned| is_end(planned) && held.contains(&planned.change.address.config()));
        held.into_iter().for_each(|planned| self.put_off_planned(DeferredReason::DeferredPrereq, planned));
        self.found.borrow_mut().changes = others;
    }

    /// What objects depend on that are put off and in state, however indirectly.
    fn held(&self, unasked: &[PlannedChange]) -> HashSet<ConfigResource> {
        let deferrals = self.deferrals.borrow();
        let resources = deferrals.resources.iter().filter_map(|node| resource_address(&self.program, *node));
        let mut open: Vec<ConfigResource> = resources.collect();
        open.extend(unasked.iter().map(|planned| planned.change.address.config()));
        if open.is_empty() {
            return HashSet::new();
        }
        let prior = self.prior.borrow();
        let mut dependencies: HashMap<ConfigResource, Vec<&ConfigResource>> = Default::default();
        for (resource, found) in &prior.resources {
            let objects = found.instances.values().flat_map(|found| found.current.iter().chain(found.deposed.values()));
            let of_objects = objects.flat_map(|object| object.dependencies.iter());
            dependencies.entry(resource.config()).or_default().extend(of_objects);
        }
        let mut held = HashSet::new();
        while let Some(resource) = open.pop() {
            for dependency in dependencies.remove(&resource).into_iter().flatten() {
                if held.insert(dependency.clone()) {
                    open.push(dependency.clone());
                }
            }
        }
        held
    }
}

/// Whether an object goes, and nothing comes in its place.
fn is_end(planned: &PlannedChange) -> bool {
    planned.change.action == Action::Delete
}

/// The configuration with every computed attribute that it does not set unknown, and with its marks.
pub(super) fn unknown_computed(compiled: &CompiledResource, config: &Value) -> Value {
    let block = &compiled.schema.block;
    mark_sensitive(block, unknown_in_block(block, &config.clone().unmark_deep().0), &sensitive_paths(config))
}

fn unknown_in_block(block: &Block, config: &Value) -> Value {
    if !matches!(config.kind(), Kind::Object(_)) {
        return config.clone();
    }
    let mut object = config.clone();
    for (name, attribute) in &block.attributes {
        let unset = object.get_attribute(name).is_none_or(Value::is_null);
        if attribute.computed && unset {
            object = object.with_attribute(name, Value::unknown(attribute.ty.clone()));
        }
    }
    for (name, nested) in &block.blocks {
        if let Some(value) = object.get_attribute(name).cloned() {
            let filled = match nested.nesting {
                landform_provider_api::Nesting::Single | landform_provider_api::Nesting::Group => {
                    unknown_in_block(&nested.block, &value)
                }
                _ => value.map_items(&|item| unknown_in_block(&nested.block, item)),
            };
            object = object.with_attribute(name, filled);
        }
    }
    object
}

#[cfg(test)]
mod tests {
    use landform_provider_api::{Attribute, Nested, Nesting};
    use landform_values::Type;

    use super::*;

    #[test]
    fn what_only_the_provider_can_know_is_unknown() {
        let text = || Attribute::of(Type::String);
        let attributes = || {
            [
                ("set".into(), text().optional().computed()),
                ("own".into(), text().computed()),
                ("none".into(), text().optional()),
            ]
        };
        let inner = || Block { attributes: attributes().into(), ..Block::default() };
        let nested = |nesting| Nested { nesting, block: inner(), min_items: 0, max_items: 0 };
        let blocks = [
            ("one".into(), nested(Nesting::Single)),
            ("no".into(), nested(Nesting::Group)),
            ("many".into(), nested(Nesting::List)),
        ];
        let block = Block { blocks: blocks.into(), ..inner() };
        let null = || Value::null(Type::String);
        let object = |own: Value| [("set", Value::from("x")), ("own", own), ("none", null())];
        let absent = || Value::null(inner().implied_type());
        let all = |own: fn() -> Value| {
            let item = || Value::object(object(own()));
            let blocks = [("one", item()), ("no", absent()), ("many", Value::list(inner().implied_type(), [item()]))];
            Value::object(object(own()).into_iter().chain(blocks))
        };
        assert_eq!(unknown_in_block(&block, &all(|| Value::null(Type::String))), all(|| Value::unknown(Type::String)));
    }
}
