//! From a compiled body to an object.

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_schema::Nesting;
use landform_values::{Marks, Str, Type, Value, convert};

use super::arrange::{Decoded, arrange, check_count};
use super::block::{Argument, ArgumentValue, Block, Children, Dynamic, Entry};
use super::compile::wrong_type;
use crate::expr::{EvalContext, Expression, Scope, is_iterable};

pub(super) fn evaluate(block: &Block, scope: &dyn Scope, context: &EvalContext) -> (Value, Diagnostics) {
    let mut evaluation = Evaluation { scope, context, iterators: Vec::new(), diagnostics: Diagnostics::new() };
    let value = evaluation.block(block, &Surroundings::default());
    (value, evaluation.diagnostics)
}

struct Evaluation<'a> {
    scope: &'a dyn Scope,
    context: &'a EvalContext,
    /// The values of the iterators of the dynamic blocks around, outermost first.
    iterators: Vec<Value>,
    diagnostics: Diagnostics,
}

/// What the dynamic block that makes a block says of all within.
#[derive(Clone, Default)]
struct Surroundings {
    /// Marks of what it walks, which all attributes get.
    marks: Marks,
    /// Whether what it walks is unknown, so that nothing within is known either.
    unknown: bool,
}

/// A block that was evaluated, or that it is not known how many there are.
enum Made {
    Blocks(Vec<Decoded>),
    Unknown,
}

impl Evaluation<'_> {
    fn block(&mut self, block: &Block, around: &Surroundings) -> Value {
        let mut items: Vec<(Str, Value)> = Vec::with_capacity(block.attributes.len() + block.children.len());
        for (name, argument) in &block.attributes {
            items.push((name.clone(), self.argument(name, argument, around)));
        }
        let within = Surroundings { marks: Marks::NONE, unknown: around.unknown };
        for (name, children) in &block.children {
            items.push((name.clone(), self.children(name, children, &within)));
        }
        Value::object(items)
    }

    fn argument(&mut self, name: &str, argument: &Argument, around: &Surroundings) -> Value {
        let ty = &argument.constraint;
        match &argument.value {
            ArgumentValue::Absent => Value::null(ty.without_optional()),
            ArgumentValue::Wrong => Value::unknown(ty.without_optional()),
            _ if around.unknown => Value::unknown(ty.without_optional()).with_marks(&around.marks),
            ArgumentValue::Constant(value, _) => value.clone().with_marks(&around.marks),
            ArgumentValue::Expression(expression, context) => {
                let value = self.expression(expression).with_marks(&around.marks);
                convert(&value, ty).unwrap_or_else(|error| {
                    let problem = wrong_type(name, &error.message).at(expression.span()).within(*context);
                    self.fail(problem, expression);
                    Value::unknown(ty.without_optional())
                })
            }
            ArgumentValue::Blocks(entries, object) => self.attribute_as_blocks(entries, object, ty),
        }
    }

    fn attribute_as_blocks(&mut self, entries: &[Entry], object: &Type, ty: &Type) -> Value {
        let mut values = Vec::new();
        for entry in entries {
            match self.entry(entry, &Surroundings::default()) {
                Made::Blocks(blocks) => values.extend(blocks.into_iter().map(|block| block.value)),
                Made::Unknown => {
                    let unknown = Surroundings { unknown: true, marks: Marks::NONE };
                    values.push(self.block(&entry.block, &unknown));
                }
            }
        }
        let list = Value::list(object.clone(), values);
        convert(&list, ty).unwrap_or_else(|_| Value::unknown(ty.clone()))
    }

    fn children(&mut self, kind: &str, children: &Children, around: &Surroundings) -> Value {
        let mut blocks = Vec::new();
        for entry in &children.entries {
            let single = matches!(children.nesting, Nesting::Single | Nesting::Group);
            match self.entry(entry, around) {
                Made::Blocks(made) => blocks.extend(made),
                Made::Unknown if single => {
                    let value = self.block(&entry.block, &Surroundings { unknown: true, marks: Marks::NONE });
                    blocks.push(Decoded { header: entry.header, missing: entry.missing, labels: Vec::new(), value });
                }
                Made::Unknown => return Value::unknown(children.ty.clone()),
            }
            if around.unknown && !single {
                return Value::unknown(children.ty.clone());
            }
        }
        if !children.is_static() {
            let places: Vec<_> = blocks.iter().map(|block| (block.header, block.missing)).collect();
            self.diagnostics.extend(check_count(kind, children, &places, &self.context.sources));
        }
        arrange(kind, children, blocks, &mut self.diagnostics)
    }

    fn entry(&mut self, entry: &Entry, around: &Surroundings) -> Made {
        let Some(dynamic) = &entry.dynamic else {
            let value = self.block(&entry.block, around);
            return Made::Blocks(vec![Decoded {
                header: entry.header,
                missing: entry.missing,
                labels: entry.labels.clone(),
                value,
            }]);
        };
        if around.unknown {
            return Made::Unknown;
        }
        self.dynamic(entry, dynamic)
    }

    fn dynamic(&mut self, entry: &Entry, dynamic: &Dynamic) -> Made {
        let Some(collection) = self.for_each(&dynamic.for_each) else { return Made::Blocks(Vec::new()) };
        if !collection.is_known() {
            return Made::Unknown;
        }
        let around = Surroundings { marks: collection.marks().clone(), unknown: false };
        let mut blocks = Vec::new();
        for (key, value) in collection.elements() {
            self.iterators.push(Value::object([("key", key), ("value", value.clone())]));
            if let Some(labels) = self.labels(&dynamic.labels) {
                let value = self.block(&entry.block, &around).with_marks(&around.marks);
                blocks.push(Decoded { header: entry.header, missing: entry.missing, labels, value });
            }
            self.iterators.pop();
        }
        Made::Blocks(blocks)
    }

    /// What a dynamic block walks; `None` if that is wrong, which is reported.
    fn for_each(&mut self, expression: &Expression) -> Option<Value> {
        let errors = error_count(&self.diagnostics);
        let value = self.expression(expression);
        if error_count(&self.diagnostics) > errors {
            return None;
        }
        let detail = if !is_iterable(&value) && !value.has_type(&Type::Dynamic) && !value.is_null() {
            format!(
                "Cannot use a {} value in for_each. An iterable collection is required.",
                value.ty().friendly_name()
            )
        } else if value.is_null() {
            null_for_each(&value)
        } else {
            return Some(value);
        };
        let problem = Diagnostic::error("Invalid dynamic for_each value", detail).at(expression.span());
        self.fail(problem, expression);
        None
    }

    /// The labels of a block that is made; `None` if one is wrong, which is reported.
    fn labels(&mut self, expressions: &[Expression]) -> Option<Vec<Str>> {
        let mut labels = Vec::with_capacity(expressions.len());
        for expression in expressions {
            let errors = error_count(&self.diagnostics);
            let value = self.expression(expression);
            if error_count(&self.diagnostics) > errors {
                return None;
            }
            match label(&value) {
                Ok(label) => labels.push(label),
                Err(detail) => {
                    let problem = Diagnostic::error("Invalid dynamic block label", detail).at(expression.span());
                    self.fail(problem, expression);
                    return None;
                }
            }
        }
        Some(labels)
    }

    fn expression(&mut self, expression: &Expression) -> Value {
        let (value, diagnostics) = expression.evaluate_with_locals(self.scope, self.context, &self.iterators);
        self.diagnostics.extend(diagnostics);
        value
    }

    fn fail(&mut self, problem: Diagnostic, expression: &Expression) {
        self.diagnostics.push(expression.describe_with_locals(problem, self.scope, self.context, &self.iterators));
    }
}

fn error_count(diagnostics: &Diagnostics) -> usize {
    diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count()
}

/// A null of a type that cannot be walked is first of all of the wrong type.
fn null_for_each(value: &Value) -> String {
    match value.ty() {
        ty @ (Type::String | Type::Number | Type::Bool) => {
            format!("Cannot use a {} value in for_each. An iterable collection is required.", ty.friendly_name())
        }
        _ => "Cannot use a null value in for_each.".into(),
    }
}

fn label(value: &Value) -> Result<Str, String> {
    let value = convert(value, &Type::String)
        .map_err(|error| format!("Cannot use this value as a dynamic block label: {}.", error.message))?;
    if value.is_null() {
        return Err("Cannot use a null value as a dynamic block label.".into());
    }
    if !value.is_known() {
        let detail = "This value is not yet known. Dynamic block labels must be immediately-known values.";
        return Err(detail.into());
    }
    if !value.marks().is_empty() {
        return Err("This value has dynamic marks that make it unsuitable for use as a block label.".into());
    }
    value.as_shared_str().cloned().ok_or_else(|| "Cannot use this value as a dynamic block label.".into())
}
