//! Documents for programs, byte for byte as Terraform 1.11 writes them.
//!
//! What grows with the number of instances is written piece by piece to a sink.

mod checks;
mod drift;
mod functions;
pub(crate) mod go;
mod plan;
mod resource;
mod schema;
mod state;
pub mod testing;
pub mod ui;
mod validate;
mod value;
mod writer;

pub use drift::drift;
pub use functions::{FunctionParameter, FunctionSignature, describe_function, write_functions};
pub use plan::{PlanContext, write_plan};
pub use schema::write_provider_schemas;
pub use state::write_state;
pub use validate::validation;

/// A value as documents have it: all that is known of it.
pub(crate) fn known_text(value: &landform_values::Value) -> String {
    let mut writer = writer::JsonWriter::in_memory();
    value::known(&mut writer, value);
    writer.into_text()
}
