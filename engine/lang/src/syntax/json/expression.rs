//! JSON values as expressions.

use std::sync::Arc;

use landform_diagnostics::Span;
use landform_values::Value;

use super::super::ast::{Expr, ExprKind, JsonKind, JsonNode, JsonString, ObjectItem, ObjectKey};

/// The expression that a JSON value is: strings and names of properties are templates.
///
/// A boolean or null comes in parentheses, because unlike in native syntax it is no keyword (see
/// [`as_keyword`](crate::syntax::as_keyword)).
pub fn json_expression(node: &JsonNode) -> Expr {
    let literal = |value| ExprKind::Paren(Box::new(Expr { kind: ExprKind::Literal(value), span: node.span }));
    let kind = match &node.kind {
        JsonKind::Null => literal(Value::NULL),
        JsonKind::Bool(true) => literal(Value::TRUE),
        JsonKind::Bool(false) => literal(Value::FALSE),
        JsonKind::Number(number) => ExprKind::Literal(Value::number(number.clone())),
        JsonKind::String(text) => string(text, node.span),
        JsonKind::Array(items) => ExprKind::Tuple(items.iter().map(json_expression).collect()),
        JsonKind::Object(members) => {
            let item = |name: &JsonString, span| ObjectKey::Expr(Expr { kind: string(name, span), span });
            let items = members.iter();
            let items = items.map(|member| ObjectItem {
                key: item(&member.name, member.name_span),
                value: json_expression(&member.value),
            });
            ExprKind::Object(items.collect())
        }
        JsonKind::Invalid => ExprKind::Invalid,
    };
    Expr { kind, span: node.span }
}

fn string(string: &JsonString, span: Span) -> ExprKind {
    let template = string.template.clone().unwrap_or_else(|| {
        let kind = ExprKind::Literal(Value::string(string.text.clone()));
        Arc::new(Expr { kind, span })
    });
    ExprKind::JsonString(string.text.clone(), template)
}
