//! JSON values as bodies: which properties are arguments and which are blocks is told by a schema.

use std::sync::Arc;

use indexmap::IndexMap;
use landform_diagnostics::{Diagnostic, Diagnostics, Span};

use super::super::ast::{Attribute, Block, Body, Ident, JsonKind, JsonMember, JsonNode, Origin, Taken};
use super::super::place::describe;
use super::super::schema::{Attributes, BlockHeader, BodySchema, Content};
use super::super::text::{did_you_mean, quote};
use super::json_expression;

/// A JSON body at hand.
#[derive(Clone, Copy)]
pub(in super::super) struct JsonBody<'a> {
    pub(in super::super) node: &'a JsonNode,
    pub(in super::super) taken: &'a Taken,
    pub(in super::super) origin: &'a Origin,
}

/// What the schema names; everything else is an error.
pub(in super::super) fn content(body: JsonBody, schema: &BodySchema) -> (Content, Diagnostics) {
    let (content, mut diagnostics) = select(body, schema);
    let unused = schema.attributes.iter().map(|attribute| &*attribute.name);
    let unused = unused.filter(|name| !content.attributes.contains_key(*name) && !body.taken.attribute(name));
    let suggestions: Vec<&str> = unused.chain(schema.blocks.iter().map(|block| &*block.kind)).collect();
    for member in members(body.node, None, &mut diagnostics) {
        let name = &*member.name.text;
        if name == "//" || body.taken.attribute(name) || schema.names(name) {
            continue;
        }
        let suggestion = did_you_mean(name, suggestions.iter().copied()).unwrap_or_default();
        let detail = format!("No argument or block type is named {}.{suggestion}", quote(name));
        let diagnostic = Diagnostic::error("Extraneous JSON object property", detail);
        diagnostics.push(diagnostic.at(member.name_span).within(member.name_span));
    }
    (content, diagnostics)
}

/// What the schema names.
pub(in super::super) fn select(body: JsonBody, schema: &BodySchema) -> (Content, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let mut attributes = Attributes::new();
    let mut blocks = Vec::new();
    for member in members(body.node, None, &mut diagnostics) {
        let name = &member.name.text;
        if body.taken.attribute(name) {
            continue;
        }
        if schema.attribute_named(name).is_some() {
            add_attribute(&mut attributes, member, body.origin, "Duplicate argument", &mut diagnostics);
        } else if let Some(header) = schema.block_named(name) {
            let mut unpacking =
                Unpacking { header, member, origin: body.origin, labels: Vec::new(), blocks: &mut blocks };
            unpacking.unpack(&member.value, &mut diagnostics);
        }
    }
    let missing_item_span = missing_item_span(body.node);
    let missing = schema.attributes.iter().filter(|wanted| wanted.required && !attributes.contains_key(&wanted.name));
    for attribute in missing {
        diagnostics.push(attribute.missing(missing_item_span));
    }
    (Content { attributes, blocks, missing_item_span }, diagnostics)
}

/// Every property as an attribute.
pub(in super::super) fn just_attributes(body: JsonBody) -> (Attributes, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let mut attributes = IndexMap::new();
    let JsonKind::Object(members) = &body.node.kind else {
        let detail = "A JSON object is required here, setting the arguments for this block.";
        diagnostics.error(start_span(body.node), WRONG_TYPE, detail);
        return (attributes, diagnostics);
    };
    for member in members.iter() {
        if &*member.name.text != "//" && !body.taken.attribute(&member.name.text) {
            add_attribute(&mut attributes, member, body.origin, "Duplicate attribute definition", &mut diagnostics);
        }
    }
    (attributes, diagnostics)
}

/// The closing brace of an object, the opening bracket of an array.
pub(in super::super) fn missing_item_span(node: &JsonNode) -> Span {
    match node.kind {
        JsonKind::Object(_) => Span { start: node.span.end.saturating_sub(1).max(node.span.start), ..node.span },
        _ => start_span(node),
    }
}

/// The opening brace or bracket, or the whole value.
fn start_span(node: &JsonNode) -> Span {
    match node.kind {
        JsonKind::Object(_) | JsonKind::Array(_) => Span { end: (node.span.start + 1).min(node.span.end), ..node.span },
        _ => node.span,
    }
}

fn add_attribute(
    attributes: &mut Attributes,
    member: &JsonMember,
    origin: &Origin,
    duplicate: &str,
    diagnostics: &mut Diagnostics,
) {
    let name = &member.name.text;
    if let Some(existing) = attributes.get(name) {
        let at = describe(&origin.0, existing.span);
        let detail = format!("The argument {} was already set at {at}.", quote(name));
        diagnostics.push(Diagnostic::error(duplicate, detail).at(member.name_span));
        return;
    }
    let attribute = Attribute {
        name: name.clone(),
        name_span: member.name_span,
        value: Arc::new(json_expression(&member.value)),
        span: member.name_span.to(member.value.span),
    };
    attributes.insert(name.clone(), attribute);
}

/// The properties of an object, or of all objects in an array. With the name of a label, they are the labels.
fn members<'a>(node: &'a JsonNode, label: Option<&str>, diagnostics: &mut Diagnostics) -> Vec<&'a JsonMember> {
    match &node.kind {
        JsonKind::Null => Vec::new(),
        JsonKind::Object(members) => members.iter().collect(),
        JsonKind::Array(items) => {
            let mut all = Vec::new();
            for item in items.iter() {
                match &item.kind {
                    JsonKind::Object(members) => all.extend(members.iter()),
                    _ => no_members(item, "A JSON object", label, diagnostics),
                }
            }
            all
        }
        _ => {
            no_members(node, "Either a JSON object or JSON array of objects", label, diagnostics);
            Vec::new()
        }
    }
}

fn no_members(node: &JsonNode, wanted: &str, label: Option<&str>, diagnostics: &mut Diagnostics) {
    let purpose = match label {
        Some(label) => format!("to specify {label} labels for this block"),
        None => "to define arguments and child blocks".into(),
    };
    diagnostics.error(start_span(node), WRONG_TYPE, format!("{wanted} is required here, {purpose}."));
}

/// Turns the value of a property into blocks: objects within objects for the labels, then the bodies.
struct Unpacking<'a> {
    header: &'a BlockHeader,
    member: &'a JsonMember,
    origin: &'a Origin,
    labels: Vec<Ident>,
    blocks: &'a mut Vec<Arc<Block>>,
}

impl Unpacking<'_> {
    fn unpack(&mut self, node: &JsonNode, diagnostics: &mut Diagnostics) {
        let Some(label) = self.header.labels.get(self.labels.len()) else {
            return self.bodies(node, diagnostics);
        };
        let found = members(node, Some(label), diagnostics);
        if found.is_empty() {
            let detail = format!(
                "At least one object property is required, whose name represents the {} block's {label}.",
                self.header.kind
            );
            diagnostics.error(start_span(node), "Missing block label", detail);
        }
        for member in found {
            self.labels.push(Ident { name: member.name.text.clone(), span: member.name_span });
            self.unpack(&member.value, diagnostics);
            self.labels.pop();
        }
    }

    fn bodies(&mut self, node: &JsonNode, diagnostics: &mut Diagnostics) {
        match &node.kind {
            JsonKind::Null => {}
            JsonKind::Object(_) => self.block(node, node),
            JsonKind::Array(items) => items.iter().for_each(|item| self.block(item, node)),
            _ => {
                let detail = format!(
                    "Either a JSON object or a JSON array is required, representing the contents of one or more {} \
                     blocks.",
                    quote(&self.header.kind)
                );
                diagnostics.error(start_span(node), WRONG_TYPE, detail);
            }
        }
    }

    fn block(&mut self, body: &JsonNode, whole: &JsonNode) {
        self.blocks.push(Arc::new(Block {
            kind: self.header.kind.clone(),
            kind_span: self.member.name_span,
            labels: self.labels.clone(),
            body: Body::Json(body.clone().into(), Taken::default(), self.origin.clone()),
            header_span: start_span(whole),
            open_span: start_span(whole),
            span: body.span,
        }));
    }
}

const WRONG_TYPE: &str = "Incorrect JSON value type";
