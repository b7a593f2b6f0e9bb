//! Values of constant expressions.

use landform_diagnostics::{Diagnostics, SourceMap};
use landform_values::Value;

use crate::expr::{EvalContext, NoNames, NoScope, compile};
use crate::syntax::ast::{Expr, ExprKind, For, ObjectKey, TemplatePart};

/// The value of an expression that refers to nothing and calls nothing; unknown with an error.
pub fn constant(expr: &Expr, sources: &SourceMap) -> (Value, Diagnostics) {
    if let ExprKind::Literal(value) = &expr.kind {
        return (value.clone(), Diagnostics::new());
    }
    let mut diagnostics = Diagnostics::new();
    visit_calls(expr, &mut |call| {
        diagnostics.error(call.span, "Function calls not allowed", "Functions may not be called here.");
    });
    if diagnostics.has_errors() {
        return (Value::dynamic(), diagnostics);
    }
    let (compiled, mut diagnostics) = compile(expr, &mut NoNames);
    let (value, found) = compiled.evaluate(&NoScope, &EvalContext::new(sources.clone()));
    diagnostics.extend(found);
    let failed = diagnostics.has_errors();
    (if failed { Value::dynamic() } else { value }, diagnostics)
}

/// Visits the outermost function calls of an expression.
fn visit_calls<'e>(expr: &'e Expr, visit: &mut dyn FnMut(&'e Expr)) {
    match &expr.kind {
        ExprKind::Call(_) => visit(expr),
        ExprKind::Literal(_)
        | ExprKind::Traversal(..)
        | ExprKind::SplatItem
        | ExprKind::Invalid
        | ExprKind::Failed(_) => {}
        ExprKind::Template(parts) => visit_parts(parts, visit),
        ExprKind::TemplateWrap(inner)
        | ExprKind::RelativeTraversal(inner, _)
        | ExprKind::Unary(_, inner)
        | ExprKind::Paren(inner) => visit_calls(inner, visit),
        ExprKind::JsonString(_, inner) => visit_calls(inner, visit),
        ExprKind::Index(first, second) | ExprKind::Binary(_, first, second) => {
            visit_calls(first, visit);
            visit_calls(second, visit);
        }
        ExprKind::Splat(splat) => {
            visit_calls(&splat.source, visit);
            visit_calls(&splat.each, visit);
        }
        ExprKind::Conditional(parts) => {
            [&parts.condition, &parts.yes, &parts.no].into_iter().for_each(|part| visit_calls(part, visit));
        }
        ExprKind::Tuple(items) => items.iter().for_each(|item| visit_calls(item, visit)),
        ExprKind::Object(items) => {
            for item in items {
                if let ObjectKey::Expr(key) = &item.key {
                    visit_calls(key, visit);
                }
                visit_calls(&item.value, visit);
            }
        }
        ExprKind::For(parts) => visit_for(parts, visit),
    }
}

fn visit_for<'e>(parts: &'e For, visit: &mut dyn FnMut(&'e Expr)) {
    let For { collection, key_result, value_result, condition, .. } = parts;
    let all = std::iter::once(collection).chain(key_result).chain([value_result]).chain(condition);
    all.for_each(|part| visit_calls(part, visit));
}

fn visit_parts<'e>(parts: &'e [TemplatePart], visit: &mut dyn FnMut(&'e Expr)) {
    for part in parts {
        match part {
            TemplatePart::Literal(..) => {}
            TemplatePart::Interpolation(inner) => visit_calls(inner, visit),
            TemplatePart::If(inner) => {
                visit_calls(&inner.condition, visit);
                visit_parts(&inner.yes, visit);
                visit_parts(&inner.no, visit);
            }
            TemplatePart::For(inner) => {
                visit_calls(&inner.collection, visit);
                visit_parts(&inner.body, visit);
            }
        }
    }
}
