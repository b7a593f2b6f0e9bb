//! From a body and a schema to its compiled form, with all checks that need no values.

use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap};
use landform_schema::{Attribute, Block as BlockSchema, Nested, NestedAttributes, Nesting};
use landform_values::{ObjectType, Str, Type, Value, convert, quote};

use super::block::{Argument, ArgumentValue, Block, Children, Dynamic, Entry};
use super::{arrange, dynamic, fixup};
use crate::expr::{Names, Slot, compile_with_locals};
use crate::syntax::ast::{self, Body, Expr};
use crate::syntax::{AttributeSchema, BlockHeader, BodySchema, Content};

/// Compiles a body. The slots are those that its dynamic blocks of unknown types refer to: nothing is made of them, and
/// what they refer to comes first all the same.
pub(super) fn compile(
    body: &Body,
    schema: &BlockSchema,
    names: &mut dyn Names,
    sources: &SourceMap,
) -> (Block, Vec<Slot>, Diagnostics) {
    let mut compiler =
        Compiler { names, sources, iterators: Vec::new(), unused: Vec::new(), diagnostics: Diagnostics::new() };
    let block = compiler.body(body, schema);
    (block, compiler.unused, compiler.diagnostics)
}

pub(super) struct Compiler<'a> {
    pub(super) names: &'a mut dyn Names,
    pub(super) sources: &'a SourceMap,
    /// The names of the iterators of the dynamic blocks around, outermost first.
    pub(super) iterators: Vec<Arc<str>>,
    /// See [`compile`].
    unused: Vec<Slot>,
    pub(super) diagnostics: Diagnostics,
}

impl Compiler<'_> {
    fn body(&mut self, body: &Body, schema: &BlockSchema) -> Block {
        let ambiguous = if fixup::applies(schema) { ambiguous_names(body, schema) } else { Vec::new() };
        let content = self.content(body, &body_schema(schema, &ambiguous));
        let mut attributes = Vec::with_capacity(schema.attributes.len());
        for (name, attribute) in &schema.attributes {
            let value = if ambiguous.contains(&name) {
                self.attribute_as_blocks(name, attribute, &content)
            } else {
                self.argument(name, attribute, &content)
            };
            attributes.push((name.clone(), Argument { constraint: constraint(attribute), value }));
        }
        let children =
            schema.blocks.iter().filter(|(name, _)| !schema.attributes.contains_key(&**name)).collect::<Vec<_>>();
        let children =
            children.into_iter().map(|(name, nested)| (name.clone(), self.children(name, nested, &content))).collect();
        Block { attributes, children }
    }

    fn content(&mut self, body: &Body, schema: &BodySchema) -> Content {
        let (content, diagnostics) = body.content(schema);
        self.diagnostics.extend(diagnostics);
        self.without_unknown_dynamics(content, schema)
    }

    /// Reports dynamic blocks of types that the schema does not have.
    fn without_unknown_dynamics(&mut self, mut content: Content, schema: &BodySchema) -> Content {
        content.blocks.retain(|block| {
            let Some(label) = dynamic::label_of(block) else { return true };
            let expected = schema.blocks.iter().any(|header| header.kind == label.name && !dynamic::is(&header.kind));
            if !expected {
                let detail = format!("Blocks of type {} are not expected here.", quote(&label.name));
                self.diagnostics.error(label.span, "Unsupported block type", detail);
                self.look_at_unused(block);
            }
            expected
        });
        content
    }

    fn look_at_unused(&mut self, block: &ast::Block) {
        let attributes = block.body.everything().attributes;
        for attribute in ["for_each", "labels"].iter().filter_map(|name| attributes.get(*name)) {
            let (expression, _) = compile_with_locals(&attribute.value, self.names, &self.iterators);
            self.unused.extend_from_slice(expression.slots());
        }
    }

    fn argument(&mut self, name: &Str, attribute: &Attribute, content: &Content) -> ArgumentValue {
        let Some(configured) = content.attributes.get(name) else { return ArgumentValue::Absent };
        let expression = self.expression(&configured.value);
        let Some(value) = expression.as_constant() else {
            return ArgumentValue::Expression(expression, configured.name_span.to(configured.value.span));
        };
        match convert(value, &constraint(attribute)) {
            Ok(value) => ArgumentValue::Constant(value, expression),
            Err(error) => {
                let context = configured.name_span.to(configured.value.span);
                let problem = wrong_type(name, &error.message).at(configured.value.span).within(context);
                self.diagnostics.push(problem);
                ArgumentValue::Wrong
            }
        }
    }

    /// Compiles an expression in which the iterators around may be used.
    pub(super) fn expression(&mut self, expr: &Expr) -> crate::expr::Expression {
        let (expression, diagnostics) = compile_with_locals(expr, self.names, &self.iterators);
        self.diagnostics.extend(diagnostics);
        expression
    }

    fn attribute_as_blocks(&mut self, name: &Str, attribute: &Attribute, content: &Content) -> ArgumentValue {
        let Some(object) = fixup::object_of(&attribute.ty) else { return ArgumentValue::Absent };
        let schema = fixup::schema_of(object);
        let entries = self.entries(name, &schema, false, content);
        if entries.is_empty() { ArgumentValue::Absent } else { ArgumentValue::Blocks(entries, object.clone()) }
    }

    fn children(&mut self, name: &Str, nested: &Nested, content: &Content) -> Children {
        let entries = self.entries(name, &nested.block, nested.nesting == Nesting::Map, content);
        let children = Children {
            nesting: nested.nesting,
            min_items: nested.min_items,
            max_items: nested.max_items,
            object: nested.block.implied_type(),
            ty: nested.implied_type(),
            empty: if nested.nesting == Nesting::Group { arrange::empty_block(&nested.block) } else { Value::NULL },
            entries,
            missing: content.missing_item_span,
        };
        if children.is_static() {
            let places: Vec<_> = children.entries.iter().map(|entry| (entry.header, entry.missing)).collect();
            self.diagnostics.extend(arrange::check_count(name, &children, &places, self.sources));
        }
        children
    }

    /// All blocks of a type and the dynamic blocks that make such, in order.
    fn entries(&mut self, kind: &Str, schema: &BlockSchema, labelled: bool, content: &Content) -> Vec<Entry> {
        let mut entries = Vec::new();
        for block in &content.blocks {
            if dynamic::label_of(block).is_some_and(|label| label.name == *kind) {
                entries.extend(self.dynamic(block, schema, labelled));
            } else if block.kind == *kind && !dynamic::is(&block.kind) {
                entries.push(Entry {
                    header: block.header_span,
                    missing: block.body.missing_item_span(),
                    labels: block.labels.iter().map(|label| label.name.clone()).collect(),
                    dynamic: None,
                    block: self.body(&block.body, schema),
                });
            }
        }
        entries
    }

    fn dynamic(&mut self, block: &ast::Block, schema: &BlockSchema, labelled: bool) -> Option<Entry> {
        let parts = match dynamic::parts(block, labelled) {
            Ok(parts) => parts,
            Err(diagnostics) => {
                self.diagnostics.extend(diagnostics);
                return None;
            }
        };
        let for_each = self.expression(&parts.for_each);
        self.iterators.push(parts.iterator);
        let labels = parts.labels.iter().map(|label| self.expression(label)).collect();
        let compiled = self.body(&parts.content, schema);
        self.iterators.pop();
        Some(Entry {
            header: block.header_span,
            missing: parts.content.missing_item_span(),
            labels: Vec::new(),
            dynamic: Some(Dynamic { for_each, labels }),
            block: compiled,
        })
    }
}

/// The error about a value that does not convert.
pub(super) fn wrong_type(name: &str, why: &str) -> Diagnostic {
    let detail = format!("Inappropriate value for attribute {}: {why}.", quote(name));
    Diagnostic::error("Incorrect attribute value type", detail)
}

/// The attributes that may be written as blocks, and are not written as attributes.
fn ambiguous_names<'s>(body: &Body, schema: &'s BlockSchema) -> Vec<&'s Str> {
    let candidates = schema.attributes.iter().filter(|(_, attribute)| fixup::object_of(&attribute.ty).is_some());
    candidates
        .map(|(name, _)| name)
        .filter(|name| {
            let probe = BodySchema::new().optional((*name).clone());
            body.partial_content(&probe).0.attributes.is_empty()
        })
        .collect()
}

fn body_schema(schema: &BlockSchema, ambiguous: &[&Str]) -> BodySchema {
    let mut body = BodySchema::new();
    for (name, attribute) in &schema.attributes {
        if ambiguous.contains(&name) {
            body.blocks.push(BlockHeader { kind: name.clone(), labels: Vec::new() });
        } else {
            body.attributes.push(AttributeSchema { name: name.clone(), required: attribute.required });
        }
    }
    for (name, nested) in &schema.blocks {
        let labels = if nested.nesting == Nesting::Map { vec!["key".into()] } else { Vec::new() };
        body.blocks.push(BlockHeader { kind: name.clone(), labels });
    }
    if schema.blocks.contains_key(dynamic::KIND) { body } else { body.block(dynamic::KIND, &["type"]) }
}

/// What the value of an attribute is converted to. Nested attributes that need not be given may be left out.
fn constraint(attribute: &Attribute) -> Type {
    attribute.nested.as_ref().map_or_else(|| attribute.ty.clone(), |nested| nested_constraint(nested))
}

fn nested_constraint(nested: &NestedAttributes) -> Type {
    let object =
        Type::Object(Arc::new(ObjectType::new(nested.attributes.iter().map(|(name, attribute)| {
            (name.clone(), constraint(attribute), attribute.optional || attribute.computed)
        }))));
    match nested.nesting {
        Nesting::Single | Nesting::Group => object,
        Nesting::List => Type::list(object),
        Nesting::Set => Type::set(object),
        Nesting::Map => Type::map(object),
    }
}
