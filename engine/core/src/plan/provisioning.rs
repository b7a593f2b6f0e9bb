//! Whether the provisioners that planned changes run can reach their objects at all. Where nothing would run, a connection
//! may be as it likes.

use landform_addrs::ResourceInstance;
use landform_config::{OnFailure, ProvisionerWhen};
use landform_diagnostics::Severity;
use landform_lang::expr::Scope;
use landform_plan::{Action, ResourceChange};

use super::managed::Instance;
use super::{PlannedChange, Planner};
use crate::evaluate::{DestroyScope, InstanceData};
use crate::program::CompiledProvisioner;
use crate::refactor::{provisioners_of, removed_resources};

impl Planner<'_> {
    /// Reports what is wrong with connections of what runs once an object is created.
    pub(super) fn check_connections(&self, instance: &Instance<'_>, change: &ResourceChange) {
        if change.action != Action::Create && !change.action.is_replace() {
            return;
        }
        let data = instance.data.with_self(change.after.clone());
        let names = self.evaluator.scope(instance.scope, &data);
        for provisioner in instance.compiled.provisioners_at(ProvisionerWhen::Create) {
            self.check_connection(&change.address, provisioner, &names);
        }
    }

    /// Reports what is wrong with connections of what runs before objects are destroyed. Those that were put aside or are
    /// tainted go without a word.
    pub(super) fn check_connections_at_ends(&self) {
        let changes = std::mem::take(&mut self.found.borrow_mut().changes);
        let removed = removed_resources(&self.program);
        for planned in changes.iter().filter(|planned| self.runs_before_its_end(planned)) {
            let Some((module, provisioners)) = provisioners_of(&self.program, &removed, planned) else { continue };
            let address = &planned.change.address;
            let data = InstanceData::of(&address.key, None).with_self(planned.change.before.clone());
            let names = DestroyScope { evaluator: &self.evaluator, module, data: &data };
            for provisioner in provisioners.iter().filter(|found| found.when == ProvisionerWhen::Destroy) {
                self.check_connection(address, provisioner, &names);
            }
        }
        self.found.borrow_mut().changes = changes;
    }

    fn runs_before_its_end(&self, planned: &PlannedChange) -> bool {
        let ResourceChange { address, deposed, action, .. } = &planned.change;
        if !matches!(action, Action::Delete | Action::DeleteThenCreate) || deposed.is_some() {
            return false;
        }
        let prior = self.prior.borrow();
        let current = prior.instance(&address.resource(), &address.key).and_then(|found| found.current.as_ref());
        current.is_some_and(|object| !object.tainted)
    }

    /// What can not be evaluated yet is left to apply.
    fn check_connection(&self, address: &ResourceInstance, provisioner: &CompiledProvisioner, names: &dyn Scope) {
        let Some(body) = &provisioner.connection else { return };
        let (connection, _) = body.evaluate(names, &self.evaluator.settings.context);
        let severity = match provisioner.on_failure {
            OnFailure::Continue => Severity::Warning,
            OnFailure::Fail => Severity::Error,
        };
        let found = provisioner.unsuitable(&self.settings.provisioners, body, connection);
        self.report(found.into_iter().map(|found| found.as_severe_as(severity).about(address.to_string())));
    }
}
