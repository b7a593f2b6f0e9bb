//! Expressions that Terraform evaluates although their references are wrong, so that it tells of them once more.

use std::collections::HashSet;

use landform_addrs::{ResourceMode, Str};
use landform_diagnostics::{Diagnostic, Diagnostics, suggestion};
use landform_lang::syntax::Reached;
use landform_lang::syntax::ast::StepKind;

use super::units::{Found, Unit};
use crate::reference::{Names, Reference, Stage};

/// Names that there are whenever an expression is evaluated, even if nothing refers to them.
const ALWAYS_THERE: [&str; 10] =
    ["resource", "ephemeral", "data", "module", "var", "local", "path", "terraform", "count", "each"];

/// What the evaluation of a unit with wrong references says: with a wrong declaration, or without a reference that is
/// right by its form, there are no names at all; else what is wrong by its form is missing.
pub(super) fn check(names: &Names<'_>, unit: &Unit) -> Diagnostics {
    let resolve = |found: &Found| names.resolve(found.traversal.as_ref(), &unit.place);
    let is_of_stage = |found: &Found, stage| resolve(found).is_err_and(|problem| problem.stage == stage);
    let evaluated = unit.found.iter().filter(|found| found.evaluated_anyway && found.reached == Reached::Surely);
    if unit.found.iter().any(|found| is_of_stage(found, Stage::Declaration))
        || unit.found.iter().all(|found| is_of_stage(found, Stage::Form))
    {
        return evaluated.map(|found| unknown(found, &[])).collect();
    }
    let there = kinds(unit.found.iter().filter_map(|found| resolve(found).ok()));
    evaluated.filter(|found| is_of_stage(found, Stage::Form)).filter_map(|found| missing(found, &there)).collect()
}

type Kinds = HashSet<(ResourceMode, Str)>;

fn kinds(references: impl Iterator<Item = Reference>) -> Kinds {
    let resources = references.filter_map(|reference| reference.subject.resource().cloned());
    resources.map(|resource| (resource.mode, resource.kind)).collect()
}

fn missing(found: &Found, there: &Kinds) -> Option<Diagnostic> {
    let root = &found.traversal.root.name;
    let mode = match &**root {
        "data" => ResourceMode::Data,
        "ephemeral" => ResourceMode::Ephemeral,
        "resource" => ResourceMode::Managed,
        name if ALWAYS_THERE.contains(&name) || there.contains(&(ResourceMode::Managed, root.clone())) => return None,
        _ => return Some(unknown(found, &ALWAYS_THERE)),
    };
    let step = found.traversal.steps.first()?;
    let StepKind::Attribute(kind) = &step.kind else { return None };
    let detail = format!("This object does not have an attribute named {kind:?}.");
    (!there.contains(&(mode, kind.clone()))).then(|| Diagnostic::error("Unsupported attribute", detail).at(step.span))
}

fn unknown(found: &Found, candidates: &[&str]) -> Diagnostic {
    let root = &found.traversal.root;
    let hint = suggestion(&root.name, candidates.iter().copied()).map(|name| format!(" Did you mean {name:?}?"));
    let detail = format!("There is no variable named {:?}.{}", &*root.name, hint.unwrap_or_default());
    Diagnostic::error("Unknown variable", detail).at(root.span)
}
