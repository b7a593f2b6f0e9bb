//! The provider as the engine calls it.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use futures::executor::block_on;
use landform_diagnostics::Diagnostics;
use landform_provider_api::{
    ApplyRequest, ConfigureRequest, ImportBy, ImportRequest, PlanRequest, PlanResponse, Provider, ProviderInstance,
    ReadDataRequest,
};
use landform_provider_builtin::{Builtin, Host, RemoteStateRequest};
use landform_values::{Path, Str, Type, Value};

/// Random bytes that are all 7; a state with one output in every workspace but "empty".
struct TestHost;

#[async_trait]
impl Host for TestHost {
    fn random_bytes(&self, buffer: &mut [u8]) {
        buffer.fill(7);
    }

    async fn remote_outputs(&self, request: RemoteStateRequest) -> Result<Option<BTreeMap<Str, Value>>, Diagnostics> {
        let backend = Value::from(&*request.backend);
        Ok((&*request.workspace != "empty").then(|| BTreeMap::from([("backend".into(), backend)])))
    }
}

const ID: &str = "07070707-0707-4707-8707-070707070707";

fn instance() -> Arc<dyn ProviderInstance> {
    let request = ConfigureRequest { config: Value::NULL, engine_version: "0".into() };
    block_on(Builtin::new(Arc::new(TestHost)).configure(request)).expect("it needs no configuration").0
}

fn data(id: Value, input: Value, output: Value, triggers: Value) -> Value {
    Value::object([("id", id), ("input", input), ("output", output), ("triggers_replace", triggers)])
}

fn unknown_id() -> Value {
    Value::unknown_not_null(Type::String)
}

fn plan(prior: Value, proposed: Value) -> PlanResponse {
    let config = proposed.clone();
    let request = PlanRequest { kind: "terraform_data".into(), prior, proposed, config, private: Vec::new() };
    block_on(instance().plan_resource(request))
}

fn apply(planned: Value) -> Value {
    let request = ApplyRequest {
        kind: "terraform_data".into(),
        prior: Value::NULL,
        config: planned.clone(),
        planned,
        private: Vec::new(),
    };
    block_on(instance().apply_resource(request)).object
}

#[test]
fn create_makes_an_id_and_output_follows_input() {
    let proposed = data(Value::null(Type::String), Value::from("x"), Value::NULL, Value::NULL);
    let planned = plan(Value::NULL, proposed).planned;
    assert_eq!(planned, data(unknown_id(), Value::from("x"), Value::unknown(Type::String), Value::NULL));
    assert_eq!(apply(planned), data(Value::from(ID), Value::from("x"), Value::from("x"), Value::NULL));
}

#[test]
fn create_without_input_knows_its_output() {
    let planned = plan(Value::NULL, data(Value::null(Type::String), Value::NULL, Value::NULL, Value::NULL)).planned;
    assert_eq!(planned.get_attribute("output"), Some(&Value::NULL));
}

#[test]
fn update_keeps_the_id() {
    let prior = data(Value::from("i"), Value::from("x"), Value::from("x"), Value::NULL);
    let response = plan(prior, data(Value::from("i"), Value::number(1_i64), Value::from("x"), Value::NULL));
    let output = Value::unknown(Type::Number);
    assert_eq!(response.planned, data(Value::from("i"), Value::number(1_i64), output, Value::NULL));
    assert!(response.requires_replace.is_empty());
}

#[test]
fn another_trigger_replaces() {
    let prior = data(Value::from("i"), Value::from("x"), Value::from("x"), Value::from("a"));
    let response = plan(prior, data(Value::from("i"), Value::from("x"), Value::from("x"), Value::from("b")));
    assert_eq!(response.requires_replace, [Path::root().attribute("triggers_replace")]);
    assert_eq!(response.planned, data(unknown_id(), Value::from("x"), Value::unknown(Type::String), Value::from("b")));
}

#[test]
fn no_change_and_destroy_are_planned_as_proposed() {
    let object = data(Value::from("i"), Value::from("x"), Value::from("x"), Value::NULL);
    assert_eq!(plan(object.clone(), object.clone()).planned, object);
    assert!(plan(object, Value::NULL).planned.is_null());
    assert!(apply(Value::NULL).is_null());
}

#[test]
fn import_takes_any_id() {
    let request = ImportRequest { kind: "terraform_data".into(), by: ImportBy::Id("abc".into()) };
    let found = block_on(instance().import_resource(request)).expect("terraform_data can be imported");
    assert_eq!(found[0].object, data(Value::from("abc"), Value::NULL, Value::NULL, Value::NULL));
}

#[test]
fn computed_attributes_can_not_be_set() {
    let config = data(Value::from("x"), Value::NULL, Value::from("y"), Value::NULL);
    let found = block_on(Builtin::new(Arc::new(TestHost)).validate_resource("terraform_data", &config));
    let summaries: Vec<&str> = found.iter().map(|diagnostic| &*diagnostic.summary).collect();
    assert_eq!(summaries, ["\"id\" attribute is read-only", "\"output\" attribute is read-only"]);
}

fn remote_state(workspace: Value, defaults: Value) -> Result<Value, String> {
    let config = Value::object([
        ("backend", Value::from("_local")),
        ("config", Value::NULL),
        ("defaults", defaults),
        ("outputs", Value::NULL),
        ("workspace", workspace),
    ]);
    let response =
        block_on(instance().read_data_source(ReadDataRequest { kind: "terraform_remote_state".into(), config }));
    match response.diagnostics.iter().next() {
        Some(error) => Err(error.summary.clone()),
        None => Ok(response.object.get_attribute("outputs").cloned().unwrap_or(Value::NULL)),
    }
}

#[test]
fn outputs_of_another_root_go_before_defaults() {
    let defaults = Value::object([("backend", Value::number(1_i64)), ("other", Value::TRUE)]);
    let outputs = Value::object([("backend", Value::from("local")), ("other", Value::TRUE)]);
    assert_eq!(remote_state(Value::NULL, defaults), Ok(outputs));
    assert_eq!(remote_state(Value::from("empty"), Value::NULL), Err("Unable to find remote state".into()));
}

fn call(name: &str, argument: Value) -> Result<Value, String> {
    block_on(Builtin::new(Arc::new(TestHost)).call_function(name, vec![argument])).map_err(|error| error.message)
}

#[test]
fn functions() {
    let object = Value::object([("a", Value::number(1_i64)), ("bb", Value::object([("x", Value::TRUE)]))]);
    assert_eq!(call("encode_tfvars", object), Ok(Value::from("a = 1\nbb = {\n  x = true\n}\n")));
    assert_eq!(call("encode_expr", Value::from("x")), Ok(Value::from("\"x\"")));
    let wrong = call("encode_tfvars", Value::object([("a b", Value::TRUE)]));
    let message = "invalid variable name \"a b\": must be a valid identifier, per Terraform's rules for input variable declarations";
    assert_eq!(wrong, Err(message.into()));
}
