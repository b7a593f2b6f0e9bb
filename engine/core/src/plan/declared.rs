//! What planning found to be declared, for the checks of `moved` blocks.

use landform_addrs::{AbsResource, ModuleInstance, ModulePath};
use landform_config::check::{DeclaredInstances, Moveable};
use landform_plan::Mode;

use super::Planner;
use super::dependencies::address;
use crate::program::ModuleId;

impl Planner<'_> {
    /// Whether the instances of a resource were found out, or that nobody knows them yet: of others, such as those that
    /// targets leave out and those behind errors, Terraform knows nothing.
    fn has_planned(&self, resource: &AbsResource, (module, index): (ModuleId, usize)) -> bool {
        match self.options.mode {
            // Terraform plans what is declared before a destroy, unless there is nothing to read afresh.
            Mode::Destroy => {
                let reads = self.options.refresh && !self.prior.borrow().resources.is_empty();
                reads && self.selection.is_about_end(&address(&self.program, module, index))
            }
            Mode::Normal | Mode::RefreshOnly => {
                self.found.borrow().expansions.contains_key(resource) || self.may_be_wanted(resource)
            }
        }
    }
}

impl DeclaredInstances for Planner<'_> {
    fn instances_of_module(&self, module: &ModulePath) -> Vec<ModuleInstance> {
        let Some(module) = self.program.module_at(module) else { return Vec::new() };
        self.evaluator.known_instances(module).into_iter().map(|scope| self.evaluator.address(scope)).collect()
    }

    fn is_declared(&self, moveable: &Moveable) -> bool {
        match moveable {
            Moveable::Call { module, call } => {
                let declared = self.program.module_at(&module.path());
                declared.is_some_and(|id| self.program.tree[id].module.config.module_calls.contains_key(call))
                    && self.evaluator.module_exists(module)
            }
            Moveable::Module(module) => self.evaluator.module_exists(module),
            Moveable::Resource(resource) => {
                let declared = self.declared(resource);
                declared.is_some_and(|declared| self.has_planned(resource, declared))
                    && self.evaluator.module_exists(&resource.module)
            }
            Moveable::Instance(instance) => {
                let found = self.found.borrow();
                let expansion = found.expansions.get(&instance.resource());
                expansion.is_some_and(|(_, keys)| keys.contains(&instance.key))
            }
        }
    }
}
