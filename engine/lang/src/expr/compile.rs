//! From the syntax tree to nodes: names to slots, calls to functions, constants to their values.

use std::collections::BTreeSet;
use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Diagnostics, Span};
use landform_values::{Value, quote};

use super::evaluate::Evaluator;
use super::node::{Conditional, For, Item, Local, Node, NodeKind, Reference, Splat};
use super::object::object_node;
use super::remember::remember;
use super::{Names, Slot};
use crate::syntax::ast::{self, BinaryOp, Expr, ExprKind, Ident, ObjectItem, ObjectKey, Step, TemplatePart};
use crate::syntax::{TraversalRef, start_span};

/// Compiles an expression that may use local names, whose values are the first of the frame.
pub(super) fn compile(expr: &Expr, names: &mut dyn Names, locals: &[Arc<str>]) -> (Node, Vec<Slot>, Diagnostics) {
    let frame = locals.iter().cloned().map(Some).collect();
    let mut compiler = Compiler { names, frame, slots: BTreeSet::new(), diagnostics: Diagnostics::new(), lenient: 0 };
    let mut root = compiler.expr(expr);
    let names = &*compiler.names;
    if compiler.slots.iter().any(|slot| !names.varies(*slot)) {
        remember(&mut root, &|slot| names.varies(slot), locals.len());
    }
    (root, compiler.slots.into_iter().collect(), compiler.diagnostics)
}

/// What is said of a function that only the console has, when it is called within an expression.
pub(super) fn misplaced_call(node: &Node) -> Option<Diagnostic> {
    if let NodeKind::Call(call) = &node.kind
        && call.callee.is_console_only()
    {
        return Some(not_within(&call.name));
    }
    // Of what it is given, `can` keeps nothing.
    if matches!(&node.kind, NodeKind::Call(call) if &*call.name == "can") {
        return None;
    }
    let mut found = None;
    node.for_each_child(&mut |child| {
        if found.is_none() {
            found = misplaced_call(child);
        }
    });
    found
}

fn not_within(function: &str) -> Diagnostic {
    let detail = format!("The console-only {} function cannot be used as part of an expression.", quote(function));
    Diagnostic::error(format!("Invalid use of {function} function"), detail)
}

pub(super) struct Compiler<'n> {
    pub(super) names: &'n mut dyn Names,
    /// The names in the local frame, by place; `None` is the element of a splat.
    frame: Vec<Option<Arc<str>>>,
    slots: BTreeSet<Slot>,
    pub(super) diagnostics: Diagnostics,
    /// Above zero where evaluation may never come or errors are caught, so that what is not a wrong reference is
    /// reported only when evaluated.
    pub(super) lenient: usize,
}

impl Compiler<'_> {
    pub(super) fn expr(&mut self, expr: &Expr) -> Node {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Literal(value) => Node::literal(value.clone(), span).starting(start_span(expr)),
            ExprKind::Template(parts) => self.template(parts, span),
            ExprKind::TemplateWrap(inner) => Node { span, start: span, ..self.expr(inner) },
            ExprKind::Traversal(root, steps) => self.traversal(root, steps, span),
            ExprKind::RelativeTraversal(source, steps) => {
                let source = self.expr(source);
                folded(Node::new(NodeKind::Relative(Box::new(source), steps.as_slice().into()), span))
            }
            ExprKind::Index(collection, key) => self.index(collection, key, span),
            ExprKind::Splat(splat) => self.splat(splat, span),
            ExprKind::SplatItem => self.splat_item(span),
            ExprKind::Call(call) => self.call(call, span),
            ExprKind::Conditional(conditional) => self.conditional(conditional, span),
            ExprKind::Unary(op, operand) => {
                let operand = self.expr(operand);
                let symbol = Span { end: span.start + 1, ..span };
                folded(Node::new(NodeKind::Unary(*op, Box::new(operand)), span).starting(symbol))
            }
            ExprKind::Binary(..) => self.binary(expr),
            ExprKind::Tuple(items) => {
                let items = items.iter().map(|item| self.expr(item)).collect();
                folded(Node::new(NodeKind::Tuple(items), span).starting(first_byte(span)))
            }
            ExprKind::Object(items) => {
                let items = items.iter().map(|item| self.object_item(item)).collect();
                folded(Node::new(object_node(items), span).starting(first_byte(span)))
            }
            ExprKind::For(r#for) => self.r#for(r#for, span),
            ExprKind::Paren(inner) => Node { span, ..self.expr(inner) },
            ExprKind::JsonString(_, template) => self.expr(template),
            ExprKind::Invalid => Node::new(NodeKind::Invalid, span),
            ExprKind::Failed(diagnostics) => failed(diagnostics.iter().cloned(), span),
        }
    }

    /// Reports an error now, or when evaluated where that may never happen.
    pub(super) fn report(&mut self, diagnostic: Diagnostic, span: Span) -> Node {
        if self.lenient > 0 {
            return failed([diagnostic], span);
        }
        self.diagnostics.push(diagnostic);
        Node::new(NodeKind::Invalid, span)
    }

    /// Compiles something within which errors of evaluation are not final.
    pub(super) fn leniently(&mut self, expr: &Expr) -> Node {
        self.lenient += 1;
        let node = self.expr(expr);
        self.lenient -= 1;
        node
    }

    fn traversal(&mut self, root: &Ident, steps: &[Step], span: Span) -> Node {
        if let Some(place) = self.frame.iter().rposition(|name| name.as_ref() == Some(&root.name)) {
            let local = Local { place, root: root.name.clone(), steps: steps.into() };
            return Node::new(NodeKind::Local(Box::new(local)), span);
        }
        match self.names.resolve(TraversalRef { root, steps, span }) {
            Ok((slot, consumed)) => {
                self.slots.insert(slot);
                let consumed = consumed.min(steps.len());
                let reference = Reference { slot, root: root.name.clone(), steps: steps.into(), consumed };
                Node::new(NodeKind::Reference(Box::new(reference)), span)
            }
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                Node::new(NodeKind::Invalid, span)
            }
        }
    }

    fn index(&mut self, collection: &Expr, key: &Expr, span: Span) -> Node {
        let bracket = Span { start: collection.span.end, ..span };
        let collection = self.expr(collection);
        let key = self.expr(key);
        folded(Node::new(NodeKind::Index(Box::new(collection), Box::new(key)), span).starting(first_byte(bracket)))
    }

    fn splat(&mut self, splat: &ast::Splat, span: Span) -> Node {
        let source = self.expr(&splat.source);
        self.frame.push(None);
        let each = self.expr(&splat.each);
        self.frame.pop();
        let splat = Splat { source, each, marker: splat.marker };
        let marker = splat.marker;
        Node::new(NodeKind::Splat(Box::new(splat)), span).starting(marker)
    }

    fn splat_item(&mut self, span: Span) -> Node {
        let kind = self.frame.iter().rposition(Option::is_none).map_or(NodeKind::Invalid, NodeKind::Item);
        Node::new(kind, span)
    }

    fn conditional(&mut self, conditional: &ast::Conditional, span: Span) -> Node {
        let condition = self.expr(&conditional.condition);
        let yes = self.leniently(&conditional.yes);
        let no = self.leniently(&conditional.no);
        let start = condition.start;
        folded(Node::new(NodeKind::Conditional(Box::new(Conditional { condition, yes, no })), span).starting(start))
    }

    /// A chain of operators leans to the left and may be long: it is walked without recursion.
    fn binary(&mut self, expr: &Expr) -> Node {
        let mut chain: Vec<(BinaryOp, &Expr, Span)> = Vec::new();
        let mut leftmost = expr;
        while let ExprKind::Binary(op, left, right) = &leftmost.kind {
            chain.push((*op, right, leftmost.span));
            leftmost = left;
        }
        let mut node = self.expr(leftmost);
        for (op, right, span) in chain.into_iter().rev() {
            let right = self.expr(right);
            let start = node.start;
            node = folded(Node::new(NodeKind::Binary(op, Box::new(node), Box::new(right)), span).starting(start));
        }
        node
    }

    fn object_item(&mut self, item: &ObjectItem) -> Item {
        let json = matches!(&item.key, ObjectKey::Expr(Expr { kind: ExprKind::JsonString(..), .. }));
        Item { json, key: self.object_key(&item.key), value: self.expr(&item.value) }
    }

    fn object_key(&mut self, key: &ObjectKey) -> Node {
        match key {
            ObjectKey::Name(name) => Node::literal(Value::string(name.name.clone()), name.span),
            ObjectKey::Expr(Expr { kind: ExprKind::Traversal(root, steps), span }) if !steps.is_empty() => {
                let node = self.traversal(root, steps, *span);
                if matches!(node.kind, NodeKind::Invalid) { node } else { failed([ambiguous_key(*span)], *span) }
            }
            ObjectKey::Expr(expr) => self.expr(expr),
        }
    }

    fn r#for(&mut self, r#for: &ast::For, span: Span) -> Node {
        let collection = self.expr(&r#for.collection);
        let outer = self.push_loop_names(r#for.key.as_ref(), &r#for.value);
        let compiled = For {
            has_key: r#for.key.is_some(),
            collection,
            key_result: r#for.key_result.as_ref().map(|expr| self.expr(expr)),
            value_result: self.expr(&r#for.value_result),
            condition: r#for.condition.as_ref().map(|expr| self.expr(expr)),
            group: r#for.group,
            in_template: false,
        };
        self.frame.truncate(outer);
        Node::new(NodeKind::For(Box::new(compiled)), span).starting(r#for.open)
    }

    /// Whether any loop's names are in scope.
    pub(super) fn is_in_loop(&self) -> bool {
        self.frame.iter().any(Option::is_some)
    }

    /// Brings a loop's names into scope; returns the length of the frame without them.
    fn push_loop_names(&mut self, key: Option<&Ident>, value: &Ident) -> usize {
        let outer = self.frame.len();
        self.frame.extend(key.map(|key| Some(key.name.clone())));
        self.frame.push(Some(value.name.clone()));
        outer
    }

    fn template(&mut self, parts: &[TemplatePart], span: Span) -> Node {
        let parts: Box<[Node]> = parts.iter().map(|part| self.template_part(part)).collect();
        let start = parts.first().map_or(span, |first| first.start);
        folded(Node::new(NodeKind::Template(parts), span).starting(start))
    }

    fn template_part(&mut self, part: &TemplatePart) -> Node {
        match part {
            TemplatePart::Literal(text, span) => Node::literal(Value::string(text.clone()), *span),
            TemplatePart::Interpolation(expr) => self.expr(expr),
            TemplatePart::If(r#if) => {
                let condition = self.expr(&r#if.condition);
                self.lenient += 1;
                let yes = self.template_branch(&r#if.yes, condition.span.end_point());
                let no = self.template_branch(&r#if.no, r#if.span.end_point());
                self.lenient -= 1;
                let start = condition.start;
                let conditional = NodeKind::Conditional(Box::new(Conditional { condition, yes, no }));
                folded(Node::new(conditional, r#if.span).starting(start))
            }
            TemplatePart::For(r#for) => self.template_for(r#for),
        }
    }

    /// The parts between directives; `place` is where they would be if there are none.
    fn template_branch(&mut self, parts: &[TemplatePart], place: Span) -> Node {
        let span = match (parts.first(), parts.last()) {
            (Some(first), Some(last)) => part_span(first).to(part_span(last)),
            _ => return Node::literal(Value::string(""), place),
        };
        self.template(parts, span)
    }

    fn template_for(&mut self, r#for: &ast::TemplateFor) -> Node {
        let collection = self.expr(&r#for.collection);
        let outer = self.push_loop_names(r#for.key.as_ref(), &r#for.value);
        let value_result = self.template_branch(&r#for.body, r#for.collection.span.end_point());
        self.frame.truncate(outer);
        let has_key = r#for.key.is_some();
        let tuple = For {
            has_key,
            collection,
            key_result: None,
            value_result,
            condition: None,
            group: false,
            in_template: true,
        };
        let tuple = Node::new(NodeKind::For(Box::new(tuple)), r#for.span);
        Node::new(NodeKind::Join(Box::new(tuple)), r#for.span)
    }
}

fn part_span(part: &TemplatePart) -> Span {
    match part {
        TemplatePart::Literal(_, span) => *span,
        TemplatePart::Interpolation(expr) => expr.span,
        TemplatePart::If(r#if) => r#if.span,
        TemplatePart::For(r#for) => r#for.span,
    }
}

fn first_byte(span: Span) -> Span {
    Span { end: (span.start + 1).min(span.end), ..span }
}

fn failed(diagnostics: impl IntoIterator<Item = Diagnostic>, span: Span) -> Node {
    Node::new(NodeKind::Failed(diagnostics.into_iter().collect()), span)
}

fn ambiguous_key(span: Span) -> Diagnostic {
    Diagnostic::error(
        "Ambiguous attribute key",
        "If this expression is intended to be a reference, wrap it in parentheses. If it's instead intended as a \
         literal name containing periods, wrap it in quotes to create a string literal.",
    )
    .at(span)
}

/// The node's value in its place, when all directly within are constants and nothing goes wrong.
pub(super) fn folded(node: Node) -> Node {
    let mut constant = true;
    node.for_each_child(&mut |child| constant &= matches!(child.kind, NodeKind::Literal(_)));
    if !constant {
        return node;
    }
    let mut evaluator = Evaluator::alone(None);
    let value = evaluator.evaluate(&node);
    if evaluator.has_problems() { node } else { Node { kind: NodeKind::Literal(value), ..node } }
}
