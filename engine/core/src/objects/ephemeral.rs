//! Ephemeral values may only stand where they are never stored.

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::{Path, Step, Type, Value};

use crate::program::CompiledResource;

/// What is wrong with ephemeral values in the configuration of a resource.
pub(crate) fn misplaced_ephemeral(compiled: &CompiledResource, config: &Value) -> Diagnostics {
    if !config.contains_ephemeral() {
        return Diagnostics::new();
    }
    let ephemeral = config.marked_paths().into_iter().filter(|(_, marks)| marks.is_ephemeral());
    ephemeral.filter_map(|(path, _)| misplaced(compiled, path)).collect()
}

fn misplaced(compiled: &CompiledResource, mut path: Path) -> Option<Diagnostic> {
    let attribute = match path.0.first() {
        Some(Step::Attribute(name)) => compiled.schema.block.attributes.get(name),
        _ => None,
    };
    if attribute.is_some_and(|attribute| attribute.write_only) {
        return None;
    }
    // What is of any type is one value.
    if attribute.is_some_and(|attribute| attribute.ty == Type::Dynamic) {
        path.0.truncate(1);
    }
    let detail = format!(
        "Ephemeral values are not valid for \"{}\", because it is not a write-only attribute and must be persisted to \
         state.",
        path.to_string().trim_start_matches('.')
    );
    let span = compiled.body.span_of(&path).unwrap_or(compiled.span);
    Some(Diagnostic::error("Invalid use of ephemeral value", detail).at(span))
}
