//! One `moved` block, for all instances of the module that it stands in.

use landform_addrs::{AbsResource, InstanceKey, ModuleInstance, ModulePath, ResourceInstance, Str};
use landform_config::MoveSubject;

use crate::program::Program;

/// A `moved` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// The module it stands in.
    pub(super) module: ModulePath,
    /// Relative to an instance of the module.
    pub(super) from: MoveSubject,
    /// Relative to the same instance.
    pub(super) to: MoveSubject,
}

/// What a statement is about as a whole: where anything is in the way of a part of it, all of it stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// One instance of a resource.
    Instance,
    /// A resource with all its instances.
    Resource,
    /// What is in an instance of a module, without what it calls.
    Module,
}

/// Those of all modules, in the order of the tree.
pub(super) fn statements(program: &Program) -> Vec<Statement> {
    let all = program.tree.iter().flat_map(|node| node.module.config.moved.iter().map(move |moved| (node, moved)));
    all.map(|(node, moved)| Statement {
        module: node.path.clone(),
        from: moved.from.subject.clone(),
        to: moved.to.subject.clone(),
    })
    .collect()
}

impl Statement {
    /// What it is about.
    pub(super) fn scale(&self) -> Scale {
        match (&self.from, &self.to) {
            (MoveSubject::Module(_), _) | (_, MoveSubject::Module(_)) => Scale::Module,
            _ if self.moves_all_instances() => Scale::Resource,
            _ => Scale::Instance,
        }
    }

    /// Whether neither side ends with a key: all instances move, each with its key.
    pub(super) fn moves_all_instances(&self) -> bool {
        !self.from.has_key() && !self.to.has_key()
    }

    /// Where it moves an instance, if it does.
    pub(super) fn destination(&self, address: &ResourceInstance) -> Option<ResourceInstance> {
        let rest = self.relative(&address.module)?;
        let relative = ResourceInstance { module: ModuleInstance::new(rest.iter().cloned()), ..address.clone() };
        let target = self.relative_destination(&relative)?;
        let base = address.module.steps().iter().take(self.module.calls().len());
        let module = ModuleInstance::new(base.chain(target.module.steps()).cloned());
        Some(ResourceInstance { module, ..target })
    }

    /// The steps that lead to a module instance from that of the statement's module which it is in.
    fn relative<'m>(&self, module: &'m ModuleInstance) -> Option<&'m [(Str, InstanceKey)]> {
        let (base, rest) = module.steps().split_at_checked(self.module.calls().len())?;
        base.iter().zip(self.module.calls()).all(|((call, _), wanted)| call == wanted).then_some(rest)
    }

    fn relative_destination(&self, address: &ResourceInstance) -> Option<ResourceInstance> {
        match (&self.from, &self.to) {
            (MoveSubject::Module(from), MoveSubject::Module(to)) => {
                let module = moved_module(from, to, self.moves_all_instances(), &address.module)?;
                Some(ResourceInstance { module, ..address.clone() })
            }
            (MoveSubject::Resource(from), MoveSubject::Resource(to)) => {
                let whole = self.moves_all_instances();
                let covers = from.module == address.module
                    && from.resource == address.resource
                    && (whole || from.key == address.key);
                let key = if whole { address.key.clone() } else { to.key.clone() };
                covers.then(|| ResourceInstance { key, ..to.clone() })
            }
            _ => None,
        }
    }

    /// The resources that it is about, as source or as target, relative to an instance of its module.
    pub(super) fn mentioned(&self) -> impl Iterator<Item = AbsResource> {
        [&self.from, &self.to].into_iter().filter_map(|subject| match subject {
            MoveSubject::Module(_) => None,
            MoveSubject::Resource(instance) => Some(instance.resource()),
        })
    }
}

/// The module instance that one within `from` becomes; `whole` where the call moves with all its instances.
fn moved_module(
    from: &ModuleInstance,
    to: &ModuleInstance,
    whole: bool,
    module: &ModuleInstance,
) -> Option<ModuleInstance> {
    let ((before, call, from_key), (target, new_call, to_key)) = (from.parent()?, to.parent()?);
    let depth = from.steps().len();
    let steps = module.steps();
    if steps.len() < depth || steps[..depth - 1] != *before.steps() || steps[depth - 1].0 != *call {
        return None;
    }
    let key = &steps[depth - 1].1;
    if !whole && key != from_key {
        return None;
    }
    let key = if whole { key.clone() } else { to_key.clone() };
    let last = (new_call.clone(), key);
    Some(ModuleInstance::new(target.steps().iter().cloned().chain([last]).chain(steps[depth..].iter().cloned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refactor::subject;

    fn check(module: &str, from: &str, to: &str, address: &str) -> Option<String> {
        let calls = module.split('.').filter(|call| !call.is_empty()).map(Into::into);
        let statement = Statement { module: ModulePath::new(calls), from: subject(from), to: subject(to) };
        statement.destination(&address.parse().expect("an address")).map(|target| target.to_string())
    }

    #[test]
    fn destinations() {
        let to = |text: &str| Some(text.to_owned());
        assert_eq!(check("", "a.b", "a.c", "a.b"), to("a.c"));
        assert_eq!(check("", "a.b", "a.c", "a.b[\"k\"]"), to("a.c[\"k\"]"));
        assert_eq!(check("", "a.b", "a.c[0]", "a.b"), to("a.c[0]"));
        assert_eq!(check("", "a.b", "a.c[0]", "a.b[1]"), None);
        assert_eq!(check("", "a.b[1]", "a.b[\"x\"]", "a.b[1]"), to("a.b[\"x\"]"));
        assert_eq!(check("", "module.m", "module.n", "module.m[2].module.o.a.b"), to("module.n[2].module.o.a.b"));
        assert_eq!(check("", "module.m", "module.n[0]", "module.m.a.b"), to("module.n[0].a.b"));
        assert_eq!(check("", "module.m", "module.n[0]", "module.m[1].a.b"), None);
        assert_eq!(check("", "a.b", "module.m.a.b", "a.b[3]"), to("module.m.a.b[3]"));
        assert_eq!(check("m", "a.b", "a.c", "module.m[\"k\"].a.b"), to("module.m[\"k\"].a.c"));
        assert_eq!(check("m", "a.b", "a.c", "module.n.a.b"), None);
        assert_eq!(check("m", "module.x", "module.y", "module.m[1].module.x.a.b"), to("module.m[1].module.y.a.b"));
    }
}
