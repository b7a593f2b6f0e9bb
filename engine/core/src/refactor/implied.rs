//! Moves that a change of repetition implies: `x` and `x[0]` are the same object when `count` comes or goes, unless a
//! statement says otherwise.

use std::collections::HashMap;

use landform_addrs::{ConfigResource, InstanceKey, ModulePath, ResourceInstance};
use landform_config::MoveSubject;

use super::statement::Statement;
use crate::program::{Program, Repetition};

/// Those of objects, but for resources that statements are about.
pub(super) fn statements(program: &Program, objects: &[ResourceInstance], explicit: &[Statement]) -> Vec<Statement> {
    let candidates: Vec<(&ResourceInstance, ResourceInstance)> =
        objects.iter().filter_map(|object| Some((object, target(program, object)?))).collect();
    if candidates.is_empty() {
        return Vec::new();
    }
    let mut about: HashMap<ConfigResource, Vec<&Statement>> = HashMap::new();
    for statement in explicit {
        statement.mentioned().for_each(|resource| about.entry(resource).or_default().push(statement));
    }
    let is_mentioned = |object: &ResourceInstance| {
        about.get(&object.config()).is_some_and(|said| said.iter().any(|statement| statement.mentions(object)))
    };
    let candidates = candidates.into_iter().filter(|(object, _)| !is_mentioned(object));
    candidates.map(|(from, to)| statement(from.clone(), to)).collect()
}

fn statement(from: ResourceInstance, to: ResourceInstance) -> Statement {
    let [from, to] = [from, to].map(MoveSubject::Resource);
    Statement { module: ModulePath::root(), from, to }
}

/// What an object would be if only `count` had come or gone.
fn target(program: &Program, object: &ResourceInstance) -> Option<ResourceInstance> {
    let resource = object.resource();
    let module = program.module_at(&resource.module.path())?;
    let compiled = &program.tree[module].module;
    let index = *compiled.resource_indexes.get(&resource.resource)?;
    match (&compiled.resources[index].repetition, &object.key) {
        (Repetition::Count(_), InstanceKey::None) => Some(resource.instance(InstanceKey::Int(0))),
        (Repetition::Single | Repetition::Enabled(_), InstanceKey::Int(0)) => {
            Some(resource.instance(InstanceKey::None))
        }
        _ => None,
    }
}
