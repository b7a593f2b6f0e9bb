//! Test files.

use std::collections::HashMap;
use std::sync::LazyLock;

use landform_addrs::{ResourceMode, Str, Target};
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_lang::syntax::ast::{Attribute, Block, Body};
use landform_lang::syntax::{BodySchema, Content, Traversal, as_keyword, as_traversal};
use landform_values::Type;

use super::{Decoder, FileRole};
use crate::address;
use crate::model::{ModuleCall, Override, TestFile, TestRun};
use crate::source::ModuleSource;

static FILE_SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| {
    BodySchema::new()
        .block("run", &["name"])
        .block("provider", &["name"])
        .block("mock_provider", &["name"])
        .block("variables", &[])
        .block("override_resource", &[])
        .block("override_data", &[])
        .block("override_module", &[])
});

static RUN_SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| {
    BodySchema::new()
        .optional("command")
        .optional("providers")
        .optional("expect_failures")
        .optional("state_key")
        .block("plan_options", &[])
        .block("assert", &[])
        .block("variables", &[])
        .block("module", &[])
        .block("override_resource", &[])
        .block("override_data", &[])
        .block("override_module", &[])
});

static OPTIONS_SCHEMA: LazyLock<BodySchema> =
    LazyLock::new(|| BodySchema::new().optional("mode").optional("refresh").optional("replace").optional("target"));

static MODULE_SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| BodySchema::new().optional("source").optional("version"));

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

const DEPRECATED_VERSION: &str = "Version constraints inside provider configuration blocks are deprecated";

/// Decodes a test file; `name` is its path, relative to the root module.
pub(crate) fn decode_test_file(name: &str, body: &Body, sources: &SourceMap) -> (TestFile, Diagnostics) {
    let mut decoder = Decoder::new(sources, FileRole::Primary);
    let mut file = TestFile { name: name.to_owned(), ..TestFile::default() };
    decoder.test_file(body, &mut file);
    (file, decoder.diagnostics)
}

/// What there may be only one of.
#[derive(Default)]
struct Seen {
    runs: HashMap<Str, Span>,
    providers: HashMap<String, Span>,
    variables: Option<Span>,
}

impl Decoder<'_> {
    fn test_file(&mut self, body: &Body, file: &mut TestFile) {
        let content = self.content(body, &FILE_SCHEMA);
        let mut seen = Seen::default();
        for block in &content.blocks {
            match &*block.kind {
                "run" => self.test_run_of_file(block, &mut seen, file),
                "variables" => self.test_variables(block, &mut seen.variables, "test file"),
                "provider" => {
                    if let Some(config) = self.test_provider(block) {
                        let key = config.local().to_string();
                        self.unique_provider(key, (config.name_span, config.span), &mut seen);
                    }
                }
                "mock_provider" => self.mock_provider(block, &mut seen, file),
                _ => self.override_block(block, &mut file.overrides),
            }
        }
    }

    fn test_run_of_file(&mut self, block: &Block, seen: &mut Seen, file: &mut TestFile) {
        let mark = self.mark();
        let run = self.test_run(block);
        let failed = self.failed_since(mark);
        let name = run.name.clone();
        if let Some(first) = seen.runs.get(&name) {
            let place = self.place(*first);
            let detail = format!("This test file already has a run named {name} block defined at {place}.");
            self.error(block.header_span, "Duplicate \"run\" block names", detail);
        } else {
            seen.runs.insert(name, block.header_span);
        }
        file.runs.extend((!failed).then_some(run));
    }

    fn test_run(&mut self, block: &Block) -> TestRun {
        let content = self.content(&block.body, &RUN_SCHEMA);
        let label = &block.labels[0];
        self.check_name(label, "Invalid run block name");
        let mut run =
            TestRun { name: label.name.clone(), module: None, expect_failures: Vec::new(), overrides: Vec::new() };
        let (mut variables, mut options) = (None, None);
        for inner in &content.blocks {
            match &*inner.kind {
                "assert" => {
                    self.check_rule(inner);
                }
                "plan_options" => self.plan_options(inner, &mut options),
                "variables" => self.test_variables(inner, &mut variables, "run block"),
                "module" => self.run_module(&mut run, inner),
                _ => self.override_block(inner, &mut run.overrides),
            }
        }
        self.run_arguments(&mut run, &content);
        run
    }

    fn run_arguments(&mut self, run: &mut TestRun, content: &Content) {
        self.test_keyword(content, "command", &["apply", "plan"], "apply or plan.");
        if let Some(attribute) = content.attributes.get("providers") {
            self.passed_providers(attribute);
        }
        if let Some(attribute) = content.attributes.get("expect_failures") {
            run.expect_failures = self.references(attribute);
        }
        if let Some(attribute) = content.attributes.get("state_key") {
            self.constant_string(&attribute.value);
        }
    }

    fn references(&mut self, attribute: &Attribute) -> Vec<Traversal> {
        let items = self.expression_list(&attribute.value);
        items.iter().filter_map(|item| self.reference_in_quotes_or_not(item)).collect()
    }

    /// An argument that is one of two keywords.
    fn test_keyword(&mut self, content: &Content, name: &str, known: &[&str], words: &str) -> Option<String> {
        let attribute = content.attributes.get(name)?;
        let found = as_keyword(&attribute.value).map(std::borrow::Cow::into_owned);
        if !found.as_deref().is_some_and(|found| known.contains(&found)) {
            let detail =
                format!("The {name:?} argument requires one of the following keywords without quotes: {words}");
            self.error(attribute.value.span, format!("Invalid {name:?} keyword"), detail);
        }
        found
    }

    fn test_variables(&mut self, block: &Block, seen: &mut Option<Span>, within: &str) {
        let repeated = self.is_repeated(seen, block, |first| {
            let detail = format!("This {within} already has a variables block defined at {first}.");
            ("Multiple \"variables\" blocks".to_owned(), detail)
        });
        if !repeated {
            self.just_attributes(&block.body);
        }
    }

    fn plan_options(&mut self, block: &Block, seen: &mut Option<Span>) {
        let repeated = self.is_repeated(seen, block, |first| {
            let detail = format!("This run block already has a plan_options block defined at {first}.");
            ("Multiple \"plan_options\" blocks".to_owned(), detail)
        });
        if repeated {
            return;
        }
        let content = self.content(&block.body, &OPTIONS_SCHEMA);
        let mode = self.test_keyword(&content, "mode", &["refresh-only", "normal"], "normal or refresh-only");
        let refresh = content.attributes.get("refresh").and_then(|given| {
            let value = self.constant_bool(&given.value)?;
            Some((value, given.span))
        });
        for name in ["replace", "target"] {
            if let Some(attribute) = content.attributes.get(name) {
                self.references(attribute);
            }
        }
        if let (Some((false, span)), Some("refresh-only")) = (refresh, mode.as_deref()) {
            let detail = "The \"refresh\" option cannot be set to false when running a test in \"refresh-only\" mode.";
            self.error(span, "Incompatible plan options", detail);
        }
    }

    fn run_module(&mut self, run: &mut TestRun, block: &Block) {
        if let Some(first) = &run.module {
            let place = self.place(first.span);
            let detail = format!("This run block already has a module block defined at {place}.");
            self.error(block.header_span, "Multiple \"module\" blocks", detail);
        }
        let mark = self.mark();
        let content = self.content(&block.body, &MODULE_SCHEMA);
        let version = content.attributes.get("version").and_then(|attribute| self.version_constraints(attribute));
        let source = self.run_module_source(&content, block);
        if self.failed_since(mark) {
            return;
        }
        run.module = Some(ModuleCall {
            name: run.name.clone(),
            source,
            source_text: None,
            source_span: content.attributes.get("source").map(|attribute| attribute.value.span),
            version,
            version_span: content.attributes.get("version").map(|attribute| attribute.span),
            count: None,
            for_each: None,
            depends_on: Vec::new(),
            has_depends_on: false,
            providers: Vec::new(),
            body: block.body.clone(),
            span: block.header_span,
        });
    }

    fn run_module_source(&mut self, content: &Content, block: &Block) -> Option<ModuleSource> {
        let Some(attribute) = content.attributes.get("source") else {
            let detail = "You must specify a source attribute when executing alternate modules during test executions.";
            self.error(block.header_span, "Missing \"source\" attribute for module block", detail);
            return None;
        };
        let (source, _) = self.module_source_at(content, attribute.span)?;
        if matches!(source, ModuleSource::Remote(_)) {
            let detail = "Only local or registry module sources are currently supported from within test run blocks.";
            self.error(attribute.span, "Invalid module source address", detail);
        }
        Some(source)
    }

    /// As in configurations, but for versions, which are an error here.
    fn test_provider(&mut self, block: &Block) -> Option<crate::model::ProviderConfig> {
        let mark = self.mark();
        let config = self.provider_config(block);
        let detail = "Version constraints inside provider configuration blocks are not allowed in test files. To silence \
                      this error, move the provider version constraint into the required_providers block of the \
                      configuration that uses this provider.";
        for found in self.diagnostics.iter_mut().skip(mark).filter(|found| found.summary == DEPRECATED_VERSION) {
            let at = found.subject.unwrap_or(block.header_span);
            *found = Diagnostic::error("Version constraints are not allowed in test files", detail).at(at);
        }
        config
    }

    fn unique_provider(&mut self, key: String, (name, block): (Span, Span), seen: &mut Seen) {
        if let Some(first) = seen.providers.get(&key) {
            let detail = format!("A provider for {key} is already defined at {}.", self.place(*first));
            self.error(block, "Duplicate provider block", detail);
        } else {
            seen.providers.insert(key, name);
        }
    }

    fn mock_provider(&mut self, block: &Block, seen: &mut Seen, file: &mut TestFile) {
        let (content, rest) = self.partial_content(&block.body, &MOCK_SCHEMA);
        let label = &block.labels[0];
        if !self.check_provider_name(&label.name, block.header_span) {
            return;
        }
        let alias = content.attributes.get("alias").map(|attribute| {
            let alias = self.constant_string(&attribute.value);
            if !alias.as_deref().is_some_and(landform_addrs::is_identifier) {
                let detail = format!("An alias must be a valid name. {}", super::name::BAD_IDENTIFIER);
                self.push(Diagnostic::error("Invalid provider configuration alias", detail));
            }
            alias.unwrap_or_default()
        });
        self.override_during(&content);
        self.mock_data(&rest, &mut file.overrides);
        if let Some(attribute) = content.attributes.get("source") {
            self.constant_string(&attribute.value);
        }
        let key = alias.map_or_else(|| label.name.to_string(), |alias| format!("{}.{alias}", label.name));
        self.unique_provider(key, (label.span, block.header_span), seen);
    }

    /// What a mocked provider answers.
    fn mock_data(&mut self, body: &Body, overrides: &mut Vec<Override>) {
        let content = self.content(body, &MOCK_DATA_SCHEMA);
        let mut seen: HashMap<(Str, Str), Span> = HashMap::new();
        let mut own = Vec::new();
        for block in &content.blocks {
            if !matches!(&*block.kind, "mock_resource" | "mock_data") {
                self.override_block(block, &mut own);
                continue;
            }
            let inner = self.content(&block.body, &MOCK_RESOURCE_SCHEMA);
            if let Some(defaults) = inner.attributes.get("defaults") {
                self.constant(&defaults.value);
            }
            self.override_during(&inner);
            let label = &block.labels[0];
            let key = (block.kind.clone(), label.name.clone());
            if let Some(first) = seen.get(&key) {
                let (kind, name, place) = (&block.kind, &label.name, self.place(*first));
                let detail = format!("A {kind} block for {name} has already been defined at {place}.");
                self.error(label.span, format!("Duplicate {kind} block"), detail);
            } else {
                seen.insert(key, block.header_span);
            }
        }
        overrides.extend(own);
    }

    fn override_during(&mut self, content: &Content) {
        let Some(attribute) = content.attributes.get("override_during") else { return };
        if !matches!(as_keyword(&attribute.value).as_deref(), Some("plan" | "apply")) {
            let detail = "The override_during attribute must be a value of plan or apply.";
            self.error(attribute.span, "Invalid override_during value", detail);
        }
    }

    /// Adds what a block overrides.
    fn override_block(&mut self, block: &Block, all: &mut Vec<Override>) {
        let kind = &*block.kind;
        let values = if kind == "override_module" { "outputs" } else { "values" };
        let schema = BodySchema::new().optional("target").optional("override_during").optional(values);
        let content = self.content(&block.body, &schema);
        let target = self.override_target(block, &content);
        self.override_values(block, &content, values);
        let Some(found) = target else { return };
        let wanted = match kind {
            "override_module" => "modules",
            "override_resource" => "resources",
            _ => "data sources",
        };
        if !is_of_kind(&found.target, kind) {
            let detail = format!("You can only target {wanted} from {kind} blocks, not {}.", found.target);
            return self.error(found.target_span, "Invalid override target", detail);
        }
        if let Some(first) = all.iter().find(|other| other.target == found.target) {
            let (target, place) = (&found.target, self.place(first.span));
            let detail = format!("An {kind} block targeting {target} has already been defined at {place}.");
            return self.error(block.header_span, format!("Duplicate {kind} block"), detail);
        }
        all.push(found);
    }

    fn override_target(&mut self, block: &Block, content: &Content) -> Option<Override> {
        let Some(attribute) = content.attributes.get("target") else {
            let detail = format!("{} blocks must specify a target address.", block.kind);
            self.error(block.header_span, "Missing target attribute", detail);
            return None;
        };
        let written = as_traversal(&attribute.value).and_then(|written| address::target(&written));
        let target = written.map_err(|problem| self.push(problem)).ok()?;
        Some(Override { target, target_span: attribute.span, span: block.header_span })
    }

    /// They are constants, because nothing else is known of the providers' answers.
    fn override_values(&mut self, block: &Block, content: &Content, name: &str) {
        let value = content.attributes.get(name).map(|attribute| (self.constant(&attribute.value), attribute.span));
        self.override_during(content);
        let Some((value, span)) = value else { return };
        if !matches!(value.ty(), Type::Object(_)) {
            let article = if name == "outputs" { "an" } else { "a" };
            let detail = format!("{} blocks must specify {article} {name} attribute that is an object.", block.kind);
            self.error(span, format!("Invalid {name} attribute"), detail);
        }
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
