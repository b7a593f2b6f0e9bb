//! Resource identities. Terraform 1.11 has none, so nothing is recorded here: the expectations are what later versions write.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_addrs::ProviderAddr;
use landform_plan::{IdentityChange, Mode, Plan, PlannedImport, State, StateObject};
use landform_schema::{IdentityAttribute, IdentitySchema, ProviderSchemas, Schema};
use landform_values::{Type, Value};
use landform_views::json::{PlanContext, write_plan, write_provider_schemas, write_state};
use landform_views::plan::{self, PlanOptions};
use serde_json::Value as Json;

use crate::{cases, parse, reader};

fn identity() -> Value {
    Value::object([("name", Value::from("a")), ("region", Value::null(Type::String))])
}

fn identity_schema() -> IdentitySchema {
    let attribute = |required_for_import, description: Option<&str>| {
        let description = description.map(Into::into);
        IdentityAttribute { ty: Type::String, required_for_import, description }
    };
    let name = attribute(true, Some("Name of it."));
    let attributes = BTreeMap::from([("name".into(), name), ("region".into(), attribute(false, None))]);
    IdentitySchema { version: 2, attributes }
}

/// A plan that makes an object by a type with identities.
fn with_identity(change: IdentityChange, importing: Option<PlannedImport>) -> Plan {
    let cases = cases::all();
    let case = cases.iter().find(|found| found.name == "data_basic").expect("the case");
    let step = case.steps().next().expect("the step");
    let mut plan = reader().plan(&parse(step.get("plan.json").expect("recorded")), Mode::Normal);
    let found = plan.resource_changes.last_mut().expect("a change");
    found.schema = Arc::new(Schema { identity: Some(identity_schema()), ..(*found.schema).clone() });
    found.identity = change;
    found.importing = importing;
    plan
}

fn document(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Json {
    let mut text = Vec::new();
    write(&mut text).expect("memory takes everything");
    parse(&String::from_utf8(text).expect("UTF-8"))
}

fn plan_document(plan: &Plan) -> Json {
    let context = PlanContext { engine_version: "1", state_version: "1", configuration: &parse("{}") };
    document(|text| write_plan(plan, &context, text))
}

#[test]
fn plans_have_the_identity_before_and_after() {
    let identities = IdentityChange { before: Some(identity()), after: Some(identity()) };
    let plan = with_identity(identities, Some(PlannedImport::Identity(identity())));
    let document = plan_document(&plan);
    let expected = parse("{\"name\": \"a\", \"region\": null}");
    let changes = document["resource_changes"].as_array().expect("a list");
    let change = &changes.last().expect("a change")["change"];
    assert_eq!(change["before_identity"], expected);
    assert_eq!(change["after_identity"], expected);
    assert_eq!(change["importing"], parse("{\"identity\": {\"name\": \"a\", \"region\": null}}"));
    let planned = document["planned_values"]["root_module"]["resources"].as_array().expect("a list");
    let planned = planned.iter().find(|found| !found["identity"].is_null()).expect("one with an identity");
    assert_eq!((&planned["identity"], &planned["identity_schema_version"]), (&expected, &parse("2")));
    let text = plan::human(&plan, &PlanOptions::default());
    assert!(text.contains("\n  # (imported from identity name=a,region=<null>)\n"), "{text}");
}

#[test]
fn what_is_not_known_of_an_identity_is_left_out() {
    let unknown = identity().with_attribute("name", Value::unknown(Type::String));
    let document = plan_document(&with_identity(IdentityChange { before: None, after: Some(unknown) }, None));
    assert!(!document.to_string().contains("identity"), "{document}");
}

#[test]
fn states_have_identities_with_their_version() {
    let change = with_identity(IdentityChange::default(), None).resource_changes.pop().expect("a change");
    let object = StateObject {
        address: change.address,
        deposed: None,
        provider: change.provider,
        value: change.after,
        identity: Some(identity()),
        status: landform_plan::ObjectStatus::Ready,
        depends_on: Vec::new(),
        schema: change.schema,
    };
    let state = State { objects: vec![object], ..State::default() };
    let document = document(|text| write_state(&state, "1", text));
    let found = &document["values"]["root_module"]["resources"][0];
    assert_eq!(found["identity"], parse("{\"name\": \"a\", \"region\": null}"));
    assert_eq!(found["identity_schema_version"], 2);
}

#[test]
fn schemas_of_identities() {
    let schema = Arc::new(Schema { identity: Some(identity_schema()), ..Schema::default() });
    let resources = BTreeMap::from([("fake_a".into(), schema), ("fake_b".into(), Arc::default())]);
    let schemas = ProviderSchemas { resources, ..ProviderSchemas::default() };
    let address = ProviderAddr::hashicorp("fake");
    let document = document(|text| write_provider_schemas([(&address, &schemas)], text));
    let found = &document["provider_schemas"]["registry.terraform.io/hashicorp/fake"]["resource_identity_schemas"];
    let expected = r#"{"fake_a": {"version": 2, "attributes": {
        "name": {"type": "string", "description": "Name of it.", "required_for_import": true},
        "region": {"type": "string", "optional_for_import": true}
    }}}"#;
    assert_eq!(*found, parse(expected));
}
