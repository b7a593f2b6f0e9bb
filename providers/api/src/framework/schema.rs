//! From shapes to schemas.

use landform_schema::{Attribute, Block, Nested, Schema};
use landform_values::Str;

use super::{AttributeShape, BlockShape, Definition, Shape};

impl Definition {
    /// The public face of the type.
    pub fn schema(&self) -> Schema {
        let mut block = self.shape.block_schema();
        block.description = text(self.description);
        block.deprecated = self.deprecated.is_some();
        Schema { version: self.version, block, identity: None }
    }
}

impl Shape {
    /// As a block of a schema.
    pub fn block_schema(&self) -> Block {
        Block {
            attributes: self.attributes.iter().map(|it| (Str::from(it.name), it.schema())).collect(),
            blocks: self.blocks.iter().map(|it| (Str::from(it.name), it.schema())).collect(),
            description: text(self.description),
            deprecated: false,
        }
    }
}

impl AttributeShape {
    fn schema(&self) -> Attribute {
        Attribute {
            ty: self.ty.clone(),
            nested: None,
            required: self.required,
            optional: self.optional,
            computed: self.computed,
            sensitive: self.sensitive,
            write_only: self.write_only,
            deprecated: self.deprecated.map(Str::from),
            description: text(self.description),
        }
    }
}

impl BlockShape {
    fn schema(&self) -> Nested {
        let mut block = self.shape.block_schema();
        block.description = text(self.description);
        block.deprecated = self.deprecated.is_some();
        Nested { block, nesting: self.nesting, min_items: self.min, max_items: self.max }
    }
}

fn text(text: &str) -> Option<Str> {
    (!text.is_empty()).then(|| text.into())
}
