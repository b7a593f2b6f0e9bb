//! What slots yield within one instance of a module.

use landform_addrs::InstanceKey;
use landform_diagnostics::Diagnostic;
use landform_lang::expr::{Scope, Slot};
use landform_values::{Marks, Value};

use super::{Evaluator, ScopeId, whole_value};
use crate::program::{ModuleId, Target};

/// What differs between instances of one object.
#[derive(Clone, Debug, Default)]
pub(crate) struct InstanceData {
    /// The key and value of `each`.
    pub(crate) each: Option<(Value, Value)>,
    /// The value of `count.index`.
    pub(crate) count_index: Option<Value>,
    /// The value of `self`.
    pub(crate) self_object: Option<Value>,
}

impl InstanceData {
    /// Of the instance with a key, where `value` is that of `each.value`.
    pub(crate) fn of(key: &InstanceKey, value: Option<Value>) -> Self {
        match key {
            InstanceKey::None | InstanceKey::Wildcard => Self::default(),
            InstanceKey::Int(index) => Self { count_index: Some(Value::from(*index)), ..Self::default() },
            InstanceKey::String(key) => {
                let value = value.unwrap_or_else(Value::dynamic);
                Self { each: Some((Value::from(key.clone()), value)), ..Self::default() }
            }
        }
    }

    /// With a value for `self`.
    #[must_use]
    pub(crate) fn with_self(&self, object: Value) -> Self {
        Self { self_object: Some(object), ..self.clone() }
    }
}

/// A scope for the expressions of one object in one instance of its module.
pub(crate) struct ObjectScope<'a> {
    pub(crate) evaluator: &'a Evaluator,
    pub(crate) scope: ScopeId,
    pub(crate) data: &'a InstanceData,
}

/// A scope for what is configured to run before an object is destroyed: only the object itself is sure to be there, not
/// even the instance of the module that it was in.
pub(crate) struct DestroyScope<'a> {
    pub(crate) evaluator: &'a Evaluator,
    /// Where the configuration stands.
    pub(crate) module: ModuleId,
    pub(crate) data: &'a InstanceData,
}

impl Evaluator {
    /// A scope for expressions in an instance of a module.
    pub(crate) fn scope<'a>(&'a self, scope: ScopeId, data: &'a InstanceData) -> ObjectScope<'a> {
        ObjectScope { evaluator: self, scope, data }
    }

    /// What a name stands for in an instance of a module.
    pub(crate) fn target(&self, scope: ScopeId, data: &InstanceData, target: Target) -> Result<Value, Diagnostic> {
        let scopes = self.scopes.borrow();
        let found = &scopes[scope];
        Ok(match target {
            Target::Variable(index) => found.variables[index].clone(),
            Target::Local(index) => found.locals[index].clone(),
            Target::Resource(index) => found.resources[index].clone(),
            Target::Call(call) => {
                drop(scopes);
                self.call_value(scope, call, None)
            }
            Target::CallOutput(call, output) => {
                drop(scopes);
                self.call_value(scope, call, Some(output))
            }
            other => {
                let module = found.module;
                drop(scopes);
                self.given_target(module, data, other)?
            }
        })
    }

    /// What the module and the instance say by themselves; what is computed is unknown.
    fn given_target(&self, module: ModuleId, data: &InstanceData, target: Target) -> Result<Value, Diagnostic> {
        Ok(match target {
            Target::EachKey => data.each.as_ref().map(|(key, _)| key.clone()).ok_or_else(|| no_each("key"))?,
            Target::EachValue => data.each.as_ref().map(|(_, value)| value.clone()).ok_or_else(|| no_each("value"))?,
            Target::CountIndex => data.count_index.clone().ok_or_else(no_count)?,
            Target::SelfObject => data.self_object.clone().ok_or_else(no_self)?,
            Target::PathModule => Value::string(self.program.tree[module].module.config.source_dir.clone()),
            Target::PathRoot => Value::from(self.settings.root_dir.clone()),
            Target::PathCwd => Value::from(self.settings.working_dir.clone()),
            Target::Workspace => Value::from(self.settings.workspace.clone()),
            Target::Applying => Value::from(self.settings.applying).with_marks(&Marks::ephemeral()),
            Target::Variable(_)
            | Target::Local(_)
            | Target::Resource(_)
            | Target::Call(_)
            | Target::CallOutput(..)
            | Target::Undeclared => Value::dynamic(),
        })
    }

    /// All instances of a call, each as an object of all its outputs, or of one. All of them are there by now.
    fn call_value(&self, scope: ScopeId, call: usize, output: Option<usize>) -> Value {
        if let Some(value) = self.scopes.borrow()[scope].call_values.get(&(call, output)) {
            return value.clone();
        }
        let value = {
            let scopes = self.scopes.borrow();
            let Some(expanded) = scopes[scope].calls[call].as_ref().filter(|expanded| !expanded.unknown) else {
                return Value::dynamic();
            };
            let instances = expanded.instances.iter().map(|(key, child)| {
                let child = &scopes[*child];
                let declared = &self.program.tree[child.module].module.config.outputs;
                let wanted = output.map_or(0..child.outputs.len(), |output| output..output + 1);
                let outputs = wanted.filter_map(|index| {
                    let (name, _) = declared.get_index(index)?;
                    Some((name.clone(), child.outputs[index].clone()))
                });
                (key.clone(), Value::object(outputs))
            });
            whole_value(expanded.mode, instances.collect())
        };
        self.scopes.borrow_mut()[scope].call_values.insert((call, output), value.clone());
        value
    }
}

impl Scope for ObjectScope<'_> {
    fn get(&self, slot: Slot) -> Result<Value, Diagnostic> {
        let module = self.evaluator.scopes.borrow()[self.scope].module;
        let target = self.evaluator.program.tree[module].module.targets[slot.0 as usize];
        self.evaluator.target(self.scope, self.data, target)
    }
}

impl Scope for DestroyScope<'_> {
    fn get(&self, slot: Slot) -> Result<Value, Diagnostic> {
        let target = self.evaluator.program.tree[self.module].module.targets[slot.0 as usize];
        self.evaluator.given_target(self.module, self.data, target)
    }
}

fn no_each(name: &str) -> Diagnostic {
    let detail = format!(
        "A reference to \"each.{name}\" has been used in a context in which it is unavailable, such as when the configuration no longer contains the value in its \"for_each\" expression. Remove this reference to each.{name} in your configuration to work around this error."
    );
    let summary = if name == "key" {
        "Reference to \"each\" in context without for_each"
    } else {
        "each.value cannot be used in this context"
    };
    if name == "key" {
        return Diagnostic::error(
            summary,
            "The \"each\" object can be used only in \"module\" or \"resource\" blocks, and only when the \"for_each\" argument is set.",
        );
    }
    Diagnostic::error(summary, detail)
}

fn no_count() -> Diagnostic {
    Diagnostic::error(
        "Reference to \"count\" in non-counted context",
        "The \"count\" object can only be used in \"module\", \"resource\", and \"data\" blocks, and only when the \"count\" argument is set.",
    )
}

fn no_self() -> Diagnostic {
    Diagnostic::error(
        "Invalid \"self\" reference",
        "The \"self\" object is not available in this context. This object can be used only in resource provisioner, connection, and postcondition blocks.",
    )
}
