//! `module` blocks.

use std::collections::HashMap;
use std::sync::LazyLock;

use landform_addrs::Str;
use landform_diagnostics::Span;
use landform_lang::syntax::ast::{Attribute, Block};
use landform_lang::syntax::{BodySchema, Content};

use super::Decoder;
use crate::model::{LocalProvider, ModuleCall, PassedProvider};
use crate::source::{ModuleSource, SourceError};

static SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| {
    BodySchema::new()
        .optional("version")
        .optional("count")
        .optional("for_each")
        .optional("depends_on")
        .optional("providers")
        .required("source")
        .block("_", &[])
        .block("lifecycle", &[])
        .block("locals", &[])
        .block("provider", &["type"])
});

impl Decoder<'_> {
    pub(super) fn module_call(&mut self, block: &Block) -> ModuleCall {
        let schema = self.relaxed(&SCHEMA);
        let (content, rest) = self.partial_content(&block.body, &schema);
        let label = &block.labels[0];
        self.check_name(label, "Invalid module instance name");
        let version = content.attributes.get("version").and_then(|attribute| self.version_constraints(attribute));
        self.check_repetition(&content);
        let depends_on = self.depends_on(&content);
        let mut call = ModuleCall {
            name: label.name.clone(),
            source: None,
            source_text: None,
            source_span: content.attributes.get("source").map(|attribute| attribute.value.span),
            version,
            version_span: content.attributes.get("version").map(|attribute| attribute.span),
            count: content.attributes.get("count").map(|attribute| attribute.value.clone()),
            for_each: content.attributes.get("for_each").map(|attribute| attribute.value.clone()),
            depends_on,
            has_depends_on: content.attributes.get("depends_on").is_some(),
            providers: content.attributes.get("providers").map_or_else(Vec::new, |given| self.passed_providers(given)),
            body: rest,
            span: block.header_span,
        };
        if let Some((source, text)) = self.module_source(&content) {
            (call.source, call.source_text) = (Some(source), Some(text));
        }
        self.call_blocks(&mut call, &content);
        call
    }

    fn call_blocks(&mut self, call: &mut ModuleCall, content: &Content) {
        let mut escape = None;
        for inner in &content.blocks {
            if &*inner.kind != "_" {
                self.reserved_block(inner, "module");
            } else if !self.is_repeated_escape(&mut escape, inner, "module input variables", "module") {
                call.body = call.body.joined(&inner.body);
            }
        }
    }

    fn module_source(&mut self, content: &Content) -> Option<(ModuleSource, Str)> {
        self.module_source_at(content, content.attributes.get("source")?.value.span)
    }

    /// The source that a module block names; what is wrong with it is reported at `span`.
    pub(super) fn module_source_at(&mut self, content: &Content, span: Span) -> Option<(ModuleSource, Str)> {
        let attribute = content.attributes.get("source")?;
        let text = self.constant_string(&attribute.value)?;
        let parsed = if content.attributes.get("version").is_some() {
            ModuleSource::parse_registry(&text).map_err(|error| {
                let detail = format!(
                    "Failed to parse module registry address: {error}.\n\nTerraform assumed that you intended a module \
                     registry source address because you also set the argument \"version\", which applies only to \
                     registry modules."
                );
                ("Invalid registry module source address", detail)
            })
        } else {
            ModuleSource::parse(&text).map_err(|error| ("Invalid module source address", source_problem(&error)))
        };
        let source = parsed.map_err(|(summary, detail)| self.error(span, summary, detail)).ok()?;
        Some((source, text))
    }

    pub(super) fn passed_providers(&mut self, attribute: &Attribute) -> Vec<PassedProvider> {
        let mut seen: HashMap<LocalProvider, Span> = HashMap::new();
        let mut passed = Vec::new();
        for (key, value) in self.expression_pairs(&attribute.value) {
            let in_child = self.provider_reference(&key, "providers");
            let in_parent = self.provider_reference(&value, "providers");
            let (Some(in_child), Some(in_parent)) = (in_child, in_parent) else { continue };
            if let Some(first) = seen.get(&in_child.local()) {
                let child = in_child.local();
                let detail = format!(
                    "A provider configuration was already passed to {child} at {}. Each child provider configuration \
                     can be assigned only once.",
                    self.place(*first)
                );
                self.error(value.span, "Duplicate provider address", detail);
                continue;
            }
            seen.insert(in_child.local(), key.span.to(value.span));
            passed.push(PassedProvider { in_child, in_parent });
        }
        passed
    }
}

fn source_problem(error: &SourceError) -> String {
    match error {
        SourceError::MaybeRelativePath(address) => format!(
            "Terraform failed to determine your intended installation method for remote module package {address:?}.\n\n\
             If you intended this as a path relative to the current module, use \"./{address}\" instead. The \"./\" \
             prefix indicates that the address is a relative filesystem path."
        ),
        SourceError::Invalid(message) => format!("Failed to parse module source address: {message}."),
    }
}
