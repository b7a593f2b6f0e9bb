//! What each fuzz target does with its bytes. Nothing may panic, hang or fill the memory, whatever the bytes are; and what
//! was read and written must read as the same again.

mod language;
mod values;

#[cfg(feature = "state")]
mod stored;

pub use language::{expression, hcl, json, template};
#[cfg(feature = "state")]
pub use stored::{plan, state};
pub use values::msgpack;
