//! `for` expressions.

use indexmap::IndexMap;
use indexmap::map::Entry;
use landform_diagnostics::{Diagnostic, Span};
use landform_values::{Kind, Marks, Str, Type, Value, quote};

use super::evaluate::Evaluator;
use super::node::{For, Node};
use super::operators::to_type;
use crate::functions::LONGEST;

/// What a `for` makes, by key, in its order. There may be very many.
type ByKey<T> = IndexMap<Str, T, foldhash::fast::RandomState>;

impl Evaluator<'_> {
    pub(super) fn r#for(&mut self, r#for: &For, node: &Node) -> Value {
        let collection = self.evaluate(&r#for.collection);
        if collection.is_null() {
            let detail = "A null value cannot be used as the collection in a 'for' expression.";
            return self.wrong_collection("Iteration over null value", detail.into(), r#for, node.span);
        }
        if collection.has_type(&Type::Dynamic) {
            return Value::dynamic();
        }
        let (collection, marks) = collection.unmark();
        if !is_iterable(&collection) {
            let detail = format!(
                "A value of type {} cannot be used as the collection in a 'for' expression.",
                collection.ty().friendly_name()
            );
            return self.wrong_collection("Iteration over non-iterable value", detail, r#for, node.span);
        }
        let Some(condition_marks) = self.check_condition(r#for, node.span) else {
            return Value::dynamic();
        };
        if !collection.is_known() {
            return Value::dynamic().with_marks(&marks).with_marks(&condition_marks);
        }
        let mut pass = Pass { r#for, context: node.span, marks, known: true };
        let result = match &r#for.key_result {
            None => self.tuple_of(&collection, &mut pass),
            Some(key) if r#for.group => self.groups_of(&collection, key, &mut pass),
            Some(key) => self.object_of(&collection, key, &mut pass),
        };
        if pass.known { result.with_marks(&pass.marks) } else { Value::dynamic().with_marks(&pass.marks) }
    }

    fn wrong_collection(&mut self, summary: &str, detail: String, r#for: &For, context: Span) -> Value {
        let collection = &r#for.collection;
        self.fail(Diagnostic::error(summary, detail).at(collection.span).within(context), collection)
    }

    /// Tries the condition with unknown names, so that a condition that is always wrong is reported once. Yields its
    /// marks, or `None` if it is wrong.
    fn check_condition(&mut self, r#for: &For, context: Span) -> Option<Marks> {
        let Some(condition) = &r#for.condition else { return Some(Marks::NONE) };
        let before = self.mark();
        let depth = self.frame.len();
        self.push_names(r#for, Value::dynamic, Value::dynamic());
        let result = self.evaluate(condition);
        self.frame.truncate(depth);
        let problem = if result.is_null() {
            Diagnostic::error("Condition is null", NULL_CONDITION)
        } else {
            match to_type(&result, &Type::Bool) {
                Ok(_) => return (!self.failed_since(before)).then(|| result.marks().clone()),
                Err(error) => wrong_condition(&error.message),
            }
        };
        self.fail(problem.at(condition.span).within(context), condition);
        None
    }

    fn push_names(&mut self, r#for: &For, key: impl FnOnce() -> Value, value: Value) {
        if r#for.has_key {
            self.frame.push(key());
        }
        self.frame.push(value);
    }

    /// Calls a function for each element with its names on the frame.
    fn each(&mut self, collection: &Value, r#for: &For, visit: &mut dyn FnMut(&mut Self)) {
        let depth = self.frame.len();
        let mut turn = |evaluator: &mut Self, key: &dyn Fn() -> Value, value: &Value| {
            if evaluator.gives_up() {
                return;
            }
            evaluator.push_names(r#for, key, value.clone());
            visit(evaluator);
            evaluator.frame.truncate(depth);
        };
        match collection.kind() {
            Kind::List(items) | Kind::Tuple(items) => {
                for (index, item) in items.items().iter().enumerate() {
                    turn(self, &|| Value::number(index as u64), item);
                }
            }
            Kind::Set(items) => {
                for item in items.items() {
                    turn(self, &|| item.clone(), item);
                }
            }
            Kind::Map(items) | Kind::Object(items) => {
                for (key, item) in items.items() {
                    turn(self, &|| Kind::String(key.clone()).into(), item);
                }
            }
            _ => {}
        }
    }

    fn tuple_of(&mut self, collection: &Value, pass: &mut Pass<'_>) -> Value {
        let mut items = Vec::with_capacity(collection.length().unwrap_or_default());
        let mut length = 0;
        self.each(collection, pass.r#for, &mut |evaluator| {
            // Whoever joins the texts says that they are too long.
            if length <= LONGEST && evaluator.is_included(pass) {
                let item = evaluator.evaluate(&pass.r#for.value_result);
                if pass.r#for.in_template {
                    length += item.as_str().map_or(0, str::len);
                }
                items.push(item);
            }
        });
        Value::tuple(items)
    }

    fn object_of(&mut self, collection: &Value, key: &Node, pass: &mut Pass<'_>) -> Value {
        let before = self.mark();
        let mut items: Vec<(Str, Value)> = Vec::new();
        self.each(collection, pass.r#for, &mut |evaluator| {
            let Some((name, _)) = evaluator.included_key(key, pass) else { return };
            let value = evaluator.evaluate(&pass.r#for.value_result);
            items.push((name, value));
        });
        let count = items.len();
        let object = Value::object(items);
        if object.length() == Some(count) {
            return object;
        }
        // A key is there twice, which is an error at its second element.
        drop(self.take_since(before));
        pass.known = true;
        self.object_of_distinct(collection, key, pass)
    }

    /// As [`Self::object_of`], which does not ask at each element whether its key is new.
    fn object_of_distinct(&mut self, collection: &Value, key: &Node, pass: &mut Pass<'_>) -> Value {
        let mut items: ByKey<Value> = ByKey::default();
        self.each(collection, pass.r#for, &mut |evaluator| {
            let Some((name, marks)) = evaluator.included_key(key, pass) else { return };
            let value = evaluator.evaluate(&pass.r#for.value_result);
            if let Entry::Vacant(entry) = items.entry(name.clone()) {
                entry.insert(value);
            } else {
                let detail = format!(
                    "Two different items produced the key {} in this 'for' expression. If duplicates are expected, \
                     use the ellipsis (...) after the value expression to enable grouping by key.",
                    shown(&name, &marks)
                );
                let problem = Diagnostic::error("Duplicate object key", detail);
                evaluator.fail(problem.at(key.span).within(pass.context), key);
            }
        });
        Value::object(items)
    }

    fn groups_of(&mut self, collection: &Value, key: &Node, pass: &mut Pass<'_>) -> Value {
        let mut groups: ByKey<Vec<Value>> = ByKey::default();
        self.each(collection, pass.r#for, &mut |evaluator| {
            let Some((name, _)) = evaluator.included_key(key, pass) else { return };
            let value = evaluator.evaluate(&pass.r#for.value_result);
            groups.entry(name).or_default().push(value);
        });
        Value::object(groups.into_iter().map(|(name, items)| (name, Value::tuple(items))))
    }

    /// The key of the element at hand and its marks, if the element is included and the key is known and right.
    fn included_key(&mut self, key: &Node, pass: &mut Pass<'_>) -> Option<(Str, Marks)> {
        if !self.is_included(pass) {
            return None;
        }
        let value = self.evaluate(key);
        if let (Some(text), true) = (value.as_shared_str(), value.marks().is_empty()) {
            return Some((text.clone(), Marks::NONE));
        }
        if value.is_null() {
            let problem =
                Diagnostic::error(INVALID_KEY, "Key expression in 'for' expression must not produce a null value.");
            return self.wrong(problem, key, pass);
        }
        pass.marks = pass.marks.union(value.marks());
        if !value.is_known() {
            pass.known = false;
            return None;
        }
        match to_type(&value, &Type::String) {
            Ok(text) => text.as_shared_str().cloned().map(|text| (text, value.marks().clone())),
            Err(error) => {
                let detail = format!("The key expression produced an invalid result: {}.", error.message);
                self.wrong(Diagnostic::error(INVALID_KEY, detail), key, pass)
            }
        }
    }

    /// Whether the element at hand passes the condition.
    fn is_included(&mut self, pass: &mut Pass<'_>) -> bool {
        let Some(condition) = &pass.r#for.condition else { return true };
        let value = self.evaluate(condition);
        if let (Some(truth), true) = (value.as_bool(), value.marks().is_empty()) {
            return truth;
        }
        if value.is_null() {
            let problem = Diagnostic::error(INVALID_CONDITION, NULL_CONDITION);
            return self.wrong::<()>(problem, condition, pass).is_some();
        }
        pass.marks = pass.marks.union(value.marks());
        if !value.is_known() {
            pass.known = false;
            return false;
        }
        match to_type(&value, &Type::Bool) {
            Ok(truth) => truth.as_bool().unwrap_or_default(),
            Err(error) => self.wrong::<()>(wrong_condition(&error.message), condition, pass).is_some(),
        }
    }

    /// Reports a problem with the element at hand, unless the result is lost already.
    fn wrong<T>(&mut self, problem: Diagnostic, node: &Node, pass: &mut Pass<'_>) -> Option<T> {
        if pass.known {
            self.fail(problem.at(node.span).within(pass.context), node);
        }
        pass.known = false;
        None
    }
}

/// A key as a message may show it.
pub(super) fn shown(key: &str, marks: &Marks) -> String {
    match (marks.is_ephemeral(), marks.is_sensitive()) {
        (true, true) => "(ephemeral sensitive value)".into(),
        (true, false) => "(ephemeral value)".into(),
        (false, true) => "(sensitive value)".into(),
        (false, false) => quote(key),
    }
}

/// One pass through a collection.
struct Pass<'a> {
    r#for: &'a For,
    context: Span,
    /// Marks of the result as a whole.
    marks: Marks,
    /// Whether the result can still be known.
    known: bool,
}

const INVALID_KEY: &str = "Invalid object key";
const INVALID_CONDITION: &str = "Invalid 'for' condition";
const NULL_CONDITION: &str = "The value of the 'if' clause must not be null.";

fn wrong_condition(why: &str) -> Diagnostic {
    Diagnostic::error(INVALID_CONDITION, format!("The 'if' clause value is invalid: {why}."))
}

/// Whether a value's type has elements; the value may be unknown.
pub(crate) fn is_iterable(value: &Value) -> bool {
    match value.kind() {
        Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Object(_) => true,
        Kind::Unknown(unknown) => unknown.ty.is_collection() || matches!(unknown.ty, Type::Tuple(_) | Type::Object(_)),
        _ => false,
    }
}
