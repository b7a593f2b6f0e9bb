//! Bodies of blocks by a schema: compiled once with all static checks, then evaluated to objects of the schema's type.
//!
//! Whatever Terraform allows in the body of a resource is understood: `dynamic` blocks, and attributes of objects that
//! are written as blocks. The escaping block `_` is none of it: bodies are joined with what it holds before.
//!
//! **Invariant**: nothing here knows what the body configures.

mod arrange;
mod block;
mod compile;
mod dynamic;
mod evaluate;
mod fixup;
mod span;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_schema as schema;
use landform_values::{Path, Str, Value};

use crate::expr::{EvalContext, Expression, Names, Scope, Slot};
use crate::syntax::ast::Body;
use block::Block;

/// A compiled body. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CompiledBody {
    root: Arc<Block>,
    body: Body,
    slots: Arc<[Slot]>,
}

/// Compiles a body by a schema. The sources are for messages that mention another place.
pub fn compile_body(
    body: &Body,
    schema: &schema::Block,
    names: &mut dyn Names,
    sources: &SourceMap,
) -> (CompiledBody, Diagnostics) {
    let (root, mut slots, diagnostics) = compile::compile(body, schema, names, sources);
    root.visit(&mut |expression| slots.extend_from_slice(expression.slots()));
    slots.sort_unstable();
    slots.dedup();
    (CompiledBody { root: Arc::new(root), body: body.clone(), slots: slots.into() }, diagnostics)
}

impl CompiledBody {
    /// The object that it configures, of the schema's implied type: null for absent attributes, empty collections for
    /// absent blocks. With an error, what could not be evaluated is unknown.
    pub fn evaluate(&self, scope: &dyn Scope, context: &EvalContext) -> (Value, Diagnostics) {
        evaluate::evaluate(&self.root, scope, context)
    }

    /// All slots that it refers to, each once, in ascending order.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The value of a top-level attribute as it is configured.
    pub fn attribute(&self, name: &str) -> Option<&Expression> {
        self.root.attribute(name)
    }

    /// The names of the top-level attributes that are configured, in order.
    pub fn attribute_names(&self) -> impl Iterator<Item = &Str> {
        self.root.attribute_names()
    }

    /// Calls a function with each expression in it.
    pub fn for_each_expression<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        self.root.visit(visit);
    }

    /// Calls a function with each expression of one attribute or of the blocks of one type.
    pub fn for_each_expression_of<'a>(&'a self, name: &str, visit: &mut dyn FnMut(&'a Expression)) {
        self.root.visit_one(name, visit);
    }

    /// Whether an attribute is given, or any block of that name.
    pub fn has(&self, name: &str) -> bool {
        self.root.has(name)
    }

    /// The value of an attribute that is written as a constant.
    pub fn constant(&self, name: &str) -> Option<&Value> {
        self.root.constant(name)
    }

    /// Where what a path of the object leads to is configured; if it is not, where it is missing, as near as can be.
    pub fn span_of(&self, path: &Path) -> Option<Span> {
        span::span_of(&self.body, path)
    }

    /// Where a problem that a provider reports is.
    pub fn span_of_problem(&self, diagnostic: &Diagnostic) -> Option<Span> {
        let steps = diagnostic.extra()?.attribute.as_ref()?;
        self.span_of(&Path::from_attribute_steps(steps))
    }

    /// Where a provider's problem is, as near as it can be told.
    pub fn place_of_problem(&self, diagnostic: &Diagnostic) -> Span {
        self.span_of_problem(diagnostic).unwrap_or_else(|| self.missing_item_span())
    }

    /// What a problem with the whole of it points at.
    pub fn missing_item_span(&self) -> Span {
        self.body.missing_item_span()
    }
}
