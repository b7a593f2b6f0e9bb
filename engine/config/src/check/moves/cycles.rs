//! Moves that lead back to where they began.

use std::collections::{HashMap, HashSet};

use landform_addrs::Resource;
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap};
use petgraph::graph::{DiGraph, NodeIndex};

use super::statement::{Pattern, Statement};
use crate::place::start;

/// Reports each set of statements that wait for each other.
pub(super) fn check(statements: &[Statement], sources: &SourceMap) -> Diagnostics {
    let mut graph: DiGraph<usize, ()> = DiGraph::with_capacity(statements.len(), statements.len());
    let nodes: Vec<NodeIndex> = (0..statements.len()).map(|index| graph.add_node(index)).collect();
    for (one, other) in related(statements) {
        if statements[one].depends_on(&statements[other]) {
            graph.add_edge(nodes[one], nodes[other], ());
        }
    }
    let components = petgraph::algo::kosaraju_scc(&graph);
    let cycles = components.into_iter().filter(|component| component.len() > 1);
    cycles.map(|cycle| report(cycle.into_iter().map(|node| &statements[graph[node]]), sources)).collect()
}

fn report<'a>(cycle: impl Iterator<Item = &'a Statement>, sources: &SourceMap) -> Diagnostic {
    let line = |statement: &Statement| {
        let [from, to] = statement.ends();
        format!("\n  - {}: {from} → {to}", start(sources, statement.span))
    };
    let mut lines: Vec<String> = cycle.map(line).collect();
    lines.sort();
    let detail = format!(
        "The following chained move statements form a cycle, and so there is no final location to move objects \
         to:{}\n\nA chain of move statements must end with an address that doesn't appear in any other statements, and \
         which typically also refers to an object still declared in the configuration.",
        lines.concat()
    );
    Diagnostic::error("Cyclic dependency in move statements", detail)
}

type Place<'a> = (Vec<&'a str>, Option<&'a Resource>);

/// All pairs of statements of which an end of one may be, or be within, an end of the other; in both orders.
fn related(statements: &[Statement]) -> HashSet<(usize, usize)> {
    let mut by_place: HashMap<Place<'_>, Vec<usize>> = HashMap::new();
    for (index, statement) in statements.iter().enumerate() {
        for end in statement.ends() {
            by_place.entry((end.path(), end.resource())).or_default().push(index);
        }
    }
    let mut pairs = HashSet::new();
    for (index, statement) in statements.iter().enumerate() {
        for place in statement.ends().iter().flat_map(around) {
            let others = by_place.get(&place).into_iter().flatten().filter(|other| **other != index);
            pairs.extend(others.flat_map(|other| [(index, *other), (*other, index)]));
        }
    }
    pairs
}

/// The place of an end and all that it is within.
fn around<'a>(end: &Pattern<'a>) -> Vec<Place<'a>> {
    let path = end.path();
    let modules = (0..=path.len()).map(|length| (path[..length].to_vec(), None));
    modules.chain(end.resource().map(|resource| (path.clone(), Some(resource)))).collect()
}
