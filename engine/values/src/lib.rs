//! Values and types of the language: the public cty semantics.
//!
//! A [`Value`] is cheap to clone and carries its type, may be null, unknown (with refinements) or marked
//! (sensitive, ephemeral, deprecated) at any depth. Comparison with `==` is structural and includes marks; the
//! language's own equality is [`ops::equal`].
//!
//! **Invariant**: nothing here knows expressions, schemas, files or providers.

pub mod convert;
pub mod json;
mod marks;
pub mod msgpack;
mod number;
pub mod ops;
mod path;
mod refine;
pub mod render;
#[cfg(test)]
mod samples;
mod sets;
mod text;
mod ty;
mod unknown;
mod value;

pub use convert::{convert, unify};
pub use marks::{Deprecation, Marks};
pub use number::{Notation, Number, NumberError};
pub use path::{Path, PathError, Step};
pub use refine::Bound;
pub use sets::hash_text;
pub use text::{quote, safe_prefix};
pub use ty::{ObjectType, Type};
pub use unknown::{Refinement, Unknown};
pub use value::{Kind, Mapping, Sequence, Str, Value};
