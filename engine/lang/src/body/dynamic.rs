//! `dynamic "type" { for_each = …, content { … } }`.

use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::quote;

use crate::syntax::ast::{Block, Body, Expr, Ident};
use crate::syntax::{BodySchema, as_static_list, as_traversal};

/// The type of such blocks.
pub(super) const KIND: &str = "dynamic";

/// Whether blocks of this type make blocks.
pub(super) fn is(kind: &str) -> bool {
    kind == KIND
}

/// The type of the blocks that a dynamic block makes; `None` of any other block.
pub(super) fn label_of(block: &Block) -> Option<&Ident> {
    if is(&block.kind) { block.labels.first() } else { None }
}

/// What a dynamic block holds.
pub(super) struct Parts {
    pub(super) for_each: Arc<Expr>,
    pub(super) iterator: Arc<str>,
    pub(super) labels: Vec<Expr>,
    pub(super) content: Body,
}

/// Takes a dynamic block apart.
pub(super) fn parts(block: &Block, labelled: bool) -> Result<Parts, Diagnostics> {
    let kind = label_of(block).map(|label| label.name.clone()).unwrap_or_default();
    let mut schema = BodySchema::new().required("for_each").optional("iterator").block("content", &[]);
    if labelled {
        schema = schema.required("labels");
    }
    let (content, diagnostics) = block.body.content(&schema);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let iterator = match content.attributes.get("iterator") {
        Some(iterator) => iterator_name(&iterator.value)?,
        None => kind.clone(),
    };
    let labels = match content.attributes.get("labels") {
        Some(labels) => label_expressions(&kind, &labels.value)?,
        None => Vec::new(),
    };
    let Some(first) = content.blocks.first() else {
        let detail = "A dynamic block must have a nested block of type \"content\" to describe the body of each \
                      generated block.";
        let problem = Diagnostic::error("Missing dynamic content block", detail);
        return Err(problem.at(content.missing_item_span).into());
    };
    if let Some(second) = content.blocks.get(1) {
        let detail = "Only one nested content block is allowed for each dynamic block.";
        return Err(Diagnostic::error("Extraneous dynamic content block", detail).at(second.header_span).into());
    }
    match content.attributes.get("for_each") {
        Some(for_each) => Ok(Parts { for_each: for_each.value.clone(), iterator, labels, content: first.body.clone() }),
        None => Err(diagnostics),
    }
}

fn iterator_name(expr: &Expr) -> Result<Arc<str>, Diagnostic> {
    let traversal = as_traversal(expr)?;
    if !traversal.steps.is_empty() {
        let detail = "Dynamic iterator must be a single variable name.";
        return Err(Diagnostic::error("Invalid dynamic iterator name", detail).at(traversal.span));
    }
    Ok(traversal.root.name)
}

/// The labels; a block with labels has exactly one.
fn label_expressions(kind: &str, expr: &Expr) -> Result<Vec<Expr>, Diagnostic> {
    let labels = as_static_list(expr)?;
    let detail = format!("Blocks of type {} require 1 label(s).", quote(kind));
    match labels {
        [] => Err(Diagnostic::error("Insufficient dynamic block labels", detail).at(expr.span)),
        [_, extraneous, ..] => Err(Diagnostic::error("Extraneous dynamic block label", detail).at(extraneous.span)),
        [_] => Ok(labels.to_vec()),
    }
}
