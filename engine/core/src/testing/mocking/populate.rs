//! Computed attributes get values, as a provider would give them.

use std::cell::RefCell;

use landform_config::MockedObject;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::expr::EvalContext;
use landform_schema::{Attribute, Block, NestedAttributes, Nesting};
use landform_values::{Path, Str, Type, Value};

use super::{fill, generate};
use crate::evaluate::place_of;

/// When values of computed attributes are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Now.
    Now,
    /// Once they are applied: until then they are unknown.
    Later,
}

/// Goes through an object.
pub(super) struct Filler<'a> {
    answer: Option<&'a MockedObject>,
    known: Known,
    /// Which values are replaced.
    wanted: fn(&Value) -> bool,
    context: &'a EvalContext,
    diagnostics: RefCell<Diagnostics>,
}

impl<'a> Filler<'a> {
    pub(super) fn new(
        answer: Option<&'a MockedObject>,
        known: Known,
        wanted: fn(&Value) -> bool,
        context: &'a EvalContext,
    ) -> Self {
        Self { answer, known, wanted, context, diagnostics: RefCell::default() }
    }

    /// The object with values where they are wanted.
    pub(super) fn populate(mut self, object: &Value, schema: &Block) -> (Value, Diagnostics) {
        if let Some(answer) = self.answer
            && self.known == Known::Now
            && let Some(values) = answer.values.as_ref().filter(|values| !matches!(values.ty(), Type::Object(_)))
        {
            let found = values.ty().friendly_name();
            let detail = format!("The requested replacement value must be an object type, but was {found}.");
            self.diagnostics.get_mut().error(answer.span, "Invalid replacement value", detail);
            self.answer = None;
        }
        let filled = self.block(object, schema, &Path::root());
        (filled, self.diagnostics.into_inner())
    }

    fn block(&self, object: &Value, schema: &Block, path: &Path) -> Value {
        if object.is_null() || !object.is_known() {
            return object.clone();
        }
        let part = |name: &Str| object.get_attribute(name).cloned();
        let attributes = schema.attributes.iter().filter_map(|(name, attribute)| {
            Some((name.clone(), self.attribute(&part(name)?, attribute, &path.attribute(name.clone()))))
        });
        let blocks = schema.blocks.iter().filter_map(|(name, nested)| {
            let (value, path) = (part(name)?, path.attribute(name.clone()));
            let of_block = |value: &Value| self.block(value, &nested.block, &path);
            Some((name.clone(), each(nested.nesting, &value, &of_block)))
        });
        Value::object(attributes.chain(blocks).collect::<Vec<_>>()).with_only_marks(object.marks().clone())
    }

    fn attribute(&self, value: &Value, attribute: &Attribute, path: &Path) -> Value {
        if attribute.computed && (self.wanted)(value) {
            return self.answer_for(attribute, path);
        }
        match &attribute.nested {
            Some(nested) => each(nested.nesting, value, &|value| self.nested(value, nested, path)),
            None => value.clone(),
        }
    }

    fn nested(&self, object: &Value, nested: &NestedAttributes, path: &Path) -> Value {
        if object.is_null() || !object.is_known() {
            return object.clone();
        }
        let parts = nested.attributes.iter().filter_map(|(name, attribute)| {
            let value = object.get_attribute(name)?;
            Some((name.clone(), self.attribute(value, attribute, &path.attribute(name.clone()))))
        });
        Value::object(parts.collect::<Vec<_>>()).with_only_marks(object.marks().clone())
    }

    fn answer_for(&self, attribute: &Attribute, path: &Path) -> Value {
        if self.known == Known::Later {
            return Value::unknown(attribute.ty.clone());
        }
        let world = self.context.world();
        match self.given(path).map(|given| fill::attribute(given, attribute, world)) {
            None => generate::attribute(attribute, world),
            Some(Ok(value)) => value,
            Some(Err(error)) => {
                let detail = format!(
                    "Landform could not compute a value for the target type {} with the mocked data defined at {} with the attribute {:?}: {}.",
                    attribute.ty.friendly_name(),
                    self.place(),
                    names(path),
                    error.message
                );
                self.report(path, detail);
                generate::attribute(attribute, world)
            }
        }
    }

    /// What is given for a path. Keys are left out: one value is for all elements.
    fn given(&self, path: &Path) -> Option<&'a Value> {
        let mut current = self.answer?.values.as_ref()?;
        let mut done = Path::root();
        for step in &path.0 {
            let landform_values::Step::Attribute(name) = step else { continue };
            if !matches!(current.ty(), Type::Object(_)) {
                let detail = format!(
                    "Landform expected an object type for attribute {:?} defined within the mocked data at {}, but found {}.",
                    names(&done),
                    self.place(),
                    current.ty().friendly_name()
                );
                self.report(&done, detail);
                return None;
            }
            current = current.get_attribute(name)?;
            done = done.attribute(name.clone());
        }
        Some(current)
    }

    fn place(&self) -> String {
        self.answer.map(|answer| place_of(answer.span, &self.context.sources)).unwrap_or_default()
    }

    fn report(&self, path: &Path, detail: String) {
        let found = Diagnostic::error("Failed to compute attribute", detail);
        let found = found.with_extra(|extra| extra.attribute = Some(path.attribute_steps()));
        self.diagnostics.borrow_mut().push(found);
    }
}

/// The names in a path.
fn names(path: &Path) -> String {
    let names = path.0.iter().filter_map(|step| match step {
        landform_values::Step::Attribute(name) => Some(&**name),
        landform_values::Step::Index(_) => None,
    });
    names.collect::<Vec<_>>().join(".")
}

/// One object, or each of several.
pub(super) fn each(nesting: Nesting, value: &Value, change: &dyn Fn(&Value) -> Value) -> Value {
    match nesting {
        Nesting::Single | Nesting::Group => change(value),
        _ if value.is_null() || !value.is_known() => value.clone(),
        _ => value.map_items(change),
    }
}
