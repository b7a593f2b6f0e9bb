//! The compiled form of a body.

use landform_diagnostics::Span;
use landform_schema::Nesting;
use landform_values::{Str, Type, Value};

use crate::expr::Expression;

/// A body.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// What is configured or absent, by name.
    pub(super) attributes: Vec<(Str, Argument)>,
    /// Blocks by type.
    pub(super) children: Vec<(Str, Children)>,
}

/// An attribute.
#[derive(Debug)]
pub(super) struct Argument {
    /// What its value is converted to; may have optional attributes.
    pub(super) constraint: Type,
    /// Its value.
    pub(super) value: ArgumentValue,
}

/// How an attribute is configured.
#[derive(Debug)]
pub(super) enum ArgumentValue {
    /// Not at all.
    Absent,
    /// By a constant that is converted already.
    Constant(Value, Expression),
    /// By an expression; the span includes the name.
    Expression(Expression, Span),
    /// By something wrong that was reported.
    Wrong,
    /// By blocks, one an object.
    Blocks(Vec<Entry>, Type),
}

/// All blocks of a type.
#[derive(Debug)]
pub(super) struct Children {
    pub(super) nesting: Nesting,
    pub(super) min_items: u64,
    pub(super) max_items: u64,
    /// The type of one object.
    pub(super) object: Type,
    /// The type of all.
    pub(super) ty: Type,
    /// What a group without a block is.
    pub(super) empty: Value,
    /// In the order in which they stand.
    pub(super) entries: Vec<Entry>,
    /// Where a block would be missing.
    pub(super) missing: Span,
}

/// A block, or a `dynamic` block that makes any number of them.
#[derive(Debug)]
pub(super) struct Entry {
    /// From the type to the last label.
    pub(super) header: Span,
    /// What a problem with the whole block points at.
    pub(super) missing: Span,
    /// Texts of its labels; of a dynamic block, they are in `dynamic`.
    pub(super) labels: Vec<Str>,
    pub(super) dynamic: Option<Dynamic>,
    pub(super) block: Block,
}

/// What makes blocks.
#[derive(Debug)]
pub(super) struct Dynamic {
    pub(super) for_each: Expression,
    pub(super) labels: Vec<Expression>,
}

impl Children {
    /// Whether the number of blocks is known without evaluation.
    pub(super) fn is_static(&self) -> bool {
        self.entries.iter().all(|entry| entry.dynamic.is_none())
    }
}

impl Block {
    pub(super) fn attribute(&self, name: &str) -> Option<&Expression> {
        let (_, argument) = self.attributes.iter().find(|(candidate, _)| &**candidate == name)?;
        match &argument.value {
            ArgumentValue::Constant(_, expression) | ArgumentValue::Expression(expression, _) => Some(expression),
            _ => None,
        }
    }

    pub(super) fn attribute_names(&self) -> impl Iterator<Item = &Str> {
        self.attributes
            .iter()
            .filter(|(_, argument)| !matches!(argument.value, ArgumentValue::Absent))
            .map(|(name, _)| name)
    }

    /// Calls a function with each expression in it.
    pub(super) fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&'a Expression)) {
        self.attributes.iter().for_each(|(_, argument)| argument.visit(visitor));
        self.children.iter().for_each(|(_, children)| children.visit(visitor));
    }

    /// Whether an attribute is given, or any block of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        let mut given = self.attributes.iter().filter(|(found, _)| &**found == name);
        given.any(|(_, argument)| argument.is_given())
            || self.children.iter().any(|(found, children)| &**found == name && !children.entries.is_empty())
    }

    /// The value of an attribute that is written as a constant.
    pub(super) fn constant(&self, name: &str) -> Option<&Value> {
        let (_, argument) = self.attributes.iter().find(|(found, _)| &**found == name)?;
        match &argument.value {
            ArgumentValue::Constant(value, ..) => Some(value),
            ArgumentValue::Expression(expression, _) => expression.as_constant(),
            _ => None,
        }
    }

    pub(super) fn visit_one<'a>(&'a self, name: &str, visitor: &mut dyn FnMut(&'a Expression)) {
        let arguments = self.attributes.iter().filter(|(found, _)| &**found == name);
        arguments.for_each(|(_, argument)| argument.visit(visitor));
        let children = self.children.iter().filter(|(found, _)| &**found == name);
        children.for_each(|(_, children)| children.visit(visitor));
    }
}

impl Argument {
    fn is_given(&self) -> bool {
        match &self.value {
            ArgumentValue::Absent | ArgumentValue::Wrong => false,
            ArgumentValue::Blocks(entries, _) => !entries.is_empty(),
            ArgumentValue::Constant(..) | ArgumentValue::Expression(..) => true,
        }
    }

    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&'a Expression)) {
        match &self.value {
            ArgumentValue::Expression(expression, _) => visitor(expression),
            ArgumentValue::Blocks(entries, _) => entries.iter().for_each(|entry| entry.visit(visitor)),
            ArgumentValue::Absent | ArgumentValue::Constant(..) | ArgumentValue::Wrong => {}
        }
    }
}

impl Children {
    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&'a Expression)) {
        self.entries.iter().for_each(|entry| entry.visit(visitor));
    }
}

impl Entry {
    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&'a Expression)) {
        if let Some(dynamic) = &self.dynamic {
            visitor(&dynamic.for_each);
            dynamic.labels.iter().for_each(&mut *visitor);
        }
        self.block.visit(visitor);
    }
}
