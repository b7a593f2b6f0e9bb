//! Where in a body what a path leads to is configured.

use landform_diagnostics::Span;
use landform_values::{Path, Step, Value};

use crate::syntax::ast::{Attribute, Body, ExprKind, ObjectKey};
use crate::syntax::{BodySchema, as_static_list, as_static_map, start_span};

/// The value that is to blame, or where it is missing in the innermost block that the path leads to. Blocks that
/// dynamic blocks make are not found.
pub(super) fn span_of(body: &Body, path: &Path) -> Option<Span> {
    let (index, steps) = match path.0.split_last()? {
        (Step::Index(key), before) => (Some(key), before),
        _ => (None, path.0.as_slice()),
    };
    let body = if steps.len() > 1 { descend(body, steps) } else { body.clone() };
    let Some(Step::Attribute(name)) = steps.last() else { return Some(body.missing_item_span()) };
    let (content, ..) = body.partial_content(&BodySchema::new().optional(name.clone()));
    Some(match (content.attributes.get(name), index) {
        (None, _) => body.missing_item_span(),
        (Some(attribute), None) => attribute.value.span,
        (Some(attribute), Some(key)) => item(attribute, key),
    })
}

/// The body that steps lead to, as far as they lead to blocks.
fn descend(body: &Body, steps: &[Step]) -> Body {
    let mut body = body.clone();
    let mut rest = steps;
    while let [Step::Attribute(name), after @ ..] = rest {
        let index = match after.first() {
            Some(Step::Index(key)) => Some(key),
            _ => None,
        };
        rest = &after[usize::from(index.is_some())..];
        match child(&body, name, index) {
            Child::Body(inner) => body = inner,
            Child::Unknown => return body,
            Child::NoBlock => {}
        }
    }
    body
}

/// What a step into blocks leads to.
enum Child {
    Body(Body),
    /// There are blocks of that type, but it is none of them or not known which.
    Unknown,
    /// There are none.
    NoBlock,
}

fn child(body: &Body, kind: &str, index: Option<&Value>) -> Child {
    let labels: &[&str] = if index.is_some_and(|key| key.as_str().is_some()) { &["key"] } else { &[] };
    let (content, _, diagnostics) = body.partial_content(&BodySchema::new().block(kind, labels));
    if diagnostics.has_errors() {
        return Child::Unknown;
    }
    let blocks = &content.blocks;
    let found = match index {
        _ if blocks.is_empty() => return Child::NoBlock,
        None => blocks.first().filter(|_| blocks.len() == 1),
        Some(key) => match (key.as_number(), key.as_str()) {
            (Some(number), _) => number.to_usize().and_then(|position| blocks.get(position)),
            (_, Some(key)) => blocks.iter().find(|block| block.labels.first().is_some_and(|label| &*label.name == key)),
            _ => None,
        },
    };
    found.map_or(Child::Unknown, |block| Child::Body(block.body.clone()))
}

/// An item of an attribute's value, if that is written out.
fn item(attribute: &Attribute, key: &Value) -> Span {
    let whole = attribute.value.span;
    if let Some(number) = key.as_number() {
        let Ok(items) = as_static_list(&attribute.value) else { return whole };
        let item = number.to_usize().and_then(|position| items.get(position));
        return item.map_or(attribute.name_span, |item| item.span);
    }
    let Some(key) = key.as_str() else { return whole };
    let Ok(items) = as_static_map(&attribute.value) else { return whole };
    for item in items {
        match written(&item.key) {
            Some(name) if name == key => return start_span(&item.value),
            Some(_) => {}
            None => return whole,
        }
    }
    attribute.name_span
}

/// A key that is written out.
fn written(key: &ObjectKey) -> Option<&str> {
    match key {
        ObjectKey::Name(name) => Some(&name.name),
        ObjectKey::Expr(expr) => match &expr.kind {
            ExprKind::Literal(value) => value.as_str(),
            ExprKind::JsonString(text, _) => Some(text),
            _ => None,
        },
    }
}
