//! `terraform_remote_state`: the outputs of another root.

use std::collections::BTreeMap;

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::{Attribute, Block, ReadDataResponse, Schema};
use landform_values::{Kind, Path, Str, Type, Value};

use crate::host::{Host, RemoteStateRequest};

/// The type's name.
pub(crate) const KIND: &str = "terraform_remote_state";

/// Its schema.
pub(crate) fn schema() -> Schema {
    let described = |attribute: Attribute, text: &str| Attribute { description: Some(text.into()), ..attribute };
    let attributes = [
        (
            "backend",
            described(Attribute::of(Type::String).required(), "The remote backend to use, e.g. `remote` or `http`."),
        ),
        (
            "config",
            described(
                Attribute::of(Type::Dynamic).optional(),
                "The configuration of the remote backend. Although this is optional, most backends require some \
                 configuration.\n\nThe object can use any arguments that would be valid in the equivalent \
                 `terraform { backend \"<TYPE>\" { ... } }` block.",
            ),
        ),
        (
            "defaults",
            described(
                Attribute::of(Type::Dynamic).optional(),
                "Default values for outputs, in case the state file is empty or lacks a required output.",
            ),
        ),
        (
            "outputs",
            described(
                Attribute::of(Type::Dynamic).computed(),
                "An object containing every root-level output in the remote state.",
            ),
        ),
        (
            "workspace",
            described(
                Attribute::of(Type::String).optional(),
                "The Terraform workspace to use, if the backend supports workspaces.",
            ),
        ),
    ];
    let attributes = attributes.into_iter().map(|(name, attribute)| (name.into(), attribute)).collect();
    Schema { block: Block { attributes, ..Block::default() }, ..Schema::default() }
}

/// Checks as much as is known.
pub(crate) fn validate(config: &Value, host: &dyn Host) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let is_known = get(config, "config").is_wholly_known() && get(config, "backend").is_known();
    match request(config) {
        None if is_known => diagnostics.push(unusable(config)),
        Some(request) if get(config, "config").is_wholly_known() => diagnostics.extend(host.check_backend(&request)),
        _ if !may_be_object(get(config, "config")) => {
            diagnostics.push(wrong(
                "Invalid backend configuration",
                "The configuration must be an object value.",
                "config",
            ));
        }
        _ => {}
    }
    if !may_be_object(get(config, "defaults")) {
        diagnostics.push(wrong("Invalid default values", "Defaults must be given in an object value.", "defaults"));
    }
    diagnostics
}

fn may_be_object(value: &Value) -> bool {
    match value.kind() {
        Kind::Map(_) | Kind::Object(_) => true,
        Kind::Null(ty) => matches!(ty, Type::Dynamic | Type::Object(_) | Type::Map(_)),
        Kind::Unknown(unknown) => matches!(unknown.ty, Type::Dynamic | Type::Object(_) | Type::Map(_)),
        _ => false,
    }
}

/// Why there is nothing to ask the host, with all that matters known.
fn unusable(config: &Value) -> Diagnostic {
    let Some(backend) = get(config, "backend").as_str() else {
        return wrong(
            "Invalid backend configuration",
            "The backend type must be given: it must not be null.",
            "backend",
        );
    };
    let detail = format!("The given configuration is not valid for backend {backend:?}: an object is required.");
    wrong("Invalid backend configuration", &detail, "config")
}

fn wrong(summary: &str, detail: &str, attribute: &str) -> Diagnostic {
    Diagnostic::error(summary, detail)
        .with_extra(|extra| extra.attribute = Some(Path::root().attribute(attribute).attribute_steps()))
}

fn get<'a>(config: &'a Value, name: &str) -> &'a Value {
    config.get_attribute(name).unwrap_or(const { &Value::NULL })
}

/// What to ask the host; `None` while the backend type is not known, where there is none, or with a configuration that is no object.
fn request(config: &Value) -> Option<RemoteStateRequest> {
    let given = get(config, "config");
    let settings = match given.kind() {
        Kind::Null(_) => Value::object::<Str>([]),
        Kind::Map(items) | Kind::Object(items) => Value::object(items.items().iter().cloned()),
        _ => return None,
    };
    let backend: Str = match get(config, "backend").as_str()? {
        "_local" => "local".into(),
        other => other.into(),
    };
    let workspace = get(config, "workspace").as_shared_str().cloned().unwrap_or_else(|| "default".into());
    Some(RemoteStateRequest { backend, config: settings, workspace })
}

/// Reads the outputs; those that the state lacks come from `defaults`.
pub(crate) async fn read(config: Value, host: &dyn Host) -> ReadDataResponse {
    match outputs(&config, host).await {
        Ok(outputs) => ReadDataResponse {
            object: config.with_attribute("outputs", Value::object(outputs)),
            diagnostics: Diagnostics::new(),
        },
        Err(diagnostics) => ReadDataResponse { object: config, diagnostics },
    }
}

async fn outputs(config: &Value, host: &dyn Host) -> Result<BTreeMap<Str, Value>, Diagnostics> {
    let request = request(config).ok_or_else(|| unusable(config))?;
    let found = host.remote_outputs(request).await?;
    let missing = || {
        let detail = "No stored state was found for the given workspace in the given backend.";
        wrong("Unable to find remote state", detail, "workspace")
    };
    let found = found.ok_or_else(missing)?;
    let defaults = get(config, "defaults").as_mapping().map_or(&[][..], |defaults| defaults.items());
    Ok(defaults.iter().cloned().chain(found).collect())
}
