//! Bodies of blocks by their schemas.

use std::collections::BTreeMap;

use landform_lang::body::compile_body;
use landform_lang::expr::{NoNames, NoScope};
use landform_lang::syntax::ast::{Block as BlockSyntax, Body};
use landform_lang::syntax::{BodySchema, references};
use landform_plan::{Configured, Expression, Expressions};
use landform_schema::{Attribute, Block, Nested, Nesting};
use landform_values::{Str, Type};

use super::Describer;
use super::expression::texts;

impl Describer<'_> {
    /// The arguments and blocks that a schema names. All else, such as `dynamic` blocks, is passed over.
    pub(super) fn body(&self, body: &Body, schema: &Block) -> Expressions {
        let (content, ..) = body.partial_content(&body_schema(schema));
        let mut described = self.arguments(body, schema);
        for block in &content.blocks {
            if let Some(nested) = schema.blocks.get(&block.kind) {
                self.add_block(&mut described, block, nested);
            }
        }
        described
    }

    fn arguments(&self, body: &Body, schema: &Block) -> Expressions {
        let (content, ..) = body.partial_content(&attributes_schema(schema));
        let described = content
            .attributes
            .iter()
            .map(|(name, found)| (name.clone(), Configured::Argument(self.expression(&found.value))));
        let as_blocks = schema.attributes.iter().filter(|(name, _)| !content.attributes.contains_key(&***name));
        let as_blocks = as_blocks.filter_map(|(name, attribute)| {
            Some((name.clone(), Configured::Argument(self.attribute_as_blocks(body, name, attribute)?)))
        });
        described.chain(as_blocks).collect()
    }

    fn add_block(&self, described: &mut Expressions, block: &BlockSyntax, nested: &Nested) {
        let within = self.body(&block.body, &nested.block);
        let (kind, label) = (block.kind.clone(), block.labels.first());
        let new = match (nested.nesting, label) {
            (Nesting::Single | Nesting::Group, _) => Configured::Block(within),
            (Nesting::Map, Some(label)) => Configured::Labelled(BTreeMap::from([(label.name.clone(), within)])),
            (Nesting::List | Nesting::Set | Nesting::Map, _) => Configured::Blocks(vec![within]),
        };
        match (described.get_mut(&kind), new) {
            (Some(Configured::Blocks(all)), Configured::Blocks(new)) => all.extend(new),
            (Some(Configured::Labelled(all)), Configured::Labelled(new)) => all.extend(new),
            (_, new) => {
                described.insert(kind, new);
            }
        }
    }

    /// An attribute of objects that older providers let one write as blocks.
    fn attribute_as_blocks(&self, body: &Body, name: &Str, attribute: &Attribute) -> Option<Expression> {
        let element = objects_of(&attribute.ty).filter(|_| attribute.nested.is_none())?;
        let (content, ..) = body.partial_content(&BodySchema::new().block(name.clone(), &[]));
        if content.blocks.is_empty() {
            return None;
        }
        // In the order in which they stand, even where they mean a set.
        let list = Attribute::of(Type::list(element.clone())).optional();
        let schema = Block { attributes: BTreeMap::from([(name.clone(), list)]), ..Block::default() };
        let (compiled, _) = compile_body(body, &schema, &mut NoNames, &self.context.sources);
        let (value, _) = compiled.evaluate(&NoScope, self.context);
        let value = value.get_attribute(name).filter(|value| value.is_wholly_known());
        let within = block_of(element);
        Some(Expression {
            constant_value: value.cloned(),
            references: content.blocks.iter().flat_map(|block| references_in(&block.body, &within)).collect(),
        })
    }
}

/// All references in a body that stands for an object.
fn references_in(body: &Body, schema: &Block) -> Vec<String> {
    let (content, ..) = body.partial_content(&attributes_schema(schema));
    let own = content.attributes.values().flat_map(|found| references(&found.value).into_iter().flat_map(texts));
    let mut all: Vec<String> = own.collect();
    for (name, attribute) in &schema.attributes {
        if let Some(element) = objects_of(&attribute.ty) {
            let (content, ..) = body.partial_content(&BodySchema::new().block(name.clone(), &[]));
            all.extend(content.blocks.iter().flat_map(|block| references_in(&block.body, &block_of(element))));
        }
    }
    all
}

fn objects_of(ty: &Type) -> Option<&Type> {
    match ty {
        Type::List(element) | Type::Set(element) if element.as_object().is_some() => Some(element),
        _ => None,
    }
}

/// A schema for the body of a block that stands for an object.
fn block_of(object: &Type) -> Block {
    let attributes = object.as_object().into_iter().flat_map(|object| object.iter());
    let attributes = attributes.map(|(name, ty, _)| (name.clone(), Attribute::of(ty.clone()).optional()));
    Block { attributes: attributes.collect(), ..Block::default() }
}

fn attributes_schema(schema: &Block) -> BodySchema {
    schema.attributes.keys().fold(BodySchema::new(), |all, name| all.optional(name.clone()))
}

fn body_schema(schema: &Block) -> BodySchema {
    let label = |nested: &Nested| if nested.nesting == Nesting::Map { &["key"][..] } else { &[] };
    let blocks = schema.blocks.iter();
    blocks.fold(attributes_schema(schema), |all, (name, nested)| all.block(name.clone(), label(nested)))
}
