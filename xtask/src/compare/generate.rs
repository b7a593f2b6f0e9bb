//! Root modules by chance. What stands later in a module may refer to what stands before it, so that there are no circles:
//! its first resource, calls, the other resources, outputs.

use super::dice::Dice;
use super::model::{Call, Data, Expression, Module, Object, Output, Repetition, Resource};

pub(super) const NUMBERS: &str = "0 | 1 | 2 | 3";
pub(super) const SWITCHES: &str = "true | false";
pub(super) const LISTS: &str = r#"["k1", "k2"] | ["k1"] | ["k3", "k1"] | []"#;
const MAPS: &str = r#"{ k1 = "1" } | { k1 = "1", k2 = "2" } | { "x.y" = true } | {}"#;
const COUNTS: &str = "0 | 1 | 2 | 3 | var.number | length(local.list) | var.switch ? 1 : 0";
const FOR_EACHES: &str = r#"toset(["k1", "k2"]) | { k1 = 1, k2 = "z" } | local.map | toset(local.list) | toset([])
    | { for i in range(var.number) : "k${i}" => i } | { "é" = 1, "a b" = [2] }"#;

/// `%` stands for a value in these, `@` for an expression.
const SCALARS: &str = r#""v" | "new" | "multi\nline" | "" | "é" | "1" | "true" | 0 | 1 | -3 | 1.5 | 12345678901 | 1e3
    | true | false | null"#;
const COLLECTIONS: &str =
    "[] | [%] | [%, %] | [%, %, %] | {} | { k = % } | { k = %, l = % } | { l = %, m = %, n_o = % }";
const FUNCTIONS: &str = r#"sensitive("s") | sensitive(["a", %]) | { k = sensitive("t") } | toset(["q", "p"])
    | tomap({ z = "1", y = "2" }) | tolist([1, 2]) | tonumber("5") | timestamp() | uuid()"#;
const EXPRESSIONS: &str = r#"% | % | % | % | @ | @ | @ | @ | "p-${jsonencode(@)}" | [@, %] | { k = @, l = % }
    | sensitive(@) | jsonencode(@) | try(@, %) | @ != % ? "y" : null"#;
const VALUES: &str = "var.value | var.number | var.switch | local.list | local.map | local.text | path.module \
    | terraform.workspace";

/// `@` stands for an object in these, `%` for its attribute.
const SINGLE: &str = "@.% | @.% | @.% | @.% | @";
const COUNTED: &str = "@[*].% | @[*].% | try(@[0].%, null) | @[0].% | length(@) | @";
const KEYED: &str = "[for o in @ : o.%] | { for k, o in @ : k => o.% } | values(@)[*].% | keys(@) | @";
const ATTRIBUTES: &str = "id | input | output | output";

pub(super) const LIFECYCLES: &str = "create_before_destroy = true | create_before_destroy = true | prevent_destroy = true \
    | ignore_changes = all | ignore_changes = [input] | ignore_changes = [input.k] | ignore_changes = [triggers_replace]";
pub(super) const PRECONDITIONS: &str =
    "var.number >= 0 | local.text != null | length(local.list) > 0 | var.value != null | var.number > 0";
const POSTCONDITIONS: &str = "self.id != null | self.output == self.input | self.input != 7 | self.input != null";
const PROVISIONERS: &str = r#"command = "echo hello" | command = "echo ${self.id} >&2" | command = "exit 3"
    | on_failure = continue, command = "exit 2" | when = destroy, command = "echo bye" | when = destroy, command = "exit 1""#;

/// How deep calls may be nested.
const DEEPEST: usize = 2;

/// What an expression may refer to.
#[derive(Clone, Copy, Default)]
pub(super) struct Scope<'a> {
    pub(super) resources: &'a [Resource],
    pub(super) calls: &'a [Call],
    pub(super) has_data: bool,
}

impl<'a> Scope<'a> {
    /// All that stands in a module.
    pub(super) fn of(module: &'a Module) -> Self {
        Self { resources: &module.resources, calls: &module.calls, has_data: module.data.is_some() }
    }
}

/// A root module, or one that is called at this depth.
pub(super) fn module(dice: &mut Dice, depth: usize) -> Module {
    let mut module = Module {
        value: constant(dice, 0),
        is_sensitive: dice.chance(0.12),
        number: dice.one_of(NUMBERS),
        switch: dice.one_of(SWITCHES),
        list: dice.one_of(LISTS),
        map: dice.one_of(MAPS),
        data: dice.maybe(0.2, |_| Data { depends_on: None }),
        resources: Vec::new(),
        calls: Vec::new(),
        outputs: Vec::new(),
        check: None,
    };
    module.resources.push(resource(dice, Scope::of(&module)));
    if module.data.is_none() && dice.chance(0.1) {
        module.data = Some(Data { depends_on: Some(module.resources[0].object()) });
    }
    for name in ["net", "service"] {
        if depth < DEEPEST && dice.chance(0.4 / (depth + 1) as f64) {
            let call = call(dice, name, Scope { calls: &[], ..Scope::of(&module) }, depth + 1);
            module.calls.push(call);
        }
    }
    for _ in 0..dice.weighted(&[(1, 0), (2, 1), (2, 2), (1, 3)]) {
        module.resources.push(resource(dice, Scope::of(&module)));
    }
    for name in ["one", "two"] {
        let value = expression(dice, Scope::of(&module), Repetition::None);
        // What a called module says beyond that is forgotten by Terraform, see docs/differences.md.
        let is_sensitive = value.to_string().contains("sensitive") || (depth == 0 && dice.chance(0.6));
        module.outputs.push(Output { name, value, is_sensitive });
    }
    module.check = dice.maybe(0.15, |dice| condition(dice, Scope::of(&module)));
    module
}

fn call(dice: &mut Dice, name: &'static str, scope: Scope<'_>, depth: usize) -> Call {
    let repetition = if dice.chance(0.5) { repetition(dice) } else { Repetition::None };
    Call {
        name: name.to_owned(),
        folder: name,
        repetition,
        value: dice.maybe(0.6, |dice| expression(dice, scope, repetition)),
        depends_on: dice.maybe(0.15, |_| scope.resources[0].object()),
        module: module(dice, depth),
    }
}

/// A resource with a name that no other in its scope has.
pub(super) fn resource(dice: &mut Dice, scope: Scope<'_>) -> Resource {
    let repetition = repetition(dice);
    let before: Vec<Object> =
        scope.resources.iter().map(Resource::object).chain(scope.calls.iter().map(Call::object)).collect();
    Resource {
        name: free_name(scope.resources),
        repetition,
        input: expression(dice, scope, repetition),
        triggers: dice.maybe(0.25, |dice| expression(dice, scope, repetition)),
        depends_on: dice.maybe(0.12, |dice| dice.index(before.len())).flatten().map(|index| before[index].clone()),
        lifecycle: dice.maybe(0.3, |dice| dice.one_of(LIFECYCLES)),
        replaced_with: dice.maybe(0.12, |dice| trigger(dice, scope.resources)).flatten(),
        precondition: dice.maybe(0.1, |dice| dice.one_of(PRECONDITIONS)),
        postcondition: dice.maybe(0.1, |dice| dice.one_of(POSTCONDITIONS)),
        provisioner: dice.maybe(0.12, |dice| dice.one_of(PROVISIONERS)),
    }
}

/// The first name that no resource has.
pub(super) fn free_name(resources: &[Resource]) -> String {
    let is_free = |name: &String| resources.iter().all(|resource| resource.name != *name);
    (b'a'..=b'z').map(|letter| char::from(letter).to_string()).find(is_free).expect("modules are smaller")
}

pub(super) fn repetition(dice: &mut Dice) -> Repetition {
    match dice.weighted(&[(6, 0), (2, 1), (3, 2)]) {
        0 => Repetition::None,
        1 => Repetition::Count(dice.one_of(COUNTS)),
        _ => Repetition::ForEach(dice.one_of(FOR_EACHES)),
    }
}

/// What `replace_triggered_by` may name.
fn trigger(dice: &mut Dice, resources: &[Resource]) -> Option<Expression> {
    let resource = &resources[dice.index(resources.len())?];
    let is_single = matches!(resource.repetition, Repetition::None);
    let text = if is_single { dice.one_of("@ | @.id | @.output | @.input") } else { "@" };
    Some(Expression::of(resource.object(), text))
}

/// What a check may ask.
pub(super) fn condition(dice: &mut Dice, scope: Scope<'_>) -> Expression {
    let text = dice.one_of(r#"@ != null | @ == "v" | can(@[0])"#);
    reference(dice, scope, Repetition::None).within(text)
}

/// A value, something of an object, or both. `own` is the repetition of what the expression stands in.
pub(super) fn expression(dice: &mut Dice, scope: Scope<'_>, own: Repetition) -> Expression {
    let text = dice.one_of(EXPRESSIONS).replace('%', &value(dice));
    reference(dice, scope, own).within(&text)
}

fn reference(dice: &mut Dice, scope: Scope<'_>, own: Repetition) -> Expression {
    let mut options = vec![Expression::plain(dice.one_of(VALUES)); 2];
    match own {
        Repetition::None => {}
        Repetition::Count(_) => options.push(Expression::plain("count.index")),
        Repetition::ForEach(_) => options.push(Expression::plain(dice.one_of("each.key | each.value"))),
    }
    for resource in scope.resources {
        let attribute = dice.one_of(ATTRIBUTES);
        options.push(of(dice, resource.object(), resource.repetition, attribute));
    }
    for (call, output) in
        scope.calls.iter().flat_map(|call| call.module.outputs.iter().map(move |output| (call, output)))
    {
        options.push(of(dice, call.object(), call.repetition, output.name));
    }
    if scope.has_data {
        options.push(Expression::of(Object::Data, dice.one_of("@.outputs | @.outputs.text | @.outputs.list[0]")));
    }
    let index = dice.index(options.len()).expect("there are values");
    options.swap_remove(index)
}

fn of(dice: &mut Dice, object: Object, repetition: Repetition, attribute: &str) -> Expression {
    let texts = match repetition {
        Repetition::None => SINGLE,
        Repetition::Count(_) => COUNTED,
        Repetition::ForEach(_) => KEYED,
    };
    Expression::of(object, dice.one_of(texts).replace('%', attribute))
}

/// A value that may be made by a function.
pub(super) fn value(dice: &mut Dice) -> String {
    let text = if dice.chance(0.12) { dice.one_of(FUNCTIONS) } else { "%" };
    text.replace('%', &constant(dice, 0))
}

/// A value that is made by none, so that it may be the default of a variable.
pub(super) fn constant(dice: &mut Dice, depth: usize) -> String {
    if depth == 3 || dice.chance(0.6) {
        return dice.one_of(SCALARS).to_owned();
    }
    let mut parts = dice.one_of(COLLECTIONS).split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + &constant(dice, depth + 1) + part)
}
