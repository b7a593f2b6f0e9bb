//! Changes of a root module by chance, and the `moved`, `removed` and `import` blocks that go with them.

use super::dice::Dice;
use super::generate::{self, Scope};
use super::model::{Expression, Module, Object, Repetition};

/// The address of the module that is changed, and the blocks to add to the root module.
struct Place {
    address: String,
    blocks: Vec<String>,
}

type Change = fn(&mut Dice, &mut Module, &mut Place);

/// How likely each is, where there is anything that it can change.
const CHANGES: [(u32, Change); 11] = [
    (24, change_arguments),
    (10, repeat_resource),
    (6, repeat_call),
    (10, rename_resource),
    (4, rename_call),
    (8, remove_resource),
    (6, move_into_call),
    (4, add_resource),
    (12, change_values),
    (5, change_output_and_check),
    (3, import),
];

/// A changed copy, and the blocks that tell of its changes.
pub(super) fn changed(dice: &mut Dice, root: &Module) -> (Module, Vec<String>) {
    let mut root = root.clone();
    let mut place = Place { address: String::new(), blocks: Vec::new() };
    for _ in 0..dice.weighted(&[(2, 1), (2, 2), (1, 3), (1, 4)]) {
        place.address.clear();
        let module = any_module(dice, &mut root, &mut place.address);
        if !module.resources.is_empty() {
            dice.weighted(&CHANGES)(dice, module, &mut place);
        }
    }
    (root, place.blocks)
}

fn any_module<'m>(dice: &mut Dice, module: &'m mut Module, address: &mut String) -> &'m mut Module {
    match dice.index(module.calls.len()) {
        Some(index) if dice.chance(0.5) => {
            let call = &mut module.calls[index];
            address.push_str(&format!("{}.", call.object()));
            any_module(dice, &mut call.module, address)
        }
        _ => module,
    }
}

impl Place {
    /// Mostly; people forget it.
    fn moved(&mut self, dice: &mut Dice, from: &str, to: &str) {
        let address = &self.address;
        if from != to && dice.chance(0.7) {
            self.blocks.push(format!("moved {{\n  from = {address}{from}\n  to   = {address}{to}\n}}\n"));
        }
    }
}

/// The key of an instance that there may be.
pub(super) fn key(dice: &mut Dice, repetition: Repetition) -> &'static str {
    match repetition {
        Repetition::None => "",
        Repetition::Count(_) => dice.one_of("[0] | [0] | [1] | [2]"),
        Repetition::ForEach(_) => dice.one_of(r#"["k1"] | ["k1"] | ["k2"] | ["é"]"#),
    }
}

/// The place of any resource; there is one.
fn any_resource(dice: &mut Dice, module: &Module) -> usize {
    dice.index(module.resources.len()).expect("only modules with resources are changed")
}

fn change_arguments(dice: &mut Dice, module: &mut Module, _: &mut Place) {
    let index = any_resource(dice, module);
    // What stands before it, so that there are no circles.
    let scope = Scope { resources: &module.resources[..index], ..Scope::default() };
    let input = generate::expression(dice, scope, module.resources[index].repetition);
    let resource = &mut module.resources[index];
    match dice.weighted(&[(6, 0), (2, 1), (1, 2), (1, 3)]) {
        0 => resource.input = input,
        1 => resource.triggers = dice.maybe(0.7, |_| input),
        2 => resource.lifecycle = dice.maybe(0.6, |dice| dice.one_of(generate::LIFECYCLES)),
        _ => resource.precondition = dice.maybe(0.7, |dice| dice.one_of(generate::PRECONDITIONS)),
    }
}

fn repeat_resource(dice: &mut Dice, module: &mut Module, place: &mut Place) {
    let index = any_resource(dice, module);
    let resource = &mut module.resources[index];
    repeat(dice, &resource.object(), &mut resource.repetition, place);
}

fn repeat_call(dice: &mut Dice, module: &mut Module, place: &mut Place) {
    let Some(index) = dice.index(module.calls.len()) else { return };
    let call = &mut module.calls[index];
    repeat(dice, &call.object(), &mut call.repetition, place);
}

fn repeat(dice: &mut Dice, object: &Object, repetition: &mut Repetition, place: &mut Place) {
    let from = key(dice, *repetition);
    *repetition = generate::repetition(dice);
    let to = key(dice, *repetition);
    place.moved(dice, &format!("{object}{from}"), &format!("{object}{to}"));
}

fn rename_resource(dice: &mut Dice, module: &mut Module, place: &mut Place) {
    let index = any_resource(dice, module);
    let from = module.resources[index].object();
    module.resources[index].name = generate::free_name(&module.resources);
    let to = module.resources[index].object();
    renamed(dice, module, place, [from, to]);
}

fn rename_call(dice: &mut Dice, module: &mut Module, place: &mut Place) {
    let Some(index) = dice.index(module.calls.len()) else { return };
    let from = module.calls[index].object();
    module.calls[index].name.insert_str(0, "new_");
    let to = module.calls[index].object();
    renamed(dice, module, place, [from, to]);
}

fn renamed(dice: &mut Dice, module: &mut Module, place: &mut Place, [from, to]: [Object; 2]) {
    module.redirect(&from, &to);
    place.moved(dice, &from.to_string(), &to.to_string());
}

fn remove_resource(dice: &mut Dice, module: &mut Module, place: &mut Place) {
    let index = any_resource(dice, module);
    let object = module.resources[index].object();
    if module.refers_to(&object) && dice.chance(0.85) {
        return;
    }
    module.resources.remove(index);
    let (address, destroy) = (&place.address, dice.one_of("true | false | false"));
    if dice.chance(0.5) {
        let lifecycle = format!("lifecycle {{\n    destroy = {destroy}\n  }}");
        place.blocks.push(format!("removed {{\n  from = {address}{object}\n  {lifecycle}\n}}\n"));
    }
}

/// Of a resource to which nothing refers, and which then refers to nothing.
fn move_into_call(dice: &mut Dice, module: &mut Module, place: &mut Place) {
    let index = any_resource(dice, module);
    let object = module.resources[index].object();
    let Some(to) = dice.index(module.calls.len()).filter(|_| !module.refers_to(&object)) else { return };
    let mut resource = module.resources.remove(index);
    let call = &mut module.calls[to];
    resource.name = generate::free_name(&call.module.resources);
    resource.input = Expression::plain(generate::value(dice));
    (resource.triggers, resource.depends_on, resource.replaced_with) = (None, None, None);
    let to = format!("{}{}.{}", call.object(), key(dice, call.repetition), resource.object());
    call.module.resources.push(resource);
    place.moved(dice, &object.to_string(), &to);
}

fn add_resource(dice: &mut Dice, module: &mut Module, _: &mut Place) {
    let resource = generate::resource(dice, Scope::of(module));
    module.resources.push(resource);
}

fn change_values(dice: &mut Dice, module: &mut Module, _: &mut Place) {
    match dice.weighted(&[(1, 0), (1, 1), (1, 2), (1, 3)]) {
        0 => module.list = dice.one_of(generate::LISTS),
        1 => module.number = dice.one_of(generate::NUMBERS),
        2 => module.switch = dice.one_of(generate::SWITCHES),
        _ => module.value = generate::constant(dice, 0),
    }
}

fn change_output_and_check(dice: &mut Dice, module: &mut Module, _: &mut Place) {
    module.outputs[0].value = generate::expression(dice, Scope::of(module), Repetition::None);
    module.check = dice.maybe(0.5, |dice| generate::condition(dice, Scope::of(module)));
}

/// Of the root module alone, where `import` blocks may stand.
fn import(dice: &mut Dice, module: &mut Module, place: &mut Place) {
    let resource = &module.resources[any_resource(dice, module)];
    let (to, key) = (resource.object(), key(dice, resource.repetition));
    let id = dice.one_of(r#""imported" | "imported-${var.number}" | var.value"#);
    if place.address.is_empty() {
        place.blocks.push(format!("import {{\n  to = {to}{key}\n  id = {id}\n}}\n"));
    }
}
