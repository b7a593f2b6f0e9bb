//! `source[*].a` and `source.*.a`.

use landform_diagnostics::Diagnostic;
use landform_values::{Kind, Type, Value};

use super::evaluate::Evaluator;
use super::node::{Node, Splat};

impl Evaluator<'_> {
    /// Applied to anything but a sequence, a splat makes a tuple of it: of null an empty one.
    pub(super) fn splat(&mut self, splat: &Splat, node: &Node) -> Value {
        let before = self.mark();
        let source = self.evaluate(&splat.source);
        if self.failed_since(before) {
            return Value::dynamic();
        }
        let is_sequence = is_sequence(&source);
        if source.is_null() && !is_sequence {
            return Value::tuple([]).with_marks(source.marks());
        }
        if source.is_null() {
            let problem = Diagnostic::error(
                "Splat of null value",
                "Splat expressions (with the * symbol) cannot be applied to null sequences.",
            );
            let context = splat.source.span.to(splat.marker);
            return self.fail(problem.at(splat.source.span).within(context), &splat.source);
        }
        if source.has_type(&Type::Dynamic) {
            return Value::dynamic().with_marks(source.marks());
        }
        if is_sequence { self.splat_sequence(&source, splat, node) } else { self.splat_single(source, splat) }
    }

    /// One value as if it were the only one in a tuple.
    fn splat_single(&mut self, source: Value, splat: &Splat) -> Value {
        let marks = source.marks().clone();
        // It may become null, and then there is no element.
        let open = !source.is_known() && !source.is_surely_not_null();
        let before = self.mark();
        let item = self.item(source, splat);
        if open {
            return Value::dynamic().with_marks(&marks);
        }
        if self.failed_since(before) {
            return Value::unknown(Type::tuple([item.ty()])).with_marks(&marks);
        }
        Value::tuple([item]).with_marks(&marks)
    }

    fn splat_sequence(&mut self, source: &Value, splat: &Splat, node: &Node) -> Value {
        let Some(items) = source.as_sequence() else {
            return self.splat_unknown(source, splat);
        };
        let before = self.mark();
        let values: Vec<Value> = items.iter().map(|item| self.item(item.clone(), splat)).collect();
        if self.failed_since(before) {
            let known_so_far = self.mark();
            let ty = self.result_type(source, splat);
            self.take_since(known_so_far);
            return Value::unknown(ty).with_marks(source.marks());
        }
        let result = match source.kind() {
            Kind::Tuple(_) => Value::tuple(values),
            _ if values.is_empty() => match self.result_type(source, splat) {
                Type::List(element) => Value::list((*element).clone(), []),
                _ => Value::dynamic(),
            },
            _ => match same_types(values) {
                Some(list) => list,
                None => return self.mixed(splat, node),
            },
        };
        result.with_marks(source.marks())
    }

    fn splat_unknown(&mut self, source: &Value, splat: &Splat) -> Value {
        let ty = self.result_type(source, splat);
        let is_list = matches!(ty, Type::List(_));
        let mut result = Value::unknown_not_null(ty);
        let from_collection = source.as_unknown().is_some_and(|unknown| unknown.ty.is_collection());
        if is_list && from_collection {
            let (min, max) = source.length_bounds();
            result = result.refine_length(min, max);
        }
        result.with_marks(source.marks())
    }

    /// What is made of one element.
    fn item(&mut self, item: Value, splat: &Splat) -> Value {
        self.frame.push(item);
        let value = self.evaluate(&splat.each);
        self.frame.pop();
        value
    }

    /// The type that the result would have.
    fn result_type(&mut self, source: &Value, splat: &Splat) -> Type {
        match source.ty() {
            Type::List(element) | Type::Set(element) => {
                Type::list(self.item(Value::unknown((*element).clone()), splat).ty())
            }
            Type::Tuple(elements) => Type::tuple(
                elements.iter().map(|ty| self.item(Value::unknown(ty.clone()), splat).ty()).collect::<Vec<_>>(),
            ),
            _ => Type::Dynamic,
        }
    }

    fn mixed(&mut self, splat: &Splat, node: &Node) -> Value {
        let problem = Diagnostic::error(
            "Invalid nested splat expressions",
            "The second level of splat expression produced elements of different types, so it isn't possible to \
             construct a valid list to represent the top-level result.\n\nConsider using a for expression instead, to \
             produce a tuple-typed result which can therefore have non-homogenous element types.",
        );
        self.report(problem.at(splat.each.span).within(node.span));
        Value::dynamic()
    }
}

fn is_sequence(value: &Value) -> bool {
    match value.kind() {
        Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => true,
        Kind::Null(ty) => is_sequence_type(ty),
        Kind::Unknown(unknown) => is_sequence_type(&unknown.ty),
        _ => false,
    }
}

fn is_sequence_type(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_))
}

/// A list of values that are all of one type; values of no known type go with any.
fn same_types(values: Vec<Value>) -> Option<Value> {
    let element = values.iter().map(Value::ty).find(|ty| *ty != Type::Dynamic).unwrap_or(Type::Dynamic);
    values
        .iter()
        .all(|value| value.has_type(&element) || value.has_type(&Type::Dynamic))
        .then(|| Value::list(element, values))
}
