//! Checks of a configuration that need no provider.

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::{Path, Value};

use super::equal::is_zero;
use super::{AttributeShape, Group, Rule, Shape};

/// A diagnostic about an attribute.
pub(crate) fn about(path: &Path, diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.with_extra(|extra| extra.attribute = Some(path.attribute_steps()))
}

/// What an attribute counts as that holds the zero value of its type.
#[derive(Clone, Copy)]
enum Zero {
    /// Given.
    Given,
    /// Not given: so it is within attributes that consist of objects, where all that is not given is zero.
    Absent,
}

impl Shape {
    /// Checks a configuration object of this shape.
    pub fn validate(&self, config: &Value, path: &Path, found: &mut Diagnostics) {
        if config.is_null() || !config.is_known() {
            return;
        }
        self.validate_attributes(config, path, Zero::Given, found);
        self.validate_blocks(config, path, found);
    }

    fn validate_attributes(&self, config: &Value, path: &Path, zero: Zero, found: &mut Diagnostics) {
        for attribute in &self.attributes {
            let given = config.get_attribute(attribute.name);
            if let Some(value) = given.filter(|value| matches!(zero, Zero::Given) || !is_zero(value)) {
                attribute.validate(value, &path.attribute(attribute.name), found);
            }
        }
        for group in &self.groups {
            group.validate(config, path, zero, found);
        }
    }

    /// An object of an attribute: where it was written as a block, nobody has asked for what is required.
    fn validate_nested(&self, object: &Value, path: &Path, found: &mut Diagnostics) {
        if object.is_null() || !object.is_known() {
            return;
        }
        for attribute in self.attributes.iter().filter(|it| it.required) {
            if object.get_attribute(attribute.name).is_none_or(Value::is_null) {
                let subject = path.attribute(attribute.name).to_string();
                let subject = subject.trim_start_matches('.');
                let detail = format!("The argument {subject:?} is required, but no definition was found.");
                found.push(about(path, Diagnostic::error("Missing required argument", detail)));
            }
        }
        self.validate_attributes(object, path, Zero::Absent, found);
    }

    fn validate_blocks(&self, config: &Value, path: &Path, found: &mut Diagnostics) {
        for block in &self.blocks {
            let Some(value) = config.get_attribute(block.name) else { continue };
            let path = path.attribute(block.name);
            if value.as_sequence().is_none() {
                block.shape.validate(value, &path, found);
                continue;
            }
            for (key, item) in value.elements() {
                block.shape.validate(item, &path.index(key), found);
            }
        }
    }
}

impl AttributeShape {
    fn validate(&self, value: &Value, path: &Path, found: &mut Diagnostics) {
        if value.is_null() || !value.is_known() {
            return;
        }
        if let Some(shape) = &self.nested {
            if self.ty.as_object().is_some() {
                shape.validate_nested(value, path, found);
            } else {
                value.elements().for_each(|(key, item)| shape.validate_nested(item, &path.index(key), found));
            }
        }
        for problem in self.checks.iter().filter_map(|check| check.run(value).err()) {
            let subject = path.to_string();
            let detail = format!("{} {problem}.", subject.trim_start_matches('.'));
            found.push(about(path, Diagnostic::error("Invalid attribute value", detail)));
        }
        if let Some(reason) = self.deprecated {
            found.push(about(path, Diagnostic::warning("Argument is deprecated", reason)));
        }
    }
}

/// Whether something is given: nothing is known of unknown values.
fn given(config: &Value, name: &str, zero: Zero) -> Option<bool> {
    let value = config.get_attribute(name)?;
    if !value.is_known() {
        return None;
    }
    if matches!(zero, Zero::Absent) {
        return Some(!value.is_null() && !is_zero(value));
    }
    Some(!value.is_null() && value.as_sequence().is_none_or(|items| !items.is_empty() || is_attribute_list(value)))
}

/// An attribute given as an empty list is given; no block is not. Types tell: blocks hold objects.
fn is_attribute_list(value: &Value) -> bool {
    value.ty().element().is_some_and(|element| !matches!(element, landform_values::Type::Object(_)))
}

impl Group {
    fn validate(&self, config: &Value, path: &Path, zero: Zero, found: &mut Diagnostics) {
        let states: Vec<(&str, Option<bool>)> =
            self.names.iter().map(|name| (*name, given(config, name, zero))).collect();
        let present: Vec<&str> =
            states.iter().filter(|(_, given)| *given == Some(true)).map(|(name, _)| *name).collect();
        let unsure = states.iter().any(|(_, given)| given.is_none());
        if let Some((summary, detail)) = self.problem(&present, unsure) {
            let subject =
                present.first().or(self.names.first()).map_or_else(|| path.clone(), |name| path.attribute(*name));
            found.push(about(&subject, Diagnostic::error(summary, detail)));
        }
    }

    fn problem(&self, present: &[&str], unsure: bool) -> Option<(&'static str, String)> {
        let all = self.names.join(", ");
        match self.rule {
            Rule::Conflicts | Rule::ExactlyOne if present.len() > 1 => {
                Some(("Conflicting arguments", format!("Only one of {} can be given.", present.join(", "))))
            }
            Rule::ExactlyOne if present.is_empty() && !unsure => {
                Some(("Missing argument", format!("One of {all} must be given.")))
            }
            Rule::AtLeastOne if present.is_empty() && !unsure => {
                Some(("Missing argument", format!("At least one of {all} must be given.")))
            }
            Rule::Together if !present.is_empty() && present.len() < self.names.len() && !unsure => {
                Some(("Missing argument", format!("All of {all} must be given together, or none of them.")))
            }
            Rule::FirstNeedsOthers
                if present.first() == self.names.first() && present.len() < self.names.len() && !unsure =>
            {
                let others = self.names[1..].join(", ");
                Some(("Missing argument", format!("{} can only be given together with {others}.", self.names[0])))
            }
            _ => None,
        }
    }
}
