//! What mocks make of schemas that are deeper than those of the engine's own types.

use std::sync::Arc;

use landform_config::MockedObject;
use landform_diagnostics::{SourceMap, Span};
use landform_lang::expr::EvalContext;
use landform_lang::functions::MemoryWorld;
use landform_schema::{Attribute, Block, Nested, NestedAttributes, Nesting};
use landform_values::{Str, Type, Value};

use super::populate::{Filler, Known};

fn computed(ty: Type) -> Attribute {
    Attribute::of(ty).computed()
}

fn nested_block(nesting: Nesting, attributes: &[(&str, Attribute)]) -> Nested {
    let attributes = attributes.iter().map(|(name, attribute)| (Str::from(*name), attribute.clone())).collect();
    Nested { block: Block { attributes, ..Block::default() }, nesting, min_items: 0, max_items: 0 }
}

fn endpoint() -> Type {
    Type::object([("host", Type::String), ("port", Type::Number)])
}

/// A database: plain attributes, a nested attribute, blocks.
fn schema() -> Block {
    let status = NestedAttributes {
        nesting: Nesting::Single,
        attributes: [("phase".into(), computed(Type::String)), ("want".into(), Attribute::of(Type::String).optional())]
            .into(),
    };
    let attributes = [
        ("name", Attribute::of(Type::String).required()),
        ("id", computed(Type::String)),
        ("size", Attribute::of(Type::Number).optional().computed()),
        ("endpoints", computed(Type::list(endpoint()))),
        ("labels", computed(Type::map(Type::String))),
        ("status", Attribute::of(Type::Dynamic).optional().nested(status)),
    ];
    Block {
        attributes: attributes.into_iter().map(|(name, attribute)| (name.into(), attribute)).collect(),
        blocks: [
            (
                "disk".into(),
                nested_block(
                    Nesting::List,
                    &[("device", Attribute::of(Type::String).required()), ("serial", computed(Type::String))],
                ),
            ),
            ("tag".into(), nested_block(Nesting::Set, &[("key", Attribute::of(Type::String).required())])),
        ]
        .into(),
        ..Block::default()
    }
}

fn disk(device: &str) -> Value {
    Value::object([("device", Value::string(device)), ("serial", Value::null(Type::String))])
}

/// As it is configured: what is computed is null.
fn configured() -> Value {
    let status = Value::object([("phase", Value::null(Type::String)), ("want", Value::string("up"))]);
    let disks = [disk("sda"), disk("sdb")];
    Value::object([
        ("name", Value::string("db")),
        ("id", Value::null(Type::String)),
        ("size", Value::from(5_i64)),
        ("endpoints", Value::null(Type::list(endpoint()))),
        ("labels", Value::null(Type::map(Type::String))),
        ("status", status),
        ("disk", Value::list(disks[0].ty(), disks.clone())),
        ("tag", Value::set(Type::object([("key", Type::String)]), [Value::object([("key", Value::string("k"))])])),
    ])
}

fn context() -> (EvalContext, SourceMap) {
    let sources = SourceMap::new();
    (EvalContext::new(Arc::new(MemoryWorld::at(time::OffsetDateTime::UNIX_EPOCH)), sources.clone()), sources)
}

/// What an applied object is, and the details of what is wrong.
fn applied(values: Option<Value>) -> (Value, Vec<String>) {
    let (context, sources) = context();
    let file = sources.add("t.tftest.hcl", "defaults");
    let span = Span::new(file, 0, "defaults".len());
    let answer = MockedObject { values, span, block: span, known_in_plan: false };
    let filler = Filler::new(Some(&answer), Known::Now, Value::is_null, &context);
    let (value, found) = filler.populate(&configured(), &schema());
    assert!(value.is_wholly_known(), "{value:?}");
    assert!(value.has_type(&schema().implied_type()), "{value:?}");
    (value, found.iter().map(|found| found.detail.clone()).collect())
}

fn at<'v>(value: &'v Value, path: &[&str]) -> &'v Value {
    path.iter().fold(value, |value, step| match step.parse::<i64>() {
        Ok(index) => value.get_element(&Value::from(index)).expect("an element"),
        Err(_) => value.get_attribute(step).expect("an attribute"),
    })
}

#[test]
fn what_is_computed_is_unknown_in_a_plan() {
    let (context, _) = context();
    let (planned, found) = Filler::new(None, Known::Later, Value::is_null, &context).populate(&configured(), &schema());
    assert!(found.is_empty());
    for path in [&["id"][..], &["endpoints"], &["labels"], &["status", "phase"], &["disk", "0", "serial"]] {
        assert!(!at(&planned, path).is_known(), "{path:?} of {planned:?}");
    }
    for path in [&["name"][..], &["size"], &["status", "want"], &["disk", "1", "device"], &["tag"]] {
        assert!(at(&planned, path).is_wholly_known(), "{path:?} of {planned:?}");
    }
}

#[test]
fn what_is_not_given_is_made_up() {
    let (value, found) = applied(None);
    assert!(found.is_empty());
    assert_eq!(at(&value, &["id"]).as_str().map(str::len), Some(8));
    assert_eq!(at(&value, &["size"]), &Value::from(5_i64), "what is configured stays");
    assert_eq!(at(&value, &["endpoints"]).length(), Some(0));
    assert_eq!(at(&value, &["labels"]).length(), Some(0));
    assert_eq!(at(&value, &["status", "phase"]).as_str().map(str::len), Some(8));
}

#[test]
fn what_is_given_is_made_to_fit() {
    let endpoint = Value::object([("host", Value::string("db.local"))]);
    let values = Value::object([
        ("id", Value::from(7_i64)),
        ("name", Value::string("not computed")),
        ("endpoints", Value::tuple([endpoint])),
        ("labels", Value::object([("a", Value::from(1_i64))])),
        ("status", Value::object([("phase", Value::string("ready"))])),
        ("disk", Value::object([("serial", Value::string("s-1"))])),
    ]);
    let (value, found) = applied(Some(values));
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(at(&value, &["id"]), &Value::string("7"));
    assert_eq!(at(&value, &["name"]), &Value::string("db"));
    assert_eq!(at(&value, &["endpoints", "0", "host"]), &Value::string("db.local"));
    assert_eq!(at(&value, &["endpoints", "0", "port"]), &Value::from(0_i64), "an attribute that is not given");
    assert_eq!(at(&value, &["labels"]), &Value::map(Type::String, [("a", Value::string("1"))]));
    assert_eq!(at(&value, &["status", "phase"]), &Value::string("ready"));
    assert_eq!(at(&value, &["disk", "0", "serial"]), &Value::string("s-1"));
    assert_eq!(at(&value, &["disk", "1", "serial"]), &Value::string("s-1"), "one value is for all blocks");
}

#[test]
fn what_can_not_be_made_to_fit_is_an_error() {
    let cases = [
        (
            Value::object([("id", Value::tuple([]))]),
            "the target type string with the mocked data defined at t.tftest.hcl:1,1-9 with the attribute \"id\"",
        ),
        (
            Value::object([("endpoints", Value::string("x"))]),
            "incompatible types; expected list of object, found string",
        ),
        (
            Value::object([("disk", Value::string("x"))]),
            "expected an object type for attribute \"disk\" defined within the mocked data at t.tftest.hcl:1,1-9, but found string",
        ),
        (Value::tuple([]), "must be an object type, but was tuple"),
    ];
    for (values, expected) in cases {
        let (_, found) = applied(Some(values));
        assert!(found.iter().any(|found| found.contains(expected)), "{expected:?} is not in {found:?}");
    }
}

#[test]
fn what_is_only_written_is_not_kept() {
    let secret = || Attribute { write_only: true, ..Attribute::of(Type::String).optional() };
    let blocks = [("user".into(), nested_block(Nesting::List, &[("password", secret())]))];
    let schema = Block { attributes: [("token".into(), secret())].into(), blocks: blocks.into(), ..Block::default() };
    let user = Value::object([("password", Value::string("p"))]);
    let written = Value::object([("token", Value::string("t")), ("user", Value::list(user.ty(), [user.clone()]))]);
    let kept = super::without_write_only(&written, &schema);
    assert!(at(&kept, &["token"]).is_null());
    assert!(at(&kept, &["user", "0", "password"]).is_null(), "in blocks, too");
    assert!(kept.has_type(&schema.implied_type()));
}
