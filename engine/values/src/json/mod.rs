//! Values and types as JSON, byte for byte as cty writes them.

mod decode;
mod encode;
mod read;
mod types;

#[cfg(test)]
mod tests;

pub use decode::{Seed, decode, decode_implied, decode_known};
pub use encode::{encode, encode_to, write_string};
pub use types::{decode_type, encode_type};
