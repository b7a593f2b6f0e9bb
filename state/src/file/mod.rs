//! The state file, version 4: read and written as Terraform does, byte for byte.
//!
//! The format is Go's `encoding/json` of a fixed structure with two spaces of indentation. Members that
//! Terraform 1.11 does not know are kept and written behind those that it knows.

mod form;
mod object;
mod paths;
mod read;
mod shape;
mod version;
mod write;

use landform_diagnostics::Diagnostics;

pub(crate) use object::{ObjectReader, write_object};
pub use version::{FORMAT_VERSION, has_version};

use crate::State;

/// Reads a state file; `None` when it is empty, which means that there is no state yet.
///
/// # Errors
/// Diagnostics without a place when it is no state file, of another version, or contradicts itself.
pub fn read(bytes: &[u8]) -> Result<Option<State>, Diagnostics> {
    if bytes.is_empty() {
        return Ok(None);
    }
    read::read(bytes).map(Some)
}

/// The bytes of a state file.
pub fn write(state: &State) -> Vec<u8> {
    write::write(state)
}

#[cfg(test)]
mod tests;
