//! What only `validate` and failed validations need: instances of what is repeated a number of times nobody knows yet,
//! and the places of failures.

use landform_addrs::InstanceKey;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::{Type, Value};

use super::{EachMode, Evaluator, Expanded, InstanceData, RuleKind, ScopeId, expand};
use crate::program::{ModuleId, Repetition};

impl Evaluator {
    /// As [`Evaluator::call`], where nothing needs to be known: one instance stands for all.
    pub(crate) fn validate_call(&self, module: ModuleId, call: usize) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        let compiled = &self.program.tree[module].module;
        let repetition = &compiled.calls[call].repetition;
        let child = self.program.tree[module].children[call];
        let (name, _) = compiled.config.module_calls.get_index(call).expect("a call by its index");
        for parent in self.instances(module) {
            let data = self.validate_repetition(parent, repetition, &mut diagnostics);
            let address = self.address(parent).child(name.clone(), InstanceKey::None);
            let instances = vec![(InstanceKey::None, self.add_scope(child, address, Some(parent), data))];
            let unknown = !matches!(repetition, Repetition::Single);
            self.scopes.borrow_mut()[parent].calls[call] =
                Some(Expanded { mode: EachMode::Single, instances, unknown });
        }
        diagnostics
    }

    /// Checks `count` or `for_each` as far as it is known, and yields what stands for any of the instances.
    pub(crate) fn validate_repetition(
        &self,
        scope: ScopeId,
        repetition: &Repetition,
        diagnostics: &mut Diagnostics,
    ) -> InstanceData {
        expand(repetition, &self.scope(scope, &InstanceData::default()), true, diagnostics);
        any_instance(repetition)
    }

    /// Sets a variable to another value; the one that it had.
    pub(crate) fn replace_variable(&self, scope: ScopeId, index: usize, value: Value) -> Value {
        std::mem::replace(&mut self.scopes.borrow_mut()[scope].variables[index], value)
    }

    /// Validations of a variable, in one instance of its module.
    pub(crate) fn validate_variable(&self, scope: ScopeId, module: ModuleId, index: usize) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        for rule in &self.program.tree[module].module.variables[index] {
            let mut found = Diagnostics::new();
            self.rule(scope, &InstanceData::default(), rule, RuleKind::Validation, &mut found);
            diagnostics.extend(found.into_iter().map(|found| {
                let failed = found.summary == RuleKind::Validation.failed_summary();
                if failed { self.place_validation(found, module, index) } else { found }
            }));
        }
        diagnostics
    }

    /// A failed validation points at what gave the variable its value.
    pub(crate) fn place_validation(&self, mut found: Diagnostic, module: ModuleId, index: usize) -> Diagnostic {
        let node = &self.program.tree[module];
        let argument = node.parent.and_then(|(parent, call)| {
            self.program.tree[parent].module.calls[call].arguments.get(index)?.as_ref().map(|argument| argument.span())
        });
        found.subject = Some(argument.unwrap_or(node.module.config.variables[index].span));
        found
    }
}

/// What stands for any instance of what is repeated.
pub(crate) fn any_instance(repetition: &Repetition) -> InstanceData {
    let none = InstanceData::default();
    match repetition {
        Repetition::Single => none,
        Repetition::Count(_) => InstanceData { count_index: Some(Value::unknown_not_null(Type::Number)), ..none },
        Repetition::ForEach(_) => {
            InstanceData { each: Some((Value::unknown_not_null(Type::String), Value::dynamic())), ..none }
        }
    }
}
