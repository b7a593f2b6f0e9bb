//! Moves that lead back to where they began.

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};

use super::order::graph;
use super::statement::Statement;
use crate::place::start;

/// Reports each set of statements that wait for each other. Each stands at the span of the same index.
pub(super) fn check(statements: &[Statement], spans: &[Span], sources: &SourceMap) -> Diagnostics {
    let components = petgraph::algo::kosaraju_scc(&graph(statements)).into_iter();
    let cycles = components.filter(|component| component.len() > 1);
    let places = |cycle: Vec<_>| cycle.into_iter().map(|node: petgraph::graph::NodeIndex| node.index());
    cycles.map(|cycle| report(places(cycle).map(|index| (&statements[index], spans[index])), sources)).collect()
}

fn report<'a>(cycle: impl Iterator<Item = (&'a Statement, Span)>, sources: &SourceMap) -> Diagnostic {
    let line = |(statement, span): (&Statement, Span)| {
        let [from, to] = statement.ends();
        format!("\n  - {}: {from} → {to}", start(sources, span))
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
