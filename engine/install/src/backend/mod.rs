//! What the working directory remembers of the backend: `.terraform/terraform.tfstate`.
//!
//! The file is not a state. It records the backend's type, its whole configuration (with what `-backend-config` said),
//! and a hash of the block in the configuration (without that), so that later commands know whether `init` must be run
//! again. File and hash are exactly Terraform's: cty's hash of a tuple of the type and the block's value, a CRC-32 of
//! the value's text, with null for what is not set. It depends on the names of all attributes of the schema in
//! alphabetical order, so a backend's schema must have all those of Terraform's backend. Where a hash differs all the
//! same, both tools compare the values instead, and only configurations that `-backend-config` completes need another
//! `init`.

mod configuration;
mod indent;
mod overrides;
mod record;
mod step;

pub use configuration::{BackendConfig, decode_backend};
pub use overrides::{BackendOverrides, parse_backend_overrides, without_backend_block};
pub use record::{BackendRecord, read_record, write_record};
pub use step::{BackendStep, InitMode, check_initialized, plan_init, undecodable, undecodable_init};

#[cfg(test)]
mod tests;
