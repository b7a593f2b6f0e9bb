//! Differences between values of a schema.

use std::collections::BTreeMap;

use landform_plan::Action;
use landform_schema::{Attribute, Block, Nested, NestedAttributes, Nesting};
use landform_values::{Str, Type, Value};

use super::change::equal;
use super::{BlockGroup, Blocks, Change, Diff, Node, combine, dynamic, sequence};

/// Compares two objects of a block's shape.
pub(crate) fn block(change: &Change<'_>, shape: &Block) -> Diff {
    if let Some(diff) = sensitive(change, true, |inner| block(inner, shape)) {
        return diff;
    }
    if let Some(diff) = unknown(change, true, |before| block(before, shape)) {
        return diff;
    }
    let mut action = change.outer_action();
    let attributes = block_attributes(change, shape, &mut action);
    let mut blocks = BTreeMap::new();
    for (name, nested) in &shape.blocks {
        let child = change.element(name).if_relevant();
        let (found, child_action) = nested_blocks(&child, nested);
        if child_action == Action::NoOp && child.is_nothing() {
            continue;
        }
        let group = BlockGroup {
            blocks: found,
            replace: child.replace.matches(),
            before_sensitive: child.before.sensitive,
            after_sensitive: child.after.sensitive,
        };
        blocks.insert(name.clone(), group);
        action = if child.after.unknown { action } else { combine(action, child_action) };
    }
    Diff { node: Node::Block { attributes, blocks }, action, replace: change.replace.matches() }
}

/// Attributes that are null before and after are left out, but for write-only ones, which always are.
fn block_attributes(change: &Change<'_>, shape: &Block, action: &mut Action) -> BTreeMap<Str, Diff> {
    let mut attributes = BTreeMap::new();
    for (name, schema) in &shape.attributes {
        let child = change.attribute(name).if_relevant().implicit();
        let diff = attribute(&child, schema, change.outer_action());
        if diff.action == Action::NoOp && child.is_nothing() && !schema.write_only {
            continue;
        }
        *action = combine(*action, diff.action);
        attributes.insert(name.clone(), diff);
    }
    attributes
}

fn nested_blocks(change: &Change<'_>, nested: &Nested) -> (Blocks, Action) {
    let shape = &nested.block;
    if let Some(diff) = unknown(change, true, |before| block(before, shape)) {
        let action = diff.action;
        return (Blocks::Single(diff), action);
    }
    match nested.nesting {
        Nesting::Single | Nesting::Group => {
            let diff = block(change, shape);
            let action = diff.action;
            (Blocks::Single(diff), action)
        }
        Nesting::List => {
            let (diffs, action) = in_step(change, |item| block(item, shape));
            (Blocks::List(diffs), action)
        }
        Nesting::Set => {
            let (diffs, action) = set_items(change, |item| block(item, shape));
            (Blocks::Set(diffs), action)
        }
        Nesting::Map => {
            let (diffs, action) = by_key(change, |item| block(item, shape));
            (Blocks::Map(diffs), action)
        }
    }
}

fn attribute(change: &Change<'_>, schema: &Attribute, parent: Action) -> Diff {
    let replace = change.replace.matches();
    if schema.write_only {
        return Diff { node: Node::WriteOnly, action: parent, replace };
    }
    match &schema.nested {
        Some(nested) => nested_attributes(change, nested.nesting, nested),
        None => by_type(change, &schema.ty),
    }
}

fn nested_attributes(change: &Change<'_>, nesting: Nesting, nested: &NestedAttributes) -> Diff {
    if let Some(diff) = sensitive(change, false, |inner| nested_attributes(inner, nesting, nested)) {
        return diff;
    }
    if let Some(diff) = unknown(change, true, |before| nested_attributes(before, nesting, nested)) {
        return diff;
    }
    let one = |item: &Change<'_>| nested_attributes(item, Nesting::Single, nested);
    let (node, action) = match nesting {
        Nesting::Single | Nesting::Group => {
            let each = nested.attributes.iter();
            let (attributes, action) = object(change, each, attribute);
            (Node::Object { attributes, nested: true }, action)
        }
        Nesting::List => {
            let (elements, action) = in_step(change, one);
            (Node::List { elements, context: false }, action)
        }
        Nesting::Set => {
            let (elements, action) = set_items(change, one);
            (Node::Set { elements, nested: true }, action)
        }
        Nesting::Map => {
            let (elements, action) = by_key(change, one);
            (Node::Map { elements, nested: true }, action)
        }
    };
    Diff { node, action, replace: change.replace.matches() }
}

/// Compares two values of no declared type, such as those of outputs. An empty string that is hidden or becomes
/// unknown stands for null.
pub(crate) fn undeclared(change: &Change<'_>) -> Diff {
    let inner = |inner: &Change<'_>| by_type(inner, &Type::Dynamic);
    sensitive(change, false, inner).or_else(|| unknown(change, false, inner)).unwrap_or_else(|| dynamic(change))
}

/// Compares two values of a type.
pub(crate) fn by_type(change: &Change<'_>, ty: &Type) -> Diff {
    // What has no declared type may be a string, too.
    let may_be_string = ty.is_primitive() || matches!(ty, Type::Dynamic | Type::TypeOfType);
    let primitive = may_be_string.then(|| change.primitive());
    let change = primitive.as_ref().unwrap_or(change);
    if let Some(diff) = sensitive(change, false, |inner| by_type(inner, ty)) {
        return diff;
    }
    if let Some(diff) = unknown(change, false, |before| by_type(before, ty)) {
        return diff;
    }
    let (node, action) = match ty {
        // Known values of no declared type never say that they force a replacement.
        Type::Dynamic | Type::TypeOfType => return dynamic(change),
        Type::Object(object_type) => {
            let each = object_type.iter().map(|(name, ty, _)| (name, ty));
            let (attributes, action) = object(change, each, |child, ty, _| by_type(child, ty));
            (Node::Object { attributes, nested: false }, action)
        }
        Type::Map(element) => {
            let (elements, action) = by_key(change, |item| by_type(item, element));
            (Node::Map { elements, nested: false }, action)
        }
        Type::List(element) => list(change, element),
        Type::Tuple(elements) => tuple(change, elements),
        Type::Set(element) => {
            let (elements, action) = set_items(change, |item| by_type(item, element));
            (Node::Set { elements, nested: false }, action)
        }
        Type::String | Type::Number | Type::Bool => {
            let (before, after) = (change.before.value.cloned(), change.after.value.cloned());
            (Node::Primitive { before, after, ty: ty.clone() }, change.action())
        }
    };
    Diff { node, action, replace: change.replace.matches() }
}

fn list(change: &Change<'_>, element: &Type) -> (Node, Action) {
    let is_object = matches!(element, Type::Object(_));
    let compare = |item: Change<'_>| by_type(&Change { relevant: super::Matcher::Always, ..item }, element);
    let (elements, action) = sequence::transform(change, compare, |_: &Value, _: &Value| is_object);
    (Node::List { elements, context: true }, action)
}

fn tuple(change: &Change<'_>, types: &[Type]) -> (Node, Action) {
    let mut action = change.outer_action();
    let mut elements = Vec::with_capacity(types.len());
    for (index, ty) in types.iter().enumerate() {
        let element = by_type(&change.items(Some(index), Some(index)).if_relevant(), ty);
        action = combine(action, element.action);
        elements.push(element);
    }
    (Node::List { elements, context: true }, action)
}

/// Attributes that are null before and after do not even count as unchanged.
fn object<'s, T: 's>(
    change: &Change<'_>,
    attributes: impl Iterator<Item = (&'s Str, &'s T)>,
    compare: impl Fn(&Change<'_>, &T, Action) -> Diff,
) -> (BTreeMap<Str, Diff>, Action) {
    let outer = change.outer_action();
    let mut action = outer;
    let mut diffs = BTreeMap::new();
    for (name, schema) in attributes {
        let child = change.attribute(name).if_relevant().implicit();
        let diff = compare(&child, schema, outer);
        if diff.action == Action::NoOp && child.is_nothing() {
            continue;
        }
        action = combine(action, diff.action);
        diffs.insert(name.clone(), diff);
    }
    (diffs, action)
}

fn by_key(change: &Change<'_>, compare: impl Fn(&Change<'_>) -> Diff) -> (BTreeMap<Str, Diff>, Action) {
    let mut action = match (change.before.is_mapping(), change.after.is_mapping()) {
        (true, false) => Action::Delete,
        (false, true) => Action::Create,
        _ => Action::NoOp,
    };
    let mut diffs = BTreeMap::new();
    for key in change.keys() {
        let diff = compare(&change.element(&key).if_relevant());
        action = combine(action, diff.action);
        diffs.insert(key, diff);
    }
    (diffs, action)
}

/// Compares items at the same place.
fn in_step(change: &Change<'_>, compare: impl Fn(&Change<'_>) -> Diff) -> (Vec<Diff>, Action) {
    let mut action = change.outer_action();
    let length = |side: super::change::Side<'_>| side.items().map_or(0, <[Value]>::len);
    let mut diffs = Vec::new();
    for index in 0..length(change.before).max(length(change.after)) {
        let diff = compare(&change.items(Some(index), Some(index)).if_relevant());
        action = combine(action, diff.action);
        diffs.push(diff);
    }
    (diffs, action)
}

/// Pairs equal items; all others are created or deleted.
fn set_items(change: &Change<'_>, compare: impl Fn(&Change<'_>) -> Diff) -> (Vec<Diff>, Action) {
    let before = change.before.items().unwrap_or_default();
    let after = change.after.items().unwrap_or_default();
    let mut free: Vec<bool> = vec![true; after.len()];
    let mut pairs = Vec::with_capacity(before.len());
    for (index, item) in before.iter().enumerate() {
        let same = |candidate: &usize| free[*candidate] && is_same_item(item, &after[*candidate]);
        // Both sides are sorted alike, so the partner is most often at the same place.
        let found = (after.len() > index && same(&index)).then_some(index);
        let found = found.or_else(|| (0..after.len()).find(same));
        if let Some(found) = found {
            free[found] = false;
        }
        pairs.push((Some(index), found));
    }
    pairs.extend((0..after.len()).filter(|index| free[*index]).map(|index| (None, Some(index))));
    let mut action = change.outer_action();
    let mut diffs = Vec::with_capacity(pairs.len());
    for (before, after) in pairs {
        let diff = compare(&Change { relevant: super::Matcher::Always, ..change.items(before, after) });
        action = combine(action, diff.action);
        diffs.push(diff);
    }
    (diffs, action)
}

fn is_same_item(before: &Value, after: &Value) -> bool {
    after.is_known()
        && before.marks().is_sensitive() == after.marks().is_sensitive()
        && equal(Some(before), Some(after))
}

fn sensitive(change: &Change<'_>, is_block: bool, compare: impl Fn(&Change<'_>) -> Diff) -> Option<Diff> {
    let (before, after) = (change.before.sensitive, change.after.sensitive);
    if !before && !after {
        return None;
    }
    let inner = compare(&change.quiet());
    let action = sensitive_action(change, &inner);
    let inner = Box::new(inner);
    let node =
        if is_block { Node::SensitiveBlock { inner, before, after } } else { Node::Sensitive { inner, before, after } };
    Some(Diff { node, action, replace: change.replace.matches() })
}

/// To become sensitive, or not to be any more, is a change too.
pub(super) fn sensitive_action(change: &Change<'_>, inner: &Diff) -> Action {
    let nothing = change.is_nothing() && !change.before.explicit && !change.after.explicit;
    if inner.action == Action::NoOp && change.before.sensitive != change.after.sensitive && !nothing {
        return Action::Update;
    }
    inner.action
}

/// What was there is compared as if it were deleted; with `attributes`, as if its attributes became unknown.
fn unknown(change: &Change<'_>, attributes: bool, compare: impl Fn(&Change<'_>) -> Diff) -> Option<Diff> {
    if !change.after.unknown {
        return None;
    }
    let replace = change.replace.matches();
    if change.before.value.is_none() {
        let action = if change.before.explicit { Action::NoOp } else { Action::Create };
        return Some(Diff { node: Node::Unknown { before: None }, action, replace });
    }
    let before = Some(Box::new(compare(&change.deleted(attributes))));
    Some(Diff { node: Node::Unknown { before }, action: Action::Update, replace })
}
