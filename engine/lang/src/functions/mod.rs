//! The functions of the language: every one of Terraform 1.11, and a few that Terraform and OpenTofu have added since.
//!
//! One file a family. Each function is a plain `fn(&Call) -> Outcome` behind an entry that states its parameters and
//! what it makes of null, unknown and marked arguments; [`call::invoke`] does the rest by the rules of cty's function
//! package. What a function needs of the world comes from a [`World`].
//!
//! **Invariant**: nothing here touches the environment, the clock or the disk but through a [`World`].

mod call;
mod cidr;
mod collections;
mod conversion;
mod crypto;
mod csv;
mod datetime;
mod descriptions;
mod doubles;
mod encoding;
mod entry;
mod filesystem;
mod format;
mod glob;
mod gzip;
mod json;
mod limits;
mod marking;
mod metadata;
mod numeric;
mod paths;
mod predictions;
mod regex;
mod registry;
mod strings;
mod template;
mod text;
mod timestamps;
mod world;
mod yaml;

#[cfg(test)]
mod tests;

pub(crate) use call::{FunctionError, invoke};
pub(crate) use conversion::convert_to;
pub(crate) use entry::{Form, Function, Lazy, Place, Purity};
pub(crate) use limits::{LONGEST, longer_than_allowed};
pub use metadata::{metadata, metadata_of, schema_of, schemas};
pub(crate) use registry::{find, names};
pub(crate) use template::{in_one_line, render_string};
pub use world::{DirEntry, DiskWorld, FileKind, MemoryWorld, World};
