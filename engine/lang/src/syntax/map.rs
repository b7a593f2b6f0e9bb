//! A body with other expressions in it.

use std::sync::Arc;

use super::ast::{Attribute, Block, Body, Expr, JsonKind, JsonMember, JsonNode, JsonString, NativeBody};

impl Body {
    /// The same with other expressions, at any depth. In JSON syntax, where blocks and attributes look alike, these are the
    /// templates in strings.
    #[must_use]
    pub fn map_expressions(&self, change: &mut dyn FnMut(&Expr) -> Expr) -> Self {
        match self {
            Self::Native(body, missing, taken) => Self::Native(Arc::new(native(body, change)), *missing, taken.clone()),
            Self::Json(node, taken, origin) => Self::Json(json(node, change).into(), taken.clone(), origin.clone()),
            Self::Merged(merged) => Self::Merged(Arc::new(merged.map(&mut |body| body.map_expressions(change)))),
        }
    }
}

fn native(body: &NativeBody, change: &mut dyn FnMut(&Expr) -> Expr) -> NativeBody {
    let attributes = body.attributes.iter();
    let attributes =
        attributes.map(|attribute| Attribute { value: Arc::new(change(&attribute.value)), ..attribute.clone() });
    let attributes = attributes.collect();
    let blocks = body.blocks.iter();
    let mut changed = |block: &Arc<Block>| Block { body: block.body.map_expressions(change), ..Block::clone(block) };
    let blocks = blocks.map(|block| Arc::new(changed(block))).collect();
    NativeBody { attributes, blocks }
}

fn json(node: &JsonNode, change: &mut dyn FnMut(&Expr) -> Expr) -> JsonNode {
    let kind = match &node.kind {
        JsonKind::String(text) => JsonKind::String(JsonString {
            text: text.text.clone(),
            template: text.template.as_ref().map(|template| Arc::new(change(template))),
        }),
        JsonKind::Array(items) => JsonKind::Array(items.iter().map(|item| json(item, change)).collect()),
        JsonKind::Object(members) => {
            let members = members.iter();
            let members = members.map(|member| JsonMember { value: json(&member.value, change), ..member.clone() });
            JsonKind::Object(members.collect())
        }
        other => other.clone(),
    };
    JsonNode { kind, span: node.span }
}
