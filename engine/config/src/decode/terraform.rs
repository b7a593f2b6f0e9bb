//! `terraform` blocks.

use std::sync::LazyLock;

use landform_diagnostics::{COMPATIBLE_VERSION, Diagnostic};
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
        .block("encryption", &[])
});

static LANGUAGE_SCHEMA: LazyLock<BodySchema> =
    LazyLock::new(|| BodySchema::new().optional("edition").optional("experiments").block("compatible_with", &[]));

static COMPATIBLE_SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| BodySchema::new().optional("opentofu"));

impl Decoder<'_> {
    pub(super) fn terraform(&mut self, block: &Block, file: &mut FileDeclarations) {
        let content = self.content(&block.body, &SCHEMA);
        if let Some(attribute) = content.attributes.get("required_version") {
            let constraints = self.version_constraints(attribute);
            let requirement = constraints.map(|constraints| VersionRequirement { constraints, span: attribute.span });
            // What stands in a file that only OpenTofu reads, is about its versions.
            let name = self.sources.file(attribute.span.file).name.clone();
            if !(name.ends_with(".tofu") || name.ends_with(".tofu.json")) {
                file.required_versions.extend(requirement);
            }
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
                "encryption" => self.encryption(inner),
                _ => {
                    let meta = self.provider_meta(inner);
                    file.provider_metas.extend(meta);
                }
            }
        }
    }

    /// Going on without would leave secrets in the clear that somebody takes for encrypted.
    fn encryption(&mut self, block: &Block) {
        let detail = "The \"encryption\" block of OpenTofu is not supported: state and plan files would be written \
                      unencrypted.\n\nRemove the block, and let the backend encrypt instead, such as with \"encrypt\" and \
                      \"kms_key_id\" in backend \"s3\". State that is encrypted already must be decrypted first: run \
                      \"tofu apply\" once with the method \"unencrypted\" and the present one as its fallback.";
        self.error(block.kind_span, "State encryption is not supported", detail);
    }

    /// A `language` block: which edition of the language a module is written in, and for which versions of OpenTofu.
    /// Those are not this program's, so that they only have to be well-formed.
    pub(super) fn language_block(&mut self, block: &Block) {
        let content = self.content(&block.body, &LANGUAGE_SCHEMA);
        if let Some(attribute) = content.attributes.get("edition") {
            match as_keyword(&attribute.value).as_deref() {
                Some("tofu2024") => {}
                Some(_) => {
                    let detail = "The only language edition is \"tofu2024\". This module may require a newer version of \
                                  Landform.";
                    self.error(attribute.value.span, "Unsupported language edition", detail);
                }
                None => {
                    let detail = "The language edition must be a keyword, such as tofu2024, without quotes.";
                    self.error(attribute.value.span, "Invalid language edition", detail);
                }
            }
        }
        self.experiments(content.attributes.get("experiments"));
        for inner in &content.blocks {
            // What else stands there is for tools that nobody knows yet.
            let (content, _) = self.partial_content(&inner.body, &COMPATIBLE_SCHEMA);
            content.attributes.values().for_each(|attribute| drop(self.version_constraints(attribute)));
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
                format!(
                    "Terraform v{COMPATIBLE_VERSION} only supports language edition TF2021. This module requires a \
                     newer version of Terraform CLI."
                ),
            ),
            None => (
                "Invalid language edition",
                format!(
                    "The language argument expects a bare language edition keyword. Terraform {COMPATIBLE_VERSION} \
                     supports only language edition TF2021, which is the default."
                ),
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
