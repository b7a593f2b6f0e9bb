//! Outputs of called modules.

use landform_diagnostics::Diagnostic;
use landform_lang::syntax::Traversal;
use landform_lang::syntax::ast::{Step, StepKind};

use crate::load::ModuleTree;
use crate::reference::Repetition;

const SUMMARY: &str = "Unsupported attribute";

/// What is said of `module.call.output`, `module.call[0].output` or `module.call["key"].output` if the module has no
/// such output.
pub(super) fn missing(tree: &ModuleTree, module: usize, traversal: &Traversal) -> Option<Diagnostic> {
    let (StepKind::Attribute(call), rest) = traversal.steps.split_first().map(|(first, rest)| (&first.kind, rest))?
    else {
        return None;
    };
    if &*traversal.root.name != "module" {
        return None;
    }
    let node = tree.node(module);
    let (index, _, call) = node.module.module_calls.get_full(call)?;
    let called = &tree.node(node.children[index]?).module;
    let output = match Repetition::of(call.count.is_some(), call.for_each.is_some()) {
        Repetition::Count => match attribute(rest.first()?) {
            Some(name) => return Some(attribute_of_list(name, rest.first()?)),
            None => rest.get(1)?,
        },
        Repetition::ForEach => rest.get(1)?,
        _ => rest.first()?,
    };
    let name = attribute(output).filter(|name| !called.outputs.contains_key(*name))?;
    let detail = format!("This object does not have an attribute named {name:?}.");
    Some(Diagnostic::error(SUMMARY, detail).at(output.span))
}

fn attribute(step: &Step) -> Option<&str> {
    match &step.kind {
        StepKind::Attribute(name) => Some(name),
        _ => None,
    }
}

fn attribute_of_list(name: &str, step: &Step) -> Diagnostic {
    let detail = format!(
        "Can't access attributes on a list of objects. Did you mean to access attribute {name:?} for a specific element \
         of the list, or across all elements of the list?"
    );
    Diagnostic::error(SUMMARY, detail).at(step.span)
}
