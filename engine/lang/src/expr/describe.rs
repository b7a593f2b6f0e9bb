//! What a message about an expression says of the values of the names in it.

use std::fmt::Write;

use landform_diagnostics::{Diagnostic, Extra, NamedValue};
use landform_values::{Kind, Notation, Refinement, Type, Unknown, Value, quote};

use super::evaluate::{Evaluator, take};
use super::node::{Node, NodeKind};
use crate::syntax::ast::{Step, StepKind};

impl Evaluator<'_> {
    /// Adds what is known of the names in a node to a message about it.
    pub(super) fn describe(&self, diagnostic: Diagnostic, node: &Node) -> Diagnostic {
        if self.quiet > 0 || diagnostic.extra().is_some_and(|extra| !extra.values.is_empty()) {
            return diagnostic;
        }
        let cause = diagnostic.extra().cloned().unwrap_or_default();
        let mut values: Vec<NamedValue> = Vec::new();
        self.collect(node, &mut |traversal, value| {
            if values.iter().any(|named| named.traversal == traversal) {
                return;
            }
            if let Some(statement) = statement(value, &cause) {
                values.push(NamedValue { traversal, statement });
            }
        });
        if values.is_empty() {
            return diagnostic;
        }
        values.sort_by(|a, b| a.traversal.cmp(&b.traversal));
        diagnostic.with_extra(|extra| extra.values = values)
    }

    /// Finds each name in a node that has a value outside of it.
    fn collect(&self, node: &Node, found: &mut dyn FnMut(String, &Value)) {
        match &node.kind {
            NodeKind::Reference(reference) => {
                if let Ok(value) = self.scope().get(reference.slot) {
                    longest(&reference.root, &reference.steps, reference.consumed, value, found);
                }
            }
            NodeKind::Local(local) => {
                if let Some(value) = self.frame.get(local.place) {
                    longest(&local.root, &local.steps, 0, value.clone(), found);
                }
            }
            _ => node.for_each_child(&mut |child| self.collect(child, found)),
        }
    }
}

/// Finds the value of the longest part of a traversal that has one. A root alone is not worth mentioning.
fn longest(root: &str, steps: &[Step], consumed: usize, mut value: Value, found: &mut dyn FnMut(String, &Value)) {
    let mut reached = consumed;
    while let Some(next) = steps.get(reached).and_then(|step| take(&value, step).ok()) {
        value = next;
        reached += 1;
    }
    if reached > 0 {
        found(written(root, &steps[..reached]), &value);
    }
}

/// A traversal in short notation.
fn written(root: &str, steps: &[Step]) -> String {
    let mut out = root.to_owned();
    for step in steps {
        // Writing to a string does not fail.
        let _ = match &step.kind {
            StepKind::Attribute(name) => write!(out, ".{name}"),
            StepKind::Key(key) => write!(out, "[{}]", quote(key)),
            StepKind::Index(number) | StepKind::LegacyIndex(number) => {
                write!(out, "[{}]", number.format(Notation::General('e'), Some(10)))
            }
        };
    }
    out
}

/// What Terraform says of a value below a snippet, such as `is "x"`; `None` where it says nothing. Unknown, sensitive and
/// ephemeral values are spoken of only in messages that they cause.
pub fn statement(value: &Value, cause: &Extra) -> Option<String> {
    let marks = value.marks();
    if marks.is_sensitive() {
        let what = if marks.is_ephemeral() { "has an ephemeral, sensitive value" } else { "has a sensitive value" };
        return cause.caused_by_sensitive.then(|| what.into());
    }
    if marks.is_ephemeral() {
        return cause.caused_by_ephemeral.then(|| "has an ephemeral value".into());
    }
    match value.as_unknown() {
        None => Some(format!("is {}", compact(value))),
        Some(unknown) if unknown.ty == Type::Dynamic => {
            cause.caused_by_unknown.then(|| "will be known only after apply".into())
        }
        Some(unknown) if cause.caused_by_unknown => Some(of_unknown(unknown)),
        Some(unknown) => Some(format!("is a {}", unknown.ty.friendly_name())),
    }
}

fn of_unknown(unknown: &Unknown) -> String {
    /// Larger bounds say nothing to people.
    const LARGEST: u64 = 1024;
    let name = unknown.ty.friendly_name();
    let (min, max) = match unknown.refinement {
        Some(Refinement::Length { min, max }) if unknown.ty.is_collection() => (min, max),
        _ => (0, u64::MAX),
    };
    match (min, max) {
        (min, max) if min == max => format!("is a {name} of length {min}, known only after apply"),
        (1.., ..=LARGEST) => {
            format!("is a {name} with between {min} and {max} elements, known only after apply")
        }
        (1.., _) => format!("is a {name} with at least {min} elements, known only after apply"),
        (_, ..=LARGEST) => format!("is a {name} with up to {max} elements, known only after apply"),
        _ => format!("is a {name}, known only after apply"),
    }
}

/// A known value in few words. Only what is directly there is shown, never what is within, which may be sensitive.
fn compact(value: &Value) -> String {
    match value.kind() {
        Kind::Null(_) => "null".into(),
        Kind::Unknown(_) => "(not yet known)".into(),
        Kind::Bool(truth) => truth.to_string(),
        Kind::Number(number) => number.format(Notation::General('e'), Some(10)),
        Kind::String(text) => quote(text),
        Kind::Object(items) => match items.items() {
            [] => "object with no attributes".into(),
            [(name, _)] => format!("object with 1 attribute {}", quote(name)),
            items => format!("object with {} attributes", items.len()),
        },
        Kind::Tuple(items) => counted("tuple", items.items().len()),
        Kind::List(_) | Kind::Set(_) | Kind::Map(_) => {
            counted(&value.ty().friendly_name(), value.length().unwrap_or_default())
        }
        Kind::Type(_) => value.ty().friendly_name(),
    }
}

fn counted(name: &str, count: usize) -> String {
    match count {
        0 => format!("empty {name}"),
        1 => format!("{name} with 1 element"),
        count => format!("{name} with {count} elements"),
    }
}
