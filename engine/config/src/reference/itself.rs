//! Resources that refer to themselves.

use landform_addrs::{InstanceKey, Resource};
use landform_diagnostics::{Diagnostic, Diagnostics, Span};
use landform_lang::syntax::TraversalRef;

use super::{Subject, parse_reference};

/// What Terraform says as it plans an instance whose block refers to this instance or to the whole resource. It comes
/// before all else that is said of the instance.
pub fn self_references<'t>(
    resource: &Resource,
    key: &InstanceKey,
    references: impl IntoIterator<Item = TraversalRef<'t>>,
) -> Diagnostics {
    let of_resource = |key: &InstanceKey| Subject::Resource { resource: resource.clone(), key: key.clone() };
    // An instance without a key is the whole resource, and told of as both.
    let itself = [key, &InstanceKey::None].map(|key| (of_resource(key), format!("{resource}{key}")));
    let mut found = Diagnostics::new();
    for reference in references.into_iter().filter_map(|traversal| parse_reference(traversal).ok()) {
        let matching = itself.iter().filter(|(subject, _)| *subject == reference.subject);
        found.extend(matching.map(|(_, name)| report(name, reference.span)));
    }
    found
}

/// What Terraform says as it expands a resource whose `count` or `for_each` refers to the resource.
pub fn self_references_of_repetition<'t>(
    resource: &Resource,
    references: impl IntoIterator<Item = TraversalRef<'t>>,
) -> Diagnostics {
    let references = references.into_iter().filter_map(|traversal| parse_reference(traversal).ok());
    let itself = references.filter(|reference| reference.subject.resource() == Some(resource));
    let name = resource.to_string();
    itself.map(|reference| report(&name, reference.span)).collect()
}

fn report(name: &str, span: Span) -> Diagnostic {
    let detail = format!("Configuration for {name} may not refer to itself.");
    Diagnostic::error("Self-referential block", detail).at(span)
}
