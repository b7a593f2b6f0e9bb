//! Calls: what is done with null, unknown and marked arguments before a function sees them, and with its result.
//!
//! The rules, and their order, are those of cty's `function.Function.Call`.

use landform_values::{Marks, Number, Type, Value};

use super::entry::{Form, Function, Purity};
use super::world::World;
use crate::expr::{EvalContext, ImpureCalls};

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FunctionError {
    /// The argument that is to blame.
    pub(crate) argument: Option<usize>,
    /// Why, without a full stop.
    pub(crate) message: String,
}

impl FunctionError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { argument: None, message: message.into() }
    }

    pub(crate) fn of_argument(index: usize, message: impl Into<String>) -> Self {
        Self { argument: Some(index), message: message.into() }
    }

    /// The same, with an argument to blame.
    pub(crate) fn about(self, argument: usize) -> Self {
        Self { argument: Some(argument), ..self }
    }
}

/// A result or why there is none.
pub(crate) type Outcome = Result<Value, FunctionError>;

/// A call at hand.
pub(crate) struct Call<'a> {
    /// In the types of their parameters; without what the parameters do not take.
    pub(crate) arguments: Vec<Value>,
    /// The type of the result; [`Type::Dynamic`] as long as that is what is asked for.
    pub(crate) returns: Type,
    pub(crate) context: Option<&'a EvalContext>,
}

impl<'a> Call<'a> {
    pub(crate) fn len(&self) -> usize {
        self.arguments.len()
    }

    /// An argument. There are as many as the function has parameters.
    pub(crate) fn value(&self, index: usize) -> &Value {
        &self.arguments[index]
    }

    /// A known text.
    pub(crate) fn text(&self, index: usize) -> &str {
        self.arguments[index].as_str().unwrap_or_default()
    }

    /// A known number.
    pub(crate) fn number(&self, index: usize) -> &Number {
        self.arguments[index].as_number().unwrap_or(&Number::ZERO)
    }

    /// A known number that must be whole and of the machine's size.
    pub(crate) fn integer(&self, index: usize) -> Result<i64, FunctionError> {
        integer(&self.arguments[index])
    }

    /// The items of a known list, set or tuple.
    pub(crate) fn items(&self, index: usize) -> &[Value] {
        self.arguments[index].as_sequence().unwrap_or_default()
    }

    /// Unknown, of the result's type.
    pub(crate) fn unknown(&self) -> Value {
        Value::unknown(self.returns.clone())
    }

    /// What is around the call. There is always something around a call of a function that is not pure.
    pub(crate) fn context(&self) -> Result<&'a EvalContext, FunctionError> {
        self.context.ok_or_else(|| FunctionError::new("this function can not be called here"))
    }

    /// The world.
    pub(crate) fn world(&self) -> Result<&'a dyn World, FunctionError> {
        Ok(self.context()?.world())
    }
}

/// A number that must be whole and of the machine's size; the message is cty's.
pub(crate) fn integer(value: &Value) -> Result<i64, FunctionError> {
    let whole = value.as_number().filter(|number| number.is_integer()).and_then(Number::to_i64);
    whole.ok_or_else(|| {
        FunctionError::new(format!("value must be a whole number, between {} and {}", i64::MIN, i64::MAX))
    })
}

/// Calls a function with as many arguments as it wants, each in the type of its parameter.
pub(crate) fn invoke(function: &Function, arguments: Vec<Value>, context: Option<&EvalContext>) -> Outcome {
    let Form::Plain(body) = function.form else {
        return Err(FunctionError::new("the arguments must not be evaluated before the call"));
    };
    let mut call = Call { arguments, returns: Type::Dynamic, context };
    let mut marks = Marks::NONE;
    let mut unknown = false;
    for (index, value) in call.arguments.iter_mut().enumerate() {
        let Some(parameter) = function.parameter(index) else { continue };
        let takes = parameter.takes;
        if !takes.marked && value.contains_marks() {
            let (plain, found) = std::mem::replace(value, Value::NULL).unmark_deep();
            marks = marks.union(&found);
            *value = plain;
        }
        if value.is_null() && !takes.null {
            return Err(FunctionError::of_argument(index, "argument must not be null"));
        }
        if !takes.dynamic && value.has_type(&Type::Dynamic) {
            let rest = call.arguments.iter().map(Value::all_marks).fold(marks, |all, found| all.union(&found));
            return Ok(Value::dynamic().with_marks(&rest));
        }
        unknown |= !takes.unknown && !value.is_known();
    }
    call.returns = result_type(function, &call)?;
    let deferred = function.purity == Purity::Volatile
        && context.is_some_and(|context| context.impure_calls() == ImpureCalls::Deferred);
    let result = if unknown || deferred { call.unknown() } else { body(&call)? };
    let result = if function.not_null { result.refine_not_null() } else { result };
    Ok(result.with_marks(&marks))
}

fn result_type(function: &Function, call: &Call<'_>) -> Result<Type, FunctionError> {
    function.type_rule.map_or_else(|| Ok(function.returns.clone()), |rule| rule(call))
}

/// The type of a function's result when nothing is known of its arguments but the parameters' types.
pub(crate) fn type_in_general(function: &Function) -> Type {
    if matches!(function.form, Form::Lazy(_)) {
        return function.returns.clone();
    }
    let parameters = || function.parameters.iter().chain(&function.variadic);
    if parameters().any(|parameter| parameter.ty == Type::Dynamic && !parameter.takes.dynamic) {
        return Type::Dynamic;
    }
    let arguments = parameters().map(|parameter| Value::unknown(parameter.ty.clone())).collect();
    let call = Call { arguments, returns: Type::Dynamic, context: None };
    result_type(function, &call).unwrap_or(Type::Dynamic)
}
