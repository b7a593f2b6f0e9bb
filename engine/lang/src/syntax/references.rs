//! The references in an expression.

use super::ast::{BinaryOp, Call, Expr, ExprKind, For, Ident, ObjectKey, TemplateFor, TemplatePart};
use super::traversal::TraversalRef;

/// All references in an expression in the order in which they stand, without those to names that a `for` binds.
pub fn references(expr: &Expr) -> Vec<TraversalRef<'_>> {
    let mut found = Vec::new();
    visit_references(expr, &mut |reference| found.push(reference));
    found
}

/// Whether the evaluation of an expression comes to a reference in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// Whatever the values are, and nothing catches its errors.
    Surely,
    /// That depends on values: on a condition, on the elements of a collection; or its errors may be caught.
    Perhaps,
}

/// Calls the visitor for each of [`references`].
pub fn visit_references<'a>(expr: &'a Expr, visitor: &mut dyn FnMut(TraversalRef<'a>)) {
    visit_references_reached(expr, &mut |reference, _| visitor(reference));
}

/// As [`visit_references`], with whether evaluation comes to each.
pub fn visit_references_reached<'a>(expr: &'a Expr, visitor: &mut dyn FnMut(TraversalRef<'a>, Reached)) {
    Walk { visitor, bound: Vec::new(), reached: Reached::Surely }.expr(expr);
}

struct Walk<'a, 'v> {
    visitor: &'v mut dyn FnMut(TraversalRef<'a>, Reached),
    /// The names that enclosing `for` expressions bind.
    bound: Vec<&'a str>,
    reached: Reached,
}

impl<'a> Walk<'a, '_> {
    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Literal(_) | ExprKind::SplatItem | ExprKind::Invalid | ExprKind::Failed(_) => {}
            ExprKind::Traversal(root, steps) => {
                if !self.bound.contains(&&*root.name) {
                    (self.visitor)(TraversalRef { root, steps, span: expr.span }, self.reached);
                }
            }
            ExprKind::Template(parts) => self.parts(parts),
            ExprKind::TemplateWrap(inner)
            | ExprKind::RelativeTraversal(inner, _)
            | ExprKind::Unary(_, inner)
            | ExprKind::Paren(inner) => self.expr(inner),
            ExprKind::JsonString(_, template) => self.expr(template),
            ExprKind::Index(first, second) => {
                self.expr(first);
                self.expr(second);
            }
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right),
            ExprKind::Splat(splat) => {
                self.expr(&splat.source);
                self.perhaps(|walk| walk.expr(&splat.each));
            }
            ExprKind::Call(call) => self.call(call),
            ExprKind::Conditional(parts) => {
                self.expr(&parts.condition);
                self.perhaps(|walk| {
                    walk.expr(&parts.yes);
                    walk.expr(&parts.no);
                });
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

    fn perhaps(&mut self, within: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.reached, Reached::Perhaps);
        within(self);
        self.reached = outer;
    }

    /// A constant may decide alone.
    fn binary(&mut self, op: BinaryOp, left: &'a Expr, right: &'a Expr) {
        self.expr(left);
        if matches!(op, BinaryOp::And | BinaryOp::Or) && matches!(left.kind, ExprKind::Literal(_)) {
            self.perhaps(|walk| walk.expr(right));
        } else {
            self.expr(right);
        }
    }

    fn call(&mut self, call: &'a Call) {
        let arguments = |walk: &mut Self| call.arguments.iter().for_each(|argument| walk.expr(argument));
        if matches!(call.name.trim_start_matches("core::"), "try" | "can") {
            self.perhaps(arguments);
        } else {
            arguments(self);
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
        self.perhaps(within);
        self.bound.truncate(outer);
    }

    fn parts(&mut self, parts: &'a [TemplatePart]) {
        for part in parts {
            match part {
                TemplatePart::Literal(..) => {}
                TemplatePart::Interpolation(inner) => self.expr(inner),
                TemplatePart::If(parts) => {
                    self.expr(&parts.condition);
                    self.perhaps(|walk| {
                        walk.parts(&parts.yes);
                        walk.parts(&parts.no);
                    });
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

#[cfg(test)]
mod tests {
    use landform_diagnostics::SourceMap;

    use super::super::parse_expression;
    use super::*;

    /// The references of an expression as their texts, those that evaluation may not come to in brackets.
    fn shown(text: &str) -> String {
        let sources = SourceMap::new();
        let (expr, diagnostics) = parse_expression(&sources, sources.add("a.tf", text));
        assert!(!diagnostics.has_errors(), "{text}: {diagnostics:?}");
        let mut found = Vec::new();
        visit_references_reached(&expr, &mut |reference, reached| {
            let text = sources.snippet(reference.span);
            found.push(if reached == Reached::Surely { text } else { format!("({text})") });
        });
        found.join(" ")
    }

    #[test]
    fn what_evaluation_comes_to() {
        let cases = [
            ("1 + 2", ""),
            ("var.a", "var.a"),
            ("a.b[0][c.d]", "a.b[0] c.d"),
            ("f(var.a, \"x${var.b}\")", "var.a var.b"),
            ("try(var.a, can(var.b), var.c)", "(var.a) (var.b) (var.c)"),
            ("core::try(var.a)", "(var.a)"),
            ("var.a ? var.b : var.c", "var.a (var.b) (var.c)"),
            ("var.a || var.b && var.c", "var.a var.b var.c"),
            ("true || var.b", "(var.b)"),
            ("var.a[*].b", "var.a"),
            ("var.a[*][var.b]", "var.a (var.b)"),
            ("[for x in var.a : x.y if x.z != var.b]", "var.a (var.b)"),
            ("{ for k, v in var.a : k => [v.x, w.x] }", "var.a (w.x)"),
            ("[for x in x.y : x]", "x.y"),
            ("[[for x in var.a : x], x.y]", "var.a x.y"),
            ("{ a = var.a, (var.b) = 1, c = d.e }", "var.a var.b d.e"),
            ("\"%{ if var.a }${var.b}%{ else }${var.c}%{ endif }\"", "var.a (var.b) (var.c)"),
            ("\"%{ for x in var.a }${x.y}${var.b}%{ endfor }\"", "var.a (var.b)"),
            ("-var.a", "var.a"),
            ("!(var.a)", "var.a"),
            ("f(var.a).b", "var.a"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
