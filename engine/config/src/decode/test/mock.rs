//! What stands in for providers and objects: `mock_provider` and `override_…` blocks.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use landform_addrs::{ResourceMode, Str, Target};
use landform_diagnostics::{Diagnostic, Span};
use landform_lang::syntax::ast::{Block, Body};
use landform_lang::syntax::{BodySchema, Content, as_keyword, as_traversal};
use landform_values::{Type, Value};

use super::Decoder;
use crate::address;
use crate::model::{MockData, MockedObject, Override, ProviderConfig};

static MOCK_SCHEMA: LazyLock<BodySchema> =
    LazyLock::new(|| BodySchema::new().optional("alias").optional("source").optional("override_during"));

static MOCK_DATA_SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| {
    BodySchema::new()
        .block("mock_resource", &["type"])
        .block("mock_data", &["type"])
        .block("override_resource", &[])
        .block("override_data", &[])
});

static MOCK_RESOURCE_SCHEMA: LazyLock<BodySchema> =
    LazyLock::new(|| BodySchema::new().optional("defaults").optional("override_during"));

impl Decoder<'_> {
    pub(super) fn mock_provider(&mut self, block: &Block) -> Option<ProviderConfig> {
        let (content, rest) = self.partial_content(&block.body, &MOCK_SCHEMA);
        let label = &block.labels[0];
        if !self.check_provider_name(&label.name, block.header_span) {
            return None;
        }
        let alias = content.attributes.get("alias");
        let name = alias.map(|attribute| {
            let alias = self.constant_string(&attribute.value);
            if !alias.as_deref().is_some_and(landform_addrs::is_identifier) {
                let detail = format!("An alias must be a valid name. {}", super::super::name::BAD_IDENTIFIER);
                self.push(Diagnostic::error("Invalid provider configuration alias", detail));
            }
            alias.unwrap_or_default()
        });
        let mut data = MockData { known_in_plan: self.known_in_plan(&content, false), ..MockData::default() };
        self.mock_data(&rest, &mut data);
        data.source = content.attributes.get("source").and_then(|attribute| self.constant_string(&attribute.value));
        Some(ProviderConfig {
            name: label.name.clone(),
            name_span: label.span,
            alias: name,
            alias_span: alias.map(|attribute| attribute.value.span),
            for_each: None,
            version: None,
            body: Body::empty(block.header_span),
            mock: Some(Arc::new(data)),
            span: block.header_span,
        })
    }

    /// What a mocked provider answers.
    pub(super) fn mock_data(&mut self, body: &Body, data: &mut MockData) {
        let content = self.content(body, &MOCK_DATA_SCHEMA);
        let mut seen: HashMap<(Str, Str), Span> = HashMap::new();
        for block in &content.blocks {
            if !matches!(&*block.kind, "mock_resource" | "mock_data") {
                self.override_block(block, data.known_in_plan, &mut data.overrides);
                continue;
            }
            let object = self.mocked_type(block, data.known_in_plan);
            let label = &block.labels[0];
            let key = (block.kind.clone(), label.name.clone());
            if let Some(first) = seen.get(&key) {
                let (kind, name, place) = (&block.kind, &label.name, self.place(*first));
                let detail = format!("A {kind} block for {name} has already been defined at {place}.");
                self.error(label.span, format!("Duplicate {kind} block"), detail);
                continue;
            }
            seen.insert(key, block.header_span);
            let of_kind = if &*block.kind == "mock_data" { &mut data.data_sources } else { &mut data.resources };
            of_kind.insert(label.name.clone(), object);
        }
    }

    fn mocked_type(&mut self, block: &Block, known_in_plan: bool) -> MockedObject {
        let content = self.content(&block.body, &MOCK_RESOURCE_SCHEMA);
        let defaults = content.attributes.get("defaults");
        MockedObject {
            values: defaults.map(|defaults| self.constant(&defaults.value)),
            span: defaults.map_or(block.header_span, |defaults| defaults.span),
            block: block.header_span,
            known_in_plan: self.known_in_plan(&content, known_in_plan),
        }
    }

    fn known_in_plan(&mut self, content: &Content, otherwise: bool) -> bool {
        let Some(attribute) = content.attributes.get("override_during") else { return otherwise };
        match as_keyword(&attribute.value).as_deref() {
            Some("plan") => true,
            Some("apply") => false,
            _ => {
                let detail = "The override_during attribute must be a value of plan or apply.";
                self.error(attribute.span, "Invalid override_during value", detail);
                otherwise
            }
        }
    }

    /// Adds what a block overrides.
    pub(super) fn override_block(&mut self, block: &Block, known_in_plan: bool, all: &mut Vec<Override>) {
        let kind = &*block.kind;
        let values = if kind == "override_module" { "outputs" } else { "values" };
        let schema = BodySchema::new().optional("target").optional("override_during").optional(values);
        let content = self.content(&block.body, &schema);
        let target = self.override_target(block, &content);
        let answer = self.override_values(block, &content, (values, known_in_plan));
        let Some((target, target_span)) = target else { return };
        let wanted = match kind {
            "override_module" => "modules",
            "override_resource" => "resources",
            _ => "data sources",
        };
        if !is_of_kind(&target, kind) {
            let detail = format!("You can only target {wanted} from {kind} blocks, not {target}.");
            return self.error(target_span, "Invalid override target", detail);
        }
        if let Some(first) = all.iter().find(|other| other.target == target) {
            let place = self.place(first.span);
            let detail = format!("An {kind} block targeting {target} has already been defined at {place}.");
            return self.error(block.header_span, format!("Duplicate {kind} block"), detail);
        }
        all.push(Override { target, target_span, answer, shared: false, span: block.header_span });
    }

    fn override_target(&mut self, block: &Block, content: &Content) -> Option<(Target, Span)> {
        let Some(attribute) = content.attributes.get("target") else {
            let detail = format!("{} blocks must specify a target address.", block.kind);
            self.error(block.header_span, "Missing target attribute", detail);
            return None;
        };
        let written = as_traversal(&attribute.value).and_then(|written| address::target(&written));
        let target = written.map_err(|problem| self.push(problem)).ok()?;
        Some((target, attribute.span))
    }

    /// They are constants, because nothing else is known of the providers' answers.
    fn override_values(
        &mut self,
        block: &Block,
        content: &Content,
        (name, known_in_plan): (&str, bool),
    ) -> MockedObject {
        let mark = self.mark();
        let given = content.attributes.get(name).map(|attribute| (self.constant(&attribute.value), attribute.span));
        let given = given.filter(|_| !self.failed_since(mark));
        let mut answer = MockedObject {
            values: Some(Value::object(std::iter::empty::<(Str, Value)>())),
            span: block.header_span,
            block: block.header_span,
            known_in_plan: self.known_in_plan(content, known_in_plan),
        };
        let Some((value, span)) = given else { return answer };
        if !matches!(value.ty(), Type::Object(_)) {
            let article = if name == "outputs" { "an" } else { "a" };
            let detail = format!("{} blocks must specify {article} {name} attribute that is an object.", block.kind);
            self.error(span, format!("Invalid {name} attribute"), detail);
        }
        answer.values = Some(value);
        answer
    }
}

fn is_of_kind(target: &Target, kind: &str) -> bool {
    let mode = match target {
        Target::Module(_) => return kind == "override_module",
        Target::Resource(resource) => resource.resource.mode,
        Target::Instance(instance) => instance.resource.mode,
    };
    match kind {
        "override_resource" => mode == ResourceMode::Managed,
        "override_data" => mode == ResourceMode::Data,
        _ => false,
    }
}
