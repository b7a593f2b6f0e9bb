//! The provider that comes with the engine: `terraform.io/builtin/terraform`.
//!
//! It has the resource type `terraform_data`, the data source `terraform_remote_state` and the functions
//! `encode_tfvars`, `decode_tfvars` and `encode_expr`. What it needs of the world comes through [`Host`].
//!
//! **Invariant**: no clock, no files, no network, no randomness of its own.

mod data;
mod expression;
mod functions;
mod host;
mod provider;
mod remote_state;

pub use expression::{attributes, expression};
pub use host::{Host, RemoteStateRequest};
pub use provider::Builtin;
