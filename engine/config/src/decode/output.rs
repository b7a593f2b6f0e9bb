//! `output` and `locals` blocks.

use std::sync::{Arc, LazyLock};

use landform_addrs::{Str, is_identifier};
use landform_diagnostics::Span;
use landform_lang::syntax::BodySchema;
use landform_lang::syntax::ast::{Block, Expr, ExprKind};

use super::Decoder;
use super::name::BAD_IDENTIFIER;
use crate::model::{CheckRule, Local, Output, Traversal};

static SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| {
    BodySchema::new()
        .optional("description")
        .optional("depends_on")
        .optional("sensitive")
        .optional("ephemeral")
        .optional("deprecated")
        .required("value")
        .block("precondition", &[])
        .block("postcondition", &[])
});

/// An `output` block as written: what an override leaves out stays as it was.
#[derive(Debug)]
pub(crate) struct OutputDraft {
    pub(crate) name: Str,
    pub(crate) description: Option<Str>,
    pub(crate) value: Option<Arc<Expr>>,
    pub(crate) sensitive: Option<bool>,
    pub(crate) ephemeral: Option<bool>,
    pub(crate) deprecated: Option<Str>,
    pub(crate) depends_on: Vec<Traversal>,
    pub(crate) preconditions: Vec<CheckRule>,
    pub(crate) span: Span,
}

impl OutputDraft {
    /// With Terraform's defaults for what is not written.
    pub(crate) fn finish(self) -> Output {
        let missing = || Arc::new(Expr { kind: ExprKind::Invalid, span: self.span });
        Output {
            value: self.value.unwrap_or_else(missing),
            name: self.name,
            description: self.description,
            sensitive: self.sensitive.unwrap_or_default(),
            ephemeral: self.ephemeral.unwrap_or_default(),
            deprecated: self.deprecated,
            depends_on: self.depends_on,
            preconditions: self.preconditions,
            span: self.span,
        }
    }
}

impl Decoder<'_> {
    pub(super) fn output(&mut self, block: &Block) -> OutputDraft {
        let schema = self.relaxed(&SCHEMA);
        let content = self.content(&block.body, &schema);
        let label = &block.labels[0];
        self.check_name(label, "Invalid output name");
        let mut draft = OutputDraft {
            name: label.name.clone(),
            description: self.optional_string(&content, "description"),
            value: content.attributes.get("value").map(|attribute| attribute.value.clone()),
            sensitive: self.optional_bool(&content, "sensitive"),
            ephemeral: self.optional_bool(&content, "ephemeral"),
            deprecated: self.optional_string(&content, "deprecated"),
            depends_on: self.depends_on(&content),
            preconditions: Vec::new(),
            span: block.header_span,
        };
        for inner in &content.blocks {
            if &*inner.kind == "precondition" {
                draft.preconditions.extend(self.check_rule(inner));
            } else {
                let detail = "Output values can only have preconditions, not postconditions.";
                self.error(inner.kind_span, "Postconditions are not allowed", detail);
            }
        }
        draft
    }

    pub(super) fn locals(&mut self, block: &Block) -> Vec<Local> {
        let mut locals = Vec::new();
        for (_, attribute) in self.just_attributes(&block.body) {
            if !is_identifier(&attribute.name) {
                self.error(attribute.name_span, "Invalid local value name", BAD_IDENTIFIER);
            }
            locals.push(Local { name: attribute.name, value: attribute.value, span: attribute.span });
        }
        locals
    }
}
