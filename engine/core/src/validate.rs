//! Checks that need no state and no configured provider.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_addrs::ResourceMode;
use landform_config::{Module, ModuleTree, check};
use landform_diagnostics::{Diagnostic, Diagnostics};

use landform_lang::expr::ImpureCalls;
use landform_provider_api::Provider;
use landform_values::Value;

use crate::evaluate::{Evaluator, InstanceData, ScopeId, Settings, Unknowns};
use crate::parts;
use crate::plan::checks;
use crate::program::{CompiledResource, Means, Node, Program};
use crate::providers::ProviderSet;
use crate::provisioners::ProvisionerSet;
use crate::schedule::{Outcome, Run, run_graph};
use crate::variables::{Given, ValueSource};

/// Checks all that needs no values, and compiles. Without errors there is a program.
pub(crate) fn compile(tree: &ModuleTree, means: Means<'_>) -> (Option<Program>, Diagnostics) {
    let sources = means.sources;
    let mut diagnostics = check::check_provisioners(tree);
    diagnostics.extend(check::check_required_versions(tree, sources));
    if diagnostics.has_errors() {
        return (None, diagnostics);
    }
    diagnostics.extend(check::check_references(tree, sources));
    let providers = means.providers;
    let (program, found) = Program::compile(tree, means);
    diagnostics.extend(found);
    if !diagnostics.has_errors() {
        diagnostics.extend(parts::check(&program, providers));
        diagnostics.extend(program.graph.cycles(&program.tree, &program.provider_configs));
    }
    let sound = !diagnostics.has_errors();
    (sound.then_some(program), diagnostics)
}

/// Checks a configuration: names, schemas, cycles, constant expressions, and what providers say of each block with
/// everything unknown that only a plan can know.
pub async fn validate(tree: &ModuleTree, providers: &ProviderSet, settings: &crate::RunSettings) -> Diagnostics {
    let (program, mut diagnostics) = compile(tree, Means::of(providers, settings));
    let Some(program) = program else { return diagnostics };
    diagnostics.extend(walk(&Arc::new(program), providers, settings).await);
    diagnostics
}

/// Checks a compiled configuration with everything unknown that only a plan can know.
pub(crate) async fn walk(
    program: &Arc<Program>,
    providers: &ProviderSet,
    settings: &crate::RunSettings,
) -> Diagnostics {
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
    let validator = Validator {
        program,
        evaluator: &evaluator,
        providers,
        provisioners: &settings.provisioners,
        found: std::cell::RefCell::default(),
    };
    run_graph(
        &program.graph.graph,
        16,
        |index| {
            let node = program.graph.graph[index];
            Run::Later(Box::pin({
                let validator = &validator;
                async move {
                    validator.visit(node).await;
                    (index, Outcome::Done)
                }
            }))
        },
        |_| {},
    )
    .await;
    validator.found.into_inner()
}

/// A configuration is checked for all values that its callers may give.
fn unknown_variables(root: &Module) -> BTreeMap<landform_values::Str, Given> {
    let given = |variable: &landform_config::Variable| Given {
        value: landform_values::Value::unknown(variable.value_type()),
        source: ValueSource::Caller,
        ephemeral: variable.ephemeral,
    };
    root.variables.iter().map(|(name, variable)| (name.clone(), given(variable))).collect()
}

struct Validator<'a> {
    program: &'a Program,
    evaluator: &'a Evaluator,
    providers: &'a ProviderSet,
    provisioners: &'a ProvisionerSet,
    found: std::cell::RefCell<Diagnostics>,
}

impl Validator<'_> {
    fn report(&self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.found.borrow_mut().extend(diagnostics);
    }

    async fn visit(&self, node: Node) {
        match node {
            Node::Variable(module, index) => self.report(self.evaluator.variable(module, index)),
            Node::Validation(module, index) => {
                let unkept = std::cell::RefCell::default();
                let found = checks::validate_variable(self.evaluator, &unkept, module, index);
                self.report(found.into_iter().filter(Diagnostic::is_error));
            }
            Node::Local(module, index) => self.report(self.evaluator.local(module, index)),
            Node::Call(module, index) => self.report(self.evaluator.validate_call(module, index)),
            Node::Output(module, index) => {
                for scope in self.evaluator.instances(module) {
                    let (value, diagnostics) = self.evaluator.output_value(scope, module, index);
                    self.report(diagnostics);
                    self.evaluator.set_output(scope, index, value);
                }
            }
            Node::Resource(module, index) => self.resource(module, index).await,
            Node::Provider(index) => self.provider(index).await,
            _ => {}
        }
    }

    async fn resource(&self, module: usize, index: usize) {
        let compiled = self.program.resource(module, index);
        for import in self.program.imports_of(module, index) {
            let found = &mut *self.found.borrow_mut();
            self.evaluator.import(import, &compiled.repetition, Unknowns::Allowed, found);
        }
        for scope in self.evaluator.instances(module) {
            let data = self.evaluator.validate_repetition(scope, &compiled.repetition, &mut self.found.borrow_mut());
            let names = self.evaluator.scope(scope, &data);
            let (config, mut diagnostics) = compiled.body.evaluate(&names, &self.evaluator.settings.context);
            let about = compiled.address.clone().absolute(self.evaluator.address(scope)).to_string();
            if compiled.address.mode == ResourceMode::Managed {
                crate::objects::check_ephemeral(compiled, &config, &about, &mut diagnostics);
            }
            let failed = diagnostics.has_errors();
            self.report(diagnostics);
            let address = &self.program.tree[module].module.config.resources[index].provider_addr;
            if let Some(provider) = self.providers.get(address).filter(|_| !failed) {
                self.ask_provider(provider, compiled, scope, config).await;
            }
            self.validate_provisioners(compiled, scope, &data);
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
            ResourceMode::Ephemeral => Diagnostics::new(),
        };
        let about = compiled.address.clone().absolute(self.evaluator.address(scope)).to_string();
        self.report(found.into_iter().map(|mut found| {
            if found.subject.is_none() {
                let span = compiled.body.span_of_problem(&found);
                found.subject = Some(span.unwrap_or(compiled.span));
            }
            found.address = found.address.or_else(|| Some(about.clone()));
            found
        }));
    }

    /// Evaluates provisioners for an object of which only the type is known, up to the first with errors.
    fn validate_provisioners(&self, compiled: &CompiledResource, scope: ScopeId, data: &InstanceData) {
        let data = data.with_self(Value::unknown(compiled.schema.block.implied_type()));
        let names = self.evaluator.scope(scope, &data);
        let context = &self.evaluator.settings.context;
        for provisioner in &compiled.provisioners {
            let (config, mut diagnostics) = provisioner.body.evaluate(&names, context);
            if let Some(found) = self.provisioners.get(&provisioner.kind) {
                let invalid = found.validate(&config.unmark_deep().0);
                diagnostics.extend(invalid.into_iter().map(|mut found| {
                    found.subject = found.subject.or_else(|| Some(provisioner.body.missing_item_span()));
                    found
                }));
            }
            if let Some(connection) = &provisioner.connection {
                diagnostics.extend(connection.evaluate(&names, context).1);
            }
            let failed = diagnostics.has_errors();
            self.report(diagnostics);
            if failed {
                return;
            }
        }
    }

    async fn provider(&self, index: usize) {
        let found = &self.program.provider_configs[index];
        let Some((module, block)) = found.block else { return };
        let Some(scope) = self.evaluator.instances(module).first().copied() else { return };
        let compiled = &self.program.tree[module].module.providers[block];
        let data = InstanceData::default();
        let names = self.evaluator.scope(scope, &data);
        let (config, diagnostics) = compiled.body.evaluate(&names, &self.evaluator.settings.context);
        let failed = diagnostics.has_errors();
        self.report(diagnostics);
        let Some(provider) = self.providers.get(&found.address.provider).filter(|_| !failed) else { return };
        let span =
            self.program.tree[module].module.config.provider_configs.get_index(block).map(|(_, config)| config.span);
        let found = provider.validate_config(&config.unmark_deep().0).await;
        self.report(found.into_iter().map(|mut found| {
            found.subject = found.subject.or(span);
            found
        }));
    }
}
