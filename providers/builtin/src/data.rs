//! `terraform_data`: a resource that stores what it is given, and is replaced when told to.

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::{Attribute, Block, PlanRequest, PlanResponse, Schema, UpgradeRequest};
use landform_values::{Path, Type, Value, json};

use crate::host::Host;

/// The type's name.
pub(crate) const KIND: &str = "terraform_data";
/// The type that it takes objects over from.
const PREDECESSOR: &str = "null_resource";

/// Its schema.
pub(crate) fn schema() -> Schema {
    let attributes = [
        ("id", Attribute::of(Type::String).computed()),
        ("input", Attribute::of(Type::Dynamic).optional()),
        ("output", Attribute::of(Type::Dynamic).computed()),
        ("triggers_replace", Attribute::of(Type::Dynamic).optional()),
    ];
    let attributes = attributes.into_iter().map(|(name, attribute)| (name.into(), attribute)).collect();
    Schema { block: Block { attributes, ..Block::default() }, ..Schema::default() }
}

/// Refuses values for what only the provider may set.
pub(crate) fn validate(config: &Value) -> Diagnostics {
    ["id", "output"]
        .into_iter()
        .filter(|name| config.get_attribute(name).is_some_and(|value| !value.is_null()))
        .map(|name| Diagnostic::error(format!("{name:?} attribute is read-only"), ""))
        .collect()
}

/// An object with nothing but an id.
pub(crate) fn imported(id: &str) -> Value {
    object(Value::string(id), Value::NULL)
}

fn object(id: Value, triggers: Value) -> Value {
    Value::object([("id", id), ("input", Value::NULL), ("output", Value::NULL), ("triggers_replace", triggers)])
}

/// Plans: a new object and one whose triggers changed get an id on apply; output follows input.
pub(crate) fn plan(request: PlanRequest) -> PlanResponse {
    let mut response = PlanResponse {
        planned: request.proposed,
        identity: None,
        requires_replace: Vec::new(),
        create_first: false,
        private: request.private,
        legacy: false,
        notes: Vec::new(),
        unfinished: false,
        diagnostics: Diagnostics::new(),
    };
    let changed = |name| request.prior.get_attribute(name) != response.planned.get_attribute(name);
    if response.planned.is_null() {
        return response;
    }
    if request.prior.is_null() {
        response.planned = afresh(&response.planned);
    } else if changed("triggers_replace") {
        response.requires_replace.push(Path::root().attribute("triggers_replace"));
        response.planned = afresh(&response.planned);
    } else if changed("input") {
        let ty = attribute(&response.planned, "input").ty();
        response.planned = response.planned.with_attribute("output", Value::unknown(ty));
    }
    response
}

/// What is known of a new object.
fn afresh(proposed: &Value) -> Value {
    let input = attribute(proposed, "input");
    let output = if input.is_null() { input } else { Value::unknown(input.ty()) };
    proposed.with_attribute("id", Value::unknown_not_null(Type::String)).with_attribute("output", output)
}

fn attribute(object: &Value, name: &str) -> Value {
    object.get_attribute(name).cloned().unwrap_or(Value::NULL)
}

/// Fills in what planning left open.
pub(crate) fn apply(planned: &Value, host: &dyn Host) -> Value {
    let mut object = planned.clone();
    if !attribute(planned, "output").is_known() {
        object = object.with_attribute("output", attribute(planned, "input"));
    }
    if !attribute(planned, "id").is_known() {
        object = object.with_attribute("id", Value::string(unique_id(host)));
    }
    object
}

fn unique_id(host: &dyn Host) -> String {
    let mut bytes = [0; 16];
    host.random_bytes(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// Decodes a stored object; there has been one schema version only.
pub(crate) fn upgrade(request: &UpgradeRequest) -> Result<Value, Diagnostics> {
    decode(&request.json, &schema().block.implied_type())
}

/// Takes over a `null_resource`: its triggers go on to decide about replacement.
pub(crate) fn take_over(request: &UpgradeRequest, from_kind: &str) -> Result<Value, Diagnostics> {
    if from_kind != PREDECESSOR {
        let detail = format!("Only moving from {PREDECESSOR} to {KIND} is supported.");
        return Err(Diagnostic::error("Unsupported source resource type for move operation", detail).into());
    }
    let predecessor = Type::object([("id", Type::String), ("triggers", Type::map(Type::String))]);
    let old = decode(&request.json, &predecessor)?;
    let triggers = match old.get_attribute("triggers").and_then(Value::as_mapping) {
        Some(triggers) => Value::object(triggers.items().iter().cloned()),
        None => Value::NULL,
    };
    Ok(object(attribute(&old, "id"), triggers))
}

fn decode(text: &str, ty: &Type) -> Result<Value, Diagnostics> {
    json::decode(text, ty).map_err(|error| Diagnostic::error(error.to_string(), "").into())
}
