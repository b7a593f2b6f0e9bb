//! Whether configuration may set a part of an object.

use landform_schema::{Attribute, Block};
use landform_values::{Path, Step};

/// What configuration may do to a part of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settable {
    /// Set it as an argument, or within one.
    Argument,
    /// Write a nested block.
    Block,
    /// Nothing.
    No,
}

/// What configuration may do to what a path leads to.
pub(super) fn settable(block: &Block, path: &Path) -> Settable {
    let mut names = path.0.iter().filter_map(|step| match step {
        Step::Attribute(name) => Some(&**name),
        Step::Index(_) => None,
    });
    let mut block = block;
    while let Some(name) = names.next() {
        if let Some(attribute) = block.attributes.get(name) {
            return attribute_settable(attribute, names);
        }
        match block.blocks.get(name) {
            Some(nested) => block = &nested.block,
            None => return Settable::No,
        }
    }
    Settable::Block
}

fn attribute_settable<'a>(attribute: &Attribute, mut names: impl Iterator<Item = &'a str>) -> Settable {
    if !attribute.optional && !attribute.required {
        return Settable::No;
    }
    match (&attribute.nested, names.next()) {
        (Some(nested), Some(name)) => match nested.attributes.get(name) {
            Some(attribute) => attribute_settable(attribute, names),
            None => Settable::No,
        },
        _ => Settable::Argument,
    }
}
