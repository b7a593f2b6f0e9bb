//! What has changes to come, and who waits for it: data sources and ephemeral resources.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use landform_addrs::{AbsResource, ResourceMode};
use landform_plan::{ActionReason, Mode};
use landform_values::Value;
use petgraph::graph::NodeIndex;

use super::Planner;
use crate::evaluate::ScopeId;
use crate::program::{ModuleId, Node, Target};

/// By where a resource is declared.
type ByDeclaration<T> = HashMap<(ModuleId, usize), T>;

/// What was asked for once and does not change any more: all that is waited for is planned.
#[derive(Default)]
pub(crate) struct Waits {
    /// The resources in state that are declared.
    stored: OnceCell<ByDeclaration<Vec<AbsResource>>>,
    /// Those of which objects end.
    ends: RefCell<ByDeclaration<Rc<HashSet<AbsResource>>>>,
    waited_for: RefCell<ByDeclaration<Rc<[NodeIndex]>>>,
    /// Whether any of that has changes to come, in an instance of the module.
    answers: RefCell<HashMap<(ScopeId, usize), bool>>,
}

impl Planner<'_> {
    /// Why something can not be read yet in an instance of its module, if it can not.
    pub(super) fn put_off(&self, declared: (ModuleId, usize), scope: ScopeId, config: &Value) -> Option<ActionReason> {
        if !config.is_wholly_known() {
            return Some(ActionReason::ReadBecauseConfigUnknown);
        }
        self.waits_for_change(declared, scope).then_some(ActionReason::ReadBecauseDependencyPending)
    }

    /// Whether something that it waits for has changes to come. All of that is planned.
    fn waits_for_change(&self, (module, index): (ModuleId, usize), scope: ScopeId) -> bool {
        let known = self.waits.answers.borrow().get(&(scope, index)).copied();
        known.unwrap_or_else(|| {
            let work_out = || self.waited_for(module, index).into();
            let waited_for = self.waits.waited_for.borrow_mut().entry((module, index)).or_insert_with(work_out).clone();
            let waits = waited_for.iter().any(|node| self.is_to_change(*node, (module, scope)));
            self.waits.answers.borrow_mut().insert((scope, index), waits);
            waits
        })
    }

    /// What `depends_on` names, here or around the module; of a data source, also the managed resources that it refers to,
    /// even where what it refers to is known already. A condition may want any change that led to what is read.
    fn waited_for(&self, module: ModuleId, index: usize) -> Vec<NodeIndex> {
        let graph = &self.program.graph;
        let tree = &self.program.tree;
        let compiled = &tree[module].module;
        let resource = &compiled.resources[index];
        let is_data = resource.address.mode == ResourceMode::Data;
        if is_data && resource.has_conditions() {
            return self.dependencies.resources(graph.index(tree, Node::Resource(module, index))).to_vec();
        }
        let mut waited_for = Vec::new();
        for node in resource.depends_on.iter().flat_map(|target| self.node_of(module, *target)) {
            waited_for.push(node);
            if !matches!(graph.graph[node], Node::Resource(..)) {
                waited_for.extend_from_slice(self.dependencies.resources(node));
            }
        }
        if is_data {
            let targets = compiled.resource_targets(index).into_iter();
            let resources = targets.filter(|target| matches!(target, Target::Resource(_)));
            waited_for.extend(resources.flat_map(|target| self.node_of(module, target)));
        }
        // What a module depends on is followed further than what a data source does by itself.
        let mut at = module;
        while let Some((parent, call)) = tree[at].parent {
            for node in
                tree[parent].module.calls[call].depends_on.iter().flat_map(|target| self.node_of(parent, *target))
            {
                waited_for.push(node);
                waited_for.extend_from_slice(self.dependencies.resources(node));
            }
            at = parent;
        }
        waited_for.sort_unstable();
        waited_for.dedup();
        waited_for
    }

    /// Whether a node is a managed resource with changes to come. In its own module, nothing refers to other instances of
    /// the module.
    fn is_to_change(&self, node: NodeIndex, (module, scope): (ModuleId, ScopeId)) -> bool {
        let Node::Resource(of, index) = self.program.graph.graph[node] else { return false };
        let ends = self.ends_of(of, index);
        let pending = &self.found.borrow().pending;
        let changing = pending.get(&(of, index));
        if of == module {
            let address = &self.program.resource(of, index).address;
            let here = address.clone().absolute(self.evaluator.address(scope));
            return changing.is_some_and(|scopes| scopes.contains(&scope)) || ends.contains(&here);
        }
        changing.is_some() || !ends.is_empty()
    }

    /// A resource in those instances of its module in which objects of it end: those that were put aside, and instances
    /// that configuration does not want any more.
    fn ends_of(&self, module: ModuleId, index: usize) -> Rc<HashSet<AbsResource>> {
        let work_out = || {
            let stored = self.stored((module, index)).iter();
            Rc::new(stored.filter(|resource| self.has_ends(resource)).cloned().collect())
        };
        self.waits.ends.borrow_mut().entry((module, index)).or_insert_with(work_out).clone()
    }

    /// A resource in all instances of its module that state has it in.
    pub(super) fn stored(&self, declared: (ModuleId, usize)) -> &[AbsResource] {
        let stored = self.waits.stored.get_or_init(|| self.stored_by_declaration());
        stored.get(&declared).map_or(&[], Vec::as_slice)
    }

    fn stored_by_declaration(&self) -> ByDeclaration<Vec<AbsResource>> {
        let mut found: ByDeclaration<Vec<AbsResource>> = HashMap::new();
        for resource in self.prior.borrow().resources.keys() {
            if let Some(declared) = self.declared(resource) {
                found.entry(declared).or_default().push(resource.clone());
            }
        }
        found
    }

    fn has_ends(&self, resource: &AbsResource) -> bool {
        let prior = self.prior.borrow();
        let found = prior.resources.get(resource).filter(|_| self.options.mode == Mode::Normal);
        found.into_iter().flat_map(|found| &found.instances).any(|(key, instance)| {
            let is_unwanted = || instance.current.is_some() && self.reason_to_delete(resource, key).is_some();
            (!instance.deposed.is_empty() || is_unwanted())
                && self.selection.includes_instance(&resource.instance(key.clone()))
        })
    }

    fn node_of(&self, module: ModuleId, target: Target) -> Option<NodeIndex> {
        let tree = &self.program.tree;
        let node = match target {
            Target::Resource(index) => Node::Resource(module, index),
            Target::Call(call) | Target::CallOutput(call, _) => Node::Close(tree[module].children[call]),
            Target::Variable(index) => Node::Variable(module, index),
            Target::Local(index) => Node::Local(module, index),
            _ => return None,
        };
        Some(self.program.graph.index(tree, node))
    }
}
