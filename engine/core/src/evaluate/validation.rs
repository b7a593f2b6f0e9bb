//! Instances of what is repeated a number of times nobody knows yet; and what only `validate` and failed validations
//! need.

use landform_addrs::InstanceKey;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::expr::Expression;
use landform_values::{Type, Value};

use super::{EachMode, Evaluator, Expanded, InstanceData, RuleKind, ScopeId, Unknowns, expand};
use crate::program::{ModuleId, Repetition};
use crate::variables::Given;

impl Evaluator {
    /// As [`Evaluator::call`], where nothing needs to be known: one instance stands for all.
    pub(crate) fn validate_call(&self, module: ModuleId, call: usize) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        let compiled = &self.program.tree[module].module;
        let repetition = &compiled.calls[call].repetition;
        let child = self.program.tree[module].children[call];
        let (name, _) = compiled.config.module_calls.get_index(call).expect("a call by its index");
        for parent in self.instances(module) {
            self.validate_repetition(parent, repetition, &mut diagnostics);
            // Arguments may refer to any of these as long as no instances are known, as in Terraform.
            let data = InstanceData {
                count_index: Some(Value::unknown_not_null(Type::Number)),
                each: Some((Value::unknown_not_null(Type::String), Value::dynamic())),
                ..InstanceData::default()
            };
            let address = self.address(parent).child(name.clone(), InstanceKey::None);
            let instances = vec![(InstanceKey::None, self.add_scope(child, address, Some(parent), data))];
            let scopes = &mut self.scopes.borrow_mut()[parent];
            scopes.calls[call] = Some(Expanded { mode: EachMode::Single, instances, unknown: true });
            let outputs = self.program.tree.get(child).map_or(0, |child| child.module.outputs.len());
            let value = Value::unknown(self.type_of_call(child, repetition));
            for output in std::iter::once(None).chain((0..outputs).map(Some)) {
                scopes.call_values.insert((call, output), value.clone());
            }
        }
        diagnostics
    }

    /// Of what a call yields the outputs are known, but not what they are.
    fn type_of_call(&self, child: ModuleId, repetition: &Repetition) -> Type {
        let Some(child) = self.program.tree.get(child) else { return Type::Dynamic };
        let outputs = child.module.config.outputs.keys();
        let instance = Type::object(outputs.map(|name| (name.clone(), Type::Dynamic)));
        match repetition {
            Repetition::Single | Repetition::Enabled(_) => instance,
            Repetition::Count(_) => Type::list(instance),
            Repetition::ForEach(_) => Type::map(instance),
        }
    }

    /// Checks `count` or `for_each` as far as it is known, and yields what stands for any of the instances.
    pub(crate) fn validate_repetition(
        &self,
        scope: ScopeId,
        repetition: &Repetition,
        diagnostics: &mut Diagnostics,
    ) -> InstanceData {
        expand(repetition, &self.scope(scope, &InstanceData::default()), Unknowns::Allowed, diagnostics);
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

    /// A failed validation points at what gave the variable its value. A secret in a file would show in the line that it
    /// stands in.
    pub(crate) fn place_validation(&self, mut found: Diagnostic, module: ModuleId, index: usize) -> Diagnostic {
        let node = &self.program.tree[module];
        let declared = &node.module.config.variables[index];
        let given = match node.parent {
            Some((parent, call)) => {
                let argument = self.program.tree[parent].module.calls[call].arguments.get(index);
                argument.and_then(Option::as_ref).map(Expression::span)
            }
            None if declared.sensitive => None,
            None => self.given.get(&declared.name).and_then(Given::span),
        };
        found.subject = Some(given.unwrap_or(declared.span));
        found
    }
}

/// What stands for any instance of what is repeated.
pub(crate) fn any_instance(repetition: &Repetition) -> InstanceData {
    let none = InstanceData::default();
    match repetition {
        Repetition::Single | Repetition::Enabled(_) => none,
        Repetition::Count(_) => InstanceData { count_index: Some(Value::unknown_not_null(Type::Number)), ..none },
        Repetition::ForEach(_) => {
            InstanceData { each: Some((Value::unknown_not_null(Type::String), Value::dynamic())), ..none }
        }
    }
}
