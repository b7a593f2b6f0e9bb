//! The provider trait.

use std::sync::Arc;

use async_trait::async_trait;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::{Path, Str, Value};

use landform_schema::ProviderSchemas;

/// A provider as a program: its schemas and what needs no configuration. One exists a run.
///
/// Diagnostics that it reports have no spans; those about an attribute carry its path in `Extra::attribute` and the
/// engine finds the place.
#[async_trait]
pub trait Provider: Send + Sync {
    /// All schemas; the same allocation each time.
    fn schemas(&self) -> Arc<ProviderSchemas>;

    /// Whether what its resources make is to be found anywhere but in state. Where it is not, a run that dies may forget it.
    fn acts_outside(&self) -> bool {
        true
    }

    /// Checks a provider configuration (of the schema's type, perhaps with unknown values).
    async fn validate_config(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Whether an instance of a configuration can read and plan. Where it can not, what the instance would handle is put off
    /// until more is known; so a provider says here which settings it can do without until apply, whose instance always
    /// has all of them.
    fn can_plan_with(&self, config: &Value) -> bool {
        config.is_wholly_known()
    }

    /// Checks the configuration of a resource (of its schema's type, perhaps with unknown values).
    async fn validate_resource(&self, kind: &str, config: &Value) -> Diagnostics {
        let _ = (kind, config);
        Diagnostics::new()
    }

    /// Checks the configuration of a data source.
    async fn validate_data_source(&self, kind: &str, config: &Value) -> Diagnostics {
        let _ = (kind, config);
        Diagnostics::new()
    }

    /// Checks the configuration of an ephemeral resource.
    async fn validate_ephemeral(&self, kind: &str, config: &Value) -> Diagnostics {
        let _ = (kind, config);
        Diagnostics::new()
    }

    /// Brings a stored object of an older schema version to the present one. The default decodes it by the present
    /// schema, dropping attributes that the schema does not have.
    async fn upgrade_state(&self, request: UpgradeRequest) -> Result<Value, Diagnostics>;

    /// Brings an object of another type (perhaps another provider's) to `request.kind`, for `moved` blocks.
    async fn move_state(&self, request: UpgradeRequest, from_kind: &str) -> Result<Value, Diagnostics> {
        let summary = "Unable to move resource state";
        let detail = format!("The provider can not make a {} of a {from_kind}.", request.kind);
        Err(Diagnostic::error(summary, detail).into())
    }

    /// Calls a function. Arguments are already converted and checked against its schema.
    async fn call_function(&self, name: &str, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let _ = arguments;
        Err(FunctionError { argument: None, message: format!("there is no function {name:?}") })
    }

    /// Makes an instance of a configuration.
    async fn configure(
        &self,
        request: ConfigureRequest,
    ) -> Result<(Arc<dyn ProviderInstance>, Diagnostics), Diagnostics>;
}

/// Why a function call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// The argument that is to blame.
    pub argument: Option<usize>,
    /// Why, as a sentence.
    pub message: String,
}

/// A configured provider: it reaches the real objects.
#[async_trait]
pub trait ProviderInstance: Send + Sync {
    /// Reads objects afresh, all in one go so that the provider can ask for many at once. Answers in order.
    async fn read_resources(&self, requests: Vec<ReadRequest>) -> Vec<ReadResponse>;

    /// Plans one object.
    async fn plan_resource(&self, request: PlanRequest) -> PlanResponse;

    /// Carries out a planned change of one object.
    async fn apply_resource(&self, request: ApplyRequest) -> ApplyResponse;

    /// Finds objects by what the user gave. They are read afterwards.
    async fn import_resource(&self, request: ImportRequest) -> Result<Vec<ImportedObject>, Diagnostics>;

    /// Looks for objects that a run has begun to make and did not live to hear of. Answers in order. No answer may be
    /// given twice. A provider whose objects are nowhere but in state has nothing to look for.
    async fn find_created(&self, requests: Vec<FindRequest>) -> Vec<Trace> {
        requests.iter().map(|_| Trace::Nothing).collect()
    }

    /// Reads a data source.
    async fn read_data_source(&self, request: ReadDataRequest) -> ReadDataResponse;

    /// Opens an ephemeral resource.
    async fn open_ephemeral(&self, kind: &str, config: Value) -> Result<EphemeralResponse, Diagnostics> {
        let _ = config;
        Err(Diagnostic::error("Unsupported ephemeral resource", format!("There is no ephemeral resource {kind}."))
            .into())
    }

    /// Extends the life of an open ephemeral resource.
    async fn renew_ephemeral(&self, kind: &str, private: Vec<u8>) -> Result<EphemeralRenewal, Diagnostics> {
        let _ = (kind, private);
        Err(Diagnostic::error("Unsupported ephemeral resource", "It can not be renewed.").into())
    }

    /// Closes an open ephemeral resource.
    async fn close_ephemeral(&self, kind: &str, private: Vec<u8>) -> Diagnostics {
        let _ = (kind, private);
        Diagnostics::new()
    }

    /// Asks running operations to end soon. Those that can not go on safely return what they have.
    async fn stop(&self) {}
}

/// A stored object of an older schema version, or of another type.
#[derive(Clone, Debug)]
pub struct UpgradeRequest {
    /// The resource type that is wanted.
    pub kind: Str,
    /// The schema version it was stored with.
    pub version: i64,
    /// Its attributes as stored: a JSON object.
    pub json: Str,
}

/// What a provider is configured with.
#[derive(Clone, Debug)]
pub struct ConfigureRequest {
    /// Of the provider schema's type. Perhaps with unknown values while planning.
    pub config: Value,
    /// The version of the engine, for user agents.
    pub engine_version: Str,
}

/// One object to read.
#[derive(Clone, Debug)]
pub struct ReadRequest {
    /// Its resource type.
    pub kind: Str,
    /// As last known; of the schema's type.
    pub prior: Value,
    /// What the provider stored with it.
    pub private: Vec<u8>,
}

/// An object as it is now.
#[derive(Clone, Debug)]
pub struct ReadResponse {
    /// The object; null when it is gone; the prior one after an error.
    pub object: Value,
    /// By what it is told from all others: of the type of its identity schema, and always the same. `None` leaves what is
    /// known of it as it is.
    pub identity: Option<Value>,
    /// To store with it.
    pub private: Vec<u8>,
    /// What went wrong.
    pub diagnostics: Diagnostics,
}

/// What a change is planned from.
#[derive(Clone, Debug)]
pub struct PlanRequest {
    /// The resource type.
    pub kind: Str,
    /// The object as it is; null for a new one.
    pub prior: Value,
    /// Prior and configuration merged by the common rules (`proposed new state`); null to destroy.
    pub proposed: Value,
    /// The configuration; null to destroy.
    pub config: Value,
    /// What the provider stored with the prior object.
    pub private: Vec<u8>,
}

/// A planned change.
#[derive(Clone, Debug)]
pub struct PlanResponse {
    /// The object as it will be, unknown where only apply can tell.
    pub planned: Value,
    /// The identity that a new object will have, unknown where only apply can tell. `None` says nothing of that, and that an
    /// object which stays keeps its own.
    pub identity: Option<Value>,
    /// Paths whose change can not be made in place.
    pub requires_replace: Vec<Path>,
    /// To hand to apply.
    pub private: Vec<u8>,
    /// Whether a replacement should be there before the old object goes: it can stand beside it, and others may use that.
    pub create_first: bool,
    /// Whether the provider is excused from the strict rules between planned and applied objects.
    pub legacy: bool,
    /// What a person should know of it: what the change waits for (a maintenance window, for example), or what still waits
    /// where nothing changes.
    pub notes: Vec<Str>,
    /// Whether apply has something to wait for, even where nothing differs.
    pub unfinished: bool,
    /// What went wrong.
    pub diagnostics: Diagnostics,
}

/// A change to carry out: create (prior null), update, or delete (planned null).
#[derive(Clone, Debug)]
pub struct ApplyRequest {
    /// The resource type.
    pub kind: Str,
    /// The object as it is; null for a new one.
    pub prior: Value,
    /// As planned; null to delete.
    pub planned: Value,
    /// The configuration, wholly known, write-only values included; null to delete.
    pub config: Value,
    /// From the plan.
    pub private: Vec<u8>,
}

/// What a change led to.
#[derive(Clone, Debug)]
pub struct ApplyResponse {
    /// The object as it is now, wholly known; null when it is gone. After an error, what is known to exist.
    pub object: Value,
    /// Its identity, wholly known. `None` leaves what is known of it as it is.
    pub identity: Option<Value>,
    /// To store with it.
    pub private: Vec<u8>,
    /// Whether the provider is excused from the strict rules between planned and applied objects.
    pub legacy: bool,
    /// Whether the service is still at work on it, after an error: such an object is not tainted, and the next run waits for
    /// it.
    pub unfinished: bool,
    /// What went wrong.
    pub diagnostics: Diagnostics,
}

impl ApplyResponse {
    /// That all went well, with a provider that keeps the strict rules.
    pub fn new(object: Value, private: Vec<u8>) -> Self {
        Self { object, identity: None, private, legacy: false, unfinished: false, diagnostics: Diagnostics::new() }
    }
}

/// An object to adopt.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// The resource type.
    pub kind: Str,
    /// What the user gave.
    pub by: ImportBy,
}

/// By what an object to adopt is found.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportBy {
    /// An id of whatever form the resource type has.
    Id(Str),
    /// An identity of the type of its schema, wholly known. What an import need not give may be null.
    Identity(Value),
}

/// An object found by import, good enough to be read.
#[derive(Clone, Debug)]
pub struct ImportedObject {
    /// Its resource type.
    pub kind: Str,
    /// Of the schema's type, with at least what a read needs.
    pub object: Value,
    /// Its identity, where that is known before it is read.
    pub identity: Option<Value>,
    /// To store with it.
    pub private: Vec<u8>,
}

/// An object that may exist.
#[derive(Clone, Debug)]
pub struct FindRequest {
    /// The resource type.
    pub kind: Str,
    /// As it was planned; null where that was not known.
    pub planned: Value,
    /// Other objects of the type: it is none of them.
    pub known: Vec<Value>,
}

/// What there is to be found of an object.
#[derive(Clone, Debug)]
pub enum Trace {
    /// It does not exist.
    Nothing,
    /// It exists.
    Object {
        /// As it is now, of the schema's type, wholly known.
        object: Value,
        /// Whether it lacks what no update can give it, so that it has to be made anew.
        half_made: bool,
        /// To store with it.
        private: Vec<u8>,
    },
    /// It may exist, and a person has to look.
    Unclear {
        /// What stands in the way, as a sentence.
        why: String,
    },
    /// Looking for it failed.
    Failed(Diagnostics),
}

/// A data source to read.
#[derive(Clone, Debug)]
pub struct ReadDataRequest {
    /// Its type.
    pub kind: Str,
    /// Of the schema's type, wholly known.
    pub config: Value,
}

/// What a data source yields.
#[derive(Clone, Debug)]
pub struct ReadDataResponse {
    /// Of the schema's type, wholly known.
    pub object: Value,
    /// What went wrong.
    pub diagnostics: Diagnostics,
}

/// An open ephemeral resource.
#[derive(Clone, Debug)]
pub struct EphemeralResponse {
    /// What it yields.
    pub result: Value,
    /// To hand to renew and close.
    pub private: Vec<u8>,
    /// When to renew it: seconds from now.
    pub renew_after: Option<u64>,
}

/// An ephemeral resource that lives on. What it yields stays the same.
#[derive(Clone, Debug)]
pub struct EphemeralRenewal {
    /// To hand to the next renewal, or to close.
    pub private: Vec<u8>,
    /// When to renew it again: seconds from now.
    pub renew_after: Option<u64>,
}
