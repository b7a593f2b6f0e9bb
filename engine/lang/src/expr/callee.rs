//! What can be called: parameters and implementation.

use std::sync::Arc;

use landform_schema::FunctionSchema;
use landform_values::convert::Defaults;
use landform_values::{Marks, Str, Type, Value};

use super::ExternalFunction;
use super::evaluate::Evaluator;
use crate::functions::{Function, FunctionError, Place, Purity, invoke};

/// What is called.
pub(super) enum Callee {
    /// A function that gets the values of its arguments.
    Plain(&'static Function),
    Try(&'static Function),
    Can(&'static Function),
    /// With what is wrong about the first argument, which must be a reference.
    TemplateString(&'static Function, Option<&'static str>),
    /// With the type and its defaults.
    Convert(&'static Function, Box<(Type, Option<Defaults>)>),
    /// A function that must not be called here, and why.
    Refused(&'static Function, String),
    External(Arc<dyn ExternalFunction>),
}

impl std::fmt::Debug for Callee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Callee")
    }
}

/// A parameter of what is called.
pub(super) struct Parameter<'a> {
    pub(super) name: &'a str,
    pub(super) ty: &'a Type,
}

impl Callee {
    /// The function of the language that is called.
    fn builtin(&self) -> Option<&'static Function> {
        match self {
            Self::Plain(function)
            | Self::Try(function)
            | Self::Can(function)
            | Self::TemplateString(function, _)
            | Self::Convert(function, _)
            | Self::Refused(function, _) => Some(function),
            Self::External(_) => None,
        }
    }

    /// Whether it is there only to look at values in the console.
    pub(super) fn is_console_only(&self) -> bool {
        self.builtin().is_some_and(|function| function.place == Place::Console)
    }

    /// Whether equal arguments always give an equal result.
    pub(super) fn depends_on_arguments_alone(&self) -> bool {
        match self {
            Self::Plain(function) | Self::Try(function) | Self::Can(function) | Self::Convert(function, _) => {
                function.purity == Purity::Pure && !function.renders
            }
            // What a template calls is not known, and providers may look at the world.
            Self::TemplateString(..) | Self::Refused(..) | Self::External(_) => false,
        }
    }

    /// How many parameters take one argument each.
    pub(super) fn fixed_parameters(&self) -> usize {
        match self {
            Self::External(function) => function.schema().parameters.len(),
            _ => self.builtin().map_or(0, |function| function.parameters.len()),
        }
    }

    /// Whether one more parameter takes all further arguments.
    pub(super) fn is_variadic(&self) -> bool {
        match self {
            Self::External(function) => function.schema().variadic.is_some(),
            _ => self.builtin().is_some_and(|function| function.variadic.is_some()),
        }
    }

    /// The parameter that an argument is for.
    pub(super) fn parameter(&self, index: usize) -> Option<Parameter<'_>> {
        match self {
            Self::External(function) => {
                external_parameter(function.schema(), index).map(|(name, ty, _)| Parameter { name, ty })
            }
            _ => {
                let parameter = self.builtin()?.parameter(index)?;
                Some(Parameter { name: parameter.name, ty: &parameter.ty })
            }
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
    pub(super) fn invoke(&mut self, callee: &Callee, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        match callee {
            Callee::External(function) => invoke_external(&**function, arguments),
            Callee::Refused(_, why) => Err(FunctionError::new(why.as_str())),
            Callee::Plain(function)
            | Callee::Try(function)
            | Callee::Can(function)
            | Callee::TemplateString(function, _)
            | Callee::Convert(function, _) => invoke(function, arguments, self.context),
        }
    }
}

fn invoke_external(function: &dyn ExternalFunction, arguments: Vec<Value>) -> Result<Value, FunctionError> {
    let schema = function.schema();
    let mut marks = Marks::NONE;
    let mut known = true;
    let mut plain = Vec::with_capacity(arguments.len());
    for (index, argument) in arguments.into_iter().enumerate() {
        let (value, found) = argument.unmark_deep();
        marks = marks.union(&found);
        let null_allowed = external_parameter(schema, index).is_some_and(|(_, _, null)| *null);
        if value.is_null() && !null_allowed {
            return Err(FunctionError::of_argument(index, "argument must not be null"));
        }
        known &= value.is_wholly_known();
        plain.push(value);
    }
    if !known {
        return Ok(Value::unknown(schema.return_type.clone()).with_marks(&marks));
    }
    match function.call(plain) {
        Ok(value) => Ok(value.with_marks(&marks)),
        Err(error) => Err(FunctionError { argument: error.argument, message: error.message }),
    }
}
