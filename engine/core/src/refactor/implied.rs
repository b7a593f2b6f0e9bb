//! Moves that a change of repetition implies: `x` and `x[0]` are the same object when `count` comes or goes, unless a
//! statement says otherwise.

use std::collections::HashSet;

use landform_addrs::{AbsResource, InstanceKey, ModuleInstance, ModulePath, ResourceInstance};
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
    let of_one =
        |said: &Statement| said.mentioned().map(|resource| (said.module.clone(), resource)).collect::<Vec<_>>();
    let about: HashSet<(ModulePath, AbsResource)> = explicit.iter().flat_map(of_one).collect();
    // A statement may stand in any module around.
    let is_mentioned = |object: &ResourceInstance| {
        let (path, steps) = (object.module.path(), object.module.steps());
        (0..=steps.len()).any(|depth| {
            let module = ModuleInstance::new(steps[depth..].iter().cloned());
            let resource = AbsResource { module, resource: object.resource.clone() };
            about.contains(&(ModulePath::new(path.calls()[..depth].iter().cloned()), resource))
        })
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
