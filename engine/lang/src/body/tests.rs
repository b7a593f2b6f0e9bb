//! Bodies from source to object, by tables.

use landform_diagnostics::{Diagnostics, SourceMap};
use landform_schema::{Attribute, Block, Nested, NestedAttributes, Nesting};
use landform_values::{Path, Type, Value};

use super::{CompiledBody, compile_body};
use crate::syntax::{parse_json, parse_native};
use crate::testing::{Variables, context, show, show_errors};

fn block(attributes: &[(&str, Attribute)], blocks: &[(&str, Nested)]) -> Block {
    Block {
        attributes: attributes.iter().map(|(name, attribute)| ((*name).into(), attribute.clone())).collect(),
        blocks: blocks.iter().map(|(name, nested)| ((*name).into(), nested.clone())).collect(),
        ..Block::default()
    }
}

fn nested(nesting: Nesting, min_items: u64, max_items: u64, block: Block) -> Nested {
    Nested { block, nesting, min_items, max_items }
}

fn text() -> Attribute {
    Attribute::of(Type::String).optional()
}

fn number() -> Attribute {
    Attribute::of(Type::Number).optional()
}

/// The object that a body makes, and what is said of it.
fn decode(source: &str, schema: &Block, json: bool) -> (Value, Diagnostics, SourceMap, CompiledBody) {
    let sources = SourceMap::new();
    let file = sources.add(if json { "test.tf.json" } else { "test.tf" }, source);
    let (body, mut diagnostics) = if json { parse_json(&sources, file) } else { parse_native(&sources, file) };
    let mut variables = Variables::new();
    let (compiled, found) = compile_body(&body, schema, &mut variables, &sources);
    diagnostics.extend(found);
    let (value, found) = compiled.evaluate(&variables, &context(&sources));
    diagnostics.extend(found);
    (value, diagnostics, sources, compiled)
}

fn check(schema: &Block, cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        let (value, diagnostics, sources, _) = decode(source, schema, source.starts_with('{'));
        let shown = if diagnostics.is_empty() { show(&value) } else { show_errors(&diagnostics, &sources) };
        assert_eq!(shown, *expected, "{source}");
        if diagnostics.is_empty() {
            assert!(value.has_type(&schema.implied_type()), "{source}: {} is no {}", value.ty(), schema.implied_type());
        }
    }
}

#[test]
fn attributes() {
    let schema = block(&[("name", text().required()), ("size", number())], &[]);
    check(
        &schema,
        &[
            ("name = 5", "{name=\"5\", size=null(number)}"),
            ("name = var.text\nsize = \"7\"", "{name=\"t\", size=7}"),
            ("name = var.secret\nsize = var.unknown", "{name=sensitive \"s\", size=unknown(number)}"),
            ("{\"name\": \"a${var.five}\"}", "{name=\"a5\", size=null(number)}"),
            (
                "size = 1",
                "Missing required argument at \"\": The argument \"name\" is required, but no definition was found.",
            ),
            (
                "name = []",
                "Incorrect attribute value type at \"[]\": Inappropriate value for attribute \"name\": string required.",
            ),
            (
                "name = var.list",
                "Incorrect attribute value type at \"var.list\": Inappropriate value for attribute \"name\": string \
                 required. | var.list is list of string with 2 elements",
            ),
            (
                "name = \"a\"\nsise = 1",
                "Unsupported argument at \"sise\": An argument named \"sise\" is not expected here. Did you mean \
                 \"size\"?",
            ),
            (
                "name = \"a\"\nsize {}",
                "Unsupported block type at \"size\": Blocks of type \"size\" are not expected here. Did you mean to \
                 define argument \"size\"? If so, use the equals sign to assign it a value.",
            ),
        ],
    );
}

#[test]
fn blocks() {
    let inner = block(&[("a", number())], &[]);
    let schema = block(
        &[],
        &[
            ("group", nested(Nesting::Group, 0, 0, inner.clone())),
            ("list", nested(Nesting::List, 0, 2, inner.clone())),
            ("map", nested(Nesting::Map, 0, 0, inner.clone())),
            ("set", nested(Nesting::Set, 0, 0, inner.clone())),
            ("single", nested(Nesting::Single, 0, 0, inner)),
        ],
    );
    check(
        &schema,
        &[
            (
                "",
                "{group={a=null(number)}, list=list(object({a=number}))[], map=map(object({a=number})){}, \
                 set=set(object({a=number}))[], single=null(object({a=number}))}",
            ),
            (
                "group {\na = 1\n}\nlist {\na = 2\n}\nlist {}\nmap \"k\" {\na = 3\n}\nset {\na = 4\n}\nset {\na = \
                 4\n}\nsingle {\na = 5\n}",
                "{group={a=1}, list=list(object({a=number}))[{a=2}, {a=null(number)}], \
                 map=map(object({a=number})){k={a=3}}, set=set(object({a=number}))[{a=4}], single={a=5}}",
            ),
            ("list {}\nlist {}\nlist {}", "Too many list blocks at \"\": No more than 2 \"list\" blocks are allowed"),
            (
                "single {}\nsingle {}",
                "Duplicate single block at \"single\": Only one block of type \"single\" is allowed. Previous definition \
                 was at test.tf:1,1-7.",
            ),
            (
                "map \"k\" {}\nmap \"k\" {}",
                "Duplicate map block at \"map \\\"k\\\"\": A block for map \"k\" was already defined. The map labels must \
                 be unique.",
            ),
            (
                "liste {}",
                "Unsupported block type at \"liste\": Blocks of type \"liste\" are not expected here. Did you mean \
                 \"list\"?",
            ),
        ],
    );
    let needy = block(&[], &[("list", nested(Nesting::List, 1, 0, block(&[], &[])))]);
    check(&needy, &[("", "Insufficient list blocks at \"\": At least 1 \"list\" blocks are required.")]);
}

#[test]
fn dynamic_blocks() {
    let inner = block(&[("a", text())], &[("deep", nested(Nesting::List, 0, 0, block(&[("b", text())], &[])))]);
    let schema = block(
        &[],
        &[
            ("list", nested(Nesting::List, 0, 2, inner.clone())),
            ("map", nested(Nesting::Map, 0, 0, block(&[("a", text())], &[]))),
        ],
    );
    let object = "object({a=string,deep=list(object({b=string}))})";
    let empty = "map=map(object({a=string})){}";
    check(
        &schema,
        &[
            (
                "dynamic \"list\" {\nfor_each = var.list\ncontent {\na = \"${list.key}${list.value}\"\n}\n}",
                &format!(
                    "{{list=list({object})[{{a=\"0p\", deep=list(object({{b=string}}))[]}}, {{a=\"1q\", \
                     deep=list(object({{b=string}}))[]}}], {empty}}}"
                ),
            ),
            (
                "dynamic \"list\" {\nfor_each = [\"x\"]\niterator = outer\ncontent {\ndynamic \"deep\" {\nfor_each = \
                 [1]\ncontent {\nb = \"${outer.value}${deep.value}\"\n}\n}\n}\n}",
                &format!(
                    "{{list=list({object})[{{a=null(string), deep=list(object({{b=string}}))[{{b=\"x1\"}}]}}], {empty}}}"
                ),
            ),
            (
                "dynamic \"map\" {\nfor_each = var.map\nlabels = [map.key]\ncontent {\na = map.value\n}\n}",
                &format!("{{list=list({object})[], map=map(object({{a=string}})){{k={{a=\"1\"}}, l={{a=\"2\"}}}}}}"),
            ),
            (
                "dynamic \"list\" {\nfor_each = var.unknown\ncontent {}\n}",
                &format!("{{list=unknown(list({object})), {empty}}}"),
            ),
            (
                "dynamic \"list\" {\nfor_each = var.secrets\ncontent {\na = list.value\n}\n}",
                &format!(
                    "{{list=list({object})[sensitive {{a=sensitive \"s\", deep=list(object({{b=string}}))[]}}], {empty}}}"
                ),
            ),
            (
                "dynamic \"list\" {\nfor_each = [1, 2, 3]\ncontent {}\n}",
                "Too many list blocks at \"\": No more than 2 \"list\" blocks are allowed",
            ),
            (
                "dynamic \"list\" {\nfor_each = 5\ncontent {}\n}",
                "Invalid dynamic for_each value at \"5\": Cannot use a number value in for_each. An iterable collection \
                 is required.",
            ),
            (
                "dynamic \"list\" {\nfor_each = var.no_list\ncontent {}\n}",
                "Invalid dynamic for_each value at \"var.no_list\": Cannot use a null value in for_each. | var.no_list \
                 is null",
            ),
            (
                "dynamic \"list\" {\nfor_each = []\n}",
                "Missing dynamic content block at \"\": A dynamic block must have a nested block of type \"content\" to \
                 describe the body of each generated block.",
            ),
            (
                "dynamic \"nope\" {\nfor_each = []\ncontent {}\n}",
                "Unsupported block type at \"\\\"nope\\\"\": Blocks of type \"nope\" are not expected here.",
            ),
            // Who holds a body with such a block joins the two before.
            ("_ {}", "Unsupported block type at \"_\": Blocks of type \"_\" are not expected here."),
        ],
    );
}

#[test]
fn attributes_written_as_blocks() {
    let object = Type::object([("a", Type::String), ("b", Type::Number)]);
    let schema = block(&[("rule", Attribute::of(Type::set(object)).optional().computed()), ("name", text())], &[]);
    check(
        &schema,
        &[
            ("", "{name=null(string), rule=null(set(object({a=string,b=number})))}"),
            ("rule = []", "{name=null(string), rule=set(object({a=string,b=number}))[]}"),
            (
                "rule {\na = 1\n}\nrule {\nb = 2\n}",
                "{name=null(string), rule=set(object({a=string,b=number}))[{a=\"1\", b=null(number)}, {a=null(string), \
                 b=2}]}",
            ),
            (
                "dynamic \"rule\" {\nfor_each = [\"x\"]\ncontent {\na = rule.value\n}\n}",
                "{name=null(string), rule=set(object({a=string,b=number}))[{a=\"x\", b=null(number)}]}",
            ),
            (
                "{\"rule\": [{\"a\": \"x\", \"b\": 1}]}",
                "{name=null(string), rule=set(object({a=string,b=number}))[{a=\"x\", b=1}]}",
            ),
        ],
    );
}

#[test]
fn nested_attributes() {
    let inner = NestedAttributes {
        nesting: Nesting::List,
        attributes: [("a".into(), text().required()), ("b".into(), number())].into(),
    };
    let inner_required = NestedAttributes {
        attributes: inner
            .attributes
            .iter()
            .map(|(name, attribute)| (name.clone(), Attribute { optional: &**name == "b", ..attribute.clone() }))
            .collect(),
        ..inner
    };
    let schema = block(&[("items", Attribute::of(Type::Dynamic).optional().nested(inner_required))], &[]);
    check(
        &schema,
        &[
            ("items = [{a = 1}]", "{items=list(object({a=string,b=number}))[{a=\"1\", b=null(number)}]}"),
            (
                "items = [{b = 1}]",
                "Incorrect attribute value type at \"[{b = 1}]\": Inappropriate value for attribute \"items\": element \
                 0: attribute \"a\" is required.",
            ),
        ],
    );
}

#[test]
fn places_of_paths() {
    let inner = block(&[("a", text())], &[]);
    let schema = block(
        &[("tags", Attribute::of(Type::map(Type::String)).optional()), ("list", text())],
        &[("rule", nested(Nesting::List, 0, 0, inner))],
    );
    let source = "tags = {\n  x = \"1\"\n  y = var.text\n}\nrule {\n  a = \"first\"\n}\nrule {\n  a = \"second\"\n}\n";
    let (_, diagnostics, sources, compiled) = decode(source, &schema, false);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let rule = Path::root().attribute("rule");
    for (path, expected) in [
        (Path::root().attribute("tags").index("y"), "var.text"),
        (Path::root().attribute("tags").index("z"), "tags"),
        (rule.index(1i64).attribute("a"), "\"second\""),
        (rule.index(0i64).attribute("b"), "{"),
        (Path::root().attribute("nope"), "t"),
    ] {
        let span = compiled.span_of(&path).expect("every path but the root has a place");
        // Where something is missing, the place may be empty: what follows is shown instead.
        let shown = landform_diagnostics::Span { end: span.end.max(span.start + 1), ..span };
        assert_eq!(sources.snippet(shown), expected, "{path}");
    }
}
