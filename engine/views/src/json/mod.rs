//! Documents for programs, byte for byte as Terraform 1.11 writes them.
//!
//! What grows with the number of instances is written piece by piece to a sink.

mod checks;
pub(crate) mod go;
mod plan;
mod resource;
mod state;
pub mod ui;
mod value;
mod writer;

pub use plan::{PlanContext, write_plan};
pub use state::write_state;
