//! The compiled form of an expression.

use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Span};
use landform_values::{Str, Value};

use super::Slot;
use super::callee::Callee;
use super::remember::Remembered;
use crate::syntax::ast::{BinaryOp, Step, UnaryOp};

/// A node and where it stands.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    /// The whole of it.
    pub(super) span: Span,
    /// What stands for it in a message about the place where it begins.
    pub(super) start: Span,
}

#[derive(Debug)]
pub(super) enum NodeKind {
    Literal(Value),
    Reference(Box<Reference>),
    Local(Box<Local>),
    /// The element at hand of a splat, by its place in the frame.
    Item(usize),
    Relative(Box<Node>, Box<[Step]>),
    Index(Box<Node>, Box<Node>),
    Splat(Box<Splat>),
    Call(Box<Call>),
    Conditional(Box<Conditional>),
    Unary(UnaryOp, Box<Node>),
    Binary(BinaryOp, Box<Node>, Box<Node>),
    Tuple(Box<[Node]>),
    Object(Box<[Item]>),
    /// An object whose names are all written out, each once.
    Record(Box<Record>),
    For(Box<For>),
    Template(Box<[Node]>),
    /// The items of a tuple as one string: a template's `for`.
    Join(Box<Node>),
    /// A part whose last result is kept.
    Remembered(Box<Remembered>),
    /// Reported at compile time.
    Invalid,
    /// To be reported when evaluated.
    Failed(Box<[Diagnostic]>),
}

/// What a scope provides, and what is taken from it.
#[derive(Debug)]
pub(super) struct Reference {
    pub(super) slot: Slot,
    pub(super) root: Arc<str>,
    pub(super) steps: Box<[Step]>,
    /// How many of the steps lead to the slot.
    pub(super) consumed: usize,
}

/// A name that the expression itself introduces, and what is taken from it.
#[derive(Debug)]
pub(super) struct Local {
    pub(super) place: usize,
    pub(super) root: Arc<str>,
    pub(super) steps: Box<[Step]>,
}

#[derive(Debug)]
pub(super) struct Splat {
    pub(super) source: Node,
    pub(super) each: Node,
    pub(super) marker: Span,
}

#[derive(Debug)]
pub(super) struct Call {
    pub(super) callee: Callee,
    pub(super) name: Arc<str>,
    pub(super) arguments: Box<[Node]>,
    pub(super) expand_last: bool,
    pub(super) close_paren: Span,
    /// Whether it is within a loop, where Terraform does not know functions when it describes problems.
    pub(super) in_loop: bool,
}

#[derive(Debug)]
pub(super) struct Conditional {
    pub(super) condition: Node,
    pub(super) yes: Node,
    pub(super) no: Node,
}

#[derive(Debug)]
pub(super) struct Item {
    /// A property in JSON syntax, which has messages of its own.
    pub(super) json: bool,
    pub(super) key: Node,
    pub(super) value: Node,
}

/// See [`NodeKind::Record`].
#[derive(Debug)]
pub(super) struct Record {
    /// As they are written.
    pub(super) items: Box<[Item]>,
    /// Their names.
    pub(super) names: Box<[Str]>,
    /// Which items change places, one pair after the other, until they are in the order of their names.
    pub(super) swaps: Box<[(usize, usize)]>,
}

/// A loop. The key, if it is named, and then the value are pushed on the frame.
#[derive(Debug)]
pub(super) struct For {
    pub(super) has_key: bool,
    pub(super) collection: Node,
    pub(super) key_result: Option<Node>,
    pub(super) value_result: Node,
    pub(super) condition: Option<Node>,
    pub(super) group: bool,
    /// Whether the results are texts that are put together, and so must not be too long.
    pub(super) in_template: bool,
}

impl Node {
    pub(super) fn new(kind: NodeKind, span: Span) -> Self {
        Self { kind, span, start: span }
    }

    pub(super) fn literal(value: Value, span: Span) -> Self {
        Self::new(NodeKind::Literal(value), span)
    }

    pub(super) fn starting(self, start: Span) -> Self {
        Self { start, ..self }
    }

    /// Calls a function with each node directly within.
    pub(super) fn for_each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        match &self.kind {
            NodeKind::Literal(_)
            | NodeKind::Reference(_)
            | NodeKind::Local(_)
            | NodeKind::Item(_)
            | NodeKind::Invalid
            | NodeKind::Failed(_) => {}
            NodeKind::Relative(source, _) | NodeKind::Join(source) | NodeKind::Unary(_, source) => visit(source),
            NodeKind::Remembered(part) => visit(&part.node),
            NodeKind::Index(first, second) | NodeKind::Binary(_, first, second) => {
                visit(first);
                visit(second);
            }
            NodeKind::Splat(splat) => {
                visit(&splat.source);
                visit(&splat.each);
            }
            NodeKind::Call(call) => call.arguments.iter().for_each(visit),
            NodeKind::Conditional(conditional) => {
                visit(&conditional.condition);
                visit(&conditional.yes);
                visit(&conditional.no);
            }
            NodeKind::Tuple(items) | NodeKind::Template(items) => items.iter().for_each(visit),
            NodeKind::Object(items) => visit_items(items, visit),
            NodeKind::Record(record) => visit_items(&record.items, visit),
            NodeKind::For(r#for) => {
                visit(&r#for.collection);
                r#for.key_result.iter().for_each(&mut *visit);
                visit(&r#for.value_result);
                r#for.condition.iter().for_each(visit);
            }
        }
    }

    /// As [`Node::for_each_child`], to change them. The function is told how many places the frame has there, as there are
    /// `places` here.
    pub(super) fn for_each_child_mut(&mut self, places: usize, visit: &mut dyn FnMut(&mut Node, usize)) {
        match &mut self.kind {
            NodeKind::Literal(_)
            | NodeKind::Reference(_)
            | NodeKind::Local(_)
            | NodeKind::Item(_)
            | NodeKind::Invalid
            | NodeKind::Failed(_) => {}
            NodeKind::Relative(source, _) | NodeKind::Join(source) | NodeKind::Unary(_, source) => {
                visit(source, places);
            }
            NodeKind::Remembered(part) => visit(&mut part.node, places),
            NodeKind::Index(first, second) | NodeKind::Binary(_, first, second) => {
                visit(first, places);
                visit(second, places);
            }
            NodeKind::Splat(splat) => {
                visit(&mut splat.source, places);
                visit(&mut splat.each, places + 1);
            }
            NodeKind::Call(call) => call.arguments.iter_mut().for_each(|argument| visit(argument, places)),
            NodeKind::Conditional(conditional) => {
                visit(&mut conditional.condition, places);
                visit(&mut conditional.yes, places);
                visit(&mut conditional.no, places);
            }
            NodeKind::Tuple(items) | NodeKind::Template(items) => {
                items.iter_mut().for_each(|item| visit(item, places));
            }
            NodeKind::Object(items) => visit_items_mut(items, places, visit),
            NodeKind::Record(record) => visit_items_mut(&mut record.items, places, visit),
            NodeKind::For(r#for) => {
                visit(&mut r#for.collection, places);
                let places = places + 1 + usize::from(r#for.has_key);
                let results = r#for.key_result.iter_mut().chain([&mut r#for.value_result]);
                results.chain(&mut r#for.condition).for_each(|node| visit(node, places));
            }
        }
    }
}

fn visit_items<'a>(items: &'a [Item], visit: &mut dyn FnMut(&'a Node)) {
    for item in items {
        visit(&item.key);
        visit(&item.value);
    }
}

fn visit_items_mut(items: &mut [Item], places: usize, visit: &mut dyn FnMut(&mut Node, usize)) {
    for item in items {
        visit(&mut item.key, places);
        visit(&mut item.value, places);
    }
}
