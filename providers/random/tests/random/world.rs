//! The provider with configurations written as JSON.

use std::sync::{Arc, LazyLock};

use futures::executor::block_on;
use landform_diagnostics::Diagnostics;
use landform_provider_api::framework::decode_stored_by_schema;
use landform_provider_api::{
    ApplyRequest, ConfigureRequest, ImportBy, ImportRequest, PlanRequest, PlanResponse, Provider, ProviderInstance,
    ReadRequest, Schema, UpgradeRequest,
};
use landform_values::Value;
use serde_json::Value as Json;

pub(crate) static PROVIDER: LazyLock<Arc<dyn Provider>> = LazyLock::new(landform_provider_random::provider);

pub(crate) fn instance() -> Arc<dyn ProviderInstance> {
    let request = ConfigureRequest { config: Value::NULL, engine_version: "0".into() };
    block_on(PROVIDER.configure(request)).expect("it needs no configuration").0
}

pub(crate) fn schema(kind: &str) -> Arc<Schema> {
    PROVIDER.schemas().resources.get(kind).unwrap_or_else(|| panic!("{kind} is implemented")).clone()
}

/// A configuration: attributes that are not given are null.
pub(crate) fn config(kind: &str, json: &Json) -> Value {
    decode_stored_by_schema(&schema(kind), json).expect("a configuration")
}

pub(crate) fn plan(kind: &str, prior: Option<&Value>, config: &Value) -> PlanResponse {
    let prior = prior.cloned().unwrap_or_else(|| Value::null(config.ty()));
    let (proposed, config) = (config.clone(), config.clone());
    let request = PlanRequest { kind: kind.into(), prior, proposed, config, private: Vec::new() };
    let response = block_on(instance().plan_resource(request));
    assert!(!response.legacy && response.diagnostics.is_empty(), "{:?}", response.diagnostics);
    response
}

/// Applies a plan. What was planned must come about, and reading must not change it.
pub(crate) fn apply(kind: &str, prior: Option<&Value>, planned: &Value) -> Result<Value, Diagnostics> {
    let request = ApplyRequest {
        kind: kind.into(),
        prior: prior.cloned().unwrap_or_else(|| Value::null(planned.ty())),
        planned: planned.clone(),
        config: planned.clone(),
        private: Vec::new(),
    };
    let response = block_on(instance().apply_resource(request));
    if !response.diagnostics.is_empty() {
        return Err(response.diagnostics);
    }
    let object = response.object;
    assert!(object.is_wholly_known(), "{kind} is wholly known");
    for (name, value) in planned.as_mapping().expect("an object").items() {
        assert!(!value.is_wholly_known() || object.get_attribute(name) == Some(value), "{kind}.{name} is as planned");
    }
    assert_eq!(read(kind, object.clone(), Vec::new()), object);
    Ok(object)
}

pub(crate) fn read(kind: &str, prior: Value, private: Vec<u8>) -> Value {
    let requests = vec![ReadRequest { kind: kind.into(), prior, private }];
    let mut responses = block_on(instance().read_resources(requests));
    assert!(responses[0].diagnostics.is_empty(), "{:?}", responses[0].diagnostics);
    responses.remove(0).object
}

/// Makes an object.
pub(crate) fn create(kind: &str, json: &Json) -> Value {
    let config = config(kind, json);
    let found = block_on(PROVIDER.validate_resource(kind, &config));
    assert!(!found.has_errors(), "{found:?}");
    apply(kind, None, &plan(kind, None, &config).planned).expect("it can be made")
}

/// Imports and reads an object.
pub(crate) fn import(kind: &str, id: &str) -> Result<Value, Diagnostics> {
    let request = ImportRequest { kind: kind.into(), by: ImportBy::Id(id.into()) };
    let mut imported = block_on(instance().import_resource(request))?;
    assert_eq!(imported.len(), 1, "one object is imported");
    let imported = imported.remove(0);
    Ok(read(kind, imported.object, imported.private))
}

/// Brings a stored object to the present schema.
pub(crate) fn upgrade(kind: &str, version: i64, stored: &Json) -> Value {
    let request = UpgradeRequest { kind: kind.into(), version, json: stored.to_string().into() };
    block_on(PROVIDER.upgrade_state(request)).expect("it can be upgraded")
}

/// Demands that there is nothing to do.
pub(crate) fn assert_no_change(kind: &str, object: &Value, json: &Json) {
    let response = plan(kind, Some(object), &config(kind, json));
    assert!(response.requires_replace.is_empty(), "{json} replaces {kind}: {:?}", response.requires_replace);
    assert!(response.planned == *object, "{json} changes {kind}");
}

pub(crate) fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get_attribute(name).and_then(Value::as_str).unwrap_or_else(|| panic!("{name} is a text"))
}

pub(crate) fn integer(object: &Value, name: &str) -> i64 {
    let number = object.get_attribute(name).and_then(Value::as_number).and_then(landform_values::Number::to_i64);
    number.unwrap_or_else(|| panic!("{name} is a whole number"))
}

pub(crate) fn texts(object: &Value, name: &str) -> Vec<Option<String>> {
    let items = object.get_attribute(name).and_then(Value::as_sequence).unwrap_or_else(|| panic!("{name} is a list"));
    items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// Each diagnostic as `attribute: summary: detail`.
pub(crate) fn told(diagnostics: &Diagnostics) -> Vec<String> {
    let told = diagnostics.iter().map(|it| {
        let place = format!("{:?}", it.extra().and_then(|extra| extra.attribute.as_ref()));
        // Only names are in quotes; all problems here are with an attribute of the resource itself.
        let attribute = place.split('"').nth(1).unwrap_or_default().trim_start_matches('.');
        format!("{attribute}: {}: {}", it.summary, it.detail)
    });
    told.collect()
}
