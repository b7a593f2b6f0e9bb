//! Moves that lead back to where they began.

use std::collections::{HashMap, HashSet};

use landform_addrs::{InstanceKey, Resource};
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap};
use petgraph::graph::{DiGraph, NodeIndex};

use super::statement::{Pattern, Statement};
use crate::place::start;

/// Reports each set of statements that wait for each other.
pub(super) fn check(statements: &[Statement], sources: &SourceMap) -> Diagnostics {
    let cycles = cycles(statements).into_iter();
    cycles.map(|cycle| report(cycle.into_iter().map(|index| &statements[index]), sources)).collect()
}

/// The sets of statements that wait for each other, by their indexes.
pub(super) fn cycles(statements: &[Statement]) -> Vec<Vec<usize>> {
    let mut graph: DiGraph<usize, ()> = DiGraph::with_capacity(statements.len(), statements.len());
    let nodes: Vec<NodeIndex> = (0..statements.len()).map(|index| graph.add_node(index)).collect();
    for (one, other) in related(statements) {
        if statements[one].depends_on(&statements[other]) {
            graph.add_edge(nodes[one], nodes[other], ());
        }
    }
    let components = petgraph::algo::kosaraju_scc(&graph);
    let cycles = components.into_iter().filter(|component| component.len() > 1);
    cycles.map(|cycle| cycle.into_iter().map(|node| graph[node]).collect()).collect()
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

/// A module or a resource, whatever the keys.
type Place<'a> = (Vec<&'a str>, Option<&'a Resource>);

/// Statements by where their ends are: all of a place, and those with a key or, for `None`, without.
#[derive(Default)]
struct ByPlace<'a> {
    all: HashMap<Place<'a>, Vec<usize>>,
    with_key: HashMap<(Place<'a>, Option<&'a InstanceKey>), Vec<usize>>,
}

impl<'a> ByPlace<'a> {
    fn add(&mut self, (place, key): (Place<'a>, Option<&'a InstanceKey>), statement: usize) {
        self.all.entry(place.clone()).or_default().push(statement);
        self.with_key.entry((place, key)).or_default().push(statement);
    }

    /// Those that may be of one thing with a place and a key; where that may be any, all of the place.
    fn of(&self, place: Place<'a>, key: Option<&'a InstanceKey>) -> Vec<usize> {
        if key.is_none() {
            return self.all.get(&place).cloned().unwrap_or_default();
        }
        let keys = [key, None].map(|key| self.with_key.get(&(place.clone(), key)));
        keys.into_iter().flatten().flatten().copied().collect()
    }
}

/// All pairs of statements of which an end of one may be, or be within, an end of the other; in both orders.
fn related(statements: &[Statement]) -> HashSet<(usize, usize)> {
    let mut by_place = ByPlace::default();
    for (index, statement) in statements.iter().enumerate() {
        for end in statement.ends() {
            by_place.add(((end.path(), end.resource()), end.key()), index);
        }
    }
    let mut pairs = HashSet::new();
    for (index, statement) in statements.iter().enumerate() {
        for (place, key) in statement.ends().iter().flat_map(around) {
            let others = by_place.of(place, key).into_iter().filter(|other| *other != index);
            pairs.extend(others.flat_map(|other| [(index, other), (other, index)]));
        }
    }
    pairs
}

/// The place of an end and all that it is within, with the keys that must be there, if they must.
fn around<'a>(end: &Pattern<'a>) -> Vec<(Place<'a>, Option<&'a InstanceKey>)> {
    let (path, steps) = (end.path(), end.steps());
    let modules = (0..=path.len()).map(|length| {
        let key = steps[..length].last().and_then(|(_, key)| *key);
        ((path[..length].to_vec(), None), key)
    });
    modules.chain(end.resource().map(|resource| ((path.clone(), Some(resource)), end.key()))).collect()
}

#[cfg(test)]
mod tests {
    use landform_addrs::ModulePath;
    use landform_diagnostics::Span;

    use super::super::Moveable;
    use super::*;

    fn moveable(text: &str) -> Moveable {
        if let Some(address) = text.strip_suffix("[*]") {
            return match address.parse::<landform_addrs::ModuleInstance>() {
                Ok(module) => {
                    let (module, call, _) = module.parent().expect("a call");
                    Moveable::Call { call: call.clone(), module }
                }
                Err(_) => {
                    Moveable::Resource(address.parse::<landform_addrs::ResourceInstance>().expect("one").resource())
                }
            };
        }
        text.parse().map_or_else(|_| Moveable::Instance(text.parse().expect("an address")), Moveable::Module)
    }

    #[test]
    fn statements_that_depend_on_each_other_are_related() {
        let ends = [
            "a.b[*]",
            "a.b",
            "a.b[0]",
            "a.b[1]",
            "a.c[0]",
            "module.m[*]",
            "module.m",
            "module.m[0]",
            "module.m[1]",
            "module.m[0].a.b",
            "module.m[1].a.b[*]",
            "module.m[0].module.o[*]",
            "module.m[0].module.o[\"k\"].a.b",
        ];
        let modules = [&[][..], &["m"], &["m", "o"]];
        let statements: Vec<Statement> = modules
            .into_iter()
            .flat_map(|module| ends.map(|end| (ModulePath::new(module.iter().map(|call| (*call).into())), end)))
            .enumerate()
            .map(|(index, (module, end))| {
                let to = if end.contains("a.") { format!("z.z{index}") } else { format!("module.z{index}") };
                let span = Span::new(landform_diagnostics::FileId(0), 0, 0);
                Statement { module, from: moveable(end), to: moveable(&to), span }
            })
            .collect();
        let related = related(&statements);
        for (one, first) in statements.iter().enumerate() {
            for (other, second) in statements.iter().enumerate().filter(|(other, _)| *other != one) {
                let is_related = related.contains(&(one, other));
                assert!(is_related || !first.depends_on(second), "{first:?} {second:?}");
            }
        }
        assert!(!related.contains(&(2, 3)), "instances of a resource have nothing to do with each other");
    }
}
