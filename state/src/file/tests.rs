//! Round trips of files that Terraform wrote, and files that are refused.

use super::*;
use crate::model::{EachMode, ObjectStatus};

const FIXTURES: [(&str, &str); 5] = [
    ("kinds", include_str!("../../tests/fixtures/kinds.tfstate")),
    ("deposed and tainted", include_str!("../../tests/fixtures/deposed-and-tainted.tfstate")),
    ("empty", include_str!("../../tests/fixtures/empty.tfstate")),
    ("every member", include_str!("../../tests/fixtures/every-member.tfstate")),
    ("provider instances", include_str!("../../tests/fixtures/provider-instances.tfstate")),
];

fn parse(text: &str) -> State {
    read(text.as_bytes()).expect("a valid state file").expect("it is not empty")
}

/// Summary and detail of the first problem.
fn refused(text: &str) -> (String, String) {
    let diagnostics = read(text.as_bytes()).expect_err(text);
    let first = diagnostics.iter().next().expect("an error has a diagnostic");
    (first.summary.clone(), first.detail.clone())
}

#[test]
fn files_come_out_as_they_went_in() {
    for (name, text) in FIXTURES {
        let state = parse(text);
        assert_eq!(String::from_utf8(write(&state)).expect("UTF-8"), text, "{name}");
    }
}

#[test]
fn white_space_and_order_of_members_do_not_matter() {
    for (name, text) in FIXTURES {
        let compact = crate::model::raw::compact(text).into_owned();
        assert_eq!(write(&parse(&compact)), text.as_bytes(), "{name}");
    }
    let state = parse(r#"{"resources":[], "serial":7, "lineage":"l", "terraform_version":"1.1.0", "version":4}"#);
    assert_eq!((state.serial, &*state.lineage, &*state.terraform_version), (7, "l", "1.1.0"));
}

#[test]
fn an_output_may_be_null() {
    let state = parse(r#"{"version":4,"outputs":{"a":{"value":null,"type":"string"}}}"#);
    assert_eq!(&*state.outputs["a"].value, "null");
}

#[test]
fn an_empty_file_is_no_state() {
    assert_eq!(read(b"").map(|state| state.is_none()), Ok(true));
}

#[test]
fn what_the_engine_sees() {
    let state = parse(FIXTURES[1].1);
    let tainted = "terraform_data.tainted[1]".parse().expect("a valid address");
    let object = state.current(&tainted).expect("it is there");
    assert_eq!(object.status, ObjectStatus::Tainted);
    assert_eq!(object.dependencies[0].to_string(), "terraform_data.deposed");
    assert!(object.attributes.starts_with("{\"id\":\"8b5cd9a3"), "{}", object.attributes);
    let deposed: Vec<_> = state.objects().filter_map(|object| object.deposed.map(|key| key.to_string())).collect();
    assert_eq!(deposed, ["b9f75231", "e85319ac", "868e375a", "890d7b9c"]);
    assert_eq!(state.resource(&tainted.resource()).map(|resource| resource.each()), Some(EachMode::List));
}

#[test]
fn instances_have_instances_of_providers() {
    let mut state = parse(FIXTURES[4].1);
    let east = r#"provider["terraform.io/builtin/terraform"].by_region["east"]"#;
    let providers: Vec<String> = state.objects().map(|object| object.provider().to_string()).collect();
    assert_eq!(providers, [east, east, r#"provider["terraform.io/builtin/terraform"].by_region["west"]"#]);
    // Where no instance has a key any more, the resource says it for all.
    let all: Vec<_> = state.addresses();
    let plain = landform_addrs::ProviderConfigAddr::root(landform_addrs::ProviderAddr::builtin());
    for address in &all {
        state.instance_entry(address, &plain);
    }
    assert_eq!(write(&state).windows(10).filter(|bytes| *bytes == b"\"provider\"").count(), 1);
}

#[test]
fn objects_share_what_they_have_in_common() {
    let state = parse(FIXTURES[1].1);
    let object = |key: usize| {
        state.current(&format!("terraform_data.tainted[{key}]").parse().expect("valid")).expect("it is there")
    };
    assert!(std::sync::Arc::ptr_eq(&object(0).dependencies, &object(1).dependencies));
}

#[test]
fn other_versions_are_refused() {
    for (text, expected) in [
        (r#"{"version":5,"terraform_version":"1.99.0"}"#, "format version 5, which is not supported by Terraform 1.11"),
        (r#"{"version":5,"terraform_version":"1.99.0"}"#, "This state file was created by Terraform 1.99.0."),
        (r#"{"version":5,"resources":7}"#, "may have been created by a newer version of Terraform."),
        (r#"{"resources":7,"version":5}"#, "uses format version 5"),
        (r#"{"version":3,"terraform_version":"0.11.14","modules":[]}"#, "\"terraform state pull\""),
        (r#"{"version":0}"#, "never a JSON-based state format zero"),
        (r#"{"version":"a"}"#, "The version in the state file is string. A positive whole number is required."),
        (r#"{"version":-1}"#, "The version in the state file is number -1."),
        (r#"{"version":4.5}"#, "The version in the state file is number 4.5."),
        ("[4, 1]", "The version in the state file is array. A positive whole number is required."),
        ("7", "The version in the state file is number."),
        ("{}", "does not have a \"version\" attribute"),
        ("{\"version\":4,", "syntax error at byte offset 13."),
        ("xx", "syntax error at byte offset 1."),
        ("{\n\"version\":4,\n x}", "syntax error at byte offset 17."),
    ] {
        let (summary, detail) = refused(text);
        assert_eq!(summary, "Unsupported state file format", "{text}");
        assert!(detail.contains(expected), "{text}: {detail}");
    }
    assert!(read(&[b'{', 0xff]).is_err());
}

#[test]
fn members_of_wrong_types_are_named() {
    let instance =
        |members: &str| format!(r#"{{"version":4,"resources":[{{"mode":"x","instances":[{{{members}}}]}}]}}"#);
    for (text, expected) in [
        (r#"{"version":4,"serial":"x"}"#.to_owned(), "serial\" has invalid value string"),
        (r#"{"version":4,"serial":1.5,"lineage":1}"#.to_owned(), "serial\" has invalid value number 1.5"),
        (r#"{"version":4,"lineage":1,"serial":1.5}"#.to_owned(), "lineage\" has invalid value number"),
        (r#"{"version":4,"outputs":[]}"#.to_owned(), "outputs\" has invalid value array"),
        (
            r#"{"version":4,"outputs":{"a":{"type":"x","sensitive":1}}}"#.to_owned(),
            "outputs.sensitive\" has invalid value number",
        ),
        (r#"{"version":4,"resources":{}}"#.to_owned(), "resources\" has invalid value object"),
        (
            r#"{"version":4,"check_results":[{"objects":[{"status":true}]}]}"#.to_owned(),
            "check_results.objects.status\" has invalid value bool",
        ),
        (
            instance(r#""dependencies":[1],"create_before_destroy":2"#),
            "resources.instances.dependencies\" has invalid value number",
        ),
    ] {
        let (summary, detail) = refused(&text);
        assert_eq!(summary, "Invalid state file format", "{text}");
        assert!(detail.contains(expected), "{text}: {detail}");
    }
}

#[test]
fn contradictions_are_refused() {
    let resource = |instances: &str| {
        format!(
            r#"{{"version":4,"resources":[{{"mode":"managed","type":"a","name":"b",
               "provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{instances}]}}]}}"#
        )
    };
    for (text, expected) in [
        (r#"{"version":4,"outputs":{"a":{"value":1}}}"#.to_owned(), "no type for output \"a\""),
        (
            r#"{"version":4,"outputs":{"a":{"value":1,"type":"x"}}}"#.to_owned(),
            "an invalid type specification for output \"a\": invalid primitive type name \"x\".",
        ),
        (
            r#"{"version":4,"resources":[{"mode":"foo","type":"a","name":"b"}]}"#.to_owned(),
            "with mode \"foo\" (\"a\" \"b\")",
        ),
        (
            r#"{"version":4,"resources":[{"mode":"data","type":"a","name":"b","provider":"x"}]}"#.to_owned(),
            "address \"x\"",
        ),
        (
            r#"{"version":4,"resources":[{"mode":"data","module":"x","type":"a","name":"b"}]}"#.to_owned(),
            "module \"x\"",
        ),
        (resource(r#"{"status":"foo"}"#), "Instance a.b has invalid status \"foo\"."),
        (resource(r#"{"deposed":"x"}"#), "an object with deposed key \"x\", which is not correctly formatted."),
        (resource(r#"{"index_key":true}"#), "invalid instance key true"),
        (resource(r#"{"index_key":1.5}"#), "invalid instance key 1.5"),
        (resource(r#"{"private":"?"}"#), "private data that is not Base64"),
        (resource(r#"{"dependencies":["x"]}"#), "the invalid dependency \"x\""),
        (resource(r#"{"sensitive_attributes":[[{"type":"x","value":1}]]}"#), "unsupported path step type \"x\""),
        (resource("{},{}"), "Instance a.b appears multiple times in the state file."),
        (resource(r#"{"deposed":"00000000"},{"deposed":"00000000"}"#), "deposed object \"00000000\" appears multiple"),
    ] {
        let (_, detail) = refused(&text);
        assert!(detail.contains(expected), "{text}: {detail}");
    }
}
