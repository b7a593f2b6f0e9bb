//! A compiled module directory.

use std::collections::HashMap;
use std::sync::Arc;

use landform_addrs::{ConfigResource, ModulePath, Resource, Str};
use landform_config::check::{Object, Part};
use landform_config::{Module, ProvisionerWhen};
use landform_diagnostics::{Diagnostic, Diagnostics, Span};
use landform_lang::body::CompiledBody;
use landform_lang::expr::Expression;
use landform_lang::syntax::ast::{Ident, Step};
use landform_schema::Schema;
use landform_values::Type;

use super::{CompiledProvisioner, Target};
use crate::plan::IgnoreChanges;

/// What is in one module directory, whoever calls it. Lists go by the order of the declarations in [`Module`].
pub(crate) struct CompiledModule {
    /// As declared.
    pub(crate) config: Arc<Module>,
    /// What each slot of the expressions here stands for.
    pub(crate) targets: Vec<Target>,
    /// Validations of each variable.
    pub(crate) variables: Vec<Vec<CompiledRule>>,
    /// Local values.
    pub(crate) locals: Vec<Expression>,
    /// Output values.
    pub(crate) outputs: Vec<CompiledOutput>,
    /// Resources of all modes.
    pub(crate) resources: Vec<CompiledResource>,
    /// Index of each resource.
    pub(crate) resource_indexes: HashMap<Resource, usize>,
    /// Calls of other modules.
    pub(crate) calls: Vec<CompiledCall>,
    /// Provider configurations.
    pub(crate) providers: Vec<CompiledProvider>,
    /// Check blocks.
    pub(crate) checks: Vec<CompiledCheck>,
    /// Provisioners of each `removed` block.
    pub(crate) removed: Vec<Vec<CompiledProvisioner>>,
    /// Import blocks.
    pub(crate) imports: Vec<CompiledImport>,
    /// What could not be compiled.
    pub(crate) problems: HashMap<(Object, Part), Diagnostics>,
}

/// `count`, `for_each` or neither.
pub(crate) enum Repetition {
    /// One instance without a key.
    Single,
    /// So many instances.
    Count(Expression),
    /// An instance for each.
    ForEach(Expression),
    /// One instance without a key, or none.
    Enabled(Expression),
}

/// A condition and its message.
pub(crate) struct CompiledRule {
    /// Must be true.
    pub(crate) condition: Expression,
    /// What is said otherwise.
    pub(crate) message: Expression,
    /// The block's header.
    pub(crate) span: Span,
}

/// An output.
pub(crate) struct CompiledOutput {
    /// Its value.
    pub(crate) value: Expression,
    /// Conditions.
    pub(crate) preconditions: Vec<CompiledRule>,
    /// `depends_on`.
    pub(crate) depends_on: Vec<Target>,
}

/// A resource, data source or ephemeral resource.
pub(crate) struct CompiledResource {
    /// Its type, name and mode.
    pub(crate) address: Resource,
    /// The block's header.
    pub(crate) span: Span,
    /// The shape of its objects; empty where there is no such type.
    pub(crate) schema: Arc<Schema>,
    /// Whether there is such a type.
    pub(crate) has_type: bool,
    /// The type that the shape implies, found once for all instances.
    pub(crate) ty: Type,
    /// How many instances.
    pub(crate) repetition: Repetition,
    /// What chooses among the instances of its provider configuration.
    pub(crate) provider_key: Option<Expression>,
    /// Its configuration.
    pub(crate) body: CompiledBody,
    /// `depends_on`.
    pub(crate) depends_on: Vec<Target>,
    /// Whether destroying is refused.
    pub(crate) prevent_destroy: Option<Expression>,
    /// Differences that do not matter.
    pub(crate) ignore_changes: IgnoreChanges,
    /// What makes it be replaced.
    pub(crate) triggers: Vec<CompiledTrigger>,
    /// Checked before planning.
    pub(crate) preconditions: Vec<CompiledRule>,
    /// Checked after reading or applying.
    pub(crate) postconditions: Vec<CompiledRule>,
    /// What runs on creation and destruction, in order.
    pub(crate) provisioners: Vec<CompiledProvisioner>,
    /// How provisioners connect, where they do not say so themselves.
    pub(crate) connection: Option<CompiledBody>,
}

/// An item of `replace_triggered_by`.
pub(crate) struct CompiledTrigger {
    /// The resource, in the same module; `None` where it is not declared.
    pub(crate) resource: Option<usize>,
    /// The instance's key; all instances without one.
    pub(crate) key: Option<Expression>,
    /// What is wrong with how the key is written, where anything is.
    pub(crate) wrong_key: Option<Diagnostic>,
    /// The attribute, as a path in the object; the root for all of it.
    pub(crate) path: landform_values::Path,
    /// As written.
    pub(crate) text: Str,
    /// Where it is written.
    pub(crate) span: Span,
}

/// A module call.
pub(crate) struct CompiledCall {
    /// How many instances.
    pub(crate) repetition: Repetition,
    /// The value of each of the called module's variables that is set, by the variable's index.
    pub(crate) arguments: Vec<Option<Expression>>,
    /// What chooses among the instances of each provider configuration that it passes.
    pub(crate) provider_keys: Vec<Option<Expression>>,
    /// `depends_on`.
    pub(crate) depends_on: Vec<Target>,
}

/// A provider configuration.
pub(crate) struct CompiledProvider {
    /// Its configuration.
    pub(crate) body: CompiledBody,
}

/// A check block.
pub(crate) struct CompiledCheck {
    /// What must hold.
    pub(crate) asserts: Vec<CompiledRule>,
}

/// An `import` block.
pub(crate) struct CompiledImport {
    /// The resource that objects are adopted for, whatever its keys, as seen from the module of the block.
    pub(crate) resource: ConfigResource,
    /// Where objects are adopted to.
    pub(crate) to: ImportAddress,
    /// The id of the object, or its identity.
    pub(crate) key: Expression,
    /// Whether it is an identity.
    pub(crate) by_identity: bool,
    /// One import for each.
    pub(crate) for_each: Option<Expression>,
}

/// An address whose keys may be expressions.
pub(crate) struct ImportAddress {
    /// The first name.
    pub(crate) root: Ident,
    /// What follows.
    pub(crate) steps: Vec<ImportStep>,
    /// The whole of it.
    pub(crate) span: Span,
}

/// A step of an address.
pub(crate) enum ImportStep {
    /// A name or a literal key.
    Static(Step),
    /// A key to evaluate.
    Key(Expression),
}

impl CompiledImport {
    /// The resource that objects are adopted for, where the block stands in a module.
    pub(crate) fn resource_from(&self, module: &ModulePath) -> ConfigResource {
        let within = self.resource.module.calls().iter();
        let module = within.fold(module.clone(), |path, call| path.child(call.clone()));
        ConfigResource { module, resource: self.resource.resource.clone() }
    }

    /// What it refers to, within its module.
    pub(crate) fn targets(&self, module: &CompiledModule) -> Vec<Target> {
        let keys = self.to.steps.iter().filter_map(|step| match step {
            ImportStep::Static(_) => None,
            ImportStep::Key(key) => Some(key),
        });
        module.targets_of(keys.chain([&self.key]).chain(&self.for_each))
    }
}

impl CompiledModule {
    /// What the slots of an expression stand for.
    pub(crate) fn targets_of<'a>(&'a self, expressions: impl IntoIterator<Item = &'a Expression>) -> Vec<Target> {
        let slots = expressions.into_iter().flat_map(|expression| expression.slots().iter());
        slots.map(|slot| self.targets[slot.0 as usize]).collect()
    }

    fn body_targets<'a>(&'a self, body: &'a CompiledBody) -> impl Iterator<Item = Target> + 'a {
        body.slots().iter().map(|slot| self.targets[slot.0 as usize])
    }

    /// What create-time provisioners refer to.
    fn provisioner_targets<'a>(&'a self, resource: &'a CompiledResource) -> impl Iterator<Item = Target> + 'a {
        let bodies = resource.provisioners_at(ProvisionerWhen::Create).flat_map(CompiledProvisioner::bodies);
        bodies.flat_map(|body| self.body_targets(body))
    }

    /// Whether create-time provisioners of a resource refer to it by its name, rather than by `self`.
    pub(crate) fn provisioners_name_their_resource(&self, resource: usize) -> bool {
        self.provisioner_targets(&self.resources[resource]).any(|target| target == Target::Resource(resource))
    }

    fn rules<'a>(&'a self, rules: &'a [CompiledRule]) -> Vec<Target> {
        self.targets_of(rules.iter().flat_map(|rule| [&rule.condition, &rule.message]))
    }

    /// What a variable's validations refer to.
    pub(crate) fn validation_targets(&self, variable: usize) -> Vec<Target> {
        self.rules(&self.variables[variable])
    }

    /// What an output refers to, `depends_on` left out.
    pub(crate) fn output_targets(&self, output: usize) -> Vec<Target> {
        let output = &self.outputs[output];
        let mut targets = self.targets_of([&output.value]);
        targets.extend(self.rules(&output.preconditions));
        targets
    }

    /// What a resource refers to, `depends_on` left out.
    pub(crate) fn resource_targets(&self, resource: usize) -> Vec<Target> {
        let resource = &self.resources[resource];
        let mut targets = self.targets_of(resource.repetition.expression());
        targets.extend(self.targets_of(&resource.provider_key));
        targets.extend(self.body_targets(&resource.body));
        targets.extend(resource.connection.iter().flat_map(|connection| self.body_targets(connection)));
        targets.extend(self.provisioner_targets(resource));
        targets.extend(self.rules(&resource.preconditions));
        targets.extend(self.rules(&resource.postconditions));
        targets.extend(self.targets_of(&resource.prevent_destroy));
        for trigger in &resource.triggers {
            targets.extend(trigger.resource.map(Target::Resource));
            targets.extend(self.targets_of(&trigger.key));
        }
        let own = self.resource_indexes[&resource.address];
        targets.retain(|target| *target != Target::Resource(own));
        targets
    }

    /// What a check refers to.
    pub(crate) fn check_targets(&self, check: usize) -> Vec<Target> {
        self.rules(&self.checks[check].asserts)
    }

    /// What a provider configuration refers to.
    pub(crate) fn provider_targets(&self, provider: usize) -> Vec<Target> {
        self.body_targets(&self.providers[provider].body).collect()
    }
}

impl CompiledResource {
    /// The provisioners that run on creation, or those on destruction.
    pub(crate) fn provisioners_at(&self, when: ProvisionerWhen) -> impl Iterator<Item = &CompiledProvisioner> {
        self.provisioners.iter().filter(move |provisioner| provisioner.when == when)
    }

    /// Whether anything is to hold of its instances.
    pub(crate) fn has_conditions(&self) -> bool {
        !self.preconditions.is_empty() || !self.postconditions.is_empty()
    }
}

impl Repetition {
    /// The expression, where there is one.
    pub(crate) fn expression(&self) -> Option<&Expression> {
        match self {
            Self::Single => None,
            Self::Count(expression) | Self::ForEach(expression) | Self::Enabled(expression) => Some(expression),
        }
    }
}
