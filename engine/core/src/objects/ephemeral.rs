//! Where ephemeral values may not stand.

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::{Step, Value};

use crate::program::CompiledResource;

/// Ephemeral values may only stand where they are never stored.
pub(crate) fn check_ephemeral(compiled: &CompiledResource, config: &Value, about: &str, diagnostics: &mut Diagnostics) {
    if !config.contains_ephemeral() {
        return;
    }
    let schema = &compiled.schema.block;
    for (path, _) in config.marked_paths().into_iter().filter(|(_, marks)| marks.is_ephemeral()) {
        let write_only = match path.0.first() {
            Some(Step::Attribute(name)) => schema.attributes.get(name).is_some_and(|attribute| attribute.write_only),
            _ => false,
        };
        if !write_only {
            let detail = format!(
                "Ephemeral values are not valid for \"{}\", because it is not a write-only attribute and must be persisted to state.",
                path.to_string().trim_start_matches('.')
            );
            let span = compiled.body.span_of(&path).unwrap_or(compiled.span);
            diagnostics.push(Diagnostic::error("Invalid use of ephemeral value", detail).at(span).about(about));
        }
    }
}
