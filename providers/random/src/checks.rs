//! What is said of wrong values, in the words of the public provider's libraries.

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::framework::Attr;
use landform_values::Path;

use crate::LARGEST;
use crate::context::{Failure, Result};

/// An error about an attribute of the configuration.
pub(crate) fn about(attribute: &str, summary: &str, detail: impl Into<String>) -> Diagnostic {
    let steps = Path::root().attribute(attribute).attribute_steps();
    Diagnostic::error(summary, detail).with_extra(|extra| extra.attribute = Some(steps))
}

/// An error about the value of a number.
pub(crate) fn wrong_number(attribute: &str, demand: &str, number: i64) -> Diagnostic {
    about(attribute, "Invalid Attribute Value", format!("Attribute {attribute} value must be {demand}, got: {number}"))
}

/// Fails with the first thing that was found: values that were not known before may be wrong all the same.
pub(crate) fn refuse(found: Diagnostics) -> Result<()> {
    found.into_iter().next().map_or(Ok(()), |wrong| Err(Failure::Invalid(Box::new(wrong))))
}

/// Demands a number from `least` to [`LARGEST`], where one is known.
pub(crate) fn size(attribute: &str, value: &Attr<i64>, least: i64) -> Option<Diagnostic> {
    let number = *value.known()?;
    if number < least {
        Some(wrong_number(attribute, &format!("at least {least}"), number))
    } else if number > LARGEST {
        Some(wrong_number(attribute, &format!("at most {LARGEST}"), number))
    } else {
        None
    }
}
