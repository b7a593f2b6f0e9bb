//! Resource identities, made of what objects say of themselves.

use landform_diagnostics::Diagnostic;
use landform_values::Value;

use super::Definition;
use crate::IdentitySchema;

/// By what objects of a type are told from all others. Each provider has forms of its own.
pub trait Identity: Send + Sync {
    /// The schema of identities of a type.
    fn schema(&self, definition: &Definition) -> IdentitySchema;

    /// The identity of an object; `None` while the object does not tell all of it.
    fn of(&self, definition: &Definition, object: &Value) -> Option<Value>;

    /// The id of the object with an identity that the user gave, and its region.
    ///
    /// # Errors
    /// When the identity lacks what an import needs.
    fn id<'a>(&self, identity: &'a Value) -> Result<(&'a str, Option<&'a str>), Diagnostic>;
}
