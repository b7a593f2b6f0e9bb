//! `moved` blocks as statements on all instances of their module.

use std::fmt;

use landform_addrs::{InstanceKey, ModulePath, Resource};
use landform_diagnostics::Span;

use super::Moveable;
use crate::load::ModuleTree;
use crate::model::{MoveSubject, Moved};

/// A `moved` block.
#[derive(Debug)]
pub(super) struct Statement {
    /// The module with the block, whose instances the addresses are relative to.
    pub(super) module: ModulePath,
    pub(super) from: Moveable,
    pub(super) to: Moveable,
}

/// All statements of a tree, and where each stands.
pub(super) fn statements(tree: &ModuleTree) -> (Vec<Statement>, Vec<Span>) {
    let of_module = |(path, moved): (&ModulePath, &Moved)| {
        (Statement::new(path, &moved.from.subject, &moved.to.subject), moved.span)
    };
    let nodes = tree.nodes().iter();
    nodes.flat_map(|node| node.module.moved.iter().map(|moved| (&node.path, moved))).map(of_module).unzip()
}

/// What the two addresses are of: of a whole resource or call only if neither has a key.
fn ends(from: &MoveSubject, to: &MoveSubject) -> (Moveable, Moveable) {
    let whole = !from.has_key() && !to.has_key();
    let end = |subject: &MoveSubject| match subject {
        MoveSubject::Resource(instance) if whole => Moveable::Resource(instance.resource()),
        MoveSubject::Resource(instance) => Moveable::Instance(instance.clone()),
        MoveSubject::Module(module) => match module.parent() {
            Some((parent, call, _)) if whole => Moveable::Call { module: parent, call: call.clone() },
            _ => Moveable::Module(module.clone()),
        },
    };
    (end(from), end(to))
}

/// One end of a statement as a pattern for addresses in all instances of the statement's module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern<'a> {
    base: &'a ModulePath,
    end: &'a Moveable,
}

/// The name of a call and the key that an instance must have, if it must.
pub(super) type Step<'a> = (&'a str, Option<&'a InstanceKey>);

impl Statement {
    /// One that stands in a module.
    pub(super) fn new(module: &ModulePath, from: &MoveSubject, to: &MoveSubject) -> Self {
        let (from, to) = ends(from, to);
        Self { module: module.clone(), from, to }
    }

    /// Where objects come from and where they go.
    pub(super) fn ends(&self) -> [Pattern<'_>; 2] {
        [&self.from, &self.to].map(|end| Pattern { base: &self.module, end })
    }

    /// Whether another statement must be carried out before this one.
    pub(super) fn depends_on(&self, other: &Self) -> bool {
        let [from, to] = self.ends();
        let [other_from, other_to] = other.ends();
        if from.may_be(&other_to) {
            return true;
        }
        let nested = from.is_within(&other_to)
            || to.is_within(&other_to)
            || other_from.is_within(&from)
            || other_to.is_within(&from);
        // A change of a module's key alone, by an outer module, does not wait for what happens inside.
        nested && (self.module.calls().len() >= other.module.calls().len() || !self.changes_only_keys())
    }

    /// Whether both ends are items of one list, which `count` numbers.
    pub(super) fn moves_within_list(&self) -> bool {
        let is_index = |key: &InstanceKey| matches!(key, InstanceKey::Int(_));
        match (&self.from, &self.to) {
            (Moveable::Instance(from), Moveable::Instance(to)) => {
                from.resource() == to.resource() && is_index(&from.key) && is_index(&to.key)
            }
            (Moveable::Module(from), Moveable::Module(to)) => match (from.parent(), to.parent()) {
                (Some((from, call, from_key)), Some((to, other, to_key))) => {
                    from == to && call == other && is_index(from_key) && is_index(to_key)
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn changes_only_keys(&self) -> bool {
        match (&self.from, &self.to) {
            (Moveable::Module(from), Moveable::Module(to)) => from.path() == to.path(),
            _ => false,
        }
    }
}

impl<'a> Pattern<'a> {
    /// The names of all calls that lead there.
    pub(super) fn path(&self) -> Vec<&'a str> {
        self.steps().into_iter().map(|(name, _)| name).collect()
    }

    /// The resource, if it is one or of one.
    pub(super) fn resource(&self) -> Option<&'a Resource> {
        match self.end {
            Moveable::Resource(resource) => Some(&resource.resource),
            Moveable::Instance(instance) => Some(&instance.resource),
            Moveable::Call { .. } | Moveable::Module(_) => None,
        }
    }

    /// The key of the instance, or of the module instance, if it is one.
    pub(super) fn key(&self) -> Option<&'a InstanceKey> {
        match self.end {
            Moveable::Instance(instance) => Some(&instance.key),
            Moveable::Module(module) => module.steps().last().map(|(_, key)| key),
            Moveable::Resource(_) | Moveable::Call { .. } => None,
        }
    }

    /// All calls that lead there.
    pub(super) fn steps(&self) -> Vec<Step<'a>> {
        let base = self.base.calls().iter().map(|call| (&**call, None));
        let own = self.end.module().steps().iter().map(|(name, key)| (&**name, Some(key)));
        let call = match self.end {
            Moveable::Call { call, .. } => Some((&**call, None)),
            _ => None,
        };
        base.chain(own).chain(call).collect()
    }

    /// Whether both may be of one object.
    fn may_be(&self, other: &Self) -> bool {
        let (own, others) = (self.steps(), other.steps());
        let same_kind = match (self.end, other.end) {
            (Moveable::Resource(one), Moveable::Resource(other)) => one.resource == other.resource,
            (Moveable::Instance(one), Moveable::Instance(other)) => {
                one.resource == other.resource && one.key == other.key
            }
            _ => self.resource().is_none() && other.resource().is_none(),
        };
        same_kind && own.len() == others.len() && begins_with(&own, &others)
    }

    /// Whether this is in what the other may be of.
    fn is_within(&self, other: &Self) -> bool {
        let (own, others) = (self.steps(), other.steps());
        if others.len() > own.len() || !begins_with(&own, &others) {
            return false;
        }
        let deeper = own.len() > others.len();
        match (other.end, self.end) {
            (Moveable::Call { .. }, Moveable::Call { .. })
            | (Moveable::Module(_), Moveable::Module(_) | Moveable::Call { .. }) => deeper,
            (Moveable::Call { .. } | Moveable::Module(_), _) => true,
            (Moveable::Resource(resource), Moveable::Instance(instance)) => {
                !deeper && resource.resource == instance.resource
            }
            _ => false,
        }
    }
}

fn begins_with(steps: &[Step<'_>], prefix: &[Step<'_>]) -> bool {
    steps.iter().zip(prefix).all(|((name, key), (wanted, wanted_key))| {
        name == wanted && (key.is_none() || wanted_key.is_none() || key == wanted_key)
    })
}

impl fmt::Display for Pattern<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.base.calls().iter().try_for_each(|call| write!(f, "module.{call}[*]."))?;
        self.end.fmt(f)?;
        match self.end {
            Moveable::Call { .. } | Moveable::Resource(_) => f.write_str("[*]"),
            Moveable::Module(_) | Moveable::Instance(_) => Ok(()),
        }
    }
}
