//! What a plan is restricted to: `-target` and `-exclude`, and what a destroy plan needs to evaluate.

use std::collections::{BTreeSet, HashMap, HashSet};

use landform_addrs::{AbsResource, ConfigResource, ProviderConfigAddr, ResourceInstance, Selector};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::Mode;
use petgraph::Direction;
use petgraph::graph::NodeIndex;

use super::PlanOptions;
use super::dependencies::{Dependencies, resource_address};
use crate::prior::{Prior, PriorResource};
use crate::program::{self, Node, Program};
use crate::refactor::Moved;

/// Which nodes are visited and which instances planned.
pub(crate) struct Selection {
    /// `None`: all.
    nodes: Option<HashSet<NodeIndex>>,
    targets: Vec<Selector>,
    excludes: Vec<Selector>,
    /// Resources that need something excluded.
    left_out: HashSet<ConfigResource>,
    /// Resources that targets need, whose instances are all planned.
    needed: HashSet<ConfigResource>,
    /// What depends on targets that are destroyed, whose instances are all planned.
    dependents: HashSet<AbsResource>,
    /// What targets that are destroyed depend on: it stays, and is read afresh. The dependents are not.
    upstream: Option<HashSet<ConfigResource>>,
}

impl Selection {
    /// Works it out for a program and the objects in state.
    pub(crate) fn new(
        program: &Program,
        dependencies: &Dependencies,
        prior: &Prior,
        provider_indexes: &HashMap<ProviderConfigAddr, usize>,
        options: &PlanOptions,
    ) -> Self {
        let mut this = Self {
            nodes: None,
            targets: options.targets.clone(),
            excludes: options.excludes.clone(),
            left_out: HashSet::new(),
            needed: HashSet::new(),
            dependents: HashSet::new(),
            upstream: None,
        };
        if options.mode == Mode::Destroy && !options.targets.is_empty() {
            this.destroy_dependents(program, dependencies, prior);
        } else if !options.targets.is_empty() {
            this.restrict_to_targets(program, dependencies);
        }
        match options.mode {
            _ if options.excludes.is_empty() => {}
            Mode::Destroy => this.keep_what_excluded_needs(program, prior),
            _ => this.leave_out_excluded(program),
        }
        if options.mode == Mode::Destroy {
            this.nodes = Some(needed_to_destroy(program, prior, provider_indexes));
        }
        this
    }

    /// Whether a node is visited.
    pub(crate) fn includes(&self, node: NodeIndex) -> bool {
        self.nodes.as_ref().is_none_or(|nodes| nodes.contains(&node))
    }

    /// Whether a resource, or what it is needed for, is one of those that are to be destroyed.
    pub(crate) fn is_about_end(&self, resource: &ConfigResource) -> bool {
        self.upstream.as_ref().is_none_or(|upstream| {
            self.targets.iter().any(|target| target.may_contain(resource)) || upstream.contains(resource)
        })
    }

    /// Whether an instance of a resource that configuration does not have may be planned.
    pub(crate) fn may_include(&self, resource: &ConfigResource) -> bool {
        let is_named = |selectors: &[Selector]| selectors.iter().any(|selector| selector.may_contain(resource));
        (self.targets.is_empty() || is_named(&self.targets)) && !is_named(&self.excludes)
    }

    /// Whether an instance is planned.
    pub(crate) fn includes_instance(&self, instance: &ResourceInstance) -> bool {
        let is_excluded = || self.excludes.iter().any(|target| target.contains(instance));
        if !self.excludes.is_empty() && (self.left_out.contains(&instance.config()) || is_excluded()) {
            return false;
        }
        self.targets.is_empty()
            || self.targets.iter().any(|target| target.contains(instance))
            || self.needed.contains(&instance.config())
            || self.dependents.contains(&instance.resource())
    }

    /// Whether a destroy takes data out of state: what depends on targets goes, but for data.
    pub(crate) fn takes_data(&self, instance: &ResourceInstance) -> bool {
        let is_target = || self.targets.iter().any(|target| target.contains(instance));
        self.includes_instance(instance) && (self.targets.is_empty() || is_target())
    }

    /// Whether an instance is read afresh.
    pub(crate) fn reads_instance(&self, instance: &ResourceInstance) -> bool {
        match &self.upstream {
            None => self.includes_instance(instance),
            Some(upstream) => {
                self.targets.iter().any(|target| target.contains(instance)) || upstream.contains(&instance.config())
            }
        }
    }

    /// Whether the plan is restricted at all.
    pub(crate) fn is_restricted(&self) -> bool {
        !self.targets.is_empty() || !self.excludes.is_empty()
    }

    fn restrict_to_targets(&mut self, program: &Program, dependencies: &Dependencies) {
        let targeted: HashSet<NodeIndex> = resource_nodes(program)
            .filter(|node| named(program, &self.targets, *node, Selector::may_contain))
            .collect();
        let mut nodes = closure(program, targeted.iter().copied().collect(), Direction::Incoming);
        for node in &nodes {
            if !targeted.contains(node) {
                self.needed.extend(resource_address(program, *node));
            }
        }
        // Outputs of the root module all of whose resources are included are evaluated too.
        let outputs = (0..program.tree[0].module.outputs.len()).map(|output| Node::Output(0, output));
        let complete: Vec<NodeIndex> = outputs
            .map(|output| program.graph.index(&program.tree, output))
            .filter(|output| {
                let resources = dependencies.resources(*output);
                !resources.is_empty() && resources.iter().all(|node| nodes.contains(node))
            })
            .collect();
        nodes.extend(closure(program, complete, Direction::Incoming));
        self.nodes = Some(nodes);
    }

    /// Who destroys something destroys what depends on it first, as configuration and state say.
    fn destroy_dependents(&mut self, program: &Program, dependencies: &Dependencies, prior: &Prior) {
        let targeted: HashSet<NodeIndex> = resource_nodes(program)
            .filter(|node| named(program, &self.targets, *node, Selector::may_contain))
            .collect();
        let upstream = closure(program, targeted.iter().copied().collect(), Direction::Incoming);
        let upstream = upstream.difference(&targeted).filter_map(|node| resource_address(program, *node));
        self.upstream = Some(upstream.collect());
        let is_target = |instance: &ResourceInstance| self.targets.iter().any(|target| target.contains(instance));
        let has_target = |resource: &AbsResource, found: &PriorResource| {
            found.instances.keys().any(|key| is_target(&resource.instance(key.clone())))
        };
        let targeted = prior.resources.iter().filter(|(resource, found)| has_target(resource, found));
        let targeted: Vec<AbsResource> = targeted.map(|(resource, _)| resource.clone()).collect();
        self.dependents = Dependents::of(program, dependencies, prior).of_all(targeted);
    }

    fn leave_out_excluded(&mut self, program: &Program) {
        let excluded: Vec<NodeIndex> = resource_nodes(program)
            .filter(|node| named(program, &self.excludes, *node, Selector::contains_all))
            .collect();
        let out = closure(program, excluded, Direction::Outgoing);
        self.left_out.extend(out.iter().filter_map(|node| resource_address(program, *node)));
        let all = program.graph.graph.node_indices().filter(|node| self.includes(*node));
        self.nodes = Some(all.filter(|node| !out.contains(node)).collect());
    }

    /// What is not destroyed needs what it depends on, as configuration and state say.
    fn keep_what_excluded_needs(&mut self, program: &Program, prior: &Prior) {
        let excluded: Vec<NodeIndex> = resource_nodes(program)
            .filter(|node| named(program, &self.excludes, *node, Selector::may_contain))
            .collect();
        let started: HashSet<NodeIndex> = excluded.iter().copied().collect();
        let upstream = closure(program, excluded, Direction::Incoming);
        let upstream = upstream.difference(&started).filter_map(|node| resource_address(program, *node));
        let mut open: Vec<ConfigResource> = upstream.collect();
        let mut needs: HashMap<ConfigResource, Vec<ConfigResource>> = HashMap::new();
        for (resource, found) in &prior.resources {
            for (key, instance) in &found.instances {
                let address = resource.instance(key.clone());
                let dependencies = || instance.current.iter().flat_map(|object| object.dependencies.iter()).cloned();
                needs.entry(address.config()).or_default().extend(dependencies());
                if self.excludes.iter().any(|target| target.contains(&address)) {
                    open.extend(dependencies());
                }
            }
        }
        while let Some(resource) = open.pop() {
            if self.left_out.insert(resource.clone()) {
                open.extend(needs.get(&resource).into_iter().flatten().cloned());
            }
        }
    }
}

/// What depends on resources, as configuration and state say.
struct Dependents<'a> {
    /// Of the same instance of a module: what is in another does not depend on it.
    beside: HashMap<AbsResource, Vec<&'a AbsResource>>,
    /// Of other modules.
    elsewhere: HashMap<ConfigResource, Vec<&'a AbsResource>>,
}

impl<'a> Dependents<'a> {
    fn of(program: &Program, dependencies: &Dependencies, prior: &'a Prior) -> Self {
        let declared: HashMap<ConfigResource, NodeIndex> =
            resource_nodes(program).filter_map(|node| Some((resource_address(program, node)?, node))).collect();
        let mut this = Self { beside: HashMap::new(), elsewhere: HashMap::new() };
        for (resource, found) in &prior.resources {
            let config = resource.config();
            let declared = declared.get(&config).map(|node| dependencies.addresses(program, *node));
            let stored = found.instances.values().flat_map(|instance| &instance.current);
            let stored = stored.flat_map(|object| object.dependencies.iter());
            let all: HashSet<&ConfigResource> = declared.iter().flat_map(|all| all.iter()).chain(stored).collect();
            for dependency in all {
                if dependency.module == config.module {
                    let dependency =
                        AbsResource { module: resource.module.clone(), resource: dependency.resource.clone() };
                    this.beside.entry(dependency).or_default().push(resource);
                } else {
                    this.elsewhere.entry(dependency.clone()).or_default().push(resource);
                }
            }
        }
        this
    }

    /// What depends on any of the resources, however indirectly.
    fn of_all(mut self, resources: Vec<AbsResource>) -> HashSet<AbsResource> {
        let mut found = HashSet::new();
        let mut open = resources;
        while let Some(resource) = open.pop() {
            let beside = self.beside.remove(&resource).into_iter().flatten();
            let elsewhere = self.elsewhere.remove(&resource.config()).into_iter().flatten();
            for dependent in beside.chain(elsewhere) {
                if found.insert(dependent.clone()) {
                    open.push(dependent.clone());
                }
            }
        }
        found
    }
}

/// Objects that have moved, but are not planned both where they were and where they are: who targets others would keep
/// a state that is neither.
pub(super) fn half_moved(moved: &Moved, targets: &[Selector]) -> Diagnostics {
    let is_left_out = |instance: &&ResourceInstance| !targets.iter().any(|target| target.contains(instance));
    let in_order = |resource: AbsResource| (resource.module.steps().len(), resource);
    let left_out: BTreeSet<(usize, AbsResource)> = match targets {
        [] => return Diagnostics::new(),
        _ => moved.addresses().filter(is_left_out).map(|instance| in_order(instance.resource())).collect(),
    };
    if left_out.is_empty() {
        return Diagnostics::new();
    }
    let options: String =
        left_out.iter().map(|(_, resource)| format!("\n  -target={:?}", resource.to_string())).collect();
    let detail = format!(
        "Resource instances in your current state have moved to new addresses in the latest configuration. Landform must include those resource instances while planning in order to ensure a correct result, but your -target=... options do not fully cover all of those resource instances.\n\nTo create a valid plan, either remove your -target=... options altogether or add the following additional target options:{options}\n\nNote that adding these options may include further additional resource instances in your plan, in order to respect object dependencies."
    );
    Diagnostic::error("Moved resource instances excluded by targeting", detail).into()
}

/// Patterns that name no resource, in configuration or state.
pub(super) fn unmatched(program: &Program, prior: &Prior, options: &PlanOptions) -> Diagnostics {
    let patterns =
        options.targets.iter().chain(&options.excludes).filter(|target| matches!(target, Selector::Pattern(_)));
    let configured = || resource_nodes(program).filter_map(|node| resource_address(program, node));
    let stored = |target: &Selector| {
        let mut instances = prior
            .resources
            .iter()
            .flat_map(|(resource, found)| found.instances.keys().map(|key| resource.instance(key.clone())));
        instances.any(|instance| target.contains(&instance))
    };
    let matches = |target: &&Selector| configured().any(|resource| target.may_contain(&resource)) || stored(target);
    patterns
        .filter(|target| !matches(target))
        .map(|target| {
            let detail = format!("No resource in configuration or state has an address like {target}.");
            Diagnostic::warning("Pattern matches nothing", detail)
        })
        .collect()
}

/// Whether the resource of a node is named by any of some targets.
fn named(program: &Program, targets: &[Selector], node: NodeIndex, by: fn(&Selector, &ConfigResource) -> bool) -> bool {
    resource_address(program, node).is_some_and(|resource| targets.iter().any(|target| by(target, &resource)))
}

fn resource_nodes(program: &Program) -> impl Iterator<Item = NodeIndex> {
    let graph = &program.graph.graph;
    graph.node_indices().filter(|node| matches!(graph[*node], Node::Resource(..)))
}

/// The nodes and all that leads to them, or that they lead to.
pub(super) fn closure(program: &Program, from: Vec<NodeIndex>, direction: Direction) -> HashSet<NodeIndex> {
    let mut found: HashSet<NodeIndex> = from.iter().copied().collect();
    let mut open = from;
    while let Some(node) = open.pop() {
        for next in program.graph.graph.neighbors_directed(node, direction) {
            if found.insert(next) {
                open.push(next);
            }
        }
    }
    found
}

/// To destroy, only provider configurations, what says that objects must stay, and what both need are evaluated.
fn needed_to_destroy(
    program: &Program,
    prior: &Prior,
    provider_indexes: &HashMap<ProviderConfigAddr, usize>,
) -> HashSet<NodeIndex> {
    let mut used: Vec<NodeIndex> = prior
        .resources
        .values()
        .flat_map(PriorResource::providers)
        .filter_map(|provider| provider_indexes.get(provider))
        .filter(|index| **index < program.provider_configs.len())
        .map(|index| program.graph.index(&program.tree, Node::Provider(*index)))
        .collect();
    used.extend(protections(program));
    closure(program, used, Direction::Incoming)
}

/// What the `prevent_destroy` arguments of all resources refer to.
fn protections(program: &Program) -> impl Iterator<Item = NodeIndex> {
    program.tree.iter().enumerate().flat_map(|(id, node)| {
        let expressions = node.module.resources.iter().filter_map(|resource| resource.prevent_destroy.as_ref());
        let nodes = node.module.targets_of(expressions).into_iter().filter_map(move |target| match target {
            program::Target::Variable(index) => Some(Node::Variable(id, index)),
            program::Target::Local(index) => Some(Node::Local(id, index)),
            program::Target::Resource(index) => Some(Node::Resource(id, index)),
            program::Target::Call(call) | program::Target::CallOutput(call, _) => {
                Some(Node::Close(node.children[call]))
            }
            _ => None,
        });
        nodes.map(|node| program.graph.index(&program.tree, node))
    })
}
