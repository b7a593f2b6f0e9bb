//! Operations with an effect.

use std::sync::Arc;

use landform_addrs::{ProviderConfigAddr, ResourceInstance};
use landform_config::ProvisionerWhen;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::{Action, ResourceChange};
use landform_provider_api::{ApplyRequest, ApplyResponse, ProviderInstance, ReadDataRequest};
use landform_state::journal::{Change, Effect, Intent, Reach, Ticket};
use landform_state::{Object, ObjectStatus, State};
use landform_values::{Str, Value};

use super::Applier;
use crate::evaluate::{InstanceData, RuleKind, ScopeId};
use crate::events::Event;
use crate::objects::{Identity, ToldIdentity, check_applied, mark_sensitive, sensitive_paths};
use crate::plan::{InstanceInput, Order, PlannedChange, checks, plan_instance};
use crate::prior::{PriorObject, encode};
use crate::program::CompiledResource;
use crate::refactor::provisioners_of;
use crate::schedule::Outcome;

/// An instance that configuration has, ready to be changed.
pub(super) struct Configured<'a> {
    pub(super) planned: &'a PlannedChange,
    pub(super) compiled: &'a CompiledResource,
    pub(super) scope: ScopeId,
    pub(super) data: InstanceData,
    provider: Arc<dyn ProviderInstance>,
}

/// An object that a provider left behind.
struct Left {
    value: Value,
    identity: Option<Identity>,
    private: Vec<u8>,
    tainted: bool,
}

/// A change with all values known.
struct FinalPlan {
    action: Action,
    planned: Value,
    /// The configuration that counts, with marks.
    config: Value,
    /// To hand to the provider.
    private: Vec<u8>,
    /// Whether the provider has something to wait for.
    unfinished: bool,
}

impl Configured<'_> {
    /// Whether something runs once the object is created.
    fn provisions(&self) -> bool {
        self.compiled.provisioners_at(ProvisionerWhen::Create).next().is_some()
    }
}

impl Applier<'_> {
    fn configured(&self, index: usize) -> Option<Configured<'_>> {
        let planned = &self.planned.changes[index];
        let (module, resource) = planned.config?;
        let address = &planned.change.address;
        let expansions = self.expansions.borrow();
        let expanded = expansions.get(&(module, resource))?.get(&address.module)?;
        let data = expanded.instances.get(&address.key)?;
        Some(Configured {
            planned,
            compiled: self.program.resource(module, resource),
            scope: expanded.scope,
            data: data.clone(),
            provider: self.provider_of(&planned.change)?,
        })
    }

    /// An instance that the plan has and that configuration, evaluated again, has not.
    fn vanished(&self, index: usize) -> Outcome {
        let address = &self.planned.changes[index].change.address;
        let detail =
            format!("The plan has a change of {address}, but with the values known now there is no such instance.");
        self.settle(Diagnostic::error("Inconsistent plan", detail).about(address.to_string()).into())
    }

    /// Reads a data source.
    pub(super) async fn read(&self, index: usize) -> Outcome {
        let Some(instance) = self.configured(index) else { return self.vanished(index) };
        let address = &instance.planned.change.address;
        let Some(config) = self.config(&instance) else { return Outcome::Failed };
        let observer = self.environment.observer;
        observer.event(Event::Reading { address });
        let request = ReadDataRequest { kind: address.resource.kind.clone(), config: config.clone().unmark_deep().0 };
        let response = instance.provider.read_data_source(request).await;
        let check = self.check_of(&instance);
        let in_check = check.is_some();
        if in_check && let Some(place) = instance.planned.config {
            checks::note_unread(&self.evaluator, &self.checks, place, instance.scope, &response.diagnostics);
        }
        let failed = self.report_about(&instance, response.diagnostics, check);
        if failed {
            return if in_check { Outcome::Done } else { Outcome::Failed };
        }
        let schema = &instance.compiled.schema;
        observer.event(Event::Read { address, object: &response.object });
        let value = mark_sensitive(&schema.block, response.object, &sensitive_paths(&config));
        self.values.borrow_mut().insert(address, value.clone());
        if let Ok(object) = super::encode_data(schema, &value) {
            self.state.borrow_mut().insert(address, &instance.planned.change.provider, object);
        }
        let data = instance.data.with_self(value);
        if self.rules(&instance, &data, RuleKind::Postcondition) { Outcome::Done } else { Outcome::Failed }
    }

    /// The check block that a data source is in.
    fn check_of(&self, instance: &Configured<'_>) -> Option<&Str> {
        let (module, index) = instance.planned.config?;
        self.program.tree[module].module.config.resources[index].check.as_ref()
    }

    /// Checks the conditions of an object that stays as it is.
    pub(super) fn verify(&self, index: usize) -> Outcome {
        let Some(instance) = self.configured(index) else { return self.vanished(index) };
        let data = instance.data.with_self(instance.planned.change.after.clone());
        let holds = self.rules(&instance, &instance.data, RuleKind::Precondition)
            && self.rules(&instance, &data, RuleKind::Postcondition);
        if holds { Outcome::Done } else { Outcome::Failed }
    }

    /// Creates an object, first putting the old one aside where it is to go last.
    pub(super) async fn create(&self, index: usize) -> Outcome {
        let Some(instance) = self.configured(index) else { return self.vanished(index) };
        let address = instance.planned.change.address.clone();
        let provider = instance.planned.change.provider.clone();
        let set_aside = matches!(instance.planned.change.action, Action::CreateThenDelete | Action::CreateThenForget);
        let key = set_aside.then(|| self.put_aside(&address, &provider)).flatten();
        let null = Value::null(instance.compiled.ty.clone());
        let outcome = self.change(&instance, Action::Create, null).await;
        if outcome == Outcome::Failed
            && let Some(key) = key
        {
            self.put_back(&address, &provider, &key);
        }
        outcome
    }

    /// Changes an object in place.
    pub(super) async fn update(&self, index: usize) -> Outcome {
        let Some(instance) = self.configured(index) else { return self.vanished(index) };
        let prior = instance.planned.change.before.clone();
        self.change(&instance, Action::Update, prior).await
    }

    fn put_aside(&self, address: &ResourceInstance, provider: &ProviderConfigAddr) -> Option<Str> {
        let mut state = self.state.borrow_mut();
        let object = state.remove(address, None)?;
        let key: Str = (self.environment.settings.new_deposed_key)().into();
        state.insert_deposed(address, key.clone(), provider, object);
        self.set_aside.borrow_mut().insert(address.clone(), key.clone());
        Some(key)
    }

    /// After a failed create, the old object is the current one again, unless something new is there.
    fn put_back(&self, address: &ResourceInstance, provider: &ProviderConfigAddr, key: &Str) {
        let mut state = self.state.borrow_mut();
        if state.current(address).is_some() {
            return;
        }
        if let Some(object) = state.remove(address, Some(key)) {
            state.insert(address, provider, object.clone());
            let change =
                |deposed, object| Change { address: address.clone(), deposed, provider: provider.clone(), object };
            self.recorder.note(&[change(Some(key.clone()), None), change(None, Some(object))]);
        }
    }

    fn config(&self, instance: &Configured<'_>) -> Option<Value> {
        let names = self.evaluator.scope(instance.scope, &instance.data);
        let (config, diagnostics) = instance.compiled.body.evaluate(&names, &self.environment.settings.context);
        let failed = diagnostics.has_errors();
        self.report(diagnostics);
        (!failed).then_some(config)
    }

    fn rules(&self, instance: &Configured<'_>, data: &InstanceData, kind: RuleKind) -> bool {
        let Some((module, index)) = instance.planned.config else { return true };
        let rules = match kind {
            RuleKind::Precondition => &instance.compiled.preconditions,
            _ => &instance.compiled.postconditions,
        };
        let checkable = checks::Checkable::Resource(module, index);
        let place = (instance.scope, &instance.planned.change.address.key);
        let (passed, found) = checks::run(&self.evaluator, &self.checks, checkable, place, data, rules, kind);
        self.report(found);
        passed
    }

    /// Reports with the address; whether any is an error.
    fn report_about(&self, instance: &Configured<'_>, diagnostics: Diagnostics, check: Option<&Str>) -> bool {
        let failed = diagnostics.has_errors();
        self.report(diagnostics.into_iter().map(|mut found| {
            found.subject = found.subject.or_else(|| Some(instance.compiled.body.place_of_problem(&found)));
            if found.address.is_none() {
                found.address = Some(instance.planned.change.address.to_string());
            }
            match check {
                Some(check) => checks::soften(found, check, &instance.planned.change.address.module),
                None => found,
            }
        }));
        failed
    }

    /// Plans once more with all values known, applies, and keeps what comes of it.
    async fn change(&self, instance: &Configured<'_>, action: Action, prior: Value) -> Outcome {
        if !self.rules(instance, &instance.data, RuleKind::Precondition) {
            return Outcome::Failed;
        }
        let Some(config) = self.config(instance) else { return Outcome::Failed };
        let address = &instance.planned.change.address;
        let Some(last) = self.final_plan(instance, &config, &prior).await else { return Outcome::Failed };
        if action == Action::Update && last.action == Action::NoOp {
            return self.leave(instance, &prior);
        }
        let before = prior.clone().unmark_deep().0;
        if action == Action::Update && last.planned == before && !last.unfinished {
            return self.relabel(instance, last, &prior);
        }
        let FinalPlan { planned, config: counted, private, .. } = last;
        let effect = if action == Action::Create { Effect::Create } else { Effect::Update };
        let object = planned_object(instance.planned, &planned);
        let ticket = match self.intend(instance.planned, None, effect, object).await {
            Ok(ticket) => ticket,
            Err(diagnostic) => return self.settle(diagnostic.into()),
        };
        let observer = self.environment.observer;
        observer.event(Event::Applying { address, deposed: None, action, object: &prior });
        let request = ApplyRequest {
            kind: address.resource.kind.clone(),
            prior: before.clone(),
            planned: planned.clone(),
            config: config.clone().unmark_deep().0,
            private,
        };
        let mut response = instance.provider.apply_resource(request).await;
        let failed = self.report_about(instance, std::mem::take(&mut response.diagnostics), None);
        let unfinished = response.unfinished;
        let (mut left, sound) = self.inspect(instance, action, &before, &planned, response, failed);
        let mut failed = failed || !sound;
        let provisions = !failed && action == Action::Create && instance.provisions();
        if let Some(left) = left.as_mut().filter(|_| action == Action::Create) {
            left.tainted = failed && !unfinished || provisions;
        }
        let value = self.store(instance, left, &counted, ticket.id).await;
        if let Some(value) = value.as_ref().filter(|_| provisions) {
            failed = self.provision_created(instance, value).await == Outcome::Failed;
            if !failed {
                self.untaint(&instance.planned.change, ticket.id).await;
            }
        }
        self.conclude_change(instance, action, value, failed)
    }

    /// Leaves an object as state has it, because nothing of it changes after all.
    fn leave(&self, instance: &Configured<'_>, object: &Value) -> Outcome {
        self.values.borrow_mut().insert(&instance.planned.change.address, object.clone());
        let holds = self.rules(instance, &instance.data.with_self(object.clone()), RuleKind::Postcondition);
        if holds { Outcome::Done } else { Outcome::Failed }
    }

    /// Changes only who may see an object. No provider need hear of it, and nothing is lost where it is not written down.
    fn relabel(&self, instance: &Configured<'_>, last: FinalPlan, prior: &Value) -> Outcome {
        let change = &instance.planned.change;
        let (address, action) = (&change.address, Action::Update);
        self.environment.observer.event(Event::Applying { address, deposed: None, action, object: prior });
        let left = Left { value: last.planned, identity: None, private: last.private, tainted: false };
        let (value, object) = self.put(instance, Some(left), &last.config);
        self.recorder.note(&[state_change(change, None, object)]);
        self.conclude_change(instance, action, value, false)
    }

    /// Tells what came of a change, and checks conditions.
    fn conclude_change(
        &self,
        instance: &Configured<'_>,
        action: Action,
        value: Option<Value>,
        failed: bool,
    ) -> Outcome {
        let (address, observer) = (&instance.planned.change.address, self.environment.observer);
        match (failed, &value) {
            (false, Some(value)) => {
                observer.event(Event::Applied { address, deposed: None, action, object: value });
                let mut counts = self.counts.borrow_mut();
                if action == Action::Create { counts.created += 1 } else { counts.updated += 1 }
            }
            _ => observer.event(Event::Failed { address, deposed: None, action }),
        }
        // As in Terraform, conditions are checked of whatever there is now.
        let Some(value) = value else { return Outcome::Failed };
        let holds = self.rules(instance, &instance.data.with_self(value), RuleKind::Postcondition);
        if holds && !failed { Outcome::Done } else { Outcome::Failed }
    }

    /// The planned object with the values known now, and what goes with it.
    async fn final_plan(&self, instance: &Configured<'_>, config: &Value, prior: &Value) -> Option<FinalPlan> {
        let change = &instance.planned.change;
        let provider_name = &change.provider.provider;
        let (planned, diagnostics) = plan_instance(InstanceInput {
            address: &change.address,
            provider_name,
            provider: instance.provider.as_ref(),
            schema: &instance.compiled.schema,
            config: config.clone(),
            prior: prior.clone(),
            tainted: false,
            identity: change.identity.before.clone().filter(|_| !prior.is_null()),
            private: instance.planned.prior_private.to_vec(),
            ignored: &instance.compiled.ignore_changes,
            forced: None,
            order: Order::DeleteFirst,
        })
        .await;
        if self.report_about(instance, diagnostics, None) {
            return None;
        }
        let planned = planned?;
        let promised = change.after.clone().unmark_deep().0;
        let after = planned.after.unmark_deep().0;
        let errors = check_applied(&instance.compiled.schema.block, &promised, &after);
        let found: Diagnostics = errors
            .iter()
            .map(|error| {
                let detail = format!(
                    "When expanding the plan for {} to include new values learned so far during apply, provider \"{provider_name}\" produced an invalid new value for {}: {}.\n\nThis is a bug in the provider, which should be reported in the provider's own issue tracker.",
                    change.address, error.path, error.message
                );
                Diagnostic::error("Provider produced inconsistent final plan", detail)
            })
            .collect();
        let last = FinalPlan {
            action: planned.action,
            planned: after,
            config: planned.config,
            private: planned.private,
            unfinished: planned.unfinished,
        };
        (!self.report_about(instance, found, None)).then_some(last)
    }

    /// Holds the provider to its promises; what it left behind, and whether it kept them.
    fn inspect(
        &self,
        instance: &Configured<'_>,
        action: Action,
        before: &Value,
        planned: &Value,
        response: ApplyResponse,
        failed: bool,
    ) -> (Option<Left>, bool) {
        let provider = instance.planned.change.provider.provider.to_string();
        let address = &instance.planned.change.address;
        let mut object = response.object;
        let mut found = Diagnostics::new();
        if object.is_null() {
            if !failed {
                let detail = format!(
                    "When applying changes to {address}, provider \"{provider}\" returned no object and no error.\n\nThis is a bug in the provider, which should be reported in the provider's own issue tracker."
                );
                found.push(Diagnostic::error("Provider produced inconsistent result after apply", detail));
            }
            let kept = (action == Action::Update && failed).then(|| before.clone());
            let sound = !self.report_about(instance, found, None);
            let left = |value| Left { value, identity: None, private: response.private, tainted: false };
            return (kept.map(left), sound);
        }
        if !object.is_wholly_known() {
            if !failed {
                let detail = format!(
                    "After the apply operation, the provider still indicated an unknown value for {address}. All values must be known after apply, so this is always a bug in the provider and should be reported in the provider's own repository. Landform will still save the other known object values in the state."
                );
                found.push(Diagnostic::error("Provider returned invalid result object after apply", detail));
            }
            object = object.unknown_as_null();
        } else if !failed && !response.legacy {
            for error in check_applied(&instance.compiled.schema.block, planned, &object) {
                let detail = format!(
                    "When applying changes to {address}, provider \"{provider}\" produced an unexpected new value: {error}.\n\nThis is a bug in the provider, which should be reported in the provider's own issue tracker."
                );
                found.push(Diagnostic::error("Provider produced inconsistent result after apply", detail));
            }
        }
        let identity = self.inspect_identity(instance, action, response.identity, &mut found);
        let sound = !self.report_about(instance, found, None);
        (Some(Left { value: object, identity, private: response.private, tainted: false }), sound)
    }

    /// The identity of what there is now, if it is a right one.
    fn inspect_identity(
        &self,
        instance: &Configured<'_>,
        action: Action,
        identity: Option<Value>,
        found: &mut Diagnostics,
    ) -> Option<Identity> {
        let ResourceChange { address, provider, identity: planned, .. } = &instance.planned.change;
        let schema = &instance.compiled.schema;
        let identity = identity?;
        let told = ToldIdentity { address, provider: &provider.provider, schema, identity: &identity };
        let wrong = told.check(planned.before.as_ref().filter(|_| action == Action::Update));
        let fine = !wrong.has_errors();
        found.extend(wrong);
        Identity::new(&identity, schema).filter(|_| fine)
    }

    /// Puts what a change led to into state, and writes it down; its value with marks.
    async fn store(&self, instance: &Configured<'_>, left: Option<Left>, config: &Value, intent: u64) -> Option<Value> {
        let (value, object) = self.put(instance, left, config);
        self.conclude(intent, &instance.planned.change, None, object.as_ref()).await;
        value
    }

    /// Puts what a change led to into state; its value with marks, and what is stored.
    fn put(&self, instance: &Configured<'_>, left: Option<Left>, config: &Value) -> (Option<Value>, Option<Object>) {
        let address = &instance.planned.change.address;
        let schema = &instance.compiled.schema;
        // Where something is changed in place, it is still there as it was.
        let earlier = self.state.borrow().current(address).and_then(Identity::of);
        let object = left.map(|left| PriorObject {
            value: mark_sensitive(&schema.block, left.value.clone(), &sensitive_paths(config)),
            stored: left.value,
            tainted: left.tainted,
            private: left.private.into(),
            dependencies: instance.planned.dependencies.clone(),
            create_before_destroy: instance.planned.create_before_destroy,
            schema: schema.clone(),
            identity: left.identity.or(earlier),
        });
        let encoded = object.as_ref().map(|object| encode(object, &schema.block.implied_type()));
        let encoded = match encoded {
            Some(Err(error)) => {
                let detail = format!("The new object of {address} can not be stored: {error}.");
                self.report([Diagnostic::error("Invalid object", detail).about(address.to_string())]);
                None
            }
            Some(Ok(encoded)) => Some(encoded),
            None => None,
        };
        match &encoded {
            Some(encoded) => {
                self.state.borrow_mut().insert(address, &instance.planned.change.provider, encoded.clone());
            }
            None => {
                self.state.borrow_mut().remove(address, None);
            }
        }
        let value = object.map(|object| object.value);
        if let Some(value) = &value {
            self.values.borrow_mut().insert(address, value.clone());
        }
        (value, encoded)
    }

    /// All that belongs to a create has been done.
    async fn untaint(&self, change: &ResourceChange, intent: u64) {
        let object = {
            let mut state = self.state.borrow_mut();
            let instance = state.instance_mut(&change.address);
            let Some(object) = instance.and_then(|instance| instance.current.as_mut()) else { return };
            object.status = ObjectStatus::Ready;
            object.clone()
        };
        self.conclude(intent, change, None, Some(&object)).await;
    }

    /// Writes down what is about to be done.
    async fn intend(
        &self,
        planned: &PlannedChange,
        deposed: Option<&Str>,
        effect: Effect,
        object: Option<Object>,
    ) -> Result<Ticket, Diagnostic> {
        let change = &planned.change;
        let address = &change.address;
        let (prior, changes) = {
            let state = self.state.borrow();
            let put_aside = self.set_aside.borrow().get(address).cloned().filter(|_| effect == Effect::Create);
            let changes: Vec<Change> = put_aside.iter().flat_map(|key| moves_aside(&state, change, key)).collect();
            (state.object(address, deposed.map(|key| &**key)).cloned(), changes)
        };
        let intent = Intent {
            address,
            deposed,
            provider: &change.provider,
            effect,
            reach: self.reach(planned),
            token: None,
            prior: prior.as_ref(),
            planned: object.as_ref(),
            changes: &changes,
        };
        self.recorder.intent(&intent).await
    }

    /// Provisioners may do anything, whatever they are for.
    fn reach(&self, planned: &PlannedChange) -> Reach {
        let provider = self.environment.providers.get(&planned.change.provider.provider);
        let acts_outside = provider.is_none_or(|provider| provider.acts_outside());
        let provisioned = provisioners_of(&self.program, &self.removed, planned)
            .is_some_and(|(_, provisioners)| !provisioners.is_empty());
        if acts_outside || provisioned { Reach::Outside } else { Reach::State }
    }

    /// Writes down what is there after an operation.
    async fn conclude(&self, id: u64, change: &ResourceChange, deposed: Option<&Str>, object: Option<&Object>) {
        let after = state_change(change, deposed.cloned(), object.cloned());
        if let Err(diagnostic) = self.recorder.outcome(id, &[after]).await {
            self.report([diagnostic]);
        }
        if self.recorder.wants_snapshot() {
            let state = self.state.borrow().clone();
            if let Err(diagnostic) = self.recorder.snapshot(&state).await {
                self.report([diagnostic]);
            }
        }
    }

    /// Destroys an object.
    pub(super) async fn delete(&self, index: usize) -> Outcome {
        let planned = &self.planned.changes[index];
        let change = &planned.change;
        let address = &change.address;
        let Some(provider) = self.provider_of(change) else { return Outcome::Failed };
        let deposed = self.key_of_old(change);
        let ticket = match self.intend(planned, deposed.as_ref(), Effect::Delete, None).await {
            Ok(ticket) => ticket,
            Err(diagnostic) => return self.settle(diagnostic.into()),
        };
        let observer = self.environment.observer;
        observer.event(Event::Applying {
            address,
            deposed: deposed.as_ref(),
            action: Action::Delete,
            object: &change.before,
        });
        // An object that was put aside or left incomplete goes without a word.
        if deposed.is_none() && !self.is_tainted(address) && self.provision_destroyed(planned).await == Outcome::Failed
        {
            observer.event(Event::Failed { address, deposed: None, action: Action::Delete });
            let left = self.state.borrow().current(address).cloned();
            self.conclude(ticket.id, change, None, left.as_ref()).await;
            return Outcome::Failed;
        }
        let prior = change.before.clone().unmark_deep().0;
        let null = Value::null(change.schema.block.implied_type());
        let request = ApplyRequest {
            kind: address.resource.kind.clone(),
            prior,
            planned: null.clone(),
            config: null,
            private: planned.prior_private.to_vec(),
        };
        let response = provider.apply_resource(request).await;
        let failed = response.diagnostics.has_errors();
        self.report(response.diagnostics.into_iter().map(|mut found| {
            found.address = found.address.or_else(|| Some(address.to_string()));
            found
        }));
        if !failed {
            self.state.borrow_mut().remove(address, deposed.as_deref());
            self.counts.borrow_mut().destroyed += 1;
            observer.event(Event::Applied {
                address,
                deposed: deposed.as_ref(),
                action: Action::Delete,
                object: &change.before,
            });
        } else {
            observer.event(Event::Failed { address, deposed: deposed.as_ref(), action: Action::Delete });
        }
        let left = self.state.borrow().object(address, deposed.as_deref()).cloned();
        self.conclude(ticket.id, change, deposed.as_ref(), left.as_ref()).await;
        if failed { Outcome::Failed } else { Outcome::Done }
    }

    /// Under which key the object is that goes: that of a replacement was put aside.
    fn key_of_old(&self, change: &ResourceChange) -> Option<Str> {
        match change.action {
            Action::CreateThenDelete | Action::CreateThenForget => {
                self.set_aside.borrow().get(&change.address).cloned()
            }
            _ => change.deposed.clone(),
        }
    }

    fn is_tainted(&self, address: &ResourceInstance) -> bool {
        self.state.borrow().current(address).is_some_and(|object| object.status == ObjectStatus::Tainted)
    }

    /// Tells of an object that planning found and put into the state that apply starts from.
    pub(super) fn import(&self, index: usize) -> Outcome {
        let change = &self.planned.changes[index].change;
        if let Some(by) = &change.importing {
            self.environment.observer.event(Event::Adopting { address: &change.address, by });
            self.counts.borrow_mut().imported += 1;
            self.environment.observer.event(Event::Adopted { address: &change.address, by });
        }
        Outcome::Done
    }

    /// Drops an object from state.
    pub(super) fn forget(&self, index: usize) -> Outcome {
        let change = &self.planned.changes[index].change;
        let deposed = self.key_of_old(change);
        if deposed.is_none() && change.action == Action::CreateThenForget {
            // There was no old object after all, and the new one stays.
            return Outcome::Done;
        }
        self.state.borrow_mut().remove(&change.address, deposed.as_deref());
        self.recorder.note(&[state_change(change, deposed, None)]);
        Outcome::Done
    }
}

/// What state has of an object now.
fn state_change(change: &ResourceChange, deposed: Option<Str>, object: Option<Object>) -> Change {
    Change { address: change.address.clone(), deposed, provider: change.provider.clone(), object }
}

/// An object as planned, as far as it is known, for recognising it should the run be killed while it is made.
fn planned_object(change: &PlannedChange, planned: &Value) -> Option<Object> {
    let schema = &change.change.schema;
    let known = planned.clone().unmark_deep().0.unknown_as_null();
    let mut object =
        Object::new(schema.version, landform_values::json::encode(&known, &schema.block.implied_type()).ok()?);
    object.dependencies = change.dependencies.clone();
    object.create_before_destroy = change.create_before_destroy;
    Some(object)
}

/// That the old object of a replacement has a key now.
fn moves_aside(state: &State, change: &ResourceChange, key: &Str) -> Vec<Change> {
    let object = state.object(&change.address, Some(key)).cloned();
    vec![state_change(change, None, None), state_change(change, Some(key.clone()), object)]
}
