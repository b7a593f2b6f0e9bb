//! Object constructors.

use std::collections::HashMap;

use landform_diagnostics::{Diagnostic, Span};
use landform_values::{Marks, Str, Type, Value};

use super::evaluate::Evaluator;
use super::loops::shown;
use super::node::{Item, Node};
use super::operators::to_type;

impl Evaluator<'_> {
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
