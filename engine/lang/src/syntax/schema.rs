//! What a body is expected to hold, and how to take it from either syntax.

use std::sync::Arc;

use indexmap::IndexMap;
use landform_diagnostics::{Diagnostic, Diagnostics, Span};

use super::ast::{Attribute, Block, Body, JsonKind, JsonNode, NativeBody, Taken, TakenNames};
use super::json::{self, JsonBody};
use super::native::{self, NativeView};
use super::text::quote;

/// What a body may hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BodySchema {
    /// The arguments, in the order in which suggestions are made.
    pub attributes: Vec<AttributeSchema>,
    /// The types of nested blocks.
    pub blocks: Vec<BlockHeader>,
}

/// An argument of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeSchema {
    /// Its name.
    pub name: Arc<str>,
    /// Whether it is an error if it is missing.
    pub required: bool,
}

/// A type of nested blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockHeader {
    /// The type.
    pub kind: Arc<str>,
    /// What its labels are called: `type`, `name`.
    pub labels: Vec<Arc<str>>,
}

/// The attributes of a body by name, in the order in which they stand.
pub type Attributes = IndexMap<Arc<str>, Attribute>;

/// What a body holds of what a schema names.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// The arguments by name, in the order in which they stand.
    pub attributes: Attributes,
    /// The nested blocks in the order in which they stand, with as many labels as the schema names.
    pub blocks: Vec<Arc<Block>>,
    /// What "a required argument is missing here" points at.
    pub missing_item_span: Span,
}

impl BodySchema {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an argument that must be there.
    #[must_use]
    pub fn required(mut self, name: impl Into<Arc<str>>) -> Self {
        self.attributes.push(AttributeSchema { name: name.into(), required: true });
        self
    }

    /// Adds an argument that may be there.
    #[must_use]
    pub fn optional(mut self, name: impl Into<Arc<str>>) -> Self {
        self.attributes.push(AttributeSchema { name: name.into(), required: false });
        self
    }

    /// Adds a type of nested blocks with the names of its labels.
    #[must_use]
    pub fn block(mut self, kind: impl Into<Arc<str>>, labels: &[&str]) -> Self {
        let labels = labels.iter().map(|label| Arc::from(*label)).collect();
        self.blocks.push(BlockHeader { kind: kind.into(), labels });
        self
    }

    /// The same with no argument required.
    #[must_use]
    pub fn none_required(&self) -> Self {
        let mut relaxed = self.clone();
        relaxed.attributes.iter_mut().for_each(|attribute| attribute.required = false);
        relaxed
    }

    pub(super) fn attribute_named(&self, name: &str) -> Option<&AttributeSchema> {
        self.attributes.iter().find(|attribute| &*attribute.name == name)
    }

    pub(super) fn block_named(&self, kind: &str) -> Option<&BlockHeader> {
        self.blocks.iter().find(|block| &*block.kind == kind)
    }

    pub(super) fn names(&self, name: &str) -> bool {
        self.attribute_named(name).is_some() || self.block_named(name).is_some()
    }
}

impl AttributeSchema {
    /// The error if it is missing.
    pub(super) fn missing(&self, at: Span) -> Diagnostic {
        let detail = format!("The argument {} is required, but no definition was found.", quote(&self.name));
        Diagnostic::error("Missing required argument", detail).at(at)
    }
}

impl Taken {
    pub(super) fn attribute(&self, name: &str) -> bool {
        self.0.as_ref().is_some_and(|taken| taken.attributes.iter().any(|taken| **taken == *name))
    }

    pub(super) fn block(&self, kind: &str) -> bool {
        self.0.as_ref().is_some_and(|taken| taken.blocks.iter().any(|taken| **taken == *kind))
    }

    /// With all that a schema names.
    fn and(&self, schema: &BodySchema) -> Self {
        let mut names = self.0.as_deref().cloned().unwrap_or_default();
        let TakenNames { attributes, blocks } = &mut names;
        attributes.extend(schema.attributes.iter().map(|attribute| attribute.name.clone()));
        blocks.extend(schema.blocks.iter().map(|block| block.kind.clone()));
        Self(Some(Arc::new(names)))
    }

    /// With all that a schema names. In JSON, a block is a property like any other.
    fn and_properties(&self, schema: &BodySchema) -> Self {
        let mut names = self.0.as_deref().cloned().unwrap_or_default();
        names.attributes.extend(schema.attributes.iter().map(|attribute| attribute.name.clone()));
        names.attributes.extend(schema.blocks.iter().map(|block| block.kind.clone()));
        Self(Some(Arc::new(names)))
    }
}

impl Body {
    /// A body with nothing in it, for what is implied and not written. Things missing in it are said to be missing at
    /// the span.
    pub fn empty(missing_item_span: Span) -> Self {
        Self::Native(Arc::new(NativeBody::default()), missing_item_span, Taken::default())
    }

    /// What the schema names; anything else is an error.
    pub fn content(&self, schema: &BodySchema) -> (Content, Diagnostics) {
        match self {
            Self::Native(body, missing, taken) => {
                native::content(NativeView { body, missing: *missing, taken }, schema)
            }
            Self::Json(node, taken, origin) => json::content(JsonBody { node, taken, origin }, schema),
            Self::Merged(merged) => merged.content(schema),
        }
    }

    /// What the schema names, and a body with the rest.
    pub fn partial_content(&self, schema: &BodySchema) -> (Content, Body, Diagnostics) {
        match self {
            Self::Native(body, missing, taken) => {
                let (content, diagnostics) = native::select(NativeView { body, missing: *missing, taken }, schema);
                // Of names that the body does not have, nothing needs to be remembered: most resources have none.
                let nothing = content.attributes.is_empty() && content.blocks.is_empty() && diagnostics.is_empty();
                let taken = if nothing { taken.clone() } else { taken.and(schema) };
                (content, Self::Native(body.clone(), *missing, taken), diagnostics)
            }
            Self::Json(node, taken, origin) => {
                let (content, diagnostics) = json::select(JsonBody { node, taken, origin }, schema);
                (content, Self::Json(node.clone(), taken.and_properties(schema), origin.clone()), diagnostics)
            }
            Self::Merged(merged) => merged.partial_content(schema),
        }
    }

    /// All attributes, whatever their names. Blocks are an error.
    pub fn just_attributes(&self) -> (Attributes, Diagnostics) {
        match self {
            Self::Native(body, missing, taken) => {
                native::just_attributes(NativeView { body, missing: *missing, taken })
            }
            Self::Json(node, taken, origin) => json::just_attributes(JsonBody { node, taken, origin }),
            Self::Merged(merged) => merged.just_attributes(),
        }
    }

    /// All that it holds, whatever the names. In JSON, where only a schema tells blocks from arguments, all is arguments.
    pub fn everything(&self) -> Content {
        match self {
            Self::Native(body, missing, taken) => native::everything(NativeView { body, missing: *missing, taken }),
            Self::Json(node, taken, origin) => {
                let (attributes, _) = json::just_attributes(JsonBody { node, taken, origin });
                Content { attributes, blocks: Vec::new(), missing_item_span: self.missing_item_span() }
            }
            Self::Merged(merged) => merged.everything(),
        }
    }

    /// What "a required argument is missing here" points at.
    pub fn missing_item_span(&self) -> Span {
        match self {
            Self::Native(_, span, _) => *span,
            Self::Json(node, ..) => json::missing_item_span(node),
            Self::Merged(merged) => merged.missing_item_span(),
        }
    }

    /// How messages name what stands at an offset of a whole file: `resource "aws_vpc" "main"`.
    pub fn context_at(&self, offset: u32) -> Option<String> {
        match self {
            Self::Native(body, ..) => native::context_at(body, offset),
            Self::Json(node, ..) => json_context(node, offset),
            Self::Merged(_) => None,
        }
    }
}

/// The path to the innermost object or array that holds the offset: `resource.aws_vpc[0]`.
fn json_context(root: &JsonNode, offset: u32) -> Option<String> {
    let holds = |node: &JsonNode| {
        matches!(node.kind, JsonKind::Object(_) | JsonKind::Array(_))
            && (node.span.start..node.span.end).contains(&offset)
    };
    let mut path = String::new();
    let mut node = root;
    loop {
        let inner = match &node.kind {
            JsonKind::Object(members) => members.iter().find(|member| holds(&member.value)).map(|member| {
                path.push('.');
                path.push_str(&member.name.text);
                &member.value
            }),
            JsonKind::Array(items) => items.iter().enumerate().find(|(_, item)| holds(item)).map(|(index, item)| {
                path.push_str(&format!("[{index}]"));
                item
            }),
            _ => None,
        };
        match inner {
            Some(inner) => node = inner,
            None => break,
        }
    }
    let path = path.strip_prefix('.').unwrap_or(&path);
    (!path.is_empty()).then(|| path.to_owned())
}
