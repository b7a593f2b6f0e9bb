//! Planning managed resources.

use std::collections::HashSet;
use std::sync::Arc;

use landform_addrs::{AbsResource, ConfigResource, InstanceKey, ResourceInstance, ResourceMode};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::{Action, ActionReason, DeferredReason, Mode, PlannedImport, ResourceChange};
use landform_provider_api::ProviderInstance;
use landform_values::{Str, Value};

use super::generate::generate;
use super::instance::{InstanceChange, InstanceInput, Order, plan_instance};
use super::provider_choice::Chosen;
use super::{PlannedChange, Planner};
use crate::evaluate::{EachMode, Expansion, InstanceData, RuleKind, ScopeId, Unknowns, expand, whole_value_of};
use crate::objects::{check_ephemeral, mark_sensitive, sensitive_paths};
use crate::prior::{PriorInstance, PriorObject};
use crate::program::{CompiledResource, ModuleId, Node};
use crate::schedule::{Outcome, give_way};

/// After how many instances others have a turn.
const INSTANCES_BETWEEN_TURNS: usize = 256;

/// One instance in the middle of being planned.
pub(super) struct Instance<'p> {
    pub(super) module: ModuleId,
    pub(super) index: usize,
    pub(super) scope: ScopeId,
    pub(super) compiled: &'p CompiledResource,
    pub(super) address: ResourceInstance,
    pub(super) data: InstanceData,
}

/// A resource in one instance of its module.
pub(super) struct Expanded {
    pub(super) scope: ScopeId,
    pub(super) resource: AbsResource,
    pub(super) mode: EachMode,
    /// `None` where they are not known.
    pub(super) instances: Option<Vec<(InstanceKey, InstanceData)>>,
}

impl Planner<'_> {
    /// Plans all instances of a managed resource.
    pub(super) async fn plan_managed(&self, module: ModuleId, index: usize) -> Outcome {
        let compiled = self.program.resource(module, index);
        if self.options.only_imports() {
            return self.import_managed(module, index).await;
        }
        let (imports, mut outcome) = self.expand_imports(module, index);
        let mut expansions = Vec::new();
        for expanded in self.expansions(module, index) {
            let Some(expanded) = expanded else {
                outcome = Outcome::Failed;
                continue;
            };
            let instances = expanded.instances.as_deref().unwrap_or_default();
            let count = instances.len();
            if count > 1 && self.program.tree[module].module.provisioners_name_their_resource(index) {
                self.report([waiting_for_each_other(&expanded.resource, instances)]);
                outcome = Outcome::Failed;
            }
            expansions.push(expanded);
        }
        if outcome == Outcome::Failed || self.check_imports(imports.keys()).is_err() {
            // Nothing is planned of it, the ends of its instances neither.
            let mut found = self.found.borrow_mut();
            expansions.iter().for_each(|expanded| drop(found.expansions.remove(&expanded.resource)));
            return Outcome::Failed;
        }
        if expansions.iter().all(|expanded| expanded.instances.is_some()) {
            self.found.borrow_mut().expanded.insert((module, index));
            self.checks.borrow_mut().reached(&self.program, Node::Resource(module, index));
        }
        for expanded in &expansions {
            if self.read_by_another((module, index), expanded).await == Outcome::Failed {
                return Outcome::Failed;
            }
        }
        let resource = &self.program.resource(module, index).address;
        self.tell_read(&ConfigResource { module: self.program.tree[module].path.clone(), resource: resource.clone() });
        for Expanded { scope, resource, mode, instances } in expansions {
            let Some(instances) = instances else {
                outcome = outcome.and(self.put_off_resource((module, index), scope, &resource).await);
                continue;
            };
            let mut values = Vec::with_capacity(instances.len());
            for (place, (key, data)) in instances.into_iter().enumerate() {
                if place % INSTANCES_BETWEEN_TURNS == INSTANCES_BETWEEN_TURNS - 1 {
                    give_way().await;
                }
                let address = resource.instance(key.clone());
                let instance = Instance { module, index, scope, compiled, address, data };
                match self.plan_managed_instance(&instance).await {
                    Some(value) => values.extend(value.map(|value| (key, value))),
                    None => outcome = Outcome::Failed,
                }
            }
            values.extend(self.remaining(&resource, mode));
            self.evaluator.set_resource(scope, index, whole_value_of(mode, values, &compiled.ty));
        }
        if self.orphans_must_stay((module, index)) { Outcome::Failed } else { outcome }
    }

    /// The instances that configuration wants in each instance of a resource's module; `None` after an error.
    pub(super) fn expansions(&self, module: ModuleId, index: usize) -> impl Iterator<Item = Option<Expanded>> {
        let address = &self.program.resource(module, index).address;
        self.evaluator.instances(module).into_iter().map(move |scope| {
            let resource = address.clone().absolute(self.evaluator.address(scope));
            let Expansion { mode, instances } = self.expand(&resource, scope, (module, index))?;
            Some(Expanded { scope, resource, mode, instances })
        })
    }

    /// The instances that configuration wants, noted down, or that they are not known.
    fn expand(&self, resource: &AbsResource, scope: ScopeId, (module, index): (ModuleId, usize)) -> Option<Expansion> {
        let compiled = self.program.resource(module, index);
        let data = InstanceData::default();
        let mut diagnostics = self.self_references_of_repetition(module, index);
        if diagnostics.has_errors() {
            self.report(diagnostics);
            return None;
        }
        // Who adopts objects has to know their addresses.
        let unknowns = if self.options.only_imports() { Unknowns::Refused } else { Unknowns::Allowed };
        let expansion = expand(&compiled.repetition, &self.evaluator.scope(scope, &data), unknowns, &mut diagnostics);
        let failed = diagnostics.has_errors();
        self.report(diagnostics);
        let expansion = expansion.filter(|_| !failed)?;
        let Some(instances) = expansion.instances.filter(|_| !resource.module.is_unknown()) else {
            self.note_unknown_instances(resource);
            return Some(Expansion { instances: None, ..expansion });
        };
        if !self.options.only_imports() {
            let found = self.self_references(module, index, instances.iter().map(|(key, _)| key));
            if found.has_errors() {
                self.report(found);
                return None;
            }
        }
        if expansion.mode != EachMode::Single && self.replaced.contains(&resource.instance(InstanceKey::None)) {
            self.report([incompletely_matched(resource, &instances)]);
        }
        let keys: HashSet<InstanceKey> = instances.iter().map(|(key, _)| key.clone()).collect();
        self.checks.borrow_mut().expect(&self.program, (module, index), &resource.module, &keys);
        self.found.borrow_mut().expansions.insert(resource.clone(), (expansion.mode, keys));
        Some(Expansion { mode: expansion.mode, instances: Some(instances) })
    }

    /// The value of an instance; `Some(None)` where it is not there and the plan does not make it, `None` after an error.
    async fn plan_managed_instance(&self, instance: &Instance<'_>) -> Option<Option<Value>> {
        let prior = self.prior.borrow().instance(&instance.address.resource(), &instance.address.key).cloned();
        let prior = prior.unwrap_or_default();
        if !self.selection.includes_instance(&instance.address) {
            return Some(prior.current.map(|object| object.value));
        }
        self.plan_deposed(instance, &prior);
        let before = InstanceData { self_object: None, ..instance.data.clone() };
        self.check_rules(instance, &before, RuleKind::Precondition)?;
        let value = match self.options.mode {
            Mode::RefreshOnly => {
                let Some(object) = prior.current else {
                    let data = instance.data.with_self(Value::unknown(instance.compiled.ty.clone()));
                    return self.check_rules(instance, &data, RuleKind::Postcondition).map(|()| None);
                };
                object.value
            }
            _ => self.plan_change(instance, prior).await?,
        };
        self.check_rules(instance, &instance.data.with_self(value.clone()), RuleKind::Postcondition)?;
        Some(Some(value))
    }

    fn check_rules(&self, instance: &Instance<'_>, data: &InstanceData, kind: RuleKind) -> Option<()> {
        let rules = match kind {
            RuleKind::Precondition => &instance.compiled.preconditions,
            _ => &instance.compiled.postconditions,
        };
        let checkable = (instance.module, instance.index);
        let passed = self.run_rules(checkable, (instance.scope, &instance.address.key), data, rules, kind);
        passed.then_some(())
    }

    /// The configuration with marks; `None` after an error.
    pub(super) fn evaluate_config(&self, instance: &Instance<'_>) -> Option<Value> {
        let scope = self.evaluator.scope(instance.scope, &instance.data);
        let (config, mut diagnostics) = instance.compiled.body.evaluate(&scope, &self.evaluator.settings.context);
        check_ephemeral(instance.compiled, &config, &instance.address.to_string(), &mut diagnostics);
        let failed = diagnostics.has_errors();
        self.report(diagnostics);
        (!failed).then_some(config)
    }

    async fn plan_change(&self, instance: &Instance<'_>, prior: PriorInstance) -> Option<Value> {
        let address = &instance.address;
        let written = if self.is_unwritten(instance) { None } else { Some(self.evaluate_config(instance)?) };
        let Chosen { index: provider_index, opened } =
            self.choose_provider((instance.module, instance.index), (instance.scope, address), &instance.data)?;
        if let Some(config) = &written {
            self.ask_about(instance, provider_index, config).await?;
        }
        if prior.current.is_none()
            && let Some(after) = self.put_off_import(instance, provider_index)
        {
            return Some(after);
        }
        let provider = match opened {
            Ok(provider) => provider,
            Err(reason) => {
                // What nobody has written yet is as unknown as the object that it is to be made from.
                let config = written.unwrap_or_else(|| Value::unknown(instance.compiled.ty.clone()));
                let why = (provider_index, reason);
                return Some(self.put_off_unasked(why, instance, &config, prior.current.as_ref()));
            }
        };
        let (prior, importing) = self.adopt(instance, (provider_index, provider.as_ref()), prior.current).await?;
        let (generated, config) = match written {
            Some(config) => (String::new(), config),
            None => {
                let (text, config) = self.generate_config(instance, &prior.as_ref()?.value);
                self.ask_about(instance, provider_index, &config).await?;
                (text, config)
            }
        };
        let node = self.program.graph.index(&self.program.tree, Node::Resource(instance.module, instance.index));
        let (forced, triggered_by) = self.forced(instance)?;
        let provider_address = &self.provider_addresses[provider_index];
        let create_before_destroy = self.dependencies.create_before_destroy(node);
        let wanted =
            self.program.tree[instance.module].module.config.resources[instance.index].lifecycle.create_before_destroy;
        let stays = self.end_of((instance.module, instance.index), Action::Delete) == Action::Forget;
        let order = match (self.dependencies.is_created_first(node), wanted) {
            _ if stays => Order::Beside,
            (true, _) => Order::CreateFirst,
            (false, Some(false)) => Order::DeleteFirst,
            (false, _) => Order::Providers,
        };
        let asked = (provider_index, provider);
        let change = self.ask_to_plan(instance, &asked, config, prior.as_ref(), (forced, order)).await?;
        let place = (instance.module, instance.index);
        let allowed = !change.action.destroys() || !self.must_stay(address, place);
        let after = change.after.clone();
        if change.action != Action::NoOp {
            self.note_pending((instance.module, instance.index), instance.scope);
        }
        let dependencies = self.dependencies.addresses(&self.program, node);
        let prior = match &importing {
            Some(_) if change.action == Action::NoOp => self.settle_import(address, &dependencies),
            _ => prior,
        };
        let generated = Str::from(generated);
        let notes = Extras { importing, triggered_by, create_before_destroy, dependencies, generated };
        let planned = self.planned_change(instance, provider_address.clone(), change, notes, prior);
        let is_change = planned.change.action != Action::NoOp || planned.change.importing.is_some();
        if is_change && self.is_behind(instance.module, instance.index) {
            self.put_off_planned(DeferredReason::DeferredPrereq, planned);
        } else {
            self.check_connections(instance, &planned.change);
            self.found.borrow_mut().add(planned);
        }
        allowed.then_some(after)
    }

    /// What the provider plans for an instance; `None` after an error.
    pub(super) async fn ask_to_plan(
        &self,
        instance: &Instance<'_>,
        (index, provider): &(usize, Arc<dyn ProviderInstance>),
        config: Value,
        prior: Option<&PriorObject>,
        (forced, order): (Option<ActionReason>, Order),
    ) -> Option<InstanceChange> {
        let schema = &instance.compiled.schema;
        let (change, diagnostics) = plan_instance(InstanceInput {
            address: &instance.address,
            provider_name: &self.provider_addresses[*index].provider,
            provider: provider.as_ref(),
            schema,
            config,
            prior: prior.map_or_else(|| Value::null(instance.compiled.ty.clone()), |object| object.value.clone()),
            tainted: prior.is_some_and(|object| object.tainted),
            identity: prior.and_then(PriorObject::known_identity),
            private: prior.map(|object| object.private.to_vec()).unwrap_or_default(),
            ignored: &instance.compiled.ignore_changes,
            forced,
            order,
        })
        .await;
        if self.report_placed(instance, diagnostics) { None } else { change }
    }

    /// What the provider says of a configuration; `None` after an error.
    pub(super) async fn ask_about(&self, instance: &Instance<'_>, provider: usize, config: &Value) -> Option<()> {
        let (plain, _) = config.clone().unmark_deep();
        let kind = &instance.address.resource.kind;
        let invalid = match instance.address.resource.mode {
            ResourceMode::Data => self.provider(provider)?.validate_data_source(kind, &plain).await,
            _ => self.provider(provider)?.validate_resource(kind, &plain).await,
        };
        (!self.report_placed(instance, invalid)).then_some(())
    }

    fn generate_config(&self, instance: &Instance<'_>, object: &Value) -> (String, Value) {
        let resource = &self.program.tree[instance.module].module.config.resources[instance.index];
        let provider = resource.provider.as_deref().map(landform_config::ProviderRef::text);
        generate(&instance.address, provider.as_deref(), &instance.compiled.schema.block, object)
    }

    fn planned_change(
        &self,
        instance: &Instance<'_>,
        provider: landform_addrs::ProviderConfigAddr,
        change: InstanceChange,
        extras: Extras,
        prior: Option<PriorObject>,
    ) -> PlannedChange {
        let triggered = change.reason == Some(ActionReason::ReplaceByTriggers);
        PlannedChange {
            change: ResourceChange {
                previous_address: self.moved.previous(&instance.address),
                action: change.action,
                reason: change.reason,
                triggered_by: if triggered { extras.triggered_by } else { Vec::new() },
                before: change.before,
                after: change.after,
                requires_replace: change.requires_replace,
                identity: change.identity,
                importing: extras.importing,
                generated_config: extras.generated,
                notes: change.notes,
                ..ResourceChange::none(instance.address.clone(), provider, instance.compiled.schema.clone())
            },
            private: change.private,
            prior_private: prior.as_ref().map(|object| object.private.clone()).unwrap_or_else(|| [].into()),
            prior_dependencies: prior.map(|object| object.dependencies).unwrap_or_else(|| [].into()),
            dependencies: extras.dependencies,
            create_before_destroy: extras.create_before_destroy,
            config: Some((instance.module, instance.index)),
        }
    }

    /// Notes that a resource has changes to come in an instance of its module.
    fn note_pending(&self, place: (ModuleId, usize), scope: ScopeId) {
        self.found.borrow_mut().pending.entry(place).or_default().insert(scope);
    }

    /// Why the instance must be replaced, if it must; `None` after an error.
    pub(super) fn forced(&self, instance: &Instance<'_>) -> Option<(Option<ActionReason>, Vec<Str>)> {
        let triggered = self.triggered(instance)?;
        if !triggered.is_empty() {
            return Some((Some(ActionReason::ReplaceByTriggers), triggered));
        }
        if self.replaced.contains(&instance.address) {
            return Some((Some(ActionReason::ReplaceByRequest), Vec::new()));
        }
        Some(self.options.earlier.forced(&instance.address))
    }

    /// Objects that a replacement left behind are destroyed by the next run.
    fn plan_deposed(&self, instance: &Instance<'_>, prior: &PriorInstance) {
        if self.options.mode == Mode::RefreshOnly {
            return;
        }
        for (key, object) in &prior.deposed {
            let action = self.end_of((instance.module, instance.index), Action::Delete);
            self.plan_end(&instance.address, Some(key.clone()), object.clone(), None, action);
        }
    }

    /// Reports what a provider said of a configuration, each with the place of its attribute; tells whether any is an
    /// error.
    fn report_placed(&self, instance: &Instance<'_>, diagnostics: Diagnostics) -> bool {
        let failed = diagnostics.has_errors();
        let body = &instance.compiled.body;
        self.report(diagnostics.into_iter().map(|mut found| {
            found.subject = found.subject.or_else(|| Some(body.place_of_problem(&found)));
            about(found, &instance.address)
        }));
        failed
    }
}

struct Extras {
    importing: Option<PlannedImport>,
    triggered_by: Vec<Str>,
    create_before_destroy: bool,
    dependencies: std::sync::Arc<[landform_addrs::ConfigResource]>,
    generated: Str,
}

fn about(diagnostic: Diagnostic, address: &ResourceInstance) -> Diagnostic {
    if diagnostic.address.is_some() { diagnostic } else { diagnostic.about(address.to_string()) }
}

/// `-replace` without a key does nothing for a resource whose instances have keys.
fn incompletely_matched(resource: &AbsResource, instances: &[(InstanceKey, InstanceData)]) -> Diagnostic {
    let options: Vec<String> = instances
        .iter()
        .map(|(key, _)| format!("\n  -replace={:?}", resource.instance(key.clone()).to_string()))
        .collect();
    let why = match options.len() {
        0 => "this resource doesn't have any instances.",
        1 => {
            "it lacks an instance key.\n\nTo force replacement of the single declared instance, use the following option instead:"
        }
        _ => {
            "it lacks an instance key.\n\nTo force replacement of particular instances, use one or more of the following options instead:"
        }
    };
    let detail = format!(
        "Your force-replace request for {resource} doesn't match any resource instances because {why}{}",
        options.concat()
    );
    Diagnostic::warning("Incompletely-matched force-replace resource instance", detail)
}

/// Provisioners that call their resource by its name want all its instances, and so each waits for all others.
fn waiting_for_each_other(resource: &AbsResource, instances: &[(InstanceKey, InstanceData)]) -> Diagnostic {
    let names: Vec<String> = instances.iter().map(|(key, _)| resource.instance(key.clone()).to_string()).collect();
    Diagnostic::error(format!("Cycle: {}", names.join(", ")), "")
}

/// An object with the sensitive marks of its schema and of an earlier form of it.
pub(super) fn with_marks_of(object: Value, earlier: &Value, schema: &landform_provider_api::Schema) -> Value {
    mark_sensitive(&schema.block, object, &sensitive_paths(earlier))
}
