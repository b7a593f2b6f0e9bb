//! What became of real objects since the last apply: which differences matter, and where configuration says otherwise.
//!
//! The planner finds out all there is to know (it reads, evaluates and plans); here its findings are sorted: what a
//! person wants to hear of, what is noise, and what only state has yet to learn.
//!
//! **Invariant**: nothing real and nothing stored is changed.

pub mod accept;
mod compare;
mod origin;
mod usage;

use std::collections::{BTreeMap, HashMap};

use landform_addrs::{AbsResource, InstanceKey, ResourceInstance, ResourceMode};
use landform_config::ModuleTree;
use landform_diagnostics::{Diagnostics, SourceMap};
use landform_plan::{Action, Drift, DriftedAttribute, DriftedObject, Fate, Folded, ResourceChange, Wanted};
use landform_state::State;
use landform_values::{Marks, Path, Step, Str, Value};

use crate::evaluate::{Evaluator, InstanceData, Unknowns, expand};
use crate::plan::{Environment, IgnoreChanges, PlanOptions, Planned, PlannedChange, Planner};
use crate::program::CompiledResource;
use crate::variables::Given;
use compare::{Leaf, Leaves, Sides, same};
use origin::Origins;
use usage::Usage;

/// What became of the objects of a state, with the plan that would repair it.
#[derive(Clone, Debug)]
pub struct Drifted {
    /// For people.
    pub drift: Drift,
    /// What apply would do.
    pub planned: Planned,
}

/// Reads all objects and compares them with what state remembers. With errors, what was found all the same.
pub async fn drift(
    environment: &Environment<'_>,
    state: &State,
    options: &PlanOptions,
) -> (Option<Drifted>, Diagnostics) {
    let (planned, diagnostics) = Planner::plan(environment, state, options).await;
    let drifted = planned.map(|(planned, evaluator)| {
        let finder = Finder {
            evaluator: &evaluator,
            origins: Origins::new(environment.tree, &environment.settings.context.sources, &options.variables),
            usage: Usage::of(environment.tree),
            changes: current_changes(&planned.changes),
            expanded: HashMap::new(),
        };
        Drifted { drift: finder.find(&planned), planned }
    });
    (drifted, diagnostics)
}

/// Planned changes of current objects, by address.
fn current_changes(changes: &[PlannedChange]) -> HashMap<&ResourceInstance, &PlannedChange> {
    let current = changes.iter().filter(|planned| planned.change.deposed.is_none());
    current.map(|planned| (&planned.change.address, planned)).collect()
}

struct Finder<'a> {
    evaluator: &'a Evaluator,
    origins: Origins<'a>,
    usage: Usage,
    changes: HashMap<&'a ResourceInstance, &'a PlannedChange>,
    /// The instances that configuration wants, of resources that were asked for.
    expanded: HashMap<AbsResource, HashMap<InstanceKey, InstanceData>>,
}

impl Finder<'_> {
    fn find(mut self, planned: &Planned) -> Drift {
        let mut drift = Drift { read: read(planned), ..Drift::default() };
        let mut seen = BTreeMap::new();
        for change in planned.plan.drift.iter().filter(|change| change.action != Action::NoOp) {
            let object = self.object(change);
            drift.folded += object.folded;
            if change.deposed.is_none() {
                seen.insert(change.address.clone(), ());
            }
            if object.is_drifted() || !object.pending.is_empty() {
                drift.objects.push(object);
            }
        }
        let noted = planned.plan.resource_changes.iter().filter(|change| !change.notes.is_empty());
        for change in noted.filter(|change| change.deposed.is_none() && !seen.contains_key(&change.address)) {
            drift.objects.push(self.described(change, Fate::Unchanged));
        }
        let order = |object: &DriftedObject| {
            let address = &object.address;
            (address.module.clone(), address.resource.clone(), address.key.clone(), object.deposed.clone())
        };
        drift.objects.sort_by_cached_key(order);
        drift
    }

    /// An object without its differences.
    fn described(&self, change: &ResourceChange, fate: Fate) -> DriftedObject {
        let notes = self.changes.get(&change.address).map(|planned| planned.change.notes.clone());
        DriftedObject {
            address: change.address.clone(),
            deposed: change.deposed.clone(),
            provider: change.provider.clone(),
            fate,
            declared: self.compiled(&change.address).map(|compiled| compiled.span),
            attributes: Vec::new(),
            folded: Folded::default(),
            pending: notes.filter(|_| change.deposed.is_none()).unwrap_or_default(),
        }
    }

    fn object(&mut self, change: &ResourceChange) -> DriftedObject {
        if change.action == Action::Delete {
            return self.described(change, Fate::Vanished);
        }
        let config = self.config(&change.address);
        let planned = self.changes.get(&change.address).filter(|planned| planned.config.is_some());
        let sides = Sides {
            stored: change.before.clone(),
            real: change.after.clone(),
            planned: planned.map(|planned| planned.change.after.clone()),
            config,
            sensitive: false,
        };
        let leaves = Leaves::of(&change.schema.block, &sides);
        let (shown, folded) = self.sorted(&change.address, leaves);
        let fate = if shown.is_empty() { Fate::Unchanged } else { Fate::Changed };
        let attributes = shown.into_iter().map(|leaf| self.attribute(&change.address, leaf)).collect();
        DriftedObject { attributes, folded, ..self.described(change, fate) }
    }

    /// What is shown, and how much is not.
    fn sorted(&self, address: &ResourceInstance, leaves: Vec<Leaf>) -> (Vec<Leaf>, Folded) {
        let ignored = self.compiled(address).map_or(&IgnoreChanges::Nothing, |compiled| &compiled.ignore_changes);
        let mut folded = Folded::default();
        let (mut shown, mut others) = (Vec::new(), Vec::new());
        for leaf in leaves {
            let as_planned = leaf.stays();
            match () {
                () if as_planned && ignores(ignored, &leaf.path) => folded.ignored += 1,
                () if leaf.configured && as_planned => folded.settled += 1,
                () if leaf.configured || !(leaf.computed || as_planned) => shown.push(leaf),
                () => others.push(leaf),
            }
        }
        let direct = shown.len();
        for leaf in others {
            let explained = shown[..direct].iter().any(|other| leaf.follows(other));
            if !explained && (leaf.is_reverted() || self.usage.uses(address, leaf.attribute())) {
                shown.push(leaf);
            } else {
                folded.computed += 1;
            }
        }
        (shown, folded)
    }

    fn attribute(&self, address: &ResourceInstance, leaf: Leaf) -> DriftedAttribute {
        let marks = if leaf.sensitive { Marks::sensitive() } else { Marks::NONE };
        let says = leaf.configured || !leaf.computed;
        let wanted = match says {
            true => self.origins.of(address, &leaf.path).map(|origin| origin.wanted()),
            false => leaf.is_reverted().then(Wanted::by_provider),
        };
        DriftedAttribute {
            wanted,
            path: leaf.path,
            before: leaf.stored.with_marks(&marks),
            after: leaf.real.with_marks(&marks),
        }
    }

    fn compiled(&self, address: &ResourceInstance) -> Option<&CompiledResource> {
        let program = &self.evaluator.program;
        let module = program.module_at(&address.module.path())?;
        let index = program.tree[module].module.resource_indexes.get(&address.resource)?;
        Some(program.resource(module, *index))
    }

    /// What configuration says of an instance, as far as it is known.
    fn config(&mut self, address: &ResourceInstance) -> Option<Value> {
        let resource = address.resource();
        if !self.expanded.contains_key(&resource) {
            let instances = self.instances(address).unwrap_or_default();
            self.expanded.insert(resource.clone(), instances);
        }
        let data = self.expanded.get(&resource)?.get(&address.key)?;
        let scope = self.evaluator.scope_at(&address.module)?;
        let context = &self.evaluator.settings.context;
        let (config, _) = self.compiled(address)?.body.evaluate(&self.evaluator.scope(scope, data), context);
        Some(config)
    }

    fn instances(&self, address: &ResourceInstance) -> Option<HashMap<InstanceKey, InstanceData>> {
        let scope = self.evaluator.scope_at(&address.module)?;
        let none = InstanceData::default();
        let repetition = &self.compiled(address)?.repetition;
        // What is wrong with it was told while planning.
        let expansion =
            expand(repetition, &self.evaluator.scope(scope, &none), Unknowns::Allowed, &mut Diagnostics::new())?;
        Some(expansion.instances?.into_iter().collect())
    }
}

/// How many objects were read.
fn read(planned: &Planned) -> usize {
    let changes = planned.plan.resource_changes.iter().filter(|change| {
        change.address.resource.mode == ResourceMode::Managed
            && !change.before.is_null()
            && change.importing.is_none()
            && change.action != Action::Forget
    });
    let vanished = planned.plan.drift.iter().filter(|change| change.action == Action::Delete);
    changes.count() + vanished.count()
}

fn ignores(ignored: &IgnoreChanges, path: &Path) -> bool {
    match ignored {
        IgnoreChanges::Nothing => false,
        IgnoreChanges::All => true,
        IgnoreChanges::Paths(paths) => paths.iter().any(|ignored| leads_to(&ignored.0, &path.0)),
    }
}

/// Whether the first steps of a path are these, however they are written.
fn leads_to(first: &[Step], path: &[Step]) -> bool {
    first.len() <= path.len() && first.iter().zip(path).all(|(a, b)| key_of(a) == key_of(b))
}

/// A step as the key that it takes.
fn key_of(step: &Step) -> Value {
    match step {
        Step::Attribute(name) => Value::from(name.clone()),
        Step::Index(key) => key.clone(),
    }
}

/// What origins and acceptance know of root variables.
pub(crate) type Variables = BTreeMap<Str, Given>;

/// What both need to look up.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    pub(crate) tree: &'a ModuleTree,
    pub(crate) sources: &'a SourceMap,
    pub(crate) given: &'a Variables,
}

/// Whether two objects surely differ somewhere.
fn surely_differ(one: &Value, other: &Value) -> bool {
    one.is_wholly_known() && other.is_wholly_known() && !same(one, other)
}
