//! Expressions: constant values and references.

use std::borrow::Cow;

use landform_addrs::InstanceKey;
use landform_config::reference::{Reference, Subject, parse_reference};
use landform_lang::expr::{NoNames, NoScope, compile};
use landform_lang::syntax::ast::{Expr, ExprKind, ObjectItem, ObjectKey};
use landform_lang::syntax::{Traversal, TraversalRef, references};
use landform_plan::Expression;
use landform_values::Value;

use super::Describer;

impl Describer<'_> {
    pub(super) fn expression(&self, expr: &Expr) -> Expression {
        // What can not be evaluated is unknown. Problems in it are not of interest here.
        let (compiled, _) = compile(&with_plain_strings(expr), &mut NoNames);
        let (value, _) = compiled.evaluate(&NoScope, self.context);
        Expression {
            constant_value: value.is_wholly_known().then_some(value),
            references: references(expr).into_iter().flat_map(texts).collect(),
        }
    }

    /// An argument that counts as missing when there is nothing to tell of it.
    pub(super) fn repetition(&self, expr: Option<&Expr>) -> Option<Expression> {
        expr.map(|expr| self.expression(expr)).filter(|expression| !expression.is_empty())
    }
}

/// Strings of JSON syntax are not taken for templates here, as in Terraform.
fn with_plain_strings(expr: &Expr) -> Cow<'_, Expr> {
    let all = |items: &[Expr]| items.iter().map(|item| with_plain_strings(item).into_owned()).collect();
    let kind = match &expr.kind {
        ExprKind::JsonString(text, _) => ExprKind::Literal(Value::string(text.clone())),
        ExprKind::Tuple(items) => ExprKind::Tuple(all(items)),
        ExprKind::Object(items) => ExprKind::Object(items.iter().map(item_with_plain_strings).collect()),
        _ => return Cow::Borrowed(expr),
    };
    Cow::Owned(Expr { kind, span: expr.span })
}

fn item_with_plain_strings(item: &ObjectItem) -> ObjectItem {
    let key = match &item.key {
        ObjectKey::Expr(key) => ObjectKey::Expr(with_plain_strings(key).into_owned()),
        name @ ObjectKey::Name(_) => name.clone(),
    };
    ObjectItem { key, value: with_plain_strings(&item.value).into_owned() }
}

/// What a `depends_on` argument names.
pub(super) fn dependencies(traversals: &[Traversal]) -> Vec<String> {
    let subject =
        |traversal: &Traversal| parse_reference(traversal.as_ref()).ok().map(|found| found.subject.to_string());
    traversals.iter().filter_map(subject).collect()
}

/// A reference with all its steps, then with ever fewer, down to what is referred to and what that is an instance of.
pub(super) fn texts(traversal: TraversalRef<'_>) -> Vec<String> {
    let Ok(Reference { subject: found, remaining, .. }) = parse_reference(traversal) else { return Vec::new() };
    let text = found.to_string();
    let mut texts = Vec::with_capacity(remaining.len() + 2);
    let steps: Vec<String> = remaining.iter().map(ToString::to_string).collect();
    texts.extend((1..=steps.len()).rev().map(|count| format!("{text}{}", steps[..count].concat())));
    texts.push(text);
    texts.extend(around(&found));
    texts
}

/// The call of an output, or the resource or call of an instance.
fn around(subject: &Subject) -> Option<String> {
    match subject {
        Subject::Module { call, key, output: Some(_) } => Some(format!("module.{call}{key}")),
        Subject::Module { call, key, output: None } if *key != InstanceKey::None => Some(format!("module.{call}")),
        Subject::Resource { resource, key } if *key != InstanceKey::None => Some(resource.to_string()),
        _ => None,
    }
}
