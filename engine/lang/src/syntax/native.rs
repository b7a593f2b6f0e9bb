//! Taking from bodies in native syntax what a schema names.

use landform_diagnostics::{Diagnostic, Diagnostics, Span};

use super::ast::{Attribute, Block, NativeBody, Taken};
use super::schema::{Attributes, BlockHeader, BodySchema, Content};
use super::text::{did_you_mean, quote};

/// A native body at hand.
#[derive(Clone, Copy)]
pub(super) struct NativeView<'a> {
    pub(super) body: &'a NativeBody,
    pub(super) missing: Span,
    pub(super) taken: &'a Taken,
}

/// What the schema names; everything else is an error.
pub(super) fn content(view: NativeView, schema: &BodySchema) -> (Content, Diagnostics) {
    let (content, mut diagnostics) = select(view, schema);
    for attribute in &view.body.attributes {
        if !view.taken.attribute(&attribute.name) && schema.attribute_named(&attribute.name).is_none() {
            diagnostics.push(unsupported_argument(attribute, schema, &content));
        }
    }
    for block in &view.body.blocks {
        if !view.taken.block(&block.kind) && schema.block_named(&block.kind).is_none() {
            diagnostics.push(unsupported_block(block, schema));
        }
    }
    (content, diagnostics)
}

/// What the schema names.
pub(super) fn select(view: NativeView, schema: &BodySchema) -> (Content, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let mut attributes = Attributes::default();
    for attribute in &view.body.attributes {
        if !view.taken.attribute(&attribute.name) && schema.attribute_named(&attribute.name).is_some() {
            attributes.insert(attribute.name.clone(), attribute.clone());
        }
    }
    let missing = schema.attributes.iter().filter(|wanted| wanted.required && !attributes.contains_key(&wanted.name));
    for attribute in missing {
        diagnostics.push(attribute.missing(view.missing));
    }
    let mut blocks = Vec::new();
    for block in view.body.blocks.iter().filter(|block| !view.taken.block(&block.kind)) {
        match schema.block_named(&block.kind).map(|header| wrong_labels(block, header)) {
            Some(None) => blocks.push(block.clone()),
            Some(Some(problem)) => diagnostics.push(problem),
            None => {}
        }
    }
    (Content { attributes, blocks, missing_item_span: view.missing }, diagnostics)
}

/// All attributes. Blocks are an error.
pub(super) fn just_attributes(view: NativeView) -> (Attributes, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    if let Some(block) = view.body.blocks.first() {
        let summary = format!("Unexpected {} block", quote(&block.kind));
        diagnostics.error(block.kind_span, summary, "Blocks are not allowed here.");
    }
    let attributes = view.body.attributes.iter().filter(|attribute| !view.taken.attribute(&attribute.name));
    (attributes.map(|attribute| (attribute.name.clone(), attribute.clone())).collect(), diagnostics)
}

/// All attributes and blocks.
pub(super) fn everything(view: NativeView) -> Content {
    let (attributes, _) = just_attributes(view);
    let blocks = view.body.blocks.iter().filter(|block| !view.taken.block(&block.kind)).cloned().collect();
    Content { attributes, blocks, missing_item_span: view.missing }
}

/// How messages name the outermost block at an offset.
pub(super) fn context_at(body: &NativeBody, offset: u32) -> Option<String> {
    let block = body.blocks.iter().find(|block| (block.span.start..block.span.end).contains(&offset))?;
    let labels = block.labels.iter().map(|label| format!(" {}", quote(&label.name)));
    Some(format!("{}{}", block.kind, labels.collect::<String>()))
}

fn unsupported_argument(attribute: &Attribute, schema: &BodySchema, content: &Content) -> Diagnostic {
    let name = &attribute.name;
    let unused = schema.attributes.iter().map(|wanted| &*wanted.name);
    let unused = unused.filter(|wanted| !content.attributes.contains_key(*wanted));
    let suggestion = did_you_mean(name, unused).unwrap_or_else(|| match schema.block_named(name) {
        Some(_) => format!(" Did you mean to define a block of type {}?", quote(name)),
        None => String::new(),
    });
    let detail = format!("An argument named {} is not expected here.{suggestion}", quote(name));
    Diagnostic::error("Unsupported argument", detail).at(attribute.name_span)
}

fn unsupported_block(block: &Block, schema: &BodySchema) -> Diagnostic {
    let kind = &block.kind;
    let kinds = schema.blocks.iter().map(|header| &*header.kind);
    let suggestion = did_you_mean(kind, kinds).unwrap_or_else(|| match schema.attribute_named(kind) {
        Some(_) => format!(
            " Did you mean to define argument {}? If so, use the equals sign to assign it a value.",
            quote(kind)
        ),
        None => String::new(),
    });
    let detail = format!("Blocks of type {} are not expected here.{suggestion}", quote(kind));
    Diagnostic::error("Unsupported block type", detail).at(block.kind_span)
}

fn wrong_labels(block: &Block, header: &BlockHeader) -> Option<Diagnostic> {
    let (kind, wanted) = (&block.kind, header.labels.len());
    let context = block.kind_span.to(block.open_span);
    if let Some(extra) = block.labels.get(wanted) {
        let detail = match wanted {
            0 => format!("No labels are expected for {kind} blocks."),
            _ => format!("Only {wanted} labels ({}) are expected for {kind} blocks.", header.labels.join(", ")),
        };
        return Some(Diagnostic::error(format!("Extraneous label for {kind}"), detail).at(extra.span).within(context));
    }
    let missing = header.labels.get(block.labels.len())?;
    let detail = format!("All {kind} blocks must have {wanted} labels ({}).", header.labels.join(", "));
    Some(Diagnostic::error(format!("Missing {missing} for {kind}"), detail).at(block.open_span).within(context))
}
