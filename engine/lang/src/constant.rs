//! Values of constant expressions.

use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_values::Value;

use crate::expr::{NoNames, compile};
use crate::syntax::ast::{Expr, ExprKind, ObjectItem, ObjectKey};

/// The value of an expression that refers to nothing and calls nothing; unknown with an error. Strings in JSON syntax are
/// what they are here: `"${x}"` is a text of four characters.
pub fn constant(expr: &Expr, sources: &SourceMap) -> (Value, Diagnostics) {
    if let ExprKind::Literal(value) = &expr.kind {
        return (value.clone(), Diagnostics::new());
    }
    let verbatim = verbatim(expr);
    let (compiled, mut diagnostics) = compile(verbatim.as_ref().unwrap_or(expr), &mut NoNames);
    let (value, found) = compiled.evaluate_alone(sources);
    diagnostics.extend(found);
    let diagnostics = without_arguments(diagnostics);
    let failed = diagnostics.has_errors();
    (if failed { Value::dynamic() } else { value }, diagnostics)
}

/// The same with the text of each JSON string in place of the template that it could be; none where nothing is another.
fn verbatim(expr: &Expr) -> Option<Expr> {
    let kind = match &expr.kind {
        ExprKind::JsonString(_, template) if matches!(template.kind, ExprKind::Literal(_)) => return None,
        ExprKind::JsonString(text, _) => {
            let literal = Expr { kind: ExprKind::Literal(Value::string(text.clone())), span: expr.span };
            ExprKind::JsonString(text.clone(), Arc::new(literal))
        }
        ExprKind::Tuple(items) => {
            let new: Vec<Option<Expr>> = items.iter().map(verbatim).collect();
            if new.iter().all(Option::is_none) {
                return None;
            }
            ExprKind::Tuple(new.into_iter().zip(items).map(|(new, old)| new.unwrap_or_else(|| old.clone())).collect())
        }
        ExprKind::Object(items) => {
            let new: Vec<Option<ObjectItem>> = items.iter().map(verbatim_item).collect();
            if new.iter().all(Option::is_none) {
                return None;
            }
            ExprKind::Object(new.into_iter().zip(items).map(|(new, old)| new.unwrap_or_else(|| old.clone())).collect())
        }
        _ => return None,
    };
    Some(Expr { kind, span: expr.span })
}

fn verbatim_item(item: &ObjectItem) -> Option<ObjectItem> {
    let key = match &item.key {
        ObjectKey::Expr(key) => verbatim(key),
        ObjectKey::Name(_) => None,
    };
    let value = verbatim(&item.value);
    (key.is_some() || value.is_some()).then(|| ObjectItem {
        key: key.map_or_else(|| item.key.clone(), ObjectKey::Expr),
        value: value.unwrap_or_else(|| item.value.clone()),
    })
}

/// Of a call that is not allowed, the arguments are not looked at.
fn without_arguments(diagnostics: Diagnostics) -> Diagnostics {
    let is_call = |found: &&Diagnostic| found.summary == "Function calls not allowed";
    let calls: Vec<Span> = diagnostics.iter().filter(is_call).filter_map(|found| found.subject).collect();
    let is_within = |span: Span| {
        let around = |call: &Span| call.start <= span.start && span.end <= call.end && *call != span;
        calls.iter().any(around)
    };
    diagnostics.into_iter().filter(|found| !found.subject.is_some_and(is_within)).collect()
}
