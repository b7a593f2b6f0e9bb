//! Outputs: values for callers, and changes of the root module's.

use std::collections::BTreeMap;

use landform_addrs::InstanceKey;
use landform_diagnostics::Diagnostics;
use landform_plan::{Action, Mode, OutputChange};
use landform_state::State;
use landform_values::{Marks, Str, Type, Value, json};

use super::Planner;
use super::instance::infinite_number;
use crate::evaluate::{InstanceData, RuleKind};
use crate::objects::same;
use crate::program::ModuleId;

impl Planner<'_> {
    /// Evaluates an output in all instances of its module.
    pub(super) fn plan_output(&self, module: ModuleId, index: usize) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        let rules = &self.program.tree[module].module.outputs[index].preconditions;
        let destroying = self.options.mode == Mode::Destroy;
        for scope in self.evaluator.instances(module) {
            let data = InstanceData::default();
            let key = InstanceKey::None;
            let checkable = super::checks::Checkable::Output(module, index);
            if !destroying {
                let kind = RuleKind::OutputPrecondition;
                let (passed, found) = self.run_checkable(checkable, (scope, &key), &data, rules, kind);
                diagnostics.extend(found);
                if !passed {
                    continue;
                }
            }
            let (value, found) = self.evaluator.output_value(scope, module, index);
            let mut failed = found.has_errors();
            diagnostics.extend(found);
            if module == 0
                && !destroying
                && let Some(path) = value.infinite_path()
            {
                let root = &self.program.tree[0].module;
                let name = format!("output.{}{path}", root.config.outputs[index].name);
                diagnostics.push(infinite_number(&name).at(root.outputs[index].value.span()));
                failed = true;
            }
            if module == 0 && !failed {
                let (name, _) =
                    self.program.tree[0].module.config.outputs.get_index(index).expect("an output by its index");
                self.found.borrow_mut().outputs.insert(name.clone(), value.clone());
            }
            if module != 0 {
                self.found.borrow_mut().planned_outputs.insert((scope, index));
            }
            self.evaluator.set_output(scope, index, value);
        }
        diagnostics
    }

    /// Outputs as the refreshed state has them: evaluated, where that was done and they are known.
    pub(super) fn prior_outputs(&self, state: &State) -> BTreeMap<Str, Value> {
        let mut outputs = all_stored(state);
        if self.options.mode == Mode::Destroy {
            return outputs;
        }
        let config = &self.program.tree[0].module.config;
        for (name, value) in &self.found.borrow().outputs {
            let Some(declared) = config.outputs.get(name).filter(|declared| !declared.ephemeral) else { continue };
            let plain = value.clone().unmark_deep().0;
            if plain.is_null() {
                outputs.remove(name);
            } else if plain.is_wholly_known() {
                let marks = if declared.sensitive { Marks::sensitive() } else { Marks::NONE };
                outputs.insert(name.clone(), plain.with_marks(&marks));
            }
        }
        outputs
    }

    /// What becomes of the outputs that state holds and configuration declares.
    pub(super) fn output_changes(&self, state: &State) -> BTreeMap<Str, OutputChange> {
        let config = &self.program.tree[0].module.config;
        let destroying = self.options.mode == Mode::Destroy;
        let found = self.found.borrow();
        let mut changes = BTreeMap::new();
        for (name, output) in &config.outputs {
            if output.ephemeral {
                continue;
            }
            let before = stored(state, name);
            if destroying {
                if !before.is_null() && !self.selection.is_restricted() {
                    changes.insert(name.clone(), removal(before, output.sensitive));
                }
                continue;
            }
            if let Some(after) = found.outputs.get(name) {
                let sensitive = output.sensitive || before.marks().is_sensitive();
                let is_new = !state.outputs.contains_key(name);
                changes.insert(name.clone(), change(is_new, before, after.clone(), sensitive));
            }
        }
        // Who targets something leaves alone what nothing declares any more.
        let takes_undeclared = self.options.targets.is_empty();
        for name in state.outputs.keys().filter(|name| takes_undeclared && !config.outputs.contains_key(*name)) {
            let before = stored(state, name);
            let sensitive = before.marks().is_sensitive();
            changes.insert(name.clone(), removal(before, sensitive));
        }
        changes
    }
}

/// The values of all outputs in state.
pub(crate) fn all_stored(state: &State) -> BTreeMap<Str, Value> {
    state.outputs.keys().map(|name| (name.clone(), stored(state, name))).collect()
}

/// An output's value in state; null where there is none.
pub(crate) fn stored(state: &State, name: &str) -> Value {
    let Some(output) = state.outputs.get(name) else { return Value::NULL };
    let ty = json::decode_type(&output.ty).unwrap_or(Type::Dynamic);
    let value = json::decode(&output.value, &ty).unwrap_or(Value::NULL);
    if output.sensitive { value.with_marks(&Marks::sensitive()) } else { value }
}

/// An output that goes; nothing where it was null already.
fn removal(before: Value, sensitive: bool) -> OutputChange {
    let action = if before.is_null() { Action::NoOp } else { Action::Delete };
    OutputChange { action, before, after: Value::NULL, sensitive }
}

/// What is new is created; what state has is updated, be it null there.
fn change(is_new: bool, before: Value, after: Value, sensitive: bool) -> OutputChange {
    let (old, new) = (before.clone().unmark_deep().0, after.clone().unmark_deep().0);
    let action = match (old.is_null(), new.is_null()) {
        (true, true) => Action::NoOp,
        (true, false) if is_new => Action::Create,
        (false, false) if same(&old, &new) && before.marks().is_sensitive() == after.marks().is_sensitive() => {
            Action::NoOp
        }
        _ => Action::Update,
    };
    OutputChange { action, before, after, sensitive }
}
