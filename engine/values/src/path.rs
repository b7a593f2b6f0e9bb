//! Paths into values.

use std::fmt;

use landform_diagnostics::AttributeStep;

use crate::{Str, Value};

/// One step into a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// An object's attribute.
    Attribute(Str),
    /// A list's, tuple's or map's element by its key, or a set's element by itself.
    Index(Value),
}

/// Steps from a value to one within it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// To the value itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// One step further, to an attribute.
    #[must_use]
    pub fn attribute(&self, name: impl Into<Str>) -> Self {
        self.with(Step::Attribute(name.into()))
    }

    /// One step further, to an element.
    #[must_use]
    pub fn index(&self, key: impl Into<Value>) -> Self {
        self.with(Step::Index(key.into()))
    }

    /// One step further.
    #[must_use]
    pub fn with(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Self(steps)
    }

    /// Whether this leads to `other` or to something around it.
    pub fn is_prefix_of(&self, other: &Path) -> bool {
        other.0.starts_with(&self.0)
    }

    /// As diagnostics carry it.
    pub fn attribute_steps(&self) -> Vec<AttributeStep> {
        let step = |step: &Step| match step {
            Step::Attribute(name) => AttributeStep::Name(name.to_string()),
            Step::Index(key) => match (key.as_str(), key.as_number().and_then(crate::Number::to_i64)) {
                (Some(key), _) => AttributeStep::Key(key.to_owned()),
                (None, Some(index)) => AttributeStep::Index(index),
                (None, None) => AttributeStep::Element,
            },
        };
        self.0.iter().map(step).collect()
    }

    /// From what a diagnostic carries. It ends before an element of a set.
    pub fn from_attribute_steps(steps: &[AttributeStep]) -> Self {
        let step = |step: &AttributeStep| match step {
            AttributeStep::Name(name) => Some(Step::Attribute(name.as_str().into())),
            AttributeStep::Index(index) => Some(Step::Index(Value::from(*index))),
            AttributeStep::Key(key) => Some(Step::Index(Value::from(key.as_str()))),
            AttributeStep::Element => None,
        };
        Self(steps.iter().map_while(step).collect())
    }

    /// The value it leads to, where there is one. Marks met on the way are not added.
    pub fn get<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(value, |value, step| match step {
            Step::Attribute(name) => value.get_attribute(name),
            Step::Index(key) => value.get_element(key),
        })
    }
}

impl fmt::Display for Path {
    /// `.a[0]["k"]`, as Terraform's messages write it. An element of a set is shown as `[...]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.0 {
            match step {
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Index(key) => match (key.as_str(), key.as_number()) {
                    (Some(text), _) => write!(f, "[{text:?}]")?,
                    (_, Some(number)) => write!(f, "[{number}]")?,
                    _ => f.write_str("[...]")?,
                },
            }
        }
        Ok(())
    }
}

/// Something wrong with the value at a path.
#[derive(Clone, Debug, PartialEq)]
pub struct PathError {
    /// Where in the value.
    pub path: Path,
    /// What: a phrase in lower case without a full stop, as Terraform's.
    pub message: String,
}

impl PathError {
    /// At the root.
    pub fn new(message: impl Into<String>) -> Self {
        Self { path: Path::root(), message: message.into() }
    }

    /// The same, found in a value that is reached by a step.
    #[must_use]
    pub fn inside(mut self, step: Step) -> Self {
        self.path.0.insert(0, step);
        self
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.0.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.path, self.message) }
    }
}

impl std::error::Error for PathError {}
