//! Evaluating a configuration with everything unknown that only a plan can know.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use landform_addrs::ResourceMode;
use landform_config::check::Part;
use landform_config::reference::check_ignored;
use landform_config::{IgnoreChanges, Module, Variable};
use landform_diagnostics::{Diagnostic, Diagnostics, Severity, Span};
use landform_lang::expr::{Expression, ImpureCalls, Scope, Slot};
use landform_provider_api::Provider;
use landform_values::{Marks, Value};
use petgraph::Direction;
use petgraph::graph::NodeIndex;

use super::problems::Problems;
use crate::evaluate::{Evaluator, InstanceData, RuleKind, ScopeId, Settings, marked_message, unsuitable_message};
use crate::objects::check_ephemeral;
use crate::program::{CompiledProvisioner, CompiledResource, ModuleId, Node, Program};
use crate::providers::ProviderSet;
use crate::provisioners::ProvisionerSet;
use crate::schedule::{Outcome, Run, run_graph};
use crate::variables::{Given, ValueSource};

/// Visits every object that refers to no other with errors, and says what is wrong with it: first what is known
/// already, and of the parts without such problems what their evaluation says. What has been told of already is not
/// looked at again where it belongs to no object.
pub(super) async fn walk(
    program: &Arc<Program>,
    problems: &Problems,
    told: &Diagnostics,
    providers: &ProviderSet,
    settings: &crate::RunSettings,
) -> Walked {
    let evaluator = Evaluator::new(
        program.clone(),
        Settings {
            context: settings.context.clone().with_impure_calls(ImpureCalls::Deferred),
            root_dir: settings.root_dir.clone(),
            working_dir: settings.working_dir.clone(),
            workspace: settings.workspace.clone(),
            applying: false,
        },
        unknown_variables(&program.tree[0].module.config),
    );
    let (evaluator, provisioners) = (&evaluator, &settings.provisioners);
    let (all, given) = (RefCell::new(Diagnostics::new()), &GivenValues::default());
    let constants = &RefCell::new(Constants::new());
    let written = &RefCell::new(Diagnostics::new());
    let visit = |index: NodeIndex| {
        let node = program.graph.graph[index];
        let found = RefCell::default();
        let visit =
            Visit { program, problems, evaluator, providers, provisioners, given, constants, written, node, found };
        let found = &all;
        Run::Later(Box::pin(async move {
            visit.run(index).await;
            let own = visit.found.into_inner();
            let outcome = if own.has_errors() { Outcome::Failed } else { Outcome::Done };
            found.borrow_mut().extend(own);
            (index, outcome)
        }))
    };
    run_graph(&program.graph.as_terraform_has_it(&program.tree), 16, visit, |_| {}).await;
    let mut all = all.into_inner();
    if !all.has_errors() {
        let is_told = |span: Span| told.iter().any(|found| found.subject.is_some_and(|told| span.to(told) == span));
        all.extend(evaluator.check_imports_without_resource(is_told));
    }
    Walked { of_values: all, of_what_is_written: written.take(), constants: constants.take() }
}

/// What a walk found.
pub(super) struct Walked {
    /// What is wrong, and warnings that come up again whenever the same is evaluated.
    pub(super) of_values: Diagnostics,
    /// Warnings that do not.
    pub(super) of_what_is_written: Diagnostics,
    pub(super) constants: Constants,
}

/// Local values that are known whatever a run is given.
pub(super) type Constants = HashMap<(ModuleId, usize), Value>;

/// What variables are given, until their validations have seen it. Everything else is checked for all values.
type GivenValues = RefCell<HashMap<(ScopeId, usize), Value>>;

/// A configuration is checked for all values that its callers may give.
fn unknown_variables(root: &Module) -> BTreeMap<landform_values::Str, Given> {
    let given = |variable: &Variable| Given {
        value: Value::unknown(variable.value_type()),
        source: ValueSource::Caller,
        ephemeral: variable.ephemeral,
    };
    root.variables.iter().map(|(name, variable)| (name.clone(), given(variable))).collect()
}

fn any_value(variable: &Variable) -> Value {
    let mut marks = Marks::NONE;
    if variable.sensitive {
        marks = marks.union(&Marks::sensitive());
    }
    if variable.ephemeral {
        marks = marks.union(&Marks::ephemeral());
    }
    Value::unknown(variable.value_type()).with_marks(&marks)
}

/// What evaluates whatever it refers to, and tells nothing of it.
struct Anything;

impl Scope for Anything {
    fn get(&self, _: Slot) -> Result<Value, Diagnostic> {
        Ok(Value::dynamic())
    }
}

/// One object being looked at.
struct Visit<'a> {
    program: &'a Program,
    problems: &'a Problems,
    evaluator: &'a Evaluator,
    providers: &'a ProviderSet,
    provisioners: &'a ProvisionerSet,
    given: &'a GivenValues,
    constants: &'a RefCell<Constants>,
    written: &'a RefCell<Diagnostics>,
    node: Node,
    found: RefCell<Diagnostics>,
}

impl Visit<'_> {
    fn report(&self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.found.borrow_mut().extend(diagnostics);
    }

    /// Reports what is known of a part; whether it can be evaluated.
    fn is_sound(&self, part: Part) -> bool {
        let found = self.problems.of_part(self.node, part);
        let sound = !found.has_errors();
        self.report(found);
        sound
    }

    async fn run(&self, index: NodeIndex) {
        match self.node {
            Node::Resource(module, resource) => self.resource(module, resource).await,
            Node::Provider(provider) => {
                let graph = &self.program.graph.graph;
                // Terraform does not look at configurations that nothing uses.
                if graph.neighbors_directed(index, Direction::Outgoing).next().is_some() {
                    self.is_sound(Part::Unmade);
                    if self.is_sound(Part::Whole) {
                        self.provider(provider).await;
                    }
                }
            }
            Node::Output(module, index) => self.output(module, index),
            Node::Call(module, index) => {
                // Both are looked at, so that both tell what is wrong.
                let sound = [Part::Repetition, Part::DependsOn].map(|part| self.is_sound(part));
                if sound == [true; 2] {
                    self.report(self.evaluator.validate_call(module, index));
                }
            }
            _ if !self.is_sound(Part::Whole) => {}
            Node::Variable(module, index) => {
                let found = self.evaluator.variable(module, index);
                self.report(found);
                let declared = &self.program.tree[module].module.config.variables[index];
                for scope in self.evaluator.instances(module) {
                    let value = self.evaluator.replace_variable(scope, index, any_value(declared));
                    self.given.borrow_mut().insert((scope, index), value);
                }
            }
            Node::Local(module, index) => self.local(module, index),
            Node::Validation(module, index) => self.validation(module, index),
            Node::Check(module, index) => self.check(module, index),
            _ => {}
        }
    }

    /// What is known with every variable unknown is known for good. Ephemeral values differ between plan and apply, and
    /// what is said of a value is said again whenever it is evaluated.
    fn local(&self, module: usize, index: usize) {
        let found = self.evaluator.local(module, index);
        if let [scope] = self.evaluator.instances(module)[..]
            && found.is_empty()
        {
            let value = self.evaluator.local_value(scope, index);
            if value.is_wholly_known() && !value.contains_ephemeral() {
                self.constants.borrow_mut().insert((module, index), value);
            }
        }
        self.report(found);
    }

    /// A variable's own validations see the value that it is given, if that is known.
    fn validation(&self, module: usize, index: usize) {
        for scope in self.evaluator.instances(module) {
            let Some(value) = self.given.borrow_mut().remove(&(scope, index)) else { continue };
            let any = self.evaluator.replace_variable(scope, index, value);
            let found = self.evaluator.validate_variable(scope, module, index);
            // Messages are made from other variables, which a plan knows.
            self.report(found.into_iter().filter(|found| !found.extra().is_some_and(|extra| extra.caused_by_unknown)));
            self.evaluator.replace_variable(scope, index, any);
        }
    }

    fn output(&self, module: usize, index: usize) {
        let compiled = &self.program.tree[module].module.outputs[index];
        let none = InstanceData::default();
        for scope in self.evaluator.instances(module) {
            for (rule, part) in compiled.preconditions.iter().zip((0..).map(Part::Condition)) {
                if self.is_sound(part) {
                    let found = &mut *self.found.borrow_mut();
                    self.evaluator.rule(scope, &none, rule, RuleKind::OutputPrecondition, found);
                } else {
                    self.anyway(part, &rule.condition);
                    self.message_anyway(part, &rule.message);
                }
            }
            if self.found.borrow().has_errors() {
                return;
            }
            self.is_sound(Part::DependsOn);
            // Both are looked at, so that both tell what is wrong.
            let sound = [Part::Whole, Part::Value].map(|part| self.is_sound(part));
            if sound != [true; 2] {
                return;
            }
            let (_, diagnostics) = self.evaluator.output_value(scope, module, index);
            self.report(diagnostics);
        }
    }

    /// Terraform evaluates conditions and their messages also where there is nothing that they refer to.
    fn anyway(&self, part: Part, expression: &Expression) {
        if self.problems.is_astray(self.node, part) {
            self.report(expression.evaluate(&Anything, self.context()).1);
        }
    }

    fn message_anyway(&self, part: Part, message: &Expression) {
        if self.problems.is_astray(self.node, part) {
            let (value, found) = message.evaluate(&Anything, self.context());
            let failed = found.has_errors();
            self.report(found);
            self.report(unsuitable_message(&value, message.span()).filter(|_| !failed));
        }
    }

    /// Of assertions only the messages are evaluated.
    fn check(&self, module: usize, index: usize) {
        for scope in self.evaluator.instances(module) {
            let none = InstanceData::default();
            let rules = &self.program.tree[module].module.checks[index].asserts;
            for (rule, part) in rules.iter().zip((0..).map(Part::Condition)) {
                if self.is_sound(part) {
                    self.message(&rule.message, scope, &none);
                } else {
                    self.message_anyway(part, &rule.message);
                }
            }
        }
    }

    fn message(&self, message: &Expression, scope: ScopeId, data: &InstanceData) {
        let names = self.evaluator.scope(scope, data);
        let (value, found) = message.evaluate(&names, self.context());
        let failed = found.has_errors();
        self.report(found);
        if failed {
            return;
        }
        if let Some(problem) = unsuitable_message(&value, message.span()) {
            self.report([message.describe(problem, &names, self.context())]);
        } else if value.is_known() && value.all_marks().is_sensitive() {
            self.report([marked_message(true, RuleKind::Assertion, message.span())]);
        }
    }

    fn context(&self) -> &landform_lang::expr::EvalContext {
        &self.evaluator.settings.context
    }

    async fn resource(&self, module: usize, index: usize) {
        let compiled = self.program.resource(module, index);
        if self.is_sound(Part::Imports) {
            for (own, import) in self.program.imports_of(module, index) {
                let found = &mut *self.found.borrow_mut();
                if self.evaluator.import((own, import), compiled, found).is_none() {
                    break;
                }
            }
        }
        for scope in self.evaluator.instances(module) {
            let data = if self.is_sound(Part::Repetition) {
                let found = &mut *self.found.borrow_mut();
                self.evaluator.validate_repetition(scope, &compiled.repetition, found)
            } else {
                crate::evaluate::any_instance(&compiled.repetition)
            };
            self.is_sound(Part::DependsOn);
            self.is_sound(Part::Unmade);
            let declared = &self.program.tree[module].module.config.resources[index];
            let is_sound = self.is_sound(Part::Body);
            if !is_sound && !self.problems.is_astray(self.node, Part::Body) {
                // What can be evaluated is, all the same.
                let (_, found) = compiled.body.evaluate(&self.evaluator.scope(scope, &data), self.context());
                self.report(found);
            }
            if is_sound && let Err(found) = self.evaluator.provider_index((module, index), scope, &data) {
                self.report(found);
            }
            if is_sound
                && let Some(config) = self.body(compiled, scope, &data)
                && let Some(provider) = self.providers.get(&declared.provider_addr)
            {
                self.ignored(compiled, declared);
                self.ask_provider(provider, compiled, scope, config).await;
            }
            self.conditions(compiled, scope, &data);
            self.validate_provisioners(compiled, scope, &data);
        }
    }

    fn body(&self, compiled: &CompiledResource, scope: ScopeId, data: &InstanceData) -> Option<Value> {
        let (config, mut diagnostics) = compiled.body.evaluate(&self.evaluator.scope(scope, data), self.context());
        if compiled.address.mode != ResourceMode::Ephemeral {
            let about = compiled.address.clone().absolute(self.evaluator.address(scope)).to_string();
            check_ephemeral(compiled, &config, &about, &mut diagnostics);
        }
        let sound = !diagnostics.has_errors();
        self.report(diagnostics);
        sound.then_some(config)
    }

    fn ignored(&self, compiled: &CompiledResource, declared: &landform_config::Resource) {
        if let IgnoreChanges::Paths(items) = &declared.lifecycle.ignore_changes {
            let found = items.iter().filter_map(|item| check_ignored(&compiled.schema.block, item, declared));
            let (errors, warnings): (Vec<_>, Vec<_>) = found.partition(Diagnostic::is_error);
            self.report(errors);
            self.written.borrow_mut().extend(warnings);
        }
    }

    async fn ask_provider(
        &self,
        provider: &Arc<dyn Provider>,
        compiled: &CompiledResource,
        scope: ScopeId,
        config: Value,
    ) {
        let config = config.unmark_deep().0;
        let kind = &compiled.address.kind;
        let found = match compiled.address.mode {
            ResourceMode::Managed => provider.validate_resource(kind, &config).await,
            ResourceMode::Data => provider.validate_data_source(kind, &config).await,
            ResourceMode::Ephemeral => provider.validate_ephemeral(kind, &config).await,
        };
        let about = compiled.address.clone().absolute(self.evaluator.address(scope)).to_string();
        self.report(found.into_iter().map(|mut found| {
            found.subject = found.subject.or_else(|| Some(compiled.body.place_of_problem(&found)));
            found.address = found.address.or_else(|| Some(about.clone()));
            found
        }));
    }

    /// Conditions and their messages, whatever comes of them.
    fn conditions(&self, compiled: &CompiledResource, scope: ScopeId, data: &InstanceData) {
        let with_self = data.with_self(Value::unknown(compiled.ty.clone()));
        let before = compiled.preconditions.iter().map(|rule| (rule, data));
        let rules = before.chain(compiled.postconditions.iter().map(|rule| (rule, &with_self)));
        for (index, (rule, data)) in rules.enumerate() {
            self.condition(&rule.condition, Part::Condition(index), (scope, data));
            self.condition(&rule.message, Part::Message(index), (scope, data));
        }
    }

    fn condition(&self, expression: &Expression, part: Part, (scope, data): (ScopeId, &InstanceData)) {
        if self.is_sound(part) {
            let (_, found) = expression.evaluate(&self.evaluator.scope(scope, data), self.context());
            self.report(found);
        } else {
            self.anyway(part, expression);
        }
    }

    /// Evaluates provisioners for an object of which only the type is known, until something is wrong.
    fn validate_provisioners(&self, compiled: &CompiledResource, scope: ScopeId, data: &InstanceData) {
        let data = data.with_self(Value::unknown(compiled.ty.clone()));
        for (index, provisioner) in compiled.provisioners.iter().enumerate() {
            self.validate_provisioner(provisioner, index, (scope, &data));
            if self.found.borrow().has_errors() {
                return;
            }
        }
    }

    /// A provisioner is asked about what could be evaluated; where references are wrong, nothing could.
    fn validate_provisioner(
        &self,
        provisioner: &CompiledProvisioner,
        index: usize,
        (scope, data): (ScopeId, &InstanceData),
    ) {
        let names = self.evaluator.scope(scope, data);
        let (body, connection) = (Part::Provisioner(index), Part::Connection(index));
        self.is_sound(body);
        if let Some(found) = self.provisioners.get(&provisioner.kind) {
            let config = if self.problems.is_astray(self.node, body) {
                let attributes = found.schema().attributes.iter();
                Value::object(attributes.map(|(name, attribute)| (name.clone(), Value::unknown(attribute.ty.clone()))))
            } else {
                let (config, problems) = provisioner.body.evaluate(&names, self.context());
                self.report(problems);
                config
            };
            let invalid = found.validate(&config.unmark_deep().0);
            self.report(invalid.into_iter().map(|mut found| {
                found.subject = found.subject.or_else(|| Some(provisioner.body.missing_item_span()));
                found
            }));
        }
        self.is_sound(connection);
        if let Some(body) = &provisioner.connection
            && !self.problems.is_astray(self.node, connection)
        {
            let (connection, problems) = body.evaluate(&names, self.context());
            self.report(problems);
            // Whether it runs at all is for a plan to say.
            let found = provisioner.unsuitable(self.provisioners, body, connection);
            self.report(found.into_iter().map(|found| found.as_severe_as(Severity::Warning)));
        }
    }

    async fn provider(&self, index: usize) {
        let found = &self.program.provider_configs[index];
        let Some((module, block)) = found.block else { return };
        let Some(scope) = self.evaluator.instances(module).first().copied() else { return };
        let compiled = &self.program.tree[module].module.providers[block];
        let data = InstanceData::of_provider(found);
        let (config, diagnostics) = compiled.body.evaluate(&self.evaluator.scope(scope, &data), self.context());
        let failed = diagnostics.has_errors();
        self.report(diagnostics);
        if failed || self.program.mock(index).is_some() {
            return;
        }
        let Some(provider) = self.providers.get(&found.address.provider) else { return };
        let span =
            self.program.tree[module].module.config.provider_configs.get_index(block).map(|(_, config)| config.span);
        let found = provider.validate_config(&config.unmark_deep().0).await;
        self.report(found.into_iter().map(|mut found| {
            found.subject = found.subject.or(span);
            found
        }));
    }
}
