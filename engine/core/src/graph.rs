//! The relationships of resources in configuration, for those who draw them.

mod operation;

pub use operation::{Cycles, Drawn, GraphNode, GraphNodeKind, OperationGraph, operation_graph};

use std::collections::{BTreeSet, HashSet};

use landform_addrs::{AbsResource, ConfigResource};
use landform_config::ModuleTree;
use landform_diagnostics::Diagnostics;
use landform_state::State;
use petgraph::graph::NodeIndex;

use crate::RunSettings;
use crate::plan::{Dependencies, resource_address};
use crate::program::{Means, Node};
use crate::providers::ProviderSet;
use crate::validate::compile_graph;

/// A resource with those that it depends on, except where it does so by way of another of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The resource.
    pub resource: ConfigResource,
    /// What it depends on, in the order of modules and addresses.
    pub depends_on: Vec<ConfigResource>,
}

/// All resources in configuration, and those that only state has, in the order of modules and addresses.
///
/// # Errors
/// When a provider is missing, or something depends on itself.
pub fn resource_graph(
    tree: &ModuleTree,
    providers: &ProviderSet,
    settings: &RunSettings,
    state: &State,
) -> Result<Vec<Related>, Diagnostics> {
    let program = compile_graph(tree, Means::of(providers, settings))?;
    let dependencies = Dependencies::of(&program);
    let graph = &program.graph.graph;
    let mut all: Vec<Related> = Vec::new();
    for node in graph.node_indices().filter(|node| matches!(graph[*node], Node::Resource(..))) {
        let Some(resource) = resource_address(&program, node) else { continue };
        let direct = direct(&dependencies, node).filter_map(|node| resource_address(&program, node));
        let mut depends_on: Vec<ConfigResource> = direct.collect();
        depends_on.sort_by_cached_key(by_module);
        all.push(Related { resource, depends_on });
    }
    let stored: BTreeSet<ConfigResource> = state.resources.keys().map(AbsResource::config).collect();
    let orphans = stored.into_iter().filter(|resource| !operation::is_declared(&program, resource));
    all.extend(orphans.map(|resource| Related { resource, depends_on: Vec::new() }));
    all.sort_by_cached_key(|related| by_module(&related.resource));
    Ok(all)
}

/// The order of modules and, within one, of addresses.
fn by_module(resource: &ConfigResource) -> (String, String) {
    (resource.module.to_string(), resource.to_string())
}

/// The dependencies of a node that are not dependencies of its dependencies.
fn direct(dependencies: &Dependencies, node: NodeIndex) -> impl Iterator<Item = NodeIndex> {
    let all = dependencies.resources(node);
    let by_way: HashSet<NodeIndex> =
        all.iter().flat_map(|node| dependencies.resources(*node).iter().copied()).collect();
    all.iter().copied().filter(move |node| !by_way.contains(node))
}
