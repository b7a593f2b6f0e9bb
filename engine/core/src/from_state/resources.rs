//! Resources as a state has them, where no plan says what becomes of them.

use landform_addrs::{AbsResource, InstanceKey};
use landform_diagnostics::Diagnostics;
use landform_values::Value;

use super::Absent;
use crate::evaluate::{EachMode, Evaluator, Expansion, InstanceData, ScopeId, Unknowns, expand, whole_value};
use crate::prior::{Prior, PriorResource};
use crate::program::{ModuleId, Repetition};

/// Tells the evaluator the value of a resource in each instance of its module. What state lacks is unknown, unless
/// everything is applied and configuration wants no instance.
pub(super) fn evaluate(evaluator: &Evaluator, prior: &Prior, (module, index): (ModuleId, usize), absent: Absent) {
    let compiled = evaluator.program.resource(module, index);
    let unknown = Value::unknown(compiled.ty.clone());
    for scope in evaluator.instances(module) {
        let address = AbsResource { module: evaluator.address(scope), resource: compiled.address.clone() };
        let value = match prior.resources.get(&address) {
            None if absent == Absent::Applied => of_none(evaluator, scope, &compiled.repetition),
            None => Value::dynamic(),
            Some(found) => whole(found, &compiled.repetition, &unknown),
        };
        evaluator.set_resource(scope, index, value);
    }
}

/// The value of a resource without instances; unknown if it should have any.
fn of_none(evaluator: &Evaluator, scope: ScopeId, repetition: &Repetition) -> Value {
    let data = InstanceData::default();
    let expansion = expand(repetition, &evaluator.scope(scope, &data), Unknowns::Allowed, &mut Diagnostics::new());
    match expansion {
        Some(Expansion { mode, instances: Some(instances) }) if instances.is_empty() => whole_value(mode, Vec::new()),
        _ => Value::dynamic(),
    }
}

fn whole(found: &PriorResource, repetition: &Repetition, unknown: &Value) -> Value {
    let value = |key: &InstanceKey| {
        let current = found.instances.get(key).and_then(|instance| instance.current.as_ref());
        current.map_or_else(|| unknown.clone(), |object| object.value.clone())
    };
    let keys = found.instances.keys();
    match repetition {
        Repetition::Single => value(&InstanceKey::None),
        Repetition::Enabled(_) if !found.instances.contains_key(&InstanceKey::None) => Value::NULL,
        Repetition::Enabled(_) => value(&InstanceKey::None),
        Repetition::Count(_) => {
            let last = keys.filter_map(|key| if let InstanceKey::Int(index) = key { Some(*index) } else { None }).max();
            let indexes = (0..last.map_or(0, |last| last + 1)).map(InstanceKey::Int);
            whole_value(EachMode::Count, indexes.map(|key| (key.clone(), value(&key))).collect())
        }
        Repetition::ForEach(_) => {
            let named = keys.filter(|key| matches!(key, InstanceKey::String(_)));
            whole_value(EachMode::ForEach, named.map(|key| (key.clone(), value(key))).collect())
        }
    }
}
