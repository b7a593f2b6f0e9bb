//! What `state mv` moves: worked out whole before anything changes.

use landform_addrs::{
    AbsResource, ConfigResource, InstanceKey, ModuleInstance, ResourceInstance, ResourceMode, Target,
};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_state::{ResourceState, State};

use crate::failure::Failure;

const INVALID_SOURCE: &str = "Invalid source address";
const INVALID_TARGET: &str = "Invalid target address";

/// One move.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Move {
    /// All resources of a module instance, without those of modules below it.
    Module { from: ModuleInstance, to: ModuleInstance },
    /// A resource with all its instances.
    Resource { from: AbsResource, to: AbsResource },
    /// One instance.
    Instance { from: ResourceInstance, to: ResourceInstance },
}

impl Move {
    /// The old address.
    pub(super) fn source(&self) -> String {
        match self {
            Self::Module { from, .. } => from.to_string(),
            Self::Resource { from, .. } => from.to_string(),
            Self::Instance { from, .. } => from.to_string(),
        }
    }

    /// Whether a dependency names what is moved, so that it is out of date.
    fn concerns(&self, dependency: &ConfigResource) -> bool {
        match self {
            Self::Module { from, .. } => {
                from.steps().iter().all(|(_, key)| *key == InstanceKey::None)
                    && dependency.module.is_within(&from.path())
            }
            Self::Resource { from, .. } => *dependency == from.config(),
            Self::Instance { from, .. } => *dependency == from.config(),
        }
    }
}

/// The moves that bring what an address in one state stands for to an address in the same state or another.
pub(super) fn moves(from: &State, to: &State, source: &Target, destination: &Target) -> Result<Vec<Move>, Failure> {
    let moves = match source {
        Target::Module(source) => modules(from, to, source, destination)?,
        Target::Resource(source) => match from.resource(source) {
            None => Vec::new(),
            Some(found) if found.instances.contains_key(&InstanceKey::None) => {
                vec![instance(from, to, &source.instance(InstanceKey::None), destination)?]
            }
            Some(_) => vec![resource(to, source, destination)?],
        },
        Target::Instance(source) => vec![instance(from, to, source, destination)?],
    };
    if moves.is_empty() {
        let detail = format!("Cannot move {source}: does not match anything in the current state.");
        return Err(Diagnostic::error(INVALID_SOURCE, detail).into());
    }
    Ok(moves)
}

fn modules(from: &State, to: &State, source: &ModuleInstance, destination: &Target) -> Result<Vec<Move>, Failure> {
    let mut found: Vec<&ModuleInstance> = from.resources.keys().map(|address| &address.module).collect();
    found.retain(|module| module.is_within(source));
    found.dedup();
    let mut moves = Vec::with_capacity(found.len());
    for module in found {
        let Target::Module(base) = destination else {
            let detail = format!("Cannot move {module} to {destination}: the target must also be a module.");
            return Err(Diagnostic::error(INVALID_TARGET, detail).into());
        };
        let below = &module.steps()[source.steps().len()..];
        let target = ModuleInstance::new(base.steps().iter().chain(below).cloned());
        if to.resources.keys().any(|address| address.module == target) {
            return Err(Failure::text(
                "Error moving state: destination module already exists\n\nPlease ensure your addresses and state paths are valid. No\nstate was persisted. Your existing states are untouched.",
            ));
        }
        moves.push(Move::Module { from: module.clone(), to: target });
    }
    Ok(moves)
}

fn resource(to: &State, source: &AbsResource, destination: &Target) -> Result<Move, Diagnostics> {
    let Target::Resource(target) = destination else {
        let detail = format!(
            "Cannot move {source} to {destination}: the source is a whole resource (not a resource instance) so the target must also be a whole resource."
        );
        return Err(Diagnostic::error(INVALID_TARGET, detail).into());
    };
    let mut diagnostics = compatible(source, target);
    if to.resource(target).is_some() {
        let detail =
            format!("Cannot move to {target}: there is already a resource at that address in the current state.");
        diagnostics.push(Diagnostic::error(INVALID_TARGET, detail));
    }
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    Ok(Move::Resource { from: source.clone(), to: target.clone() })
}

fn instance(from: &State, to: &State, source: &ResourceInstance, destination: &Target) -> Result<Move, Diagnostics> {
    let target = match destination {
        Target::Instance(target) => target.clone(),
        Target::Resource(target) => target.instance(InstanceKey::None),
        Target::Module(_) => {
            let detail = format!("Cannot move {source} to {destination}: the target must also be a resource instance.");
            return Err(Diagnostic::error(INVALID_TARGET, detail).into());
        }
    };
    let mut diagnostics = compatible(&source.resource(), &target.resource());
    if to.instance(&target).is_some() {
        let detail = format!(
            "Cannot move to {target}: there is already a resource instance at that address in the current state."
        );
        diagnostics.push(Diagnostic::error(INVALID_TARGET, detail));
    }
    if from.instance(source).is_none() {
        let detail = format!("The current state does not contain {source}.");
        diagnostics.push(Diagnostic::error(INVALID_SOURCE, detail));
    }
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    Ok(Move::Instance { from: source.clone(), to: target })
}

/// Whether an object of one resource can be one of another.
fn compatible(from: &AbsResource, to: &AbsResource) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let mut refuse = |why: &str| {
        let detail = format!("Cannot move {from} to {to}: {why}");
        diagnostics.push(Diagnostic::error("Invalid state move request", detail));
    };
    if from.resource.mode != to.resource.mode {
        refuse(match from.resource.mode {
            ResourceMode::Managed => "a managed resource can be moved only to another managed resource address.",
            ResourceMode::Data => "a data resource can be moved only to another data resource address.",
            ResourceMode::Ephemeral => "cannot change resource mode.",
        });
    }
    if from.resource.kind != to.resource.kind {
        refuse("resource types don't match.");
    }
    diagnostics
}

/// Moves within a state, or to another.
pub(super) fn carry_out(moves: &[Move], from: &mut State, mut to: Option<&mut State>) {
    for step in moves {
        for (address, taken) in take(step, from) {
            let to = to.as_deref_mut().unwrap_or(from);
            match to.resources.get_mut(&address) {
                Some(resource) => resource.instances.extend(taken.instances),
                None => drop(to.resources.insert(address, taken)),
            }
        }
        forget_dependencies(step, to.as_deref_mut().unwrap_or(from));
    }
}

/// Takes what is moved out of a state, under its new addresses.
fn take(step: &Move, from: &mut State) -> Vec<(AbsResource, ResourceState)> {
    match step {
        Move::Module { from: old, to: new } => {
            let addresses: Vec<AbsResource> =
                from.resources.keys().filter(|address| address.module == *old).cloned().collect();
            let taken = addresses.into_iter().filter_map(|address| {
                let resource = from.resources.remove(&address)?;
                Some((AbsResource { module: new.clone(), ..address }, resource))
            });
            taken.collect()
        }
        Move::Resource { from: old, to: new } => {
            from.resources.remove(old).map(|resource| (new.clone(), resource)).into_iter().collect()
        }
        Move::Instance { from: old, to: new } => {
            let provider = from.resource(&old.resource()).map(|resource| resource.provider.clone());
            let Some((provider, instance)) = provider.zip(from.remove_instance(old)) else { return Vec::new() };
            let mut resource = ResourceState::new(provider);
            resource.instances.insert(new.key.clone(), instance.into());
            vec![(new.resource(), resource)]
        }
    }
}

/// Dependencies on what was moved are found anew by the next run.
fn forget_dependencies(step: &Move, state: &mut State) {
    for resource in state.resources.values_mut() {
        for object in resource.instances.values_mut().filter_map(|instance| instance.current.as_mut()) {
            if object.dependencies.iter().any(|dependency| step.concerns(dependency)) {
                object.dependencies = [].into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use landform_addrs::{ProviderAddr, ProviderConfigAddr};
    use landform_state::{Object, sorted_dependencies};

    use super::*;

    fn state(instances: &[&str]) -> State {
        let mut state = State::default();
        for text in instances {
            let provider = ProviderConfigAddr::root(ProviderAddr::builtin());
            let mut object = Object::new(0, "{}");
            let dependency: ResourceInstance = "t.a".parse().expect("a valid address");
            object.dependencies = sorted_dependencies([dependency.config()]);
            state.insert(&text.parse().expect("a valid address"), &provider, object);
        }
        state
    }

    /// The addresses after a move within one state, with a star where dependencies are left; or the error.
    fn check(instances: &[&str], source: &str, destination: &str) -> String {
        let mut state = state(instances);
        let target = |text: &str| text.parse::<Target>().expect("a valid address");
        match moves(&state, &state, &target(source), &target(destination)) {
            Ok(moves) => {
                carry_out(&moves, &mut state, None);
                let objects = state.objects().map(|found| {
                    let mark = if found.object.dependencies.is_empty() { "" } else { "*" };
                    format!("{}{mark}", found.address())
                });
                objects.collect::<Vec<_>>().join(" ")
            }
            Err(Failure::Diagnostics(found)) => found.iter().map(|found| found.detail.clone()).collect(),
            Err(other) => format!("{other:?}"),
        }
    }

    #[test]
    fn moves_within_a_state() {
        assert_eq!(check(&["t.a", "t.b"], "t.b", "t.c"), "t.a* t.c*");
        assert_eq!(check(&["t.a", "t.b"], "t.a", "t.c[1]"), "t.b t.c[1]");
        assert_eq!(check(&["t.a[0]", "t.a[1]"], "t.a", "module.m.t.a"), "module.m.t.a[0] module.m.t.a[1]");
        let nested = ["module.m.t.b", "module.m.module.n[0].t.b"];
        assert_eq!(check(&nested, "module.m", "module.x"), "module.x.t.b* module.x.module.n[0].t.b*");
    }

    #[test]
    fn what_can_not_be_moved() {
        let nothing = "Cannot move t.z: does not match anything in the current state.";
        assert_eq!(check(&["t.a"], "t.z", "t.y"), nothing);
        assert_eq!(check(&["t.a"], "t.a[0]", "t.y"), "The current state does not contain t.a[0].");
        assert_eq!(check(&["t.a"], "t.a", "u.a"), "Cannot move t.a to u.a: resource types don't match.");
        let module = "Cannot move t.a to module.m: the target must also be a resource instance.";
        assert_eq!(check(&["t.a"], "t.a", "module.m"), module);
        let taken = "Cannot move to t.b: there is already a resource instance at that address in the current state.";
        assert_eq!(check(&["t.a", "t.b"], "t.a", "t.b"), taken);
    }
}
