//! Objects that must not be destroyed: `prevent_destroy` and `destroy = false`.

use landform_addrs::ResourceInstance;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::expr::Expression;
use landform_plan::Action;
use landform_values::{Type, Value, convert};

use super::Planner;
use crate::evaluate::{DestroyScope, InstanceData};
use crate::program::{CompiledResource, ModuleId};

impl Planner<'_> {
    /// Whether the object's own configuration refuses that it be destroyed; reports it.
    pub(super) fn must_stay(&self, address: &ResourceInstance, (module, index): (ModuleId, usize)) -> bool {
        let compiled = self.program.resource(module, index);
        let Some(expression) = &compiled.prevent_destroy else { return false };
        let refusal = match self.is_prevented(address, module, expression) {
            Ok(false) => return false,
            Ok(true) => prevented(address, compiled).into(),
            Err(found) => found,
        };
        self.report(refusal);
        true
    }

    /// What happens to an object that is not wanted any more: with `destroy = false`, it is only forgotten.
    pub(super) fn end_of(&self, (module, index): (ModuleId, usize), otherwise: Action) -> Action {
        let config = &self.program.tree[module].module.config.resources[index];
        if config.lifecycle.destroy == Some(false) { Action::Forget } else { otherwise }
    }

    fn is_prevented(
        &self,
        address: &ResourceInstance,
        module: ModuleId,
        expression: &Expression,
    ) -> Result<bool, Diagnostics> {
        let context = &self.evaluator.settings.context;
        let data = InstanceData::default();
        let (value, found) = match self.evaluator.scope_at(&address.module) {
            Some(scope) => expression.evaluate(&self.evaluator.scope(scope, &data), context),
            // The instance of the module is gone, and its variables with it.
            None => expression.evaluate(&DestroyScope { evaluator: &self.evaluator, module, data: &data }, context),
        };
        if found.has_errors() {
            return Err(found);
        }
        truth(&value).map_err(|error| error.at(expression.span()).about(address.to_string()).into())
    }
}

/// A value as `prevent_destroy` has it.
fn truth(value: &Value) -> Result<bool, Diagnostic> {
    let invalid = |detail: String| Diagnostic::error("Invalid prevent_destroy argument", detail);
    let value = convert(value, &Type::Bool)
        .map_err(|error| invalid(format!("The \"prevent_destroy\" value is unsuitable: {}.", error.message)))?;
    let (value, _) = value.unmark();
    if !value.is_known() {
        return Err(invalid(
            "The \"prevent_destroy\" value is not known yet, so Landform can not tell whether the object may be destroyed. Make it from variables and other values that are known when planning.".to_owned(),
        )
        .with_extra(|extra| extra.caused_by_unknown = true));
    }
    Ok(value.as_bool() == Some(true))
}

/// The error for an object that must stay.
fn prevented(address: &ResourceInstance, compiled: &CompiledResource) -> Diagnostic {
    let detail = format!(
        "Resource {address} has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed. To avoid this error and continue with the plan, either disable lifecycle.prevent_destroy or reduce the scope of the plan using the -target option."
    );
    Diagnostic::error("Instance cannot be destroyed", detail).at(compiled.span)
}
