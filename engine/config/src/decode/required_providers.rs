//! `required_providers` blocks.

use landform_addrs::{ProviderAddr, Str};
use landform_diagnostics::Span;
use landform_lang::syntax::ast::{Attribute, Block, Expr, ObjectKey, StepKind};
use landform_lang::syntax::{as_static_list, as_static_map, as_traversal};

use landform_values::Value;

use super::Decoder;
use super::name::provider_part;
use crate::model::{LocalProvider, RequiredProvider, RequiredProviders};

const INVALID: &str = "Invalid required_providers object";

impl Decoder<'_> {
    /// What a block requires; nothing, as if it was not there, when it is no list of arguments.
    pub(super) fn required_providers(&mut self, block: &Block) -> Option<RequiredProviders> {
        let mark = self.mark();
        let attributes = self.just_attributes(&block.body);
        let mut required = RequiredProviders { span: Some(block.header_span), ..RequiredProviders::default() };
        if self.failed_since(mark) {
            return None;
        }
        for (name, attribute) in attributes {
            if let Some(entry) = self.required_provider(&attribute) {
                required.entries.insert(name, entry);
            }
        }
        Some(required)
    }

    fn required_provider(&mut self, attribute: &Attribute) -> Option<RequiredProvider> {
        let span = attribute.value.span;
        let entry = RequiredProvider {
            name: attribute.name.clone(),
            provider: ProviderAddr::implied(&attribute.name),
            has_source: false,
            version: None,
            aliases: Vec::new(),
            span,
        };
        let (value, diagnostics) = landform_lang::constant(&attribute.value, self.sources);
        let is_primitive = value.ty().is_primitive() || (value.is_null() && !value.ty().has_dynamic());
        if !diagnostics.has_errors() && is_primitive {
            return self.only_version(entry, attribute);
        }
        if !self.check_provider_name(&attribute.name, span) {
            return None;
        }
        self.provider_object(entry, attribute)
    }

    /// The older form: `aws = "~> 3.0"`.
    fn only_version(&mut self, mut entry: RequiredProvider, attribute: &Attribute) -> Option<RequiredProvider> {
        entry.version = self.version_constraints(attribute);
        entry.provider = self.implied_provider(&entry.name, attribute.value.span)?;
        Some(entry)
    }

    fn implied_provider(&mut self, name: &str, span: Span) -> Option<ProviderAddr> {
        match provider_part(name) {
            Ok(name) => Some(ProviderAddr::implied(&name)),
            Err(error) => {
                self.error(span, "Invalid provider name", error);
                None
            }
        }
    }

    fn provider_object(&mut self, mut entry: RequiredProvider, attribute: &Attribute) -> Option<RequiredProvider> {
        let Ok(items) = as_static_map(&attribute.value) else {
            self.error(attribute.value.span, INVALID, "required_providers entries must be strings or objects.");
            return None;
        };
        let mark = self.mark();
        for item in items {
            let Some(key) = self.entry_key(&item.key) else { continue };
            match key.as_str() {
                Some("version") => self.entry_version(&mut entry, &item.value),
                Some("source") => self.entry_source(&mut entry, &item.value),
                Some("configuration_aliases") => self.entry_aliases(&mut entry, &item.value),
                _ => {
                    let detail = "required_providers objects can only contain \"version\", \"source\" and \
                                  \"configuration_aliases\" attributes. To configure a provider, use a \"provider\" \
                                  block.";
                    self.error(item.key.span(), INVALID, detail);
                    break;
                }
            }
        }
        (!self.failed_since(mark)).then_some(entry)
    }

    /// The value of a key, where it is a text.
    fn entry_key(&mut self, key: &ObjectKey) -> Option<Value> {
        let expr = match key {
            ObjectKey::Name(name) => return Some(Value::from(name.name.clone())),
            ObjectKey::Expr(expr) => expr,
        };
        let mark = self.mark();
        let value = self.constant(expr);
        if self.failed_since(mark) {
            return None;
        }
        if value.as_str().is_none() {
            self.error(expr.span, "Invalid Attribute", "Invalid attribute value for provider requirement.");
            return None;
        }
        Some(value)
    }

    /// The text of a constant string; silent on anything else.
    fn text(&self, expr: &Expr) -> Option<Str> {
        let (value, diagnostics) = landform_lang::constant(expr, self.sources);
        if diagnostics.has_errors() { None } else { value.as_shared_str().cloned() }
    }

    fn entry_version(&mut self, entry: &mut RequiredProvider, expr: &Expr) {
        let Some(text) = self.text(expr) else {
            return self.error(expr.span, "Invalid version constraint", "Version must be specified as a string.");
        };
        match text.parse() {
            Ok(constraints) => entry.version = Some(constraints),
            Err(_) => {
                let detail = "This string does not use correct version constraint syntax.";
                self.error(expr.span, "Invalid version constraint", detail);
            }
        }
    }

    fn entry_source(&mut self, entry: &mut RequiredProvider, expr: &Expr) {
        let Some(text) = self.text(expr) else {
            return self.error(expr.span, "Invalid source", "Source must be specified as a string.");
        };
        match crate::provider_source::parse(&text) {
            Ok(provider) => {
                entry.provider = provider;
                entry.has_source = true;
            }
            Err((summary, detail)) => self.error(expr.span, summary, detail),
        }
    }

    fn entry_aliases(&mut self, entry: &mut RequiredProvider, list: &Expr) {
        let items = match as_static_list(list) {
            Ok(items) => items,
            Err(diagnostic) => return self.push(diagnostic),
        };
        for item in items {
            let found = match as_traversal(item) {
                Ok(found) => found,
                Err(diagnostic) => {
                    self.push(diagnostic);
                    continue;
                }
            };
            let alias = match &found.steps[..] {
                [] => None,
                // What follows an alias goes unnoticed, as in Terraform.
                [step, ..] => match &step.kind {
                    StepKind::Attribute(alias) => Some(alias.clone()),
                    _ => {
                        self.bad_alias(list.span);
                        continue;
                    }
                },
            };
            if found.root.name != entry.name {
                let detail = format!(
                    "Configuration aliases must be prefixed with the provider name. Expected {:?}, but found {:?}.",
                    &*entry.name, &*found.root.name
                );
                self.error(list.span, "Invalid configuration_aliases value", detail);
                continue;
            }
            entry.aliases.push(LocalProvider { name: found.root.name, alias });
        }
    }

    fn bad_alias(&mut self, span: Span) {
        let detail = "Configuration aliases can only contain references to local provider configuration names in the \
                      format of provider.alias";
        self.error(span, "Invalid configuration_aliases value", detail);
    }
}
