//! What a traversal refers to, by its form.

use landform_addrs::{InstanceKey, Resource, ResourceMode, Str};
use landform_diagnostics::{Diagnostic, Span};
use landform_lang::syntax::TraversalRef;
use landform_lang::syntax::ast::{Step, StepKind};

use super::{Reference, Subject};

const INVALID: &str = "Invalid reference";

/// What a traversal means, or why it means nothing.
pub fn parse_reference(traversal: TraversalRef<'_>) -> Result<Reference, Diagnostic> {
    let root = traversal.root;
    match &*root.name {
        "count" => single(traversal, Subject::Count),
        "each" => single(traversal, Subject::Each),
        "path" => single(traversal, Subject::Path),
        // OpenTofu's name for the same object.
        "terraform" | "tofu" => single(traversal, Subject::Terraform),
        "var" => single(traversal, Subject::Variable),
        "local" => single(traversal, Subject::Local),
        "self" => {
            let remaining = traversal.steps.to_vec();
            Ok(Reference { subject: Subject::SelfObject, span: root.span, remaining })
        }
        "module" => module(traversal),
        "data" => prefixed(traversal, ResourceMode::Data, "the data source type and the resource name"),
        "resource" => prefixed(traversal, ResourceMode::Managed, "the resource type and the resource name"),
        "ephemeral" => {
            prefixed(traversal, ResourceMode::Ephemeral, "the ephemeral resource type and the resource name")
        }
        "template" | "lazy" | "arg" => {
            let detail = format!(
                "The symbol name {:?} is reserved for use in a future Terraform version. If you are using a provider \
                 that already uses this as a resource type name, add the prefix \"resource.\" to force interpretation \
                 as a resource type name.",
                &*root.name
            );
            Err(Diagnostic::error("Reserved symbol name", detail).at(root.span))
        }
        _ => {
            let kind = Step { kind: StepKind::Attribute(root.name.clone()), span: root.span };
            let steps: Vec<Step> = std::iter::once(kind).chain(traversal.steps.iter().cloned()).collect();
            resource(ResourceMode::Managed, root.span, &steps)
        }
    }
}

/// As [`named`], with what the name is of.
fn single(traversal: TraversalRef<'_>, subject: impl FnOnce(Str) -> Subject) -> Result<Reference, Diagnostic> {
    let (name, span, remaining) = named(traversal)?;
    Ok(Reference { subject: subject(name), span, remaining })
}

/// The name in `root.name`, the span of both, and what follows.
pub(super) fn named(traversal: TraversalRef<'_>) -> Result<(Str, Span, Vec<Step>), Diagnostic> {
    let root = traversal.root;
    let Some((first, remaining)) = traversal.steps.split_first() else {
        let detail =
            format!("The {:?} object cannot be accessed directly. Instead, access one of its attributes.", &*root.name);
        return Err(Diagnostic::error(INVALID, detail).at(root.span));
    };
    let StepKind::Attribute(name) = &first.kind else {
        let detail = format!("The {:?} object does not support this operation.", &*root.name);
        return Err(Diagnostic::error(INVALID, detail).at(first.span));
    };
    Ok((name.clone(), root.span.to(first.span), remaining.to_vec()))
}

fn module(traversal: TraversalRef<'_>) -> Result<Reference, Diagnostic> {
    let whole = |call| Subject::Module { call, key: InstanceKey::None, output: None };
    let mut reference = single(traversal, whole)?;
    let Subject::Module { key, output, .. } = &mut reference.subject else { return Ok(reference) };
    let mut taken = 0;
    if let Some(step) = reference.remaining.first()
        && let Some(found) = literal_key(step, "module instance")?
    {
        *key = found;
        reference.span = reference.span.to(step.span);
        taken = 1;
    }
    if let Some(step) = reference.remaining.get(taken) {
        let StepKind::Attribute(name) = &step.kind else {
            let detail = "Module instance objects do not support this operation.";
            return Err(Diagnostic::error(INVALID, detail).at(step.span));
        };
        *output = Some(name.clone());
        reference.span = reference.span.to(step.span);
        taken += 1;
    }
    reference.remaining.drain(..taken);
    Ok(reference)
}

/// `data.type.name`, `resource.type.name`, `ephemeral.type.name`.
fn prefixed(traversal: TraversalRef<'_>, mode: ResourceMode, names: &str) -> Result<Reference, Diagnostic> {
    let root = traversal.root;
    if traversal.steps.len() < 2 {
        let detail = format!("The {:?} object must be followed by two attribute names: {names}.", &*root.name);
        return Err(Diagnostic::error(INVALID, detail).at(traversal.span));
    }
    resource(mode, root.span, traversal.steps)
}

/// From the type on.
fn resource(mode: ResourceMode, start: Span, steps: &[Step]) -> Result<Reference, Diagnostic> {
    let error = |span, detail: String| Err(Diagnostic::error(INVALID, detail).at(span));
    let [kind_step, name_step, remaining @ ..] = steps else {
        let detail = "A reference to a resource type must be followed by at least one attribute access, specifying \
                      the resource name.";
        return error(start, detail.to_owned());
    };
    let StepKind::Attribute(kind) = &kind_step.kind else {
        let object = match mode {
            ResourceMode::Data => "data",
            ResourceMode::Ephemeral => "ephemeral",
            ResourceMode::Managed => "resource",
        };
        return error(kind_step.span, format!("The {object:?} object does not support this operation."));
    };
    let StepKind::Attribute(name) = &name_step.kind else {
        let what = match mode {
            ResourceMode::Data => "a data source",
            ResourceMode::Ephemeral => "an ephemeral resource type",
            ResourceMode::Managed => "a resource type",
        };
        let detail = format!(
            "A reference to {what} must be followed by at least one attribute access, specifying the resource name."
        );
        return error(name_step.span, detail);
    };
    let resource = Resource { mode, kind: kind.clone(), name: name.clone() };
    let mut reference = Reference {
        subject: Subject::Resource { resource: resource.clone(), key: InstanceKey::None },
        span: start.to(name_step.span),
        remaining: remaining.to_vec(),
    };
    if let Some(step) = remaining.first()
        && let Some(key) = literal_key(step, "resource instance")?
    {
        reference.subject = Subject::Resource { resource, key };
        reference.span = reference.span.to(step.span);
        reference.remaining.remove(0);
    }
    Ok(reference)
}

/// The key of an index step; nothing for other steps.
fn literal_key(step: &Step, of: &str) -> Result<Option<InstanceKey>, Diagnostic> {
    match &step.kind {
        StepKind::Attribute(_) => Ok(None),
        StepKind::Key(key) => Ok(Some(InstanceKey::String(key.clone()))),
        StepKind::Index(index) | StepKind::LegacyIndex(index) => match index.to_i64() {
            Some(index) => Ok(Some(InstanceKey::Int(index))),
            None => {
                let detail = format!(
                    "Invalid index for {of}: value must be a whole number, between -9223372036854775808 and \
                     9223372036854775807."
                );
                Err(Diagnostic::error("Invalid index key", detail).at(step.span))
            }
        },
    }
}
