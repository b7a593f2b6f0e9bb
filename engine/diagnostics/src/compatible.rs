//! Whose behaviour this is, as messages and files name it.

/// The version of Terraform whose language, formats and behaviour these are: what states, plans and lock files say, and
/// what `required_version` is compared with.
pub const COMPATIBLE_VERSION: &str = "1.11.4";
