//! What a provider is to the engine, and the framework that native providers are written in.
//!
//! [`Provider`] has the shape of the plugin protocol, plus bulk reads. Values that cross it carry no marks.
//!
//! **Invariant**: nothing here knows configuration files, state files or any one provider.

// The derive's output names this crate by its public name, in its own tests too.
extern crate self as landform_provider_api;

pub mod clock;
pub mod framework;
mod provider;
mod provisioner;
pub use landform_schema as schema;

pub use landform_schema::{
    Attribute, Block, FunctionSchema, IdentityAttribute, IdentitySchema, Nested, NestedAttributes, Nesting, PartSchema,
    ProviderSchemas, Schema,
};
pub use provider::{
    ApplyRequest, ApplyResponse, ConfigureRequest, EphemeralRenewal, EphemeralResponse, FindRequest, FunctionError,
    ImportBy, ImportRequest, ImportedObject, PlanRequest, PlanResponse, Provider, ProviderInstance, ReadDataRequest,
    ReadDataResponse, ReadRequest, ReadResponse, Trace, UpgradeRequest,
};
pub use provisioner::{ProvisionRequest, Provisioner, connection_schema};
