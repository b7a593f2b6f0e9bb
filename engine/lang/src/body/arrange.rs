//! How blocks of one type make one value, and how many there may be.

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_schema::{Block as BlockSchema, Nesting};
use landform_values::convert::{Safety, unify_with};
use landform_values::{Str, Type, Value, quote};

use super::block::Children;
use crate::syntax::describe_place;

/// A decoded block.
pub(super) struct Decoded {
    pub(super) header: Span,
    pub(super) missing: Span,
    pub(super) labels: Vec<Str>,
    pub(super) value: Value,
}

/// The object of a body with nothing in it.
pub(super) fn empty_block(schema: &BlockSchema) -> Value {
    let attributes =
        schema.attributes.iter().map(|(name, attribute)| (name.clone(), Value::null(attribute.ty.clone())));
    let blocks = schema.blocks.iter().map(|(name, nested)| {
        let object = nested.block.implied_type();
        let value = match nested.nesting {
            Nesting::Single => Value::null(object),
            Nesting::Group => empty_block(&nested.block),
            nesting => collection(nesting, &nested.implied_type(), &object, Vec::new()),
        };
        (name.clone(), value)
    });
    Value::object(attributes.chain(blocks))
}

/// Checks the number of blocks; `places` are their headers and what a problem with the whole of each points at.
pub(super) fn check_count(
    kind: &str,
    children: &Children,
    places: &[(Span, Span)],
    sources: &SourceMap,
) -> Option<Diagnostic> {
    let count = places.len() as u64;
    let name = quote(kind);
    if matches!(children.nesting, Nesting::Single | Nesting::Group) {
        return check_single(kind, children, places, sources);
    }
    if children.nesting == Nesting::Map {
        return None;
    }
    if count < children.min_items {
        let detail = format!("At least {} {name} blocks are required.", children.min_items);
        return Some(Diagnostic::error(format!("Insufficient {kind} blocks"), detail).at(children.missing));
    }
    if children.max_items > 0 && count > children.max_items {
        let detail = format!("No more than {} {name} blocks are allowed", children.max_items);
        let (_, missing) = places[children.max_items as usize];
        return Some(Diagnostic::error(format!("Too many {kind} blocks"), detail).at(missing));
    }
    None
}

fn check_single(kind: &str, children: &Children, places: &[(Span, Span)], sources: &SourceMap) -> Option<Diagnostic> {
    let name = quote(kind);
    match places {
        [] if children.min_items == 1 => {
            let detail = format!("A block of type {name} is required here.");
            Some(Diagnostic::error(format!("Missing {kind} block"), detail).at(children.missing))
        }
        [(first, _), (second, _), ..] => {
            let place = describe_place(&sources.file(first.file), *first);
            let detail = format!("Only one block of type {name} is allowed. Previous definition was at {place}.");
            Some(Diagnostic::error(format!("Duplicate {kind} block"), detail).at(*second))
        }
        _ => None,
    }
}

/// The value of all blocks of a type.
pub(super) fn arrange(kind: &str, children: &Children, blocks: Vec<Decoded>, diagnostics: &mut Diagnostics) -> Value {
    match children.nesting {
        Nesting::Single => {
            blocks.into_iter().next().map_or_else(|| Value::null(children.object.clone()), |block| block.value)
        }
        Nesting::Group => blocks.into_iter().next().map_or_else(|| children.empty.clone(), |block| block.value),
        Nesting::Map => map(kind, children, blocks, diagnostics),
        Nesting::Set if children.object.has_dynamic() && !blocks.is_empty() => unified(kind, blocks, diagnostics),
        nesting => {
            let values = blocks.into_iter().map(|block| block.value).collect();
            collection(nesting, &children.ty, &children.object, values)
        }
    }
}

/// A list or tuple, or a set, of objects of one type.
fn collection(nesting: Nesting, ty: &Type, object: &Type, values: Vec<Value>) -> Value {
    match nesting {
        Nesting::Set => Value::set(object.clone(), values),
        Nesting::Map if *ty == Type::Dynamic => Value::object::<Str>([]),
        Nesting::Map => Value::map::<Str>(object.clone(), []),
        _ if *ty == Type::Dynamic => Value::tuple(values),
        _ => Value::list(object.clone(), values),
    }
}

/// A set of objects whose types may differ in what is dynamic.
fn unified(kind: &str, blocks: Vec<Decoded>, diagnostics: &mut Diagnostics) -> Value {
    let summary = format!("Unconsistent argument types in {kind} blocks");
    let types: Vec<Type> = blocks.iter().map(|block| block.value.ty()).collect();
    let Some(unified) = unify_with(&types, Safety::Unsafe) else {
        let detail = "Corresponding attributes in all blocks of this type must be the same.";
        diagnostics.error(blocks[0].missing, summary, detail);
        return Value::dynamic();
    };
    let mut values = Vec::with_capacity(blocks.len());
    for (index, block) in blocks.iter().enumerate() {
        match unified.convert(&block.value) {
            Ok(value) => values.push(value),
            Err(error) => {
                let detail = format!("Block with index {index} has inconsistent argument types: {}.", error.message);
                diagnostics.error(block.missing, summary, detail);
                return Value::dynamic();
            }
        }
    }
    Value::set(unified.ty.clone(), values)
}

fn map(kind: &str, children: &Children, blocks: Vec<Decoded>, diagnostics: &mut Diagnostics) -> Value {
    let mut items: Vec<(Str, Value)> = Vec::with_capacity(blocks.len());
    let mut seen = std::collections::HashSet::new();
    for block in blocks {
        let key = block.labels.first().cloned().unwrap_or_default();
        if !seen.insert(key.clone()) {
            let detail =
                format!("A block for {kind} {} was already defined. The {kind} labels must be unique.", quote(&key));
            diagnostics.error(block.header, format!("Duplicate {kind} block"), detail);
            continue;
        }
        let key = Value::string(key);
        items.extend(key.as_shared_str().cloned().map(|key| (key, block.value)));
    }
    if children.ty == Type::Dynamic { Value::object(items) } else { Value::map(children.object.clone(), items) }
}
