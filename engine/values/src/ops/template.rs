//! Joining parts of a template, and choosing between values by a condition that is not known.

use std::cmp::Ordering;

use crate::refine::Bound;
use crate::{Kind, Marks, PathError, Type, Value, convert};

/// Longest beginning that is kept of a text that is not wholly known, in bytes.
const LONGEST_PREFIX: usize = 128;

/// A text put together from parts.
#[derive(Clone, Debug, Default)]
pub struct Template {
    text: String,
    unknown: bool,
    failed: bool,
    marks: Marks,
}

/// Why a part cannot be put into a template ("Invalid template interpolation value").
#[derive(Clone, Debug, PartialEq)]
pub enum TemplateError {
    /// It is null.
    Null,
    /// It is no text, number or boolean; the reason.
    NoText(PathError),
}

impl Template {
    /// Of so many parts, most of which are short.
    pub fn of(parts: usize) -> Self {
        Self { text: String::with_capacity(parts * 16), ..Self::default() }
    }

    /// Appends text.
    pub fn push_text(&mut self, text: &str) {
        if !self.unknown {
            self.text.push_str(text);
        }
    }

    /// Appends a value. After an error, the rest may still be appended to find more errors.
    pub fn push(&mut self, value: &Value) -> Result<(), TemplateError> {
        if value.is_null() {
            self.failed = true;
            return Err(TemplateError::Null);
        }
        self.marks = self.marks.union(value.marks());
        if !value.is_known() {
            self.unknown = true;
            return Ok(());
        }
        match value.kind() {
            Kind::String(text) => {
                self.push_text(text);
                return Ok(());
            }
            Kind::Number(number) if !self.unknown => {
                number.push_to(&mut self.text);
                return Ok(());
            }
            _ => {}
        }
        let text = convert(value, &Type::String).map_err(|error| {
            self.failed = true;
            TemplateError::NoText(error)
        })?;
        self.push_text(text.as_str().unwrap_or_default());
        Ok(())
    }

    /// How long the known text is by now, in bytes.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether there is no known text by now.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text; unknown, with the beginning that is known, if a part was unknown. Has the marks of all parts.
    pub fn finish(self) -> Value {
        let value = if !self.unknown {
            Value::string(self.text)
        } else if self.failed {
            Value::unknown_not_null(Type::String)
        } else {
            let mut end = self.text.len().min(LONGEST_PREFIX);
            while !self.text.is_char_boundary(end) {
                end -= 1;
            }
            Value::unknown_not_null(Type::String).refine_prefix(&self.text[..end])
        };
        value.with_marks(&self.marks)
    }
}

/// What can be said of `condition ? yes : no` when the condition is unknown: the type is that of the result, the values
/// are unmarked and not yet converted to it.
pub fn unknown_choice(yes: &Value, no: &Value, ty: &Type) -> Value {
    if yes.is_null() && no.is_null() {
        return Value::null(ty.clone());
    }
    let mut result = Value::unknown(ty.clone());
    if yes.is_surely_not_null() && no.is_surely_not_null() {
        result = result.refine_not_null();
    }
    let (yes_type, no_type) = (yes.ty(), no.ty());
    if yes_type == Type::Number && no_type == Type::Number {
        let ((yes_min, yes_max), (no_min, no_max)) = (yes.number_bounds(), no.number_bounds());
        return result.refine_range(wider(yes_min, no_min, Ordering::Less), wider(yes_max, no_max, Ordering::Greater));
    }
    if yes_type.is_collection() && yes_type == no_type {
        let ((yes_min, yes_max), (no_min, no_max)) = (yes.length_bounds(), no.length_bounds());
        return result.refine_length(yes_min.min(no_min), yes_max.max(no_max));
    }
    result
}

/// The wider of two bounds; `wide` is how the wider one compares to the other.
fn wider(a: Bound, b: Bound, wide: Ordering) -> Bound {
    let (a, b) = (a?, b?);
    Some(match a.0.compare(&b.0) {
        Ordering::Equal => (a.0, a.1 || b.1),
        order if order == wide => a,
        _ => b,
    })
}
