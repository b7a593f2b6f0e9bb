//! The framework that native providers are written in: typed models in, a provider out.
//!
//! A resource type is a struct with `#[derive(Model)]` (its fields are the schema) and an implementation of
//! [`Resource`]: create, read many, update, delete. Everything else happens here, once for all types: schemas,
//! decoding, validation, planning, tags, import, timeouts, and bringing what a service returns into agreement with
//! what was planned. A [`Registry`] gathers types and answers the engine's requests.
//!
//! **Invariant**: nothing here knows any one service; what a provider shares between its types is its [`Context`].

mod apply;
mod attr;
mod attr_type;
pub mod check;
mod equal;
mod form;
mod identity;
pub mod normal;
mod pending;
mod plan;
mod private;
mod read;
mod registry;
mod resource;
pub mod same;
mod schema;
mod shape;
mod stored;
mod tags;
mod timeouts;
mod trace;
mod validate;

pub use attr::Attr;
pub use attr_type::{AttrField, AttrType, BlockField, HasShape};
pub use check::Check;
pub use identity::Identity;
pub use landform_provider_derive::Model;
pub use pending::{Pending, PendingChange};
pub use plan::Planning;
pub use registry::Registry;
pub use resource::{Batch, Context, DataSource, Found, Model, Resource};
pub use shape::{AfterUpdate, AttributeShape, BlockShape, Definition, Group, Role, Rule, Shape};
pub use stored::{decode_stored, decode_stored_by_schema};
pub use tags::{TagRules, Tags};
pub use timeouts::{Timeouts, parse_duration};
pub use trace::Traces;

/// What the derive's output needs by path.
#[doc(hidden)]
pub mod derived {
    pub use landform_schema::Nesting;
    pub use landform_values::{PathError, Step, Type, Value};
}
