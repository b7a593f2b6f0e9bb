//! States in few words.

use std::sync::Arc;

use landform_addrs::{ConfigResource, ModulePath, ProviderAddr, ProviderConfigAddr, ResourceInstance};
use landform_state::{Object, ObjectStatus, State, sorted_dependencies};
use landform_values::{Type, Value, json};

use crate::strict::World;

/// A state of things, and the world that it is true of. A line an object: its address and, as needed,
/// `deposed:KEY`, `tainted`, `create-first`, `input:TEXT`, `replace:TEXT`, `provider:ALIAS`, and at the end `after ADDRESS, ADDRESS`: what
/// it was made after. The id is the address, with the key of a deposed object behind a dot.
pub(crate) fn state_of(text: &str, world: &mut World) -> State {
    let mut state = State::new("1.11.4");
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        add(line, &mut state, world);
    }
    state
}

fn add(line: &str, state: &mut State, world: &mut World) {
    let (line, dependencies) = line.split_once(" after ").unwrap_or((line, ""));
    let mut words = line.split(' ');
    let address = words.next().unwrap_or_default();
    let words: Vec<&str> = words.collect();
    let valued = |name: &str| words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix(':'));
    let deposed = valued("deposed");
    let id = deposed.map_or_else(|| address.to_owned(), |key| format!("{address}.{key}"));
    let value = thing(&id, valued("input"), valued("replace"));
    let attributes = json::encode(&value, &value.ty()).expect("a known value");
    let mut object = Object::new(0, attributes);
    object.create_before_destroy = words.contains(&"create-first");
    if words.contains(&"tainted") {
        object.status = ObjectStatus::Tainted;
    }
    object.dependencies = resources(dependencies);
    let address: ResourceInstance = address.parse().expect("an address");
    let provider = provider(valued("provider"));
    match deposed {
        None => drop(state.insert(&address, &provider, object)),
        Some(key) => drop(state.insert_deposed(&address, key, &provider, object)),
    }
    world.add(&id, &value);
}

fn thing(id: &str, input: Option<&str>, replace: Option<&str>) -> Value {
    let optional = |text: Option<&str>| text.map_or_else(|| Value::null(Type::String), Value::from);
    Value::object([
        ("id", Value::from(id)),
        ("input", optional(input)),
        ("labels", Value::null(Type::map(Type::String))),
        ("replace", optional(replace)),
        ("session", Value::null(Type::String)),
        ("tag", Value::string(format!("{id}@1"))),
        ("uses", Value::null(Type::list(Type::String))),
    ])
}

fn resources(list: &str) -> Arc<[ConfigResource]> {
    let addresses = list.split(", ").filter(|text| !text.is_empty());
    sorted_dependencies(addresses.map(|text| text.parse::<ResourceInstance>().expect("an address").config()))
}

fn provider(alias: Option<&str>) -> ProviderConfigAddr {
    let provider = ProviderAddr::hashicorp("test");
    ProviderConfigAddr::new(ModulePath::root(), provider, alias.map(Into::into))
}
