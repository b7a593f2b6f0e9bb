//! The native `hashicorp/random` provider: every resource and ephemeral resource type of version 3.9.
//!
//! Everything random comes from the operating system's generator and is picked without bias. Only where a `seed` is
//! given (`random_integer`, `random_shuffle`) the value follows from it, by the very sequence that the public provider
//! uses, so that an object made by either provider is made the same again.
//!
//! Stricter than the public provider, which fails or panics on them while applying: negative numbers of characters,
//! no bytes at all, and sizes beyond [`LARGEST`].
//!
//! **Invariant**: nothing is read from or kept outside the state, and no generated value is ever in a diagnostic or in
//! `Debug` output. The one look at the clock is within the `uuid` library, for the time in a `random_uuid7`.

mod bytes;
mod characters;
mod checks;
mod context;
mod ephemeral;
mod hash;
mod id;
mod integer;
mod items;
mod keepers;
mod lifecycle;
mod password;
mod pet;
mod provider;
mod seeded;
mod shuffle;
mod source;
mod string;
mod uuid;

use std::sync::Arc;

use landform_provider_api::Provider;

/// The largest number of characters, bytes, words or items that one object may be asked for. A larger one would not
/// fit into a state file in any useful way.
pub const LARGEST: i64 = 1 << 24;

/// The provider with all its types. It has no configuration.
pub fn provider() -> Arc<dyn Provider> {
    Arc::new(provider::Random::new())
}
