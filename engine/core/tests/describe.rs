//! What is said of configurations, compared with the `configuration` of plans of Terraform 1.11.4.
//!
//! Each file of `tests/describe` holds modules and, behind `-- 1 configuration.json --`, what Terraform said of them
//! with `show -json`. The provider `example.com/test/fake` was one made for the purpose, with the schemas below.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_addrs::ProviderAddr;
use landform_config::load::MemoryFiles;
use landform_config::load_tree;
use landform_config::manifest::Manifest;
use landform_core::describe::describe;
use landform_diagnostics::SourceMap;
use landform_lang::expr::EvalContext;
use landform_lang::functions::MemoryWorld;
use landform_schema::{Attribute, Block, Nested, Nesting, ProviderSchemas, Schema};
use landform_values::Type;
use serde_json::Value as Json;

fn check(case: &str) {
    let (files, recorded) = case.split_once("-- 1 configuration.json --\n").expect("recorded");
    let sources = SourceMap::new();
    let (tree, diagnostics) = load_tree(".", &Manifest::default(), &sources, &MemoryFiles::from_archive(files));
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    let tree = tree.expect("there is a root module");
    let world = MemoryWorld::at(time::OffsetDateTime::UNIX_EPOCH);
    let configuration = describe(&tree, &schemas, &EvalContext::new(Arc::new(world), sources));
    let actual: Json = serde_json::to_value(&configuration).expect("serializes");
    let expected: Json = serde_json::from_str(recorded).expect("JSON");
    let lines = |json: &Json| serde_json::to_string_pretty(json).expect("serializes");
    assert_eq!(lines(&actual), lines(&expected));
}

#[test]
fn expressions() {
    check(include_str!("describe/expressions.txt"));
}

#[test]
fn providers() {
    check(include_str!("describe/providers.txt"));
}

#[test]
fn blocks() {
    check(include_str!("describe/blocks.txt"));
}

fn schemas(provider: &ProviderAddr) -> Option<Arc<ProviderSchemas>> {
    let schema = |version, block| Arc::new(Schema { version, block, ..Schema::default() });
    let builtin = || ProviderSchemas {
        resources: BTreeMap::from([(
            "terraform_data".into(),
            schema(0, block(&["id", "input", "output", "triggers_replace"], [])),
        )]),
        data_sources: BTreeMap::from([("terraform_remote_state".into(), schema(0, block(&["backend", "config"], [])))]),
        ..ProviderSchemas::default()
    };
    let fake = || ProviderSchemas {
        provider: Schema {
            block: block(&["region", "key"], [("endpoints", Nesting::Set, block(&["ec2"], []))]),
            ..Schema::default()
        },
        resources: BTreeMap::from([
            ("fake_thing".into(), schema(2, thing())),
            ("fake_old".into(), schema(0, old())),
            ("fake_small".into(), schema(3, block(&["id", "name", "text"], []))),
        ]),
        data_sources: BTreeMap::from([("fake_data".into(), schema(1, block(&["id", "name"], [])))]),
        ..ProviderSchemas::default()
    };
    match &*provider.name {
        "terraform" => Some(Arc::new(builtin())),
        "fake" => Some(Arc::new(fake())),
        _ => None,
    }
}

/// A block with attributes of any type and nested blocks.
fn block<const N: usize>(attributes: &[&str], blocks: [(&str, Nesting, Block); N]) -> Block {
    let attributes = attributes.iter().map(|name| ((*name).into(), Attribute::of(Type::Dynamic).optional()));
    let blocks = blocks
        .into_iter()
        .map(|(name, nesting, block)| (name.into(), Nested { block, nesting, min_items: 0, max_items: 0 }));
    Block { attributes: attributes.collect(), blocks: blocks.collect(), ..Block::default() }
}

fn thing() -> Block {
    let deep = |nesting| ("deep", nesting, block(&["x"], []));
    block(
        &["id", "name", "num", "list", "n_single"],
        [
            ("b_single", Nesting::Single, block(&["a"], [deep(Nesting::List)])),
            ("b_group", Nesting::Group, block(&["a", "b"], [])),
            ("b_list", Nesting::List, block(&["a"], [deep(Nesting::Set)])),
            ("b_set", Nesting::Set, block(&["a", "list"], [])),
            ("b_map", Nesting::Map, block(&["a"], [])),
            ("timeouts", Nesting::Single, block(&["create"], [])),
        ],
    )
}

/// Its `rules` may be written as blocks.
fn old() -> Block {
    let mut old = block(&["id", "name"], [("rule", Nesting::Set, block(&["port"], []))]);
    let rule =
        Type::object([("port", Type::Number), ("cidrs", Type::list(Type::String)), ("description", Type::String)]);
    old.attributes.insert("rules".into(), Attribute::of(Type::set(rule)).optional());
    old
}
