//! Templates.

use landform_diagnostics::Diagnostic;
use landform_values::ops::{Template, TemplateError};
use landform_values::{Kind, Type, Value};

use super::evaluate::Evaluator;
use super::node::Node;
use super::operators::to_type;
use crate::functions::{LONGEST, longer_than_allowed};

const INVALID: &str = "Invalid template interpolation value";

impl Evaluator<'_> {
    pub(super) fn template(&mut self, parts: &[Node], node: &Node) -> Value {
        let mut template = Template::of(parts.len());
        for part in parts {
            let pushed = match self.at_hand(part) {
                Some(value) => template.push(value),
                None => template.push(&self.evaluate(part)),
            };
            let detail = match pushed {
                Ok(()) if template.len() > LONGEST => return self.too_long(node),
                Ok(()) => continue,
                Err(TemplateError::Null) => {
                    "The expression result is null. Cannot include a null value in a string template.".into()
                }
                Err(TemplateError::NoText(error)) => {
                    format!("Cannot include the given value in a string template: {}.", error.message)
                }
            };
            self.fail(Diagnostic::error(INVALID, detail).at(part.span).within(node.span), part);
        }
        template.finish()
    }

    fn too_long(&mut self, node: &Node) -> Value {
        let detail = format!("This template cannot be rendered: {}.", longer_than_allowed());
        self.fail(Diagnostic::error("Template result too long", detail).at(node.span), node);
        Value::unknown_not_null(Type::String)
    }

    /// The texts of a template's `for` in one.
    pub(super) fn join(&mut self, tuple: &Node, node: &Node) -> Value {
        let (tuple, mut marks) = self.evaluate(tuple).unmark();
        let Kind::Tuple(items) = tuple.kind() else {
            return Value::unknown(Type::String).with_marks(&marks);
        };
        let mut text = String::new();
        for item in items.items() {
            marks = marks.union(item.marks());
            let detail = match to_type(item, &Type::String) {
                _ if item.is_null() => {
                    "An iteration result is null. Cannot include a null value in a string template.".into()
                }
                Ok(part) => match part.as_str() {
                    Some(part) if text.len() + part.len() > LONGEST => return self.too_long(node),
                    Some(part) => {
                        text.push_str(part);
                        continue;
                    }
                    None => return Value::unknown(Type::String).with_marks(&marks),
                },
                Err(error) => format!(
                    "Cannot include one of the interpolation results into the string template: {}.",
                    error.message
                ),
            };
            self.fail(Diagnostic::error(INVALID, detail).at(node.span), node);
        }
        Value::string(text).with_marks(&marks)
    }
}
