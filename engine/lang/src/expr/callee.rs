//! What can be called: parameters and implementation.

use std::sync::Arc;

use landform_schema::FunctionSchema;
use landform_values::{Marks, Str, Type, Value};

use super::ExternalFunction;
use super::call::CallError;
use super::evaluate::Evaluator;

/// What is called.
pub(super) enum Callee {
    External(Arc<dyn ExternalFunction>),
    Try,
    Can,
}

impl std::fmt::Debug for Callee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Callee")
    }
}

/// A parameter of what is called.
pub(super) struct Parameter<'a> {
    pub(super) name: &'a str,
    pub(super) ty: Type,
}

impl Callee {
    /// The function of the language with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "try" => Some(Self::Try),
            "can" => Some(Self::Can),
            _ => None,
        }
    }

    /// The names of all functions of the language.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        ["try", "can"].into_iter()
    }

    /// How many parameters take one argument each.
    pub(super) fn fixed_parameters(&self) -> usize {
        match self {
            Self::External(function) => function.schema().parameters.len(),
            Self::Try => 0,
            Self::Can => 1,
        }
    }

    /// Whether one more parameter takes all further arguments.
    pub(super) fn is_variadic(&self) -> bool {
        match self {
            Self::External(function) => function.schema().variadic.is_some(),
            Self::Try => true,
            Self::Can => false,
        }
    }

    /// The parameter that an argument is for.
    pub(super) fn parameter(&self, index: usize) -> Option<Parameter<'_>> {
        match self {
            Self::External(function) => {
                external_parameter(function.schema(), index).map(|(name, ty, _)| Parameter { name, ty: ty.clone() })
            }
            Self::Try => Some(Parameter { name: "expressions", ty: Type::Dynamic }),
            Self::Can => (index == 0).then_some(Parameter { name: "expression", ty: Type::Dynamic }),
        }
    }

    /// The call with its parameters' names, as messages show it.
    pub(super) fn signature(&self, name: &str) -> String {
        let name = name.rsplit("::").next().unwrap_or(name);
        let fixed = self.fixed_parameters();
        let mut parameters: Vec<String> =
            (0..fixed).filter_map(|index| Some(self.parameter(index)?.name.to_owned())).collect();
        if let Some(rest) = self.parameter(fixed).filter(|_| self.is_variadic()) {
            parameters.push(format!("{}...", rest.name));
        }
        format!("{name}({})", parameters.join(", "))
    }
}

fn external_parameter(schema: &FunctionSchema, index: usize) -> Option<&(Str, Type, bool)> {
    schema.parameters.get(index).or(schema.variadic.as_ref())
}

impl Evaluator<'_> {
    /// Calls with values of the parameters' types.
    pub(super) fn invoke(&mut self, callee: &Callee, arguments: Vec<Value>) -> Result<Value, CallError> {
        match callee {
            Callee::External(function) => invoke_external(&**function, arguments),
            Callee::Try | Callee::Can => Err(CallError::new("the arguments must not be evaluated before the call")),
        }
    }
}

fn invoke_external(function: &dyn ExternalFunction, arguments: Vec<Value>) -> Result<Value, CallError> {
    let schema = function.schema();
    let mut marks = Marks::NONE;
    let mut known = true;
    let mut plain = Vec::with_capacity(arguments.len());
    for (index, argument) in arguments.into_iter().enumerate() {
        let (value, found) = argument.unmark_deep();
        marks = marks.union(&found);
        let null_allowed = external_parameter(schema, index).is_some_and(|(_, _, null)| *null);
        if value.is_null() && !null_allowed {
            return Err(CallError::of_argument(index, "argument must not be null"));
        }
        known &= value.is_wholly_known();
        plain.push(value);
    }
    if !known {
        return Ok(Value::unknown(schema.return_type.clone()).with_marks(&marks));
    }
    match function.call(plain) {
        Ok(value) => Ok(value.with_marks(&marks)),
        Err(error) => Err(CallError { argument: error.argument, message: error.message }),
    }
}
