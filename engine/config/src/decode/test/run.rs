//! `run` blocks.

use std::sync::LazyLock;

use landform_diagnostics::Span;
use landform_lang::syntax::ast::Block;
use landform_lang::syntax::{BodySchema, Content};

use super::Decoder;
use crate::model::{ModuleCall, TestCommand, TestOptions, TestRun};
use crate::source::ModuleSource;

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

impl Decoder<'_> {
    pub(super) fn test_run(&mut self, block: &Block) -> TestRun {
        let content = self.content(&block.body, &RUN_SCHEMA);
        let label = &block.labels[0];
        self.check_name(label, "Invalid run block name");
        let mut run = TestRun {
            name: label.name.clone(),
            command: TestCommand::Apply,
            options: TestOptions::default(),
            variables: Default::default(),
            providers: Vec::new(),
            rules: Vec::new(),
            module: None,
            expect_failures: Vec::new(),
            overrides: Vec::new(),
            state_key: None,
            span: block.header_span,
        };
        let (mut variables, mut options) = (None, None);
        for inner in &content.blocks {
            match &*inner.kind {
                "assert" => run.rules.extend(self.check_rule(inner)),
                "plan_options" => self.plan_options(inner, &mut options, &mut run.options),
                "variables" => {
                    let given = self.test_variables(inner, &mut variables, "run block");
                    run.variables.extend(given.unwrap_or_default());
                }
                "module" => self.run_module(&mut run, inner),
                _ => self.override_block(inner, false, &mut run.overrides),
            }
        }
        self.run_arguments(&mut run, &content);
        run
    }

    fn run_arguments(&mut self, run: &mut TestRun, content: &Content) {
        if self.test_keyword(content, "command", &["apply", "plan"], "apply or plan.").as_deref() == Some("plan") {
            run.command = TestCommand::Plan;
        }
        if let Some(attribute) = content.attributes.get("providers") {
            run.providers = self.passed_providers(attribute);
        }
        if let Some(attribute) = content.attributes.get("expect_failures") {
            run.expect_failures = self.references(attribute);
        }
        if let Some(attribute) = content.attributes.get("state_key") {
            run.state_key = self.constant_string(&attribute.value);
        }
    }

    fn plan_options(&mut self, block: &Block, seen: &mut Option<Span>, options: &mut TestOptions) {
        let repeated = self.is_repeated(seen, block, |first| {
            let detail = format!("This run block already has a plan_options block defined at {first}.");
            ("Multiple \"plan_options\" blocks".to_owned(), detail)
        });
        if repeated {
            return;
        }
        let content = self.content(&block.body, &OPTIONS_SCHEMA);
        let mode = self.test_keyword(&content, "mode", &["refresh-only", "normal"], "normal or refresh-only");
        options.refresh_only = mode.as_deref() == Some("refresh-only");
        let refresh = content.attributes.get("refresh").and_then(|given| {
            let value = self.constant_bool(&given.value)?;
            Some((value, given.span))
        });
        options.refresh = refresh.is_none_or(|(value, _)| value);
        for (name, list) in [("replace", &mut options.replace), ("target", &mut options.target)] {
            if let Some(attribute) = content.attributes.get(name) {
                *list = self.references(attribute);
            }
        }
        if let (Some((false, span)), true) = (refresh, options.refresh_only) {
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
            source_expr: None,
            source_span: content.attributes.get("source").map(|attribute| attribute.value.span),
            version,
            version_expr: None,
            version_span: content.attributes.get("version").map(|attribute| attribute.span),
            count: None,
            for_each: None,
            enabled: None,
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
}
