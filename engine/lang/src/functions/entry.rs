//! What is declared of a function.

use landform_values::Type;

use super::call::{Call, FunctionError, Outcome};

/// A parameter, and what may be passed for it beside known values without marks.
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) ty: Type,
    pub(crate) takes: Takes,
}

/// What the function itself looks at. What it does not take is dealt with before the call: null is refused, something
/// unknown makes the result unknown, marks are taken off and put on the result.
#[derive(Clone, Copy, Default)]
pub(crate) struct Takes {
    pub(crate) null: bool,
    pub(crate) unknown: bool,
    /// Values of which not even the type is known.
    pub(crate) dynamic: bool,
    pub(crate) marked: bool,
}

impl Parameter {
    pub(crate) fn null(mut self) -> Self {
        self.takes.null = true;
        self
    }

    pub(crate) fn unknown(mut self) -> Self {
        self.takes.unknown = true;
        self
    }

    pub(crate) fn dynamic(mut self) -> Self {
        self.takes.dynamic = true;
        self
    }

    pub(crate) fn marked(mut self) -> Self {
        self.takes.marked = true;
        self
    }

    /// Takes everything.
    pub(crate) fn anything(self) -> Self {
        self.null().unknown().dynamic().marked()
    }
}

/// A parameter of a type.
pub(crate) fn parameter(name: &'static str, ty: Type) -> Parameter {
    Parameter { name, ty, takes: Takes::default() }
}

/// A parameter for text.
pub(crate) fn text(name: &'static str) -> Parameter {
    parameter(name, Type::String)
}

/// A parameter for a number.
pub(crate) fn number(name: &'static str) -> Parameter {
    parameter(name, Type::Number)
}

/// A parameter for a value of any type.
pub(crate) fn any(name: &'static str) -> Parameter {
    parameter(name, Type::Dynamic)
}

/// A parameter for a list of anything.
pub(crate) fn any_list(name: &'static str) -> Parameter {
    parameter(name, Type::list(Type::Dynamic))
}

/// A parameter for a set of anything.
pub(crate) fn any_set(name: &'static str) -> Parameter {
    parameter(name, Type::set(Type::Dynamic))
}

/// Finds the type of a call's result from its arguments, which may be unknown.
pub(crate) type TypeRule = fn(&Call<'_>) -> Result<Type, FunctionError>;

/// Computes a call's result.
pub(crate) type Body = fn(&Call<'_>) -> Outcome;

/// How a function is called.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// With the values of its arguments.
    Plain(Body),
    /// With arguments that are not evaluated before.
    Lazy(Lazy),
}

/// The functions that look at their arguments as expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lazy {
    Try,
    Can,
    TemplateString,
    Convert,
}

/// What a result depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purity {
    /// The arguments alone: a call with constants is a constant.
    Pure,
    /// The world too, which is the same all through a run.
    World,
    /// Each call yields something else, so planning does not call it.
    Volatile,
}

/// Where a function may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Everywhere,
    /// Only in the console.
    Console,
    /// Everywhere but in the console.
    Module,
}

/// A function of the language.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) variadic: Option<Parameter>,
    pub(crate) returns: Type,
    pub(crate) type_rule: Option<TypeRule>,
    pub(crate) form: Form,
    pub(crate) not_null: bool,
    pub(crate) purity: Purity,
    pub(crate) place: Place,
    /// Known to the language, but not to its documentation.
    pub(crate) hidden: bool,
    /// Renders templates: not to be called from within one.
    pub(crate) renders: bool,
    /// Reads files: not to be called from within a template that is no file.
    pub(crate) reads_files: bool,
}

/// A pure function whose result is never null.
pub(crate) fn function(name: &'static str, parameters: impl IntoIterator<Item = Parameter>, body: Body) -> Function {
    Function::of(name, parameters, Form::Plain(body))
}

impl Function {
    pub(crate) fn of(name: &'static str, parameters: impl IntoIterator<Item = Parameter>, form: Form) -> Self {
        Self {
            name,
            parameters: parameters.into_iter().collect(),
            variadic: None,
            returns: Type::Dynamic,
            type_rule: None,
            form,
            not_null: true,
            purity: Purity::Pure,
            place: Place::Everywhere,
            hidden: false,
            renders: false,
            reads_files: false,
        }
    }

    /// The type of the result, whatever the arguments.
    pub(crate) fn returns(self, returns: Type) -> Self {
        Self { returns, ..self }
    }

    /// The type of the result by the arguments.
    pub(crate) fn typed(self, rule: TypeRule) -> Self {
        Self { type_rule: Some(rule), ..self }
    }

    /// Takes any number of further arguments.
    pub(crate) fn variadic(self, parameter: Parameter) -> Self {
        Self { variadic: Some(parameter), ..self }
    }

    /// The result may be null.
    pub(crate) fn nullable(self) -> Self {
        Self { not_null: false, ..self }
    }

    pub(crate) fn purity(self, purity: Purity) -> Self {
        Self { purity, ..self }
    }

    pub(crate) fn only_in(self, place: Place) -> Self {
        Self { place, ..self }
    }

    pub(crate) fn hidden(self) -> Self {
        Self { hidden: true, ..self }
    }

    /// Depends on files.
    pub(crate) fn reads_files(self) -> Self {
        Self { reads_files: true, purity: Purity::World, ..self }
    }

    pub(crate) fn renders(self) -> Self {
        Self { renders: true, ..self }
    }

    /// The parameter that an argument is for.
    pub(crate) fn parameter(&self, index: usize) -> Option<&Parameter> {
        self.parameters.get(index).or(self.variadic.as_ref())
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
