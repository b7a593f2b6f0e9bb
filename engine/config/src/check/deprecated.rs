//! Uses of what its author calls deprecated: variables that calls set, outputs that expressions refer to.

use std::collections::BTreeSet;

use landform_addrs::Str;
use landform_diagnostics::{Diagnostic, Diagnostics, Span};

use super::arguments;
use super::references::referred;
use crate::load::ModuleTree;
use crate::model::Variable;
use crate::reference::{Reference, Subject};

/// Warns of all of them, each place once.
pub(super) fn check(tree: &ModuleTree) -> Diagnostics {
    let mut found = Diagnostics::new();
    for index in 0..tree.nodes().len() {
        found.extend(variables(tree, index));
        found.extend(outputs(tree, index));
    }
    found
}

/// Arguments of a call that set deprecated variables.
fn variables(tree: &ModuleTree, index: usize) -> Vec<Diagnostic> {
    let node = tree.node(index);
    let Some(call) = tree.call(index) else { return Vec::new() };
    let deprecated =
        node.module.variables.values().filter_map(|variable| Some((variable, variable.deprecated.as_ref()?)));
    let arguments = arguments::of(call, &node.module);
    let warn = |(variable, message): (&Variable, &Str)| {
        let argument = arguments.get(&variable.name)?;
        Some(warning(
            "Deprecated variable set",
            message,
            &format!("variable {:?} of {}", &*variable.name, node.path),
            argument.span,
        ))
    };
    deprecated.filter_map(warn).collect()
}

/// References to deprecated outputs of called modules.
fn outputs(tree: &ModuleTree, index: usize) -> Vec<Diagnostic> {
    let node = tree.node(index);
    let has_any = |child: &usize| tree.node(*child).module.outputs.values().any(|output| output.deprecated.is_some());
    if !node.children.iter().flatten().any(has_any) {
        return Vec::new();
    }
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    let references = referred(tree, index).into_iter();
    let warnings = references.filter_map(|reference| deprecated_output(tree, index, &reference));
    warnings.filter(|found| found.subject.is_none_or(|span| seen.insert(span))).collect()
}

fn deprecated_output(tree: &ModuleTree, index: usize, reference: &Reference) -> Option<Diagnostic> {
    let Subject::Module { call, output: Some(name), .. } = &reference.subject else { return None };
    let node = tree.node(index);
    let child = node.children[node.module.module_calls.get_index_of(call)?]?;
    let message = tree.node(child).module.outputs.get(name)?.deprecated.as_ref()?;
    Some(warning(
        "Deprecated output used",
        message,
        &format!("output {:?} of {}", &**name, tree.node(child).path),
        reference.span,
    ))
}

fn warning(summary: &str, message: &str, what: &str, span: Span) -> Diagnostic {
    let detail = format!("{message}\n\nThe author of the module has marked the {what} as deprecated.");
    Diagnostic::warning(summary, detail).at(span)
}
