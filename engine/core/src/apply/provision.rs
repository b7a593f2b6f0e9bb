//! Provisioners: what runs after an object was created, or before it is destroyed.
//!
//! They are no operations of the execution graph. Create-time provisioners are the end of the create, which nothing that
//! depends on the object may overtake, and destroy-time provisioners the beginning of the delete; so the graph stays
//! small, and every rule of order holds for them as it stands. The applier evaluates their configuration, which was
//! compiled with the resource, hands it to whoever knows the kind ([`crate::ProvisionerSet`]), and says what a failure
//! means: a new object whose provisioners failed is tainted, and an object whose destroy-time provisioners failed stays.
//! While provisioners of a new object run it is written down as tainted already: a run that dies then leaves one that
//! the next run replaces, and not one that looks complete.
//!
//! Tainted and deposed objects are destroyed without a word, as in Terraform: their provisioners can not count on what
//! they would find.

use landform_addrs::ResourceInstance;
use landform_config::{OnFailure, ProvisionerWhen};
use landform_diagnostics::Diagnostics;
use landform_lang::body::CompiledBody;
use landform_lang::expr::Scope;
use landform_provider_api::{ProvisionRequest, connection_schema};
use landform_values::{Marks, Value};

use super::Applier;
use super::change::Configured;
use crate::evaluate::{DestroyScope, InstanceData, whole_value};
use crate::events::Event;
use crate::plan::PlannedChange;
use crate::program::{CompiledProvisioner, missing_provisioner};
use crate::refactor::provisioners_of;
use crate::schedule::Outcome;

impl Applier<'_> {
    /// Runs what is to run for a new object.
    pub(super) async fn provision_created(&self, instance: &Configured<'_>, object: &Value) -> Outcome {
        self.show_to_its_own_provisioners(instance, object);
        let data = instance.data.with_self(object.clone());
        let names = self.evaluator.scope(instance.scope, &data);
        let address = &instance.planned.change.address;
        self.provision(address, instance.compiled.provisioners_at(ProvisionerWhen::Create), &names).await
    }

    /// Provisioners may call a resource with one instance by its name, before it is complete.
    fn show_to_its_own_provisioners(&self, instance: &Configured<'_>, object: &Value) {
        let Some((module, index)) = instance.planned.config else { return };
        if !self.program.tree[module].module.provisioners_name_their_resource(index) {
            return;
        }
        let address = &instance.planned.change.address;
        let expansions = self.expansions.borrow();
        let expanded = expansions.get(&(module, index)).and_then(|expanded| expanded.get(&address.module));
        if let Some(expanded) = expanded {
            let value = whole_value(expanded.mode, vec![(address.key.clone(), object.clone())]);
            self.evaluator.set_resource(instance.scope, index, value);
        }
    }

    /// Runs what is to run before the current object of an instance is destroyed.
    pub(super) async fn provision_destroyed(&self, planned: &PlannedChange) -> Outcome {
        let found = provisioners_of(&self.program, &self.removed, planned);
        let Some((module, provisioners)) = found else { return Outcome::Done };
        let address = &planned.change.address;
        let data = InstanceData::of(&address.key, None).with_self(planned.change.before.clone());
        let names = DestroyScope { evaluator: &self.evaluator, module, data: &data };
        self.provision(address, provisioners.iter().filter(|found| found.when == ProvisionerWhen::Destroy), &names)
            .await
    }

    /// One after the other, until one fails that must not.
    async fn provision<'p>(
        &self,
        address: &ResourceInstance,
        provisioners: impl Iterator<Item = &'p CompiledProvisioner>,
        names: &dyn Scope,
    ) -> Outcome {
        for provisioner in provisioners {
            // What was asked to stop begins nothing new, and the object lacks what was to come.
            if self.environment.stop.is_stopped()
                || self.run_provisioner(address, provisioner, names).await == Outcome::Failed
            {
                return Outcome::Failed;
            }
        }
        Outcome::Done
    }

    async fn run_provisioner(
        &self,
        address: &ResourceInstance,
        provisioner: &CompiledProvisioner,
        names: &dyn Scope,
    ) -> Outcome {
        let Some(found) = self.environment.settings.provisioners.get(&provisioner.kind) else {
            return self.settle(missing_provisioner(&provisioner.kind).into());
        };
        let Some(config) = self.evaluated(&provisioner.body, names) else { return Outcome::Failed };
        let connection = match &provisioner.connection {
            None => Some(Value::null(connection_schema().implied_type())),
            Some(connection) => self.evaluated(connection, names),
        };
        let Some(connection) = connection else { return Outcome::Failed };
        let kind = &*provisioner.kind;
        let observer = self.environment.observer;
        observer.event(Event::Provisioning { address, provisioner: kind });
        let hidden = why_hidden(&config.all_marks());
        let output = |text: &str| {
            observer.event(Event::ProvisionerOutput { address, provisioner: kind, text: hidden.unwrap_or(text) });
        };
        let request = ProvisionRequest {
            config: config.unmark_deep().0,
            connection: connection.unmark_deep().0,
            output: &output,
            hidden,
            stop: Box::pin(self.environment.stop.stopped()),
        };
        let diagnostics = found.provision(request).await;
        let failed = diagnostics.has_errors();
        observer.event(Event::Provisioned { address, provisioner: kind, failed });
        if failed && provisioner.on_failure == OnFailure::Continue {
            return Outcome::Done;
        }
        self.settle(placed(diagnostics, &provisioner.body, address))
    }

    fn evaluated(&self, body: &CompiledBody, names: &dyn Scope) -> Option<Value> {
        let (value, diagnostics) = body.evaluate(names, &self.environment.settings.context);
        (self.settle(diagnostics) == Outcome::Done).then_some(value)
    }
}

/// What stands in the place of output that may give secrets of the configuration away.
fn why_hidden(marks: &Marks) -> Option<&'static str> {
    match (marks.is_sensitive(), marks.is_ephemeral()) {
        (true, true) => Some("(output suppressed due to sensitive, ephemeral value in config)"),
        (true, false) => Some("(output suppressed due to sensitive value in config)"),
        (false, true) => Some("(output suppressed due to ephemeral value in config)"),
        (false, false) => None,
    }
}

/// At their attributes, or else at the block, and about the object.
fn placed(diagnostics: Diagnostics, body: &CompiledBody, address: &ResourceInstance) -> Diagnostics {
    let place = |mut found: landform_diagnostics::Diagnostic| {
        found.subject = found.subject.or_else(|| Some(body.place_of_problem(&found)));
        found.address = found.address.or_else(|| Some(address.to_string()));
        found
    };
    diagnostics.into_iter().map(place).collect()
}
