//! From typed declarations to a program.

use std::collections::HashMap;
use std::sync::Arc;

use landform_addrs::{ProviderAddr, ResourceMode, Str};
use landform_config::check::{Object, Part};
use landform_config::{
    CheckRule, IgnoreChanges as DeclaredIgnore, Module, ModuleTree, ProviderRef, ReplaceTrigger,
    Resource as DeclaredResource,
};
use landform_diagnostics::{Diagnostic, Diagnostics, suggestion};
use landform_lang::body::{CompiledBody, compile_body};
use landform_lang::expr::{self, Expression};
use landform_lang::syntax::as_traversal;
use landform_lang::syntax::ast::{Expr, ExprKind, Step, StepKind};
use landform_schema::{ProviderSchemas, Schema};
use landform_values::{Path, Type, Value};

use super::module::CompiledTrigger;
use super::names::NameTable;
use super::{
    Bodies, CompiledCall, CompiledCheck, CompiledModule, CompiledOutput, CompiledProvider, CompiledResource,
    CompiledRule, Means, ModuleNode, Program, Repetition, StaticGraph, Target,
};
use crate::plan::IgnoreChanges;

/// Compiles a tree of modules.
pub(super) fn compile(tree: &ModuleTree, means: Means<'_>) -> Program {
    let mut compiled: HashMap<*const Module, Arc<CompiledModule>> = HashMap::new();
    let mut nodes: Vec<ModuleNode> = Vec::with_capacity(tree.nodes().len());
    for node in tree.nodes() {
        let module = compiled.entry(Arc::as_ptr(&node.module)).or_insert_with(|| {
            let callees =
                node.children.iter().map(|child| child.map(|child| tree.node(child).module.clone())).collect();
            Arc::new(Compiler::new(&node.module, callees, means).compile())
        });
        nodes.push(ModuleNode {
            path: node.path.clone(),
            module: module.clone(),
            parent: node.parent,
            children: node.children.iter().map(|child| child.unwrap_or(usize::MAX)).collect(),
            resource_providers: Vec::new(),
        });
    }
    let provider_configs = super::graph::bind_providers(tree, &mut nodes);
    let graph = StaticGraph::build(&nodes, &provider_configs);
    let mut imports: HashMap<_, Vec<(usize, usize)>> = HashMap::new();
    for (own, node) in nodes.iter().enumerate() {
        for (index, import) in node.module.imports.iter().enumerate() {
            imports.entry(import.resource_from(&node.path)).or_default().push((own, index));
        }
    }
    Program { tree: nodes, graph, provider_configs, imports, constants: HashMap::new() }
}

pub(super) struct Compiler<'a> {
    config: &'a Arc<Module>,
    callees: Vec<Option<Arc<Module>>>,
    pub(super) means: Means<'a>,
    pub(super) names: NameTable,
    /// What is being compiled.
    at: (Object, Part),
    problems: HashMap<(Object, Part), Diagnostics>,
    last_type: Option<(Arc<Schema>, Type)>,
}

impl<'a> Compiler<'a> {
    fn new(config: &'a Arc<Module>, callees: Vec<Option<Arc<Module>>>, means: Means<'a>) -> Self {
        let names = NameTable::of(config, &callees, means.providers);
        let (at, problems) = ((Object::Close, Part::Whole), HashMap::new());
        Self { config, callees, means, names, at, problems, last_type: None }
    }

    /// What is wrong with what is being compiled.
    pub(super) fn report(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        let mut found = found.into_iter().peekable();
        if found.peek().is_some() {
            self.problems.entry(self.at).or_default().extend(found);
        }
    }

    /// Goes on to another part of the same object.
    pub(super) fn part(&mut self, part: Part) {
        self.at.1 = part;
    }

    fn compile(mut self) -> CompiledModule {
        let config = self.config.clone();
        let variables = config.variables.values().enumerate().map(|(index, variable)| {
            self.at = (Object::Validation(index), Part::Whole);
            variable.validations.iter().map(|rule| self.rule(rule)).collect()
        });
        let variables = variables.collect();
        let locals = config.locals.values().enumerate().map(|(index, local)| {
            self.at = (Object::Local(index), Part::Whole);
            self.expression(&local.value)
        });
        let locals = locals.collect();
        let outputs = config.outputs.values().enumerate().map(|(index, output)| {
            self.at = (Object::Output(index), Part::Value);
            CompiledOutput {
                value: self.expression(&output.value),
                preconditions: self.rules(&output.preconditions),
                depends_on: self.dependencies(&output.depends_on),
            }
        });
        let outputs = outputs.collect();
        let resources = config.resources.values().enumerate().map(|(index, resource)| {
            self.at = (Object::Resource(index), Part::Body);
            self.resource(resource)
        });
        let resources: Vec<CompiledResource> = resources.collect();
        let resource_indexes = self.names.resources.clone();
        let calls = (0..config.module_calls.len()).map(|call| self.call(call)).collect();
        let providers = config.provider_configs.values().enumerate().map(|(index, provider)| {
            self.at = (Object::Provider(index), Part::Whole);
            self.provider(provider)
        });
        let providers = providers.collect();
        let checks = config.checks.values().enumerate().map(|(index, check)| {
            self.at = (Object::Check(index), Part::Whole);
            CompiledCheck { asserts: self.rules(&check.asserts) }
        });
        let checks = checks.collect();
        self.at = (Object::Close, Part::Whole);
        let removed = config.removed.iter();
        let removed = removed.map(|block| self.provisioners(&block.provisioners, block.connection.as_ref())).collect();
        let imports = config.imports.iter().filter_map(|import| self.import(import)).collect();
        let targets = std::mem::take(&mut self.names.targets);
        CompiledModule {
            config,
            targets,
            variables,
            locals,
            outputs,
            resources,
            resource_indexes,
            calls,
            providers,
            checks,
            removed,
            imports,
            problems: self.problems,
        }
    }

    pub(super) fn expression(&mut self, expr: &Expr) -> Expression {
        let (expression, found) = expr::compile(expr, &mut self.names);
        self.report(found);
        expression
    }

    fn rule(&mut self, rule: &CheckRule) -> CompiledRule {
        CompiledRule {
            condition: self.expression(&rule.condition),
            message: self.expression(&rule.error_message),
            span: rule.span,
        }
    }

    /// Conditions of an object, each a part of its own.
    fn rules(&mut self, rules: &[CheckRule]) -> Vec<CompiledRule> {
        let compile = |(index, rule)| {
            self.part(Part::Condition(index));
            self.rule(rule)
        };
        rules.iter().enumerate().map(compile).collect()
    }

    /// Conditions of an object and their messages, each a part of its own.
    fn conditions(&mut self, rules: &[CheckRule], first: usize) -> Vec<CompiledRule> {
        let compile = |(index, rule): (usize, &CheckRule)| {
            self.part(Part::Condition(first + index));
            let condition = self.expression(&rule.condition);
            self.part(Part::Message(first + index));
            CompiledRule { condition, message: self.expression(&rule.error_message), span: rule.span }
        };
        rules.iter().enumerate().map(compile).collect()
    }

    fn protection(&mut self, prevent_destroy: Option<&Arc<Expr>>) -> Option<Expression> {
        self.part(Part::Protection);
        prevent_destroy.map(|expr| self.expression(expr))
    }

    fn repetition(
        &mut self,
        count: Option<&Arc<Expr>>,
        for_each: Option<&Arc<Expr>>,
        enabled: Option<&Arc<Expr>>,
    ) -> Repetition {
        self.part(Part::Repetition);
        match (count, for_each, enabled) {
            (Some(count), _, _) => Repetition::Count(self.expression(count)),
            (None, Some(for_each), _) => Repetition::ForEach(self.expression(for_each)),
            (None, None, Some(enabled)) => Repetition::Enabled(self.expression(enabled)),
            (None, None, None) => Repetition::Single,
        }
    }

    /// What `depends_on` names.
    fn dependencies(&mut self, references: &[landform_config::Traversal]) -> Vec<Target> {
        references.iter().map(|reference| self.names.target(&reference.root, &reference.steps).0).collect()
    }

    fn resource(&mut self, resource: &DeclaredResource) -> CompiledResource {
        let schema = self.schema(resource);
        let has_type = schema.is_some();
        let schema = schema.unwrap_or_default();
        self.names.repeated = resource.count.is_some() || resource.for_each.is_some();
        let (body, found) = compile_body(&resource.body, &schema.block, &mut self.names, self.means.sources);
        self.names.repeated = false;
        let is_written = self.means.unwritten != Some(resource.span.file);
        let is_used = resource.mode != ResourceMode::Managed || (self.means.bodies == Bodies::Checked && is_written);
        if has_type && is_used {
            self.report(found);
        }
        let provider_key = self.instance_key(resource.provider.as_deref());
        let lifecycle = &resource.lifecycle;
        CompiledResource {
            address: resource.addr(),
            span: resource.span,
            repetition: self.repetition(
                resource.count.as_ref(),
                resource.for_each.as_ref(),
                resource.lifecycle.enabled.as_ref(),
            ),
            provider_key,
            body,
            depends_on: self.dependencies(&resource.depends_on),
            prevent_destroy: self.protection(lifecycle.prevent_destroy.as_ref()),
            ignore_changes: ignore(&lifecycle.ignore_changes),
            triggers: lifecycle.replace_triggered_by.iter().filter_map(|trigger| self.trigger(trigger)).collect(),
            preconditions: self.conditions(&lifecycle.preconditions, 0),
            postconditions: self.conditions(&lifecycle.postconditions, lifecycle.preconditions.len()),
            provisioners: self.provisioners(&resource.provisioners, resource.connection.as_deref()),
            connection: self.connection(resource.connection.as_deref()),
            ty: self.type_of(&schema),
            schema,
            has_type,
        }
    }

    /// The type that a schema implies. Neighbours mostly share their schema.
    fn type_of(&mut self, schema: &Arc<Schema>) -> Type {
        let known = self.last_type.as_ref().filter(|(last, _)| Arc::ptr_eq(last, schema));
        if let Some((_, ty)) = known {
            return ty.clone();
        }
        let ty = schema.block.implied_type();
        self.last_type = Some((schema.clone(), ty.clone()));
        ty
    }

    /// The schema of a resource, if there is such a type.
    fn schema(&mut self, resource: &DeclaredResource) -> Option<Arc<Schema>> {
        let provider = self.means.providers.get(&resource.provider_addr)?;
        let schemas = provider.schemas();
        let (types, what) = match resource.mode {
            ResourceMode::Managed => (&schemas.resources, "resource type"),
            ResourceMode::Data => (&schemas.data_sources, "data source"),
            ResourceMode::Ephemeral => (&schemas.ephemeral, "ephemeral resource"),
        };
        if let Some(schema) = types.get(&resource.kind) {
            return Some(schema.clone());
        }
        let near = || suggestion(&resource.kind, types.keys().map(|name| &**name));
        let near = || near().map(|name| format!(" Did you mean \"{name}\"?")).unwrap_or_default();
        let hint = other_mode(resource, &schemas).unwrap_or_else(near);
        let detail = format!(
            "The provider {} does not support {what} \"{}\".{hint}",
            resource.provider_addr.for_display(),
            resource.kind
        );
        self.report([Diagnostic::error(format!("Invalid {what}"), detail).at(resource.kind_span)]);
        None
    }

    /// The resource, key and attribute that an item of `replace_triggered_by` names.
    fn trigger(&mut self, trigger: &ReplaceTrigger) -> Option<CompiledTrigger> {
        let (root, steps, key) = split_trigger(&trigger.expr);
        let root = root?;
        let (target, consumed) = self.names.target(&root, &steps);
        let (resource, consumed) = match target {
            Target::Resource(resource) => (Some(resource), consumed),
            // Its name.
            Target::Undeclared => (None, 1),
            _ => return None,
        };
        let mut rest = &steps[consumed.min(steps.len())..];
        let wrong_key = key.as_ref().and_then(|key| as_traversal(key).err());
        let key = match (key, rest.first().map(|step| (&step.kind, step.span))) {
            (Some(key), _) => Some(self.expression(&key)),
            (None, Some((StepKind::Key(name), span))) => Some(Expression::constant(Value::from(name.clone()), span)),
            (None, Some((StepKind::Index(index) | StepKind::LegacyIndex(index), span))) => {
                Some(Expression::constant(Value::number(index.clone()), span))
            }
            _ => None,
        };
        if key.is_some() && rest.first().is_some_and(|step| !matches!(step.kind, StepKind::Attribute(_))) {
            rest = &rest[1..];
        }
        let span = trigger.expr.span;
        let (path, text) = (path_of(rest), trigger_text(&root.name, &steps));
        Some(CompiledTrigger { resource, key, wrong_key, path, text, span })
    }

    fn call(&mut self, index: usize) -> CompiledCall {
        let config = self.config.clone();
        let call = &config.module_calls[index];
        self.at = (Object::Call(index), Part::Repetition);
        let repetition = self.repetition(call.count.as_ref(), call.for_each.as_ref(), call.enabled.as_ref());
        let provider_keys = call.providers.iter().map(|passed| self.instance_key(Some(&passed.in_parent))).collect();
        let (attributes, _) = call.body.just_attributes();
        let callee = self.callees[index].clone();
        let names = callee.iter().flat_map(|module| module.variables.keys()).enumerate();
        let arguments = names.map(|(variable, name)| {
            self.part(Part::Argument(variable));
            attributes.get(name).map(|attribute| self.expression(&attribute.value))
        });
        let arguments = arguments.collect();
        CompiledCall { repetition, arguments, provider_keys, depends_on: self.dependencies(&call.depends_on) }
    }

    /// What chooses an instance of a provider configuration.
    fn instance_key(&mut self, provider: Option<&ProviderRef>) -> Option<Expression> {
        let key = provider?.key.clone()?;
        Some(self.expression(&key))
    }

    fn provider(&mut self, provider: &landform_config::ProviderConfig) -> CompiledProvider {
        let address = self.config.provider_named(&provider.name);
        let schema = self.means.providers.get(&address).map(|provider| provider.schemas());
        // Nobody configures what stands in for a provider.
        let Some(schema) = schema.filter(|_| provider.mock.is_none()) else {
            let (body, _) = compile_body(&provider.body, &Schema::default().block, &mut self.names, self.means.sources);
            return CompiledProvider { body };
        };
        let (body, found): (CompiledBody, _) =
            compile_body(&provider.body, &schema.provider.block, &mut self.names, self.means.sources);
        self.report(found);
        CompiledProvider { body }
    }
}

/// What to write instead where a type is of the other mode.
fn other_mode(resource: &DeclaredResource, schemas: &ProviderSchemas) -> Option<String> {
    let kind = &resource.kind;
    match resource.mode {
        ResourceMode::Managed if schemas.data_sources.contains_key(kind) => Some(format!(
            "\n\nDid you intend to use the data source {kind:?}? If so, declare this using a \"data\" block instead of a \
             \"resource\" block."
        )),
        ResourceMode::Data if schemas.resources.contains_key(kind) => Some(format!(
            "\n\nDid you intend to use the managed resource type {kind:?}? If so, declare this using a \"resource\" block \
             instead of a \"data\" block."
        )),
        _ => None,
    }
}

/// A provider that only a state names, and that the engine does not have.
pub(crate) fn missing_in_state(address: &ProviderAddr) -> Diagnostic {
    let detail = format!(
        "This state requires provider {address}, but that provider isn't available. You may be able to install it automatically by running:\n  landform init"
    );
    Diagnostic::error("Missing required provider", detail)
}

/// A provider that the engine does not have.
pub(crate) fn missing_provider(address: &ProviderAddr) -> Diagnostic {
    Diagnostic::error(
        "Missing required provider",
        format!(
            "This configuration requires provider {address}, but that provider isn't available. Landform has these \
             providers built in: hashicorp/aws, hashicorp/random and terraform.io/builtin/terraform."
        ),
    )
}

fn ignore(declared: &DeclaredIgnore) -> IgnoreChanges {
    match declared {
        DeclaredIgnore::All => IgnoreChanges::All,
        DeclaredIgnore::Paths(paths) if paths.is_empty() => IgnoreChanges::Nothing,
        DeclaredIgnore::Paths(paths) => IgnoreChanges::Paths(
            paths
                .iter()
                .map(|path| {
                    let rest = path_of(&path.steps);
                    let mut steps = vec![landform_values::Step::Attribute(path.root.name.clone())];
                    steps.extend(rest.0);
                    Path(steps)
                })
                .collect(),
        ),
    }
}

fn path_of(steps: &[Step]) -> Path {
    let step = |step: &Step| match &step.kind {
        StepKind::Attribute(name) => landform_values::Step::Attribute(name.clone()),
        StepKind::Key(key) => landform_values::Step::Index(Value::from(key.clone())),
        StepKind::Index(index) | StepKind::LegacyIndex(index) => {
            landform_values::Step::Index(Value::number(index.clone()))
        }
    };
    Path(steps.iter().map(step).collect())
}

/// The static steps of a trigger, and its key when that is an expression.
fn split_trigger(expr: &Expr) -> (Option<landform_lang::syntax::ast::Ident>, Vec<Step>, Option<Expr>) {
    match &expr.kind {
        ExprKind::Traversal(root, steps) => (Some(root.clone()), steps.clone(), None),
        ExprKind::JsonString(_, template) => split_trigger(template),
        ExprKind::Paren(inner) => split_trigger(inner),
        ExprKind::Index(source, key) => {
            let (root, steps, _) = split_trigger(source);
            (root, steps, Some((**key).clone()))
        }
        ExprKind::RelativeTraversal(source, more) => {
            let (root, mut steps, key) = split_trigger(source);
            steps.extend(more.iter().cloned());
            (root, steps, key)
        }
        _ => (None, Vec::new(), None),
    }
}

fn trigger_text(root: &str, steps: &[Step]) -> Str {
    let mut text = root.to_owned();
    for step in steps {
        match &step.kind {
            StepKind::Attribute(name) => text.push_str(&format!(".{name}")),
            StepKind::Key(key) => text.push_str(&format!("[{key:?}]")),
            StepKind::Index(index) | StepKind::LegacyIndex(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text.into()
}
