//! `provider` blocks, and references to provider configurations.

use std::sync::{Arc, LazyLock};

use landform_addrs::is_identifier;
use landform_diagnostics::Diagnostic;
use landform_lang::syntax::ast::{Block, Expr, ExprKind, StepKind};
use landform_lang::syntax::{BodySchema, Content};
use landform_values::Value;

use super::name::BAD_IDENTIFIER;
use super::{Decoder, traversal};
use crate::model::{ProviderConfig, ProviderMeta, ProviderRef};

static SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| {
    BodySchema::new()
        .optional("alias")
        .optional("version")
        .optional("count")
        .optional("depends_on")
        .optional("for_each")
        .optional("source")
        .block("_", &[])
        .block("lifecycle", &[])
        .block("locals", &[])
});

const RESERVED: [&str; 3] = ["count", "depends_on", "source"];

impl Decoder<'_> {
    pub(super) fn provider_config(&mut self, block: &Block) -> Option<ProviderConfig> {
        let (content, body) = self.partial_content(&block.body, &SCHEMA);
        let label = &block.labels[0];
        if !self.check_provider_name(&label.name, block.header_span) {
            return None;
        }
        let mut config = ProviderConfig {
            name: label.name.clone(),
            name_span: label.span,
            alias: None,
            alias_span: None,
            for_each: content.attributes.get("for_each").map(|attribute| attribute.value.clone()),
            version: None,
            body,
            mock: None,
            span: block.header_span,
        };
        self.alias(&mut config, &content);
        self.check_for_each(&config, &content);
        if let Some(attribute) = content.attributes.get("version") {
            let detail = "Terraform 0.13 and earlier allowed provider version constraints inside the provider \
                          configuration block, but that is now deprecated and will be removed in a future version of \
                          Terraform. To silence this warning, move the provider version constraint into the \
                          required_providers block.";
            let summary = "Version constraints inside provider configuration blocks are deprecated";
            self.warning(attribute.value.span, summary, detail);
            config.version = self.version_constraints(attribute);
        }
        for attribute in RESERVED.iter().filter_map(|name| content.attributes.get(*name)) {
            let detail = format!(
                "The provider argument name {:?} is reserved for use by Terraform in a future version.",
                &*attribute.name
            );
            self.error(attribute.name_span, "Reserved argument name in provider block", detail);
        }
        self.provider_blocks(&mut config, &content);
        Some(config)
    }

    fn alias(&mut self, config: &mut ProviderConfig, content: &Content) {
        let Some(attribute) = content.attributes.get("alias") else { return };
        config.alias_span = Some(attribute.value.span);
        config.alias = self.constant_string(&attribute.value).filter(|alias| !alias.is_empty());
        if !config.alias.as_deref().is_some_and(is_identifier) {
            let detail = format!("An alias must be a valid name. {BAD_IDENTIFIER}");
            self.push(Diagnostic::error("Invalid provider configuration alias", detail));
        }
    }

    /// Resources that say nothing of their provider use the default configuration, and so there is just one of it.
    fn check_for_each(&mut self, config: &ProviderConfig, content: &Content) {
        if let (Some(for_each), false) = (&config.for_each, content.attributes.contains_key("alias")) {
            let detail = "The for_each argument is allowed only for provider configurations with an alias.";
            self.error(for_each.span, "Alias required when using \"for_each\"", detail);
        }
    }

    fn provider_blocks(&mut self, config: &mut ProviderConfig, content: &Content) {
        let mut escape = None;
        for inner in &content.blocks {
            if &*inner.kind != "_" {
                self.reserved_block(inner, "provider");
            } else if !self.is_repeated_escape(&mut escape, inner, "provider-specific", "provider") {
                config.body = config.body.joined(&inner.body);
            }
        }
    }

    /// Its arguments are constants.
    pub(super) fn provider_meta(&mut self, block: &Block) -> Option<ProviderMeta> {
        let mark = self.mark();
        let attributes = self.just_attributes(&block.body);
        if self.failed_since(mark) {
            return None;
        }
        for attribute in attributes.values() {
            self.constant(&attribute.value);
        }
        let label = &block.labels[0];
        self.check_provider_name(&label.name, block.header_span).then(|| ProviderMeta {
            name: label.name.clone(),
            name_span: label.span,
            body: block.body.clone(),
            span: block.header_span,
        })
    }

    /// `name`, `name.alias` or `name.alias[key]`, in quotes (with a warning) or without.
    pub(super) fn provider_reference(&mut self, expr: &Expr, argument: &str) -> Option<ProviderRef> {
        let mark = self.mark();
        let split = self.split_instance_key(expr);
        let (expr, key) = split.as_ref().map_or((expr, None), |(whole, key)| (whole, Some(Arc::new(key.clone()))));
        let found = self.reference_if_any(expr);
        let text = traversal::native_string(expr);
        let Some(found) = found.filter(|found| found.steps.len() < 2) else {
            let detail = if text.is_none() && traversal::is_native_template(expr) {
                "A provider configuration reference must not be given in quotes.".to_owned()
            } else {
                format!(
                    "The {argument} argument requires a provider type name, optionally followed by a period and then a \
                     configuration alias."
                )
            };
            // Terraform goes on with what was read before the error, if anything was.
            let begun = text.is_some_and(|text| text.starts_with(|first: char| first.is_alphabetic() || first == '_'));
            if !(begun && self.failed_since(mark)) {
                self.error(expr.span, "Invalid provider configuration reference", detail);
            }
            return None;
        };
        let valid = self.check_provider_name(&found.root.name, found.root.span);
        if !valid || self.failed_since(mark) {
            return None;
        }
        let mut reference = ProviderRef {
            name: found.root.name.clone(),
            alias: None,
            key,
            name_span: found.root.span,
            alias_span: None,
        };
        if let Some(step) = found.steps.first() {
            let StepKind::Attribute(alias) = &step.kind else {
                let detail = "Provider name must either stand alone or be followed by a period and then a \
                              configuration alias.";
                self.error(step.span, "Invalid provider configuration reference", detail);
                return None;
            };
            reference.alias = Some(alias.clone());
            reference.alias_span = Some(step.span);
        }
        Some(reference)
    }

    /// What stands before the key that chooses an instance, and the key.
    fn split_instance_key(&mut self, expr: &Expr) -> Option<(Expr, Expr)> {
        match &expr.kind {
            ExprKind::Index(whole, key) => Some(((**whole).clone(), (**key).clone())),
            ExprKind::Traversal(root, steps) => {
                let [alias, step] = &steps[..] else { return None };
                let value = match &step.kind {
                    StepKind::Key(key) => Value::from(key.clone()),
                    StepKind::Index(index) => Value::number(index.clone()),
                    StepKind::Attribute(_) | StepKind::LegacyIndex(_) => return None,
                };
                let whole = ExprKind::Traversal(root.clone(), vec![alias.clone()]);
                let whole = Expr { kind: whole, span: root.span.to(alias.span) };
                Some((whole, Expr { kind: ExprKind::Literal(value), span: step.span }))
            }
            ExprKind::JsonString(text, _) if text.ends_with(']') => {
                let parsed = self.reparsed(expr)?;
                self.split_instance_key(&parsed)
            }
            _ => None,
        }
    }
}
