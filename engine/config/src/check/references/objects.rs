//! The objects of a module that have expressions, and what the expressions of each may refer to.

use landform_addrs::Str;
use landform_lang::syntax::{Attributes, Traversal};

use super::units::Unit;
use crate::check::arguments;
use crate::load::ModuleTree;
use crate::model::{CheckRule, Connection, Module, ModuleCall, Output, Provisioner, Resource};
use crate::reference::{Place, Repetition};

/// An object of one module, by its index among its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Object {
    /// A variable: what the call sets it to, in the calling module.
    Variable(usize),
    /// The validations of a variable.
    Validation(usize),
    Local(usize),
    Output(usize),
    Resource(usize),
    /// A module call, without the variables that it sets.
    Call(usize),
    Provider(usize),
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
}

impl<'a> Objects<'a> {
    /// Of an element of a tree.
    pub(super) fn of(tree: &'a ModuleTree, module: usize) -> Self {
        let declared = &*tree.node(module).module;
        let arguments = tree.call(module).map(|call| arguments::of(call, declared)).unwrap_or_default();
        Self { module: declared, arguments }
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
            Object::Resource(index) => resource(&self.module.resources[index]),
            Object::Call(index) => call(&self.module.module_calls[index]),
            Object::Provider(index) => units(Unit::of_body(&self.module.provider_configs[index].body, &nowhere)),
            Object::Check(index) => {
                let check = &self.module.checks[index];
                units(check.asserts.iter().map(|rule| assertion(rule, &check.name)))
            }
            Object::Close => Contents::default(),
        }
    }

    /// What the call sets a variable to. While no values are known, so are `count` and `each`.
    fn argument(&self, variable: usize) -> Option<Unit> {
        let value = &self.arguments.get(&self.module.variables[variable].name)?.value;
        Some(Unit::of(value, &Place::repeated(Repetition::Any)))
    }
}

fn call(call: &ModuleCall) -> Contents {
    let repetition = call.count.iter().chain(&call.for_each).chain(&call.enabled);
    let units: Vec<Unit> = repetition.map(|expr| Unit::of(expr, &Place::default())).collect();
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
    units.extend(output.preconditions.iter().map(|rule| Unit::of_rule(rule, &nowhere).decisive()));
    units.push(Unit::of(&output.value, &nowhere));
    Contents { depends_on: Some((units.len(), output.depends_on.clone())), units, ..Contents::default() }
}

fn resource(resource: &Resource) -> Contents {
    let nowhere = Place::default();
    let own = Place::repeated(Repetition::of(resource.count.is_some(), resource.for_each.is_some()));
    let with_self = own.clone().with_self(resource.addr());
    let lifecycle = &resource.lifecycle;
    let repetition = resource.count.as_ref().or(resource.for_each.as_ref()).or(lifecycle.enabled.as_ref());
    let mut units: Vec<Unit> = repetition.map(|expr| Unit::of(expr, &nowhere)).into_iter().collect();
    let before = units.len();
    units.extend(Unit::of_body(&resource.body, &own));
    let conditions = |rules: &[CheckRule], place: &Place| -> Vec<Unit> {
        let each = |rule: &CheckRule| {
            [&rule.condition, &rule.error_message].map(|expr| Unit::at(place).with_evaluated_anyway(expr))
        };
        rules.iter().flat_map(each).collect()
    };
    units.extend(conditions(&lifecycle.preconditions, &own));
    units.extend(conditions(&lifecycle.postconditions, &with_self));
    units.extend(lifecycle.prevent_destroy.iter().map(|expr| Unit::of(expr, &nowhere)));
    let provisioners = resource.provisioners.iter();
    let last = provisioners.map(|it| provisioner(it, resource.connection.as_ref(), &with_self)).collect();
    Contents { units, depends_on: Some((before, resource.depends_on.clone())), last }
}

/// A provisioner and how it connects: as the resource says, but for what it says itself.
fn provisioner(provisioner: &Provisioner, base: Option<&Connection>, place: &Place) -> Vec<Unit> {
    let connection = match (base, &provisioner.connection) {
        (Some(base), Some(own)) => Some(base.body.overridden_by(&own.body)),
        (base, own) => base.or(own.as_ref()).map(|connection| connection.body.clone()),
    };
    let bodies = [Some(provisioner.body.clone()), connection];
    bodies.iter().flatten().flat_map(|body| Unit::of_body(body, place)).collect()
}
