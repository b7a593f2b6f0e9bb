//! Names of declared objects.

use landform_addrs::is_identifier;
use landform_diagnostics::Span;
use landform_lang::syntax::ast::Ident;

use super::Decoder;

/// What a name must look like.
pub(crate) const BAD_IDENTIFIER: &str =
    "A name must start with a letter or underscore and may contain only letters, digits, underscores, and dashes.";

impl Decoder<'_> {
    /// Reports a label that is no identifier.
    pub(super) fn check_name(&mut self, label: &Ident, summary: &str) {
        if !is_identifier(&label.name) {
            self.error(label.span, summary, BAD_IDENTIFIER);
        }
    }

    /// Whether a provider's local name is in its one right form; reports when it is not.
    pub(super) fn check_provider_name(&mut self, name: &str, span: Span) -> bool {
        let problem = match provider_part(name) {
            Ok(normal) if normal == name => return true,
            Ok(normal) => {
                format!("Provider names must be normalized. Replace {name:?} with {normal:?} to fix this error.")
            }
            Err(error) => format!("{name} is an invalid provider local name: {error}"),
        };
        self.error(span, "Invalid provider local name", problem);
        false
    }
}

/// The normal form of a part of a provider's source address, or why it has none.
pub(crate) fn provider_part(text: &str) -> Result<String, &'static str> {
    if text.is_empty() {
        return Err("must have at least one character");
    }
    if text.contains("--") {
        return Err("cannot use multiple consecutive dashes");
    }
    let well_formed = text.chars().all(|next| next.is_alphanumeric() || next == '-')
        && !text.starts_with('-')
        && !text.ends_with('-');
    if !well_formed {
        return Err("must contain only letters, digits, and dashes, and may not use leading or trailing dashes");
    }
    Ok(text.to_lowercase())
}
