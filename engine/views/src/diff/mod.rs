//! What differs between two values, by schema, and how that is drawn.
//!
//! The two steps are apart: [`differ`] and [`dynamic`] make a tree of [`Diff`]s, `render` draws it. What counts as a
//! change follows Terraform's renderer, which works on the JSON form of values: there a set of no declared type is a
//! list, a map an object, and an unknown attribute is missing.

mod change;
mod differ;
mod dynamic;
mod json_text;
mod render;
mod sequence;

use std::collections::BTreeMap;

use landform_plan::Action;
use landform_values::{Str, Type, Value};

pub(crate) use change::{Change, Matcher};
pub(crate) use differ::{block, by_type, undeclared};
pub(crate) use dynamic::dynamic;
pub(crate) use render::{Options, symbol, valid_name};

/// A difference, or the lack of one.
#[derive(Clone, Debug)]
pub(crate) struct Diff {
    /// What kind of value, with the differences within.
    pub node: Node,
    /// `NoOp`, `Create`, `Update` or `Delete`.
    pub action: Action,
    /// Whether it makes the provider replace the object.
    pub replace: bool,
}

/// Kinds of values, as they are drawn.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    /// A string, number, boolean or null, before and after.
    Primitive { before: Option<Value>, after: Option<Value>, ty: Type },
    /// An object; `nested` when its attributes have a schema.
    Object { attributes: BTreeMap<Str, Diff>, nested: bool },
    /// A map; `nested` when its elements have a schema.
    Map { elements: BTreeMap<Str, Diff>, nested: bool },
    /// A list; with `context`, neighbours of changed elements are shown.
    List { elements: Vec<Diff>, context: bool },
    /// A set; `nested` when its elements have a schema.
    Set { elements: Vec<Diff>, nested: bool },
    /// The contents of a block.
    Block { attributes: BTreeMap<Str, Diff>, blocks: BTreeMap<Str, BlockGroup> },
    /// A value that must not be shown, before or after.
    Sensitive { inner: Box<Diff>, before: bool, after: bool },
    /// A block that must not be shown, before or after.
    SensitiveBlock { inner: Box<Diff>, before: bool, after: bool },
    /// A value that becomes one of another type.
    TypeChange { before: Box<Diff>, after: Box<Diff> },
    /// A value that only apply will know, in place of one that was there.
    Unknown { before: Option<Box<Diff>> },
    /// A value that is never stored.
    WriteOnly,
}

/// All blocks of one type.
#[derive(Clone, Debug)]
pub(crate) struct BlockGroup {
    /// The blocks.
    pub blocks: Blocks,
    /// Whether the change of the group as a whole makes the provider replace the object.
    pub replace: bool,
    /// Whether the group as a whole was not to be shown.
    pub before_sensitive: bool,
    /// Whether the group as a whole is not to be shown.
    pub after_sensitive: bool,
}

/// Blocks by their nesting.
#[derive(Clone, Debug)]
pub(crate) enum Blocks {
    Single(Diff),
    List(Vec<Diff>),
    Set(Vec<Diff>),
    Map(BTreeMap<Str, Diff>),
}

/// The action of a whole with one more part.
fn combine(current: Action, next: Action) -> Action {
    if next == Action::NoOp || next == current { current } else { Action::Update }
}
