//! The schemas of what can be referred to, and what they say of attributes in references.

use std::fmt;
use std::sync::Arc;

use landform_addrs::{ProviderAddr, ResourceMode};
use landform_diagnostics::{Diagnostic, suggestion};
use landform_lang::expr::static_steps;
use landform_lang::syntax::ast::{Step, StepKind};
use landform_lang::syntax::{Traversal, is_identifier};
use landform_schema::{Block, Nested, Nesting, ProviderSchemas, Schema};

use crate::model::Resource;

/// Where to find the schemas of providers.
pub trait Schemas: fmt::Debug {
    /// Those of one provider; `None` where it is not there.
    fn of(&self, provider: &ProviderAddr) -> Option<Arc<ProviderSchemas>>;

    /// That of a provisioner; `None` where nothing is known of it, so that all in it counts.
    fn provisioner(&self, _kind: &str) -> Option<Block> {
        None
    }

    /// That of a `connection` block; `None` as above.
    fn connection(&self) -> Option<Block> {
        None
    }
}

/// The schema of a resource's objects.
pub(crate) fn schema_of(schemas: &dyn Schemas, resource: &Resource) -> Option<Arc<Schema>> {
    let found = schemas.of(&resource.provider_addr)?;
    let types = match resource.mode {
        ResourceMode::Managed => &found.resources,
        ResourceMode::Data => &found.data_sources,
        ResourceMode::Ephemeral => &found.ephemeral,
    };
    types.get(&resource.kind).cloned()
}

/// What is wrong with the steps that are taken from an object, whatever its values are.
pub(super) fn check_steps(block: &Block, steps: &[Step]) -> Option<Diagnostic> {
    let (first, rest) = steps.split_first()?;
    let name = match &first.kind {
        StepKind::Attribute(name) => name,
        StepKind::Key(key) if is_identifier(key) => {
            let detail = format!(
                "Only attribute access is allowed here. Did you mean to access attribute {key:?} using the dot operator?"
            );
            return Some(Diagnostic::error("Invalid index operation", detail).at(first.span));
        }
        _ => {
            let detail = "Only attribute access is allowed here, using the dot operator.";
            return Some(Diagnostic::error("Invalid index operation", detail).at(first.span));
        }
    };
    if let Some(attribute) = block.attributes.get(name) {
        return static_steps(&attribute.ty, rest);
    }
    if let Some(nested) = block.blocks.get(name) {
        return check_nested(name, nested, rest);
    }
    let mut names: Vec<&str> = block.attributes.keys().chain(block.blocks.keys()).map(|name| &**name).collect();
    names.sort_unstable();
    let hint = suggestion(name, names).map(|near| format!(" Did you mean {near:?}?")).unwrap_or_default();
    let detail = format!("This object has no argument, nested block, or exported attribute named {name:?}.{hint}");
    Some(Diagnostic::error("Unsupported attribute", detail).at(first.span))
}

/// What is wrong with an item of `ignore_changes`.
pub fn check_ignored(block: &Block, item: &Traversal, resource: &Resource) -> Option<Diagnostic> {
    let root = Step { kind: StepKind::Attribute(item.root.name.clone()), span: item.root.span };
    let steps: Vec<Step> = std::iter::once(root).chain(item.steps.iter().cloned()).collect();
    if let Some(found) = check_steps(block, &steps) {
        return Some(found);
    }
    let attribute = block.attributes.get(&item.root.name).filter(|_| item.steps.is_empty())?;
    let redundant = attribute.computed && !attribute.optional;
    let detail = format!(
        "Adding an attribute name to ignore_changes tells Terraform to ignore future changes to the argument in \
         configuration after the object has been created, retaining the value originally configured.\n\nThe attribute \
         {} is decided by the provider alone and therefore there can be no configured value to compare with. Including \
         this attribute in ignore_changes has no effect. Remove the attribute from ignore_changes to quiet this warning.",
        item.root.name
    );
    redundant.then(|| Diagnostic::warning("Redundant ignore_changes element", detail).at(resource.kind_span))
}

fn check_nested(kind: &str, nested: &Nested, steps: &[Step]) -> Option<Diagnostic> {
    let is_single = matches!(nested.nesting, Nesting::Single | Nesting::Group);
    if is_single {
        return check_steps(&nested.block, steps);
    }
    let (first, rest) = steps.split_first()?;
    match nested.nesting {
        Nesting::Set => {
            let detail = format!(
                "Block type {kind:?} is represented by a set of objects, and set elements do not have addressable \
                 keys. To find elements matching specific criteria, use a \"for\" expression with an \"if\" clause."
            );
            Some(Diagnostic::error("Cannot index a set value", detail).at(first.span))
        }
        Nesting::List if matches!(first.kind, StepKind::Attribute(_)) => {
            let detail = format!(
                "Block type {kind:?} is represented by a list of objects, so it must be indexed using a numeric key, \
                 like .{kind}[0]."
            );
            Some(Diagnostic::error("Invalid operation", detail).at(first.span))
        }
        _ => check_steps(&nested.block, rest),
    }
}
