//! Drift in words, in Markdown and in JSON.

use landform_addrs::{ProviderAddr, ProviderConfigAddr};
use landform_diagnostics::{FileId, SourceMap, Span};
use landform_plan::{
    AcceptOutcome, Acceptance, Drift, DriftedAttribute, DriftedObject, Fate, Folded, Wanted, WantedSource,
};
use landform_values::{Marks, Path, Type, Value};

use super::{LIMIT, Report, markdown, text};
use crate::Style;
use crate::diagnostics::Sources;

fn object(address: &str, fate: Fate, attributes: Vec<DriftedAttribute>) -> DriftedObject {
    DriftedObject {
        address: address.parse().expect("an address"),
        deposed: None,
        provider: ProviderConfigAddr::root(ProviderAddr::hashicorp("aws")),
        fate,
        declared: Some(at(2)),
        attributes,
        folded: Folded::default(),
        pending: Vec::new(),
    }
}

/// A line of the one file.
fn at(line: usize) -> Span {
    Span::new(FileId(0), (line - 1) * 2, (line - 1) * 2)
}

fn attribute(path: Path, before: Value, after: Value) -> DriftedAttribute {
    let wanted = Wanted { source: WantedSource::Expression, span: Some(at(3)), through: vec!["var.x".into()] };
    DriftedAttribute { path, before, after, wanted: Some(wanted) }
}

fn sources() -> SourceMap {
    let sources = SourceMap::new();
    sources.add("main.tf", "#\n".repeat(9));
    sources
}

fn drift() -> Drift {
    let tag = Path::root().attribute("tags").index(Value::from("Owner"));
    let secret = |text: &str| Value::from(text).with_marks(&Marks::sensitive());
    let set = |items: &[&str]| Value::set(Type::String, items.iter().map(|item| Value::from(*item)));
    let attributes = vec![
        attribute(tag, Value::null(Type::String), Value::from("me")),
        attribute(Path::root().attribute("size"), Value::from(1), Value::from(2)),
        attribute(Path::root().attribute("password"), secret("canary-1"), secret("canary-2")),
        attribute(Path::root().attribute("cidrs"), set(&["a", "b"]), set(&["b", "c"])),
        attribute(Path::root().attribute("text"), Value::from("x"), Value::from("")),
    ];
    let mut pending = object("module.m.aws_db.c", Fate::Unchanged, Vec::new());
    pending.pending.push("size is 1 until the window, then 2".into());
    Drift {
        objects: vec![
            object("aws_a.a", Fate::Changed, attributes),
            object("aws_b.b[\"k\"]", Fate::Vanished, Vec::new()),
            pending,
        ],
        read: 9,
        folded: Folded { computed: 2, ignored: 0, settled: 1 },
    }
}

#[test]
fn in_words() {
    let (drift, sources) = (drift(), sources());
    let report = Report { drift: &drift, accepted: &[], sources: &sources };
    let expected = r#"
Drift: 5 attributes of 1 object have changed, 1 object has vanished (9 read).

root module

  aws_a.a  # main.tf:2
      + tags["Owner"] = "me"
        # wanted by main.tf:3, through var.x
      ~ size = 1 -> 2
        # wanted by main.tf:3, through var.x
      ~ password = (sensitive value)
        # wanted by main.tf:3, through var.x
      ~ cidrs = [
          - "a",
          + "c",
            # (1 unchanged element hidden)
        ]
        # wanted by main.tf:3, through var.x
      ~ text = "x" -> ""
        # wanted by main.tf:3, through var.x

- aws_b.b["k"] has vanished  # main.tf:2

module.m

  aws_db.c  # main.tf:2
    pending: size is 1 until the window, then 2

Not shown: 2 computed attributes that nothing sets or refers to, 1 attribute already as configuration wants it.

To bring the objects back to what configuration says, run "landform apply".
To write the real values into configuration instead, run "landform drift
-accept=ADDRESS".
"#;
    assert_eq!(text(&report, &Style::default()), expected);
}

#[test]
fn what_was_accepted() {
    let sources = sources();
    let outcome = |outcome| Acceptance {
        address: "aws_a.a".parse().expect("an address"),
        path: Some(Path::root().attribute("size")),
        outcome,
    };
    let accepted = [outcome(AcceptOutcome::Written(at(4))), outcome(AcceptOutcome::Refused("it is so".into()))];
    let drift = Drift { read: 2, ..Drift::default() };
    let report = Report { drift: &drift, accepted: &accepted, sources: &sources };
    let expected = "\nNo drift. All 2 objects are as they were.\n\naws_a.a: size was written to main.tf:4\n\
                    aws_a.a: size was not written: it is so.\n";
    assert_eq!(text(&report, &Style::default()), expected);
}

#[test]
fn nothing_secret_is_told() {
    let (drift, sources) = (drift(), sources());
    let report = Report { drift: &drift, accepted: &[], sources: &sources };
    let none = |_: Span| None;
    let no_signature = |_: &str| None;
    let shown = Sources { files: &sources, context: &none, signature: &no_signature };
    let json = crate::json::drift(&report, &[], &shown);
    for told in [text(&report, &Style::default()), markdown(&report), json.clone()] {
        assert!(!told.contains("canary"), "{told}");
    }
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let attributes = &json["objects"][0]["attributes"];
    assert_eq!(attributes[0]["path"], serde_json::json!(["tags", "Owner"]));
    assert_eq!(attributes[0]["wanted"]["place"]["line"], 3);
    assert_eq!((&attributes[2]["before"], &attributes[2]["sensitive"]), (&serde_json::Value::Null, &true.into()));
    assert_eq!(json["objects"][1]["change"], "vanished");
}

#[test]
fn markdown_has_a_bound() {
    let sources = sources();
    let size = |text: &str| attribute(Path::root().attribute("a`b"), Value::from(text), Value::from("y"));
    let objects: Vec<DriftedObject> = (0..5_000)
        .map(|index| object(&format!("aws_a.a[{index}]"), Fate::Changed, vec![size("x``x"), size("two\nlines ```")]))
        .collect();
    let drift = Drift { objects, read: 5_000, folded: Folded::default() };
    let told = markdown(&Report { drift: &drift, accepted: &[], sources: &sources });
    assert!(told.len() <= LIMIT && told.starts_with("<!-- landform-drift -->\n### Drift: 10000 attributes"), "{told}");
    assert!(told.contains("more did not fit here:** run `landform drift`"), "{told}");
    assert!(told.contains("```\"x``x\" -> \"y\"```"), "{told}");
}
