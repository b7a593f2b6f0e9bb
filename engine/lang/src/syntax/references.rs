//! The references in an expression.

use super::ast::{Expr, ExprKind, For, Ident, ObjectKey, TemplateFor, TemplatePart};
use super::traversal::TraversalRef;

/// All references in an expression in the order in which they stand, without those to names that a `for` binds.
pub fn references(expr: &Expr) -> Vec<TraversalRef<'_>> {
    let mut found = Vec::new();
    visit_references(expr, &mut |reference| found.push(reference));
    found
}

/// Calls the visitor for each of [`references`].
pub fn visit_references<'a>(expr: &'a Expr, visitor: &mut dyn FnMut(TraversalRef<'a>)) {
    Walk { visitor, bound: Vec::new() }.expr(expr);
}

struct Walk<'a, 'v> {
    visitor: &'v mut dyn FnMut(TraversalRef<'a>),
    /// The names that enclosing `for` expressions bind.
    bound: Vec<&'a str>,
}

impl<'a> Walk<'a, '_> {
    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Literal(_) | ExprKind::SplatItem | ExprKind::Invalid | ExprKind::Failed(_) => {}
            ExprKind::Traversal(root, steps) => {
                if !self.bound.contains(&&*root.name) {
                    (self.visitor)(TraversalRef { root, steps, span: expr.span });
                }
            }
            ExprKind::Template(parts) => self.parts(parts),
            ExprKind::TemplateWrap(inner)
            | ExprKind::RelativeTraversal(inner, _)
            | ExprKind::Unary(_, inner)
            | ExprKind::Paren(inner) => self.expr(inner),
            ExprKind::JsonString(_, template) => self.expr(template),
            ExprKind::Index(first, second) | ExprKind::Binary(_, first, second) => {
                self.expr(first);
                self.expr(second);
            }
            ExprKind::Splat(splat) => {
                self.expr(&splat.source);
                self.expr(&splat.each);
            }
            ExprKind::Call(call) => call.arguments.iter().for_each(|argument| self.expr(argument)),
            ExprKind::Conditional(parts) => {
                self.expr(&parts.condition);
                self.expr(&parts.yes);
                self.expr(&parts.no);
            }
            ExprKind::Tuple(items) => items.iter().for_each(|item| self.expr(item)),
            ExprKind::Object(items) => {
                for item in items {
                    if let ObjectKey::Expr(key) = &item.key {
                        self.expr(key);
                    }
                    self.expr(&item.value);
                }
            }
            ExprKind::For(parts) => self.for_expression(parts),
        }
    }

    fn for_expression(&mut self, parts: &'a For) {
        self.expr(&parts.collection);
        self.binding(parts.key.as_ref(), &parts.value, |walk| {
            parts.key_result.iter().for_each(|key| walk.expr(key));
            walk.expr(&parts.value_result);
            parts.condition.iter().for_each(|condition| walk.expr(condition));
        });
    }

    fn binding(&mut self, key: Option<&'a Ident>, value: &'a Ident, within: impl FnOnce(&mut Self)) {
        let outer = self.bound.len();
        self.bound.extend(key.map(|key| &*key.name));
        self.bound.push(&value.name);
        within(self);
        self.bound.truncate(outer);
    }

    fn parts(&mut self, parts: &'a [TemplatePart]) {
        for part in parts {
            match part {
                TemplatePart::Literal(..) => {}
                TemplatePart::Interpolation(inner) => self.expr(inner),
                TemplatePart::If(parts) => {
                    self.expr(&parts.condition);
                    self.parts(&parts.yes);
                    self.parts(&parts.no);
                }
                TemplatePart::For(parts) => self.template_for(parts),
            }
        }
    }

    fn template_for(&mut self, parts: &'a TemplateFor) {
        self.expr(&parts.collection);
        self.binding(parts.key.as_ref(), &parts.value, |walk| walk.parts(&parts.body));
    }
}
