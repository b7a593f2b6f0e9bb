//! `import` blocks: objects that are adopted before their resource is planned.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_addrs::{ConfigResource, ProviderConfigAddr, ResourceInstance};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::{Mode, PlannedImport};
use landform_provider_api::ProviderInstance;

use super::Planner;
use super::managed::Instance;
use crate::import::{Purpose, import_object};
use crate::prior::{PriorObject, PriorResource};
use crate::program::{CompiledImport, ModuleId, Node};
use crate::schedule::Outcome;

impl Planner<'_> {
    /// Works out what is to be adopted for a resource, as far as the first error.
    pub(super) fn expand_imports(
        &self,
        module: ModuleId,
        index: usize,
    ) -> (BTreeMap<ResourceInstance, PlannedImport>, Outcome) {
        let mut ids = BTreeMap::new();
        let node = self.program.graph.index(&self.program.tree, Node::Resource(module, index));
        if self.options.mode != Mode::Normal {
            return (ids, Outcome::Done);
        }
        let resource = self.program.resource(module, index);
        let mut diagnostics = Diagnostics::new();
        for (own, import) in self.program.imports_of(module, index) {
            let found = self.evaluator.import((own, import), resource, &mut diagnostics);
            let Some(found) = found else { break };
            self.note_unknown_imports(node, &found);
            ids.extend(found.targets.into_iter().filter_map(|target| Some((target.address, target.by?))));
        }
        let failed = diagnostics.has_errors();
        self.report(diagnostics);
        ids.retain(|address, _| self.prior.borrow().instance(&address.resource(), &address.key).is_none());
        self.found.borrow_mut().imports.extend(ids.clone());
        (ids, if failed { Outcome::Failed } else { Outcome::Done })
    }

    /// The prior object, or the one to be imported, with by what it is found: of an identity, all that there is to it.
    pub(super) async fn adopt(
        &self,
        instance: &Instance<'_>,
        (provider_index, provider): (usize, &dyn ProviderInstance),
        prior: Option<PriorObject>,
    ) -> Option<(Option<PriorObject>, Option<PlannedImport>)> {
        let address = &instance.address;
        let by = self.found.borrow().imports.get(address).cloned();
        let by = by.or_else(|| self.options.imports.get(address).cloned().map(PlannedImport::Id));
        let Some(by) = by.filter(|_| prior.is_none()) else { return Some((prior, None)) };
        let schema = &instance.compiled.schema;
        let named = &self.provider_addresses[provider_index];
        let asked = (&named.provider, provider);
        let object = match import_object(address, schema, asked, &by, (self.observer, Purpose::Plan)).await {
            Ok(object) => object,
            Err(diagnostics) => {
                self.report(diagnostics);
                return None;
            }
        };
        self.keep_imported(address, named, object.clone());
        let by = match (by, object.known_identity()) {
            (PlannedImport::Identity(_), Some(identity)) => PlannedImport::Identity(identity),
            (by, _) => by,
        };
        Some((Some(object), Some(by)))
    }

    /// What is imported counts as if it had been in state before.
    pub(super) fn keep_imported(&self, address: &ResourceInstance, provider: &ProviderConfigAddr, object: PriorObject) {
        let mut prior = self.prior.borrow_mut();
        let resource =
            prior.resources.entry(address.resource()).or_insert_with(|| PriorResource::new(provider.clone()));
        resource.instances.entry(address.key.clone()).or_default().current = Some(object);
        resource.set_provider(&address.key, provider);
        self.found.borrow_mut().imported.insert(address.clone());
    }

    /// An imported object that stays as it is has all its dependencies from the start.
    pub(super) fn settle_import(
        &self,
        address: &ResourceInstance,
        dependencies: &Arc<[ConfigResource]>,
    ) -> Option<PriorObject> {
        let mut prior = self.prior.borrow_mut();
        let instance = prior.resources.get_mut(&address.resource())?.instances.get_mut(&address.key)?;
        let object = instance.current.as_mut()?;
        object.dependencies = dependencies.clone();
        Some(object.clone())
    }

    /// Objects can only be adopted for instances that configuration wants.
    pub(super) fn check_imports<'i>(&self, mut imports: impl Iterator<Item = &'i ResourceInstance>) -> Result<(), ()> {
        let found = self.found.borrow();
        let wanted = |address: &ResourceInstance| {
            found.expansions.get(&address.resource()).is_some_and(|(_, keys)| keys.contains(&address.key))
                || self.may_be_wanted(&address.resource())
        };
        let Some(address) = imports.find(|address| !wanted(address)) else { return Ok(()) };
        let detail = format!(
            "The configuration for the given import {address} does not exist. All target instances must have an associated configuration to be imported."
        );
        drop(found);
        self.report([Diagnostic::error("Configuration for import target does not exist", detail)]);
        Err(())
    }

    /// Imports for which there is no resource, of what is planned.
    pub(super) fn imports_without_configuration(&self) -> Diagnostics {
        let program = &self.program;
        let all = program
            .tree
            .iter()
            .flat_map(|node| node.module.imports.iter().map(|import| (import.resource_from(&node.path), import)));
        let homeless = all.filter(|(target, _)| {
            let module = program.module_at(&target.module);
            !module.is_some_and(|id| program.tree[id].module.resource_indexes.contains_key(&target.resource))
        });
        let planned = homeless.filter(|(target, _)| self.selection.may_include(target));
        let report = |(target, import): (ConfigResource, &CompiledImport)| {
            let detail = format!(
                "The configuration for the given import target {target} does not exist. If you wish to automatically generate config for this resource, use the -generate-config-out option within landform plan. Otherwise, make sure the target resource exists within your configuration. For example:\n\n  landform plan -generate-config-out=generated.tf"
            );
            Diagnostic::error("Configuration for import target does not exist", detail).at(import.to.span)
        };
        planned.map(report).collect()
    }
}
