//! `terraform` blocks.

use std::sync::LazyLock;

use landform_diagnostics::Diagnostic;
use landform_lang::syntax::ast::{Attribute, Block};
use landform_lang::syntax::{BodySchema, as_keyword};
use landform_values::{Type, convert};

use super::Decoder;
use super::file::FileDeclarations;
use crate::model::{Backend, Cloud, VersionRequirement};
use crate::version::Constraints;

static SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| {
    BodySchema::new()
        .optional("required_version")
        .optional("experiments")
        .optional("language")
        .block("backend", &["type"])
        .block("cloud", &[])
        .block("required_providers", &[])
        .block("provider_meta", &["provider"])
});

impl Decoder<'_> {
    pub(super) fn terraform(&mut self, block: &Block, file: &mut FileDeclarations) {
        let content = self.content(&block.body, &SCHEMA);
        if let Some(attribute) = content.attributes.get("required_version") {
            let constraints = self.version_constraints(attribute);
            let requirement = constraints.map(|constraints| VersionRequirement { constraints, span: attribute.span });
            file.required_versions.extend(requirement);
        }
        self.language(content.attributes.get("language"));
        self.experiments(content.attributes.get("experiments"));
        for inner in &content.blocks {
            let span = inner.header_span;
            match &*inner.kind {
                "backend" => file.backends.push(Backend {
                    kind: inner.labels[0].name.clone(),
                    kind_span: inner.labels[0].span,
                    body: inner.body.clone(),
                    span,
                }),
                "cloud" => file.clouds.push(Cloud { body: inner.body.clone(), span }),
                "required_providers" => {
                    file.required_providers.extend(self.required_providers(inner));
                }
                _ => {
                    let meta = self.provider_meta(inner);
                    file.provider_metas.extend(meta);
                }
            }
        }
    }

    /// There is one edition of the language so far.
    fn language(&mut self, attribute: Option<&Attribute>) {
        let Some(attribute) = attribute else { return };
        let edition = as_keyword(&attribute.value);
        let (summary, detail) = match edition.as_deref() {
            Some("TF2021") => return,
            Some(_) => (
                "Unsupported language edition",
                "Terraform v1.11.4 only supports language edition TF2021. This module requires a newer version of \
                 Terraform CLI.",
            ),
            None => (
                "Invalid language edition",
                "The language argument expects a bare language edition keyword. Terraform 1.11.4 supports only \
                 language edition TF2021, which is the default.",
            ),
        };
        self.error(attribute.value.span, summary, detail);
    }

    fn experiments(&mut self, attribute: Option<&Attribute>) {
        let Some(attribute) = attribute else { return };
        let detail = "Experimental features are intended only for gathering early feedback on new language designs, and \
                      so are available only in alpha releases of Terraform.";
        self.push(Diagnostic::error("Module uses experimental features", detail).at(attribute.name_span));
    }

    /// Version constraints in an argument. Null is no constraint.
    pub(super) fn version_constraints(&mut self, attribute: &Attribute) -> Option<Constraints> {
        let mark = self.mark();
        let value = self.constant(&attribute.value);
        if self.failed_since(mark) {
            return None;
        }
        let Ok(value) = convert(&value, &Type::String) else {
            let detail = format!("A string value is required for {}.", attribute.name);
            self.error(attribute.value.span, "Invalid version constraint", detail);
            return None;
        };
        let text = value.as_str()?;
        let parsed = text.parse().ok();
        if parsed.is_none() {
            let detail = "This string does not use correct version constraint syntax.";
            self.error(attribute.value.span, "Invalid version constraint", detail);
        }
        parsed
    }
}
