//! The objects of a module that have expressions, and what the expressions of each may refer to.

use landform_addrs::Str;
use landform_lang::syntax::ast::Body;
use landform_lang::syntax::{Attributes, Traversal};
use landform_schema as schema;

use super::units::{Part, Unit};
use crate::check::arguments;
use crate::load::ModuleTree;
use crate::model::{CheckRule, Connection, Module, ModuleCall, Output, ProviderConfig, Provisioner, Resource};
use crate::reference::{Place, Repetition, Schemas, schema_of};

/// An object of one module, by its index among its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// A variable: what the call sets it to, in the calling module.
    Variable(usize),
    /// The validations of a variable.
    Validation(usize),
    /// A local value.
    Local(usize),
    /// An output.
    Output(usize),
    /// A resource of any mode.
    Resource(usize),
    /// A module call, without the variables that it sets.
    Call(usize),
    /// A provider configuration.
    Provider(usize),
    /// A check block.
    Check(usize),
    /// The whole module.
    Close,
}

/// What an object refers to.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) units: Vec<Unit>,
    /// `depends_on`, which is checked behind the unit with this index.
    pub(super) depends_on: Option<(usize, Vec<Traversal>)>,
    /// What is looked at only as long as there are no errors, one after the other.
    pub(super) last: Vec<Vec<Unit>>,
}

/// The objects of a module.
pub(super) struct Objects<'a> {
    module: &'a Module,
    /// What the call sets variables to.
    arguments: Attributes,
    schemas: Option<&'a dyn Schemas>,
}

impl<'a> Objects<'a> {
    /// Of an element of a tree.
    pub(super) fn of(tree: &'a ModuleTree, module: usize, schemas: Option<&'a dyn Schemas>) -> Self {
        let declared = &*tree.node(module).module;
        let arguments = tree.call(module).map(|call| arguments::of(call, declared)).unwrap_or_default();
        Self { module: declared, arguments, schemas }
    }

    /// All objects.
    pub(super) fn all(&self) -> impl Iterator<Item = Object> + use<> {
        let module = self.module;
        (0..module.variables.len())
            .map(Object::Variable)
            .chain((0..module.variables.len()).map(Object::Validation))
            .chain((0..module.locals.len()).map(Object::Local))
            .chain((0..module.outputs.len()).map(Object::Output))
            .chain((0..module.resources.len()).map(Object::Resource))
            .chain((0..module.module_calls.len()).map(Object::Call))
            .chain((0..module.provider_configs.len()).map(Object::Provider))
            .chain((0..module.checks.len()).map(Object::Check))
    }

    /// What an object refers to.
    pub(super) fn contents(&self, object: Object) -> Contents {
        let nowhere = Place::default();
        match object {
            Object::Variable(index) => units(self.argument(index)),
            Object::Validation(index) => units([Unit::of_validations(&self.module.variables[index].validations)]),
            Object::Local(index) => units([Unit::of(&self.module.locals[index].value, &nowhere)]),
            Object::Output(index) => output(&self.module.outputs[index]),
            Object::Resource(index) => self.resource(&self.module.resources[index]),
            Object::Call(index) => call(&self.module.module_calls[index]),
            Object::Provider(index) => self.provider(&self.module.provider_configs[index]),
            Object::Check(index) => {
                let check = &self.module.checks[index];
                let rules = check.asserts.iter().enumerate();
                units(rules.map(|(index, rule)| assertion(rule, &check.name).part(Part::Condition(index))))
            }
            Object::Close => Contents::default(),
        }
    }

    fn provider(&self, config: &ProviderConfig) -> Contents {
        let provider = self.module.provider_named(&config.name);
        let schemas = self.schemas.and_then(|schemas| schemas.of(&provider));
        let schema = schemas.as_ref().map(|schemas| &schemas.provider.block);
        let place = Place::repeated(Repetition::of(false, config.for_each.is_some()));
        units(Unit::of_body(&config.body, schema, &place, Part::Whole))
    }

    fn resource(&self, declared: &Resource) -> Contents {
        let schema = self.schemas.and_then(|schemas| schema_of(schemas, declared));
        // Of a type that there is not, nothing is evaluated but the repetition.
        let nothing = schema::Block::default();
        let block = schema.as_ref().map(|schema| &schema.block).or(self.schemas.map(|_| &nothing));
        resource(declared, block, self.schemas)
    }

    /// What the call sets a variable to. While no values are known, so are `count` and `each`.
    fn argument(&self, variable: usize) -> Option<Unit> {
        let value = &self.arguments.get(&self.module.variables[variable].name)?.value;
        Some(Unit::of(value, &Place::repeated(Repetition::Any)))
    }
}

fn call(call: &ModuleCall) -> Contents {
    let repetition = call.count.iter().chain(&call.for_each).chain(&call.enabled);
    let mut units: Vec<Unit> = repetition.map(|expr| Unit::of(expr, &Place::default())).collect();
    let own = Place::repeated(Repetition::of(call.count.is_some(), call.for_each.is_some()));
    let keys = call.providers.iter().filter_map(|passed| passed.in_parent.key.as_ref());
    units.extend(keys.map(|key| Unit::of(key, &own)));
    let units: Vec<Unit> = units.into_iter().map(|unit| unit.part(Part::Repetition)).collect();
    Contents { depends_on: Some((units.len(), call.depends_on.clone())), units, ..Contents::default() }
}

fn units(units: impl IntoIterator<Item = Unit>) -> Contents {
    Contents { units: units.into_iter().collect(), ..Contents::default() }
}

/// Only the message is evaluated, because no values are known.
fn assertion(rule: &CheckRule, check: &Str) -> Unit {
    Unit::of(&rule.condition, &Place::in_check(check.clone())).with_evaluated_anyway(&rule.error_message)
}

fn output(output: &Output) -> Contents {
    let nowhere = Place::default();
    let mut units: Vec<Unit> = Vec::new();
    let rules = output.preconditions.iter().enumerate();
    units.extend(rules.map(|(index, rule)| Unit::of_rule(rule, &nowhere).part(Part::Condition(index)).decisive()));
    units.push(Unit::of(&output.value, &nowhere).part(Part::Value));
    Contents { depends_on: Some((units.len(), output.depends_on.clone())), units, ..Contents::default() }
}

fn resource(resource: &Resource, schema: Option<&schema::Block>, schemas: Option<&dyn Schemas>) -> Contents {
    let nowhere = Place::default();
    let own = Place::repeated(Repetition::of(resource.count.is_some(), resource.for_each.is_some()));
    let with_self = own.clone().with_self(resource.addr());
    let lifecycle = &resource.lifecycle;
    let repetition = resource.count.as_ref().or(resource.for_each.as_ref()).or(lifecycle.enabled.as_ref());
    let repetition = repetition.map(|expr| Unit::of(expr, &nowhere).part(Part::Repetition));
    let mut units: Vec<Unit> = repetition.into_iter().collect();
    let before = units.len();
    units.extend(Unit::of_body(&resource.body, schema, &own, Part::Body));
    let key = resource.provider.as_ref().and_then(|provider| provider.key.as_ref());
    units.extend(key.map(|key| Unit::of(key, &own).part(Part::Body)));
    let conditions = |rules: &[CheckRule], first: usize, place: &Place| -> Vec<Unit> {
        let each = |(index, rule): (usize, &CheckRule)| {
            let unit =
                |expr, part: fn(usize) -> Part| Unit::at(place).with_evaluated_anyway(expr).part(part(first + index));
            [unit(&rule.condition, Part::Condition), unit(&rule.error_message, Part::Message)]
        };
        rules.iter().enumerate().flat_map(each).collect()
    };
    let (preconditions, postconditions) = (&lifecycle.preconditions, &lifecycle.postconditions);
    units.extend(conditions(preconditions, 0, &own));
    units.extend(conditions(postconditions, preconditions.len(), &with_self));
    let protection = lifecycle.prevent_destroy.iter();
    units.extend(protection.map(|expr| Unit::of(expr, &nowhere).part(Part::Protection)));
    let provisioners = resource.provisioners.iter().enumerate().map(|(index, it)| {
        let bodies = provisioner(it, resource.connection.as_deref(), schemas);
        let parts = [Part::Provisioner(index), Part::Connection(index)];
        let units = bodies.into_iter().zip(parts).filter_map(|(found, part)| {
            let (body, schema) = found?;
            Some(Unit::of_body(&body, schema.as_ref(), &with_self, part))
        });
        units.flatten().collect()
    });
    let last = provisioners.collect();
    Contents { units, depends_on: Some((before, resource.depends_on.clone())), last }
}

type BodyBySchema = (Body, Option<schema::Block>);

/// A provisioner and how it connects: as the resource says, but for what it says itself.
fn provisioner(
    provisioner: &Provisioner,
    base: Option<&Connection>,
    schemas: Option<&dyn Schemas>,
) -> [Option<BodyBySchema>; 2] {
    let connection = match (base, &provisioner.connection) {
        (Some(base), Some(own)) => Some(base.body.overridden_by(&own.body)),
        (base, own) => base.or(own.as_ref()).map(|connection| connection.body.clone()),
    };
    let own = (provisioner.body.clone(), schemas.and_then(|schemas| schemas.provisioner(&provisioner.kind)));
    [Some(own), connection.map(|body| (body, schemas.and_then(Schemas::connection)))]
}
