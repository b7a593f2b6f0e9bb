//! Values as MessagePack: unknown values, refinements and all, but no marks.
//!
//! This is what the plugin protocol carries, byte for byte as cty writes it. An unknown value of which nothing is
//! known is extension 0; one with refinements is extension 12, a map of what is known.

mod decode;
mod encode;

#[cfg(test)]
mod tests;

pub use decode::decode;
pub use encode::encode;

/// The extension that carries an unknown value with refinements.
const REFINED: i8 = 0x0c;

/// Keys of what is known of an unknown value.
mod known {
    pub(super) const NULLNESS: i64 = 1;
    pub(super) const PREFIX: i64 = 2;
    pub(super) const NUMBER_MIN: i64 = 3;
    pub(super) const NUMBER_MAX: i64 = 4;
    pub(super) const LENGTH_MIN: i64 = 5;
    pub(super) const LENGTH_MAX: i64 = 6;
}
