//! Data sources that want exactly one object.

use crate::core::prelude::*;

/// What is looked for, as messages call it.
pub(super) struct Wanted {
    /// "VPC".
    pub(super) one: &'static str,
    /// "VPCs".
    pub(super) many: &'static str,
}

impl Wanted {
    /// The one that was found; none and several are errors.
    pub(super) fn only_one_of<T>(&self, mut found: Vec<T>) -> Result<T> {
        match found.len() {
            0 => Err(self.none()),
            1 => Ok(found.remove(0)),
            count => {
                let message = format!(
                    "{count} {} match. Say more, or look for many of them with another data source.",
                    self.many
                );
                Err(Error::new(format!("Several EC2 {} matched", self.many), message))
            }
        }
    }

    /// The error for an id that does not exist is that nothing matches.
    pub(super) fn none_if_missing(&self, error: Error) -> Error {
        if error.is_missing() { self.none() } else { error }
    }

    fn none(&self) -> Error {
        let message = format!("No {} matches. Check id, filters, tags and the region.", self.one);
        Error::new(format!("No EC2 {} matched", self.one), message)
    }
}
