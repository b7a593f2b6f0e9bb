//! Evaluating nodes of the static graph.

use landform_addrs::{InstanceKey, ModuleInstance};
use landform_config::{Unsuitable, Variable};
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_lang::expr::Expression;
use landform_values::{Marks, Value};

use super::{
    EachMode, Evaluator, Expanded, Expansion, InstanceData, RuleKind, RuleResult, ScopeId, Unknowns, any_instance,
    expand,
};
use crate::program::{CompiledRule, ModuleId};
use crate::variables::root_value;

impl Evaluator {
    /// Evaluates a variable in all instances of its module.
    pub(crate) fn variable(&self, module: ModuleId, index: usize) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        for scope in self.instances(module) {
            let value = self.variable_value(scope, module, index, &mut diagnostics);
            self.scopes.borrow_mut()[scope].variables[index] = value;
        }
        diagnostics
    }

    fn variable_value(&self, scope: ScopeId, module: ModuleId, index: usize, diagnostics: &mut Diagnostics) -> Value {
        let node = &self.program.tree[module];
        let declared = &node.module.config.variables[index];
        let Some((parent_module, call)) = node.parent else {
            let given = self.given.get(&declared.name);
            return root_value(declared, given, &self.settings.context.sources).unwrap_or_else(|error| {
                diagnostics.push(error);
                Value::unknown(declared.value_type())
            });
        };
        let (parent, data) = {
            let scopes = self.scopes.borrow();
            (scopes[scope].parent.expect("a called module has a caller"), scopes[scope].data.clone())
        };
        let caller = &self.program.tree[parent_module].module;
        let argument = caller.calls[call].arguments.get(index).and_then(Option::as_ref);
        let (given, span) = match argument {
            None => (None, declared.span),
            Some(expression) => {
                let (value, found) = expression.evaluate(&self.scope(parent, &data), &self.settings.context);
                let failed = found.has_errors();
                diagnostics.extend(found);
                if failed {
                    return Value::unknown(declared.value_type());
                }
                (Some(value), expression.span())
            }
        };
        match declared.value_of(given) {
            Ok(value) if value.contains_ephemeral() && !declared.ephemeral => {
                diagnostics.push(ephemeral_argument(span));
                Value::unknown(declared.value_type())
            }
            Ok(value) => value,
            Err(error) => {
                let sources = &self.settings.context.sources;
                diagnostics.push(unsuitable_argument(declared, &self.address(scope), error, span, sources));
                Value::unknown(declared.value_type())
            }
        }
    }

    /// Evaluates a local value in all instances of its module.
    pub(crate) fn local(&self, module: ModuleId, index: usize) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        let expression = &self.program.tree[module].module.locals[index];
        let constant = self.program.constants.get(&(module, index));
        for scope in self.instances(module) {
            let value = match constant {
                Some(value) => value.clone(),
                None => self.expression(scope, &InstanceData::default(), expression, &mut diagnostics),
            };
            self.scopes.borrow_mut()[scope].locals[index] = value;
        }
        diagnostics
    }

    /// Evaluates an expression in an instance of a module.
    pub(crate) fn expression(
        &self,
        scope: ScopeId,
        data: &InstanceData,
        expression: &Expression,
        diagnostics: &mut Diagnostics,
    ) -> Value {
        let (value, found) = expression.evaluate(&self.scope(scope, data), &self.settings.context);
        diagnostics.extend(found);
        value
    }

    /// Evaluates an output in one instance of its module.
    pub(crate) fn output_value(&self, scope: ScopeId, module: ModuleId, index: usize) -> (Value, Diagnostics) {
        let mut diagnostics = Diagnostics::new();
        let compiled = &self.program.tree[module].module;
        let (declared, output) = (&compiled.config.outputs[index], &compiled.outputs[index]);
        let mut value = self.expression(scope, &InstanceData::default(), &output.value, &mut diagnostics);
        let marks = value.all_marks();
        let root = self.program.tree[module].parent.is_none();
        if root && marks.is_sensitive() && !declared.sensitive {
            diagnostics.push(sensitive_output(declared.span));
        }
        if marks.is_ephemeral() && !declared.ephemeral {
            diagnostics.push(ephemeral_output(output.value.span()));
        } else if declared.ephemeral && !value.marks().is_ephemeral() && !diagnostics.has_errors() {
            diagnostics.push(lasting_output(output.value.span()));
        }
        if declared.sensitive {
            value = value.with_marks(&Marks::sensitive());
        }
        if declared.ephemeral {
            value = value.with_marks(&Marks::ephemeral());
        }
        (value, diagnostics)
    }

    /// Sets an output's value in one instance of its module.
    pub(crate) fn set_output(&self, scope: ScopeId, index: usize, value: Value) {
        self.scopes.borrow_mut()[scope].outputs[index] = value;
    }

    /// Expands a module call in all instances of the calling module.
    pub(crate) fn call(&self, module: ModuleId, call: usize) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        let repetition = &self.program.tree[module].module.calls[call].repetition;
        for parent in self.instances(module) {
            let data = InstanceData::default();
            let names = self.scope(parent, &data);
            let expansion = expand(repetition, &names, Unknowns::Allowed, &mut diagnostics);
            self.add_instances(parent, module, call, expansion);
        }
        diagnostics
    }

    fn add_instances(&self, parent: ScopeId, module: ModuleId, call: usize, expansion: Option<Expansion>) {
        let compiled = &self.program.tree[module];
        let child = compiled.children[call];
        let (name, _) = compiled.module.config.module_calls.get_index(call).expect("a call by its index");
        let base = self.address(parent);
        let any = base.child(name.clone(), InstanceKey::Wildcard);
        let add = |(key, data): (InstanceKey, InstanceData)| {
            let address = base.child(name.clone(), key.clone());
            (key, self.add_scope(child, address, Some(parent), data))
        };
        let expanded = match expansion {
            Some(Expansion { mode, instances: Some(instances) })
                if !base.is_unknown() && !self.put_off.contains(&any) =>
            {
                Expanded { mode, instances: instances.into_iter().map(add).collect(), unknown: false }
            }
            // One stands for all of them, so that what is wrong within is found. Nothing is done in it.
            Some(Expansion { mode, .. }) if !self.settings.applying => {
                let data = any_instance(&compiled.module.calls[call].repetition);
                let instances = vec![add((InstanceKey::Wildcard, data))];
                Expanded { mode: EachMode::Single, instances, unknown: mode != EachMode::Single }
            }
            _ => Expanded { mode: EachMode::Single, instances: Vec::new(), unknown: true },
        };
        self.scopes.borrow_mut()[parent].calls[call] = Some(expanded);
    }

    /// Evaluates a condition. What is wrong with the condition itself is an error; that it does not hold is told in
    /// the way of its kind.
    pub(crate) fn rule(
        &self,
        scope: ScopeId,
        data: &InstanceData,
        rule: &CompiledRule,
        kind: RuleKind,
        diagnostics: &mut Diagnostics,
    ) -> RuleResult {
        let names = self.scope(scope, data);
        super::rule::evaluate(rule, kind, (&names, &self.settings), diagnostics)
    }
}

fn unsuitable_argument(
    declared: &Variable,
    module: &ModuleInstance,
    error: Unsuitable,
    span: Span,
    sources: &SourceMap,
) -> Diagnostic {
    let place = place_of(declared.span, sources);
    let name = &declared.name;
    let (summary, detail) = match error {
        Unsuitable::Type(reason) => (
            "Invalid value for input variable",
            format!("The given value is not suitable for {module}.var.{name} declared at {place}: {reason}."),
        ),
        Unsuitable::Null => (
            "Required variable not set",
            format!(
                "The given value is not suitable for {module}.var.{name} defined at {place}: required variable may not be set to null."
            ),
        ),
    };
    Diagnostic::error(summary, detail).at(span)
}

/// A range as messages write it: `main.tf:1,1-13`.
pub(crate) fn place_of(span: Span, sources: &SourceMap) -> String {
    let file = sources.file(span.file);
    let (start, end) = (file.position(span.start as usize), file.position(span.end as usize));
    if start.line == end.line {
        format!("{}:{},{}-{}", file.name, start.line, start.column, end.column)
    } else {
        format!("{}:{},{}-{},{}", file.name, start.line, start.column, end.line, end.column)
    }
}

fn sensitive_output(span: Span) -> Diagnostic {
    Diagnostic::error(
        "Output refers to sensitive values",
        "To reduce the risk of accidentally exporting sensitive data that was intended to be only internal, Landform requires that any root module output containing sensitive data be explicitly marked as sensitive, to confirm your intent.\n\nIf you do intend to export this data, annotate the output value as sensitive by adding the following argument:\n    sensitive = true",
    )
    .at(span)
}

fn ephemeral_argument(span: Span) -> Diagnostic {
    Diagnostic::error(
        "Ephemeral value not allowed",
        "This input variable is not declared as accepting a ephemeral values, so it cannot be set to a result derived from an ephemeral value.",
    )
    .at(span)
}

fn lasting_output(span: Span) -> Diagnostic {
    Diagnostic::error(
        "Value not allowed in ephemeral output",
        "This output value is declared as returning an ephemeral value, so it can only be set to an ephemeral value.",
    )
    .at(span)
}

fn ephemeral_output(span: Span) -> Diagnostic {
    Diagnostic::error(
        "Ephemeral value not allowed",
        "This output value is not declared as returning an ephemeral value, so it cannot be set to a result derived from an ephemeral value.",
    )
    .at(span)
}
