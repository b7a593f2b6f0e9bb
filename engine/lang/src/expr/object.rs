//! Object constructors.

use std::collections::{BTreeSet, HashMap};

use landform_diagnostics::{Diagnostic, Span};
use landform_values::{Marks, Str, Type, Value};

use super::evaluate::Evaluator;
use super::loops::shown;
use super::node::{Item, Node, NodeKind, Record};
use super::operators::to_type;

/// An object with these items; of names that are written out, the order is found now and not for each value.
pub(super) fn object_node(items: Box<[Item]>) -> NodeKind {
    match literal_names(&items) {
        Some(names) => NodeKind::Record(Box::new(Record { swaps: swaps(&names), names, items })),
        None => NodeKind::Object(items),
    }
}

/// The names, if all are written out and each is there once.
fn literal_names(items: &[Item]) -> Option<Box<[Str]>> {
    let name = |item: &Item| match &item.key.kind {
        NodeKind::Literal(key) if !item.json && key.marks().is_empty() => key.as_shared_str().cloned(),
        _ => None,
    };
    let names: Box<[Str]> = items.iter().map(name).collect::<Option<_>>()?;
    let distinct: BTreeSet<&Str> = names.iter().collect();
    (distinct.len() == names.len()).then_some(names)
}

/// Pairs of places that bring names in order when each pair changes places, one after the other.
fn swaps(names: &[Str]) -> Box<[(usize, usize)]> {
    let mut now: Vec<usize> = (0..names.len()).collect();
    let mut wanted = now.clone();
    wanted.sort_by_key(|index| &names[*index]);
    let mut swaps = Vec::new();
    for (place, index) in wanted.into_iter().enumerate() {
        let found = now.iter().position(|other| *other == index).unwrap_or(place);
        if found != place {
            now.swap(place, found);
            swaps.push((place, found));
        }
    }
    swaps.into()
}

impl Evaluator<'_> {
    pub(super) fn record(&mut self, record: &Record) -> Value {
        let items = record.names.iter().zip(&record.items);
        let mut attributes: Vec<(Str, Value)> =
            items.map(|(name, item)| (name.clone(), self.evaluate(&item.value))).collect();
        record.swaps.iter().for_each(|(a, b)| attributes.swap(*a, *b));
        Value::object_in_order(attributes)
    }

    pub(super) fn object(&mut self, items: &[Item], node: &Node) -> Value {
        let mut known = true;
        let mut marks = Marks::NONE;
        let mut attributes = Vec::with_capacity(items.len());
        let mut json_names: HashMap<Str, Span> = HashMap::new();
        for item in items {
            let before = self.mark();
            let key = self.evaluate(&item.key);
            let failed = self.failed_since(before);
            let value = self.evaluate(&item.value);
            if failed {
                known = false;
                continue;
            }
            marks = marks.union(key.marks());
            let Some(name) = self.object_key(&key, item) else {
                // A property in JSON syntax whose name is wrong is left out.
                known &= item.json && key.is_known();
                continue;
            };
            match json_names.get(&name) {
                Some(previous) => self.duplicate(&shown(&name, key.marks()), *previous, item, node),
                None => {
                    if item.json {
                        json_names.insert(name.clone(), item.key.span);
                    }
                    attributes.push((name, value));
                }
            }
        }
        if !known {
            return Value::dynamic();
        }
        Value::object(attributes).with_marks(&marks)
    }

    /// The key as text; `None` if it is unknown or wrong.
    fn object_key(&mut self, key: &Value, item: &Item) -> Option<Str> {
        let problem = if key.is_null() && item.json {
            invalid_key("Cannot use null value as an object key.".into()).at(item.key.span)
        } else if key.is_null() {
            Diagnostic::error("Null value as key", "Can't use a null value as a key.").at(item.value.span)
        } else {
            match to_type(key, &Type::String) {
                Ok(key) => return key.as_shared_str().cloned(),
                Err(error) if item.json => {
                    let detail = format!("Cannot use this expression as an object key: {}.", error.message);
                    invalid_key(detail).at(item.key.span)
                }
                Err(error) => {
                    let detail = format!("Can't use this value as a key: {}.", error.message);
                    Diagnostic::error("Incorrect key type", detail).at(item.key.span)
                }
            }
        };
        self.fail(problem, if item.json { &item.value } else { &item.key });
        None
    }

    fn duplicate(&mut self, name: &str, previous: Span, item: &Item, node: &Node) {
        let place = self.place(previous);
        let detail = format!("An attribute named {name} was already defined at {place}.");
        self.fail(Diagnostic::error("Duplicate object attribute", detail).at(item.key.span), node);
    }
}

fn invalid_key(detail: String) -> Diagnostic {
    Diagnostic::error("Invalid object key expression", detail)
}
