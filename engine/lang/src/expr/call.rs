//! Function calls.

use landform_diagnostics::{Diagnostic, FunctionCall, SourceMap, Span};
use landform_values::{Kind, Type, Value, quote};

use super::FunctionSet;
use super::callee::Callee;
use super::compile::{Compiler, folded};
use super::evaluate::Evaluator;
use super::node::{Call, Node, NodeKind};
use super::operators::to_type;
use crate::functions::{self, Form, Function, FunctionError, Lazy, Place, Purity, convert_to, render_string};
use crate::syntax::ast::{self, Expr, ExprKind, TemplatePart};
use crate::syntax::describe_place;
use crate::typeexpr::type_constraint;

/// Compiling calls.
impl Compiler<'_> {
    pub(super) fn call(&mut self, call: &ast::Call, span: Span) -> Node {
        let callee = match self.callee(call, span) {
            Ok(callee) => callee,
            Err(diagnostic) => {
                // What is wrong with the arguments is worth knowing all the same.
                call.arguments.iter().for_each(|argument| drop(self.expr(argument)));
                return self.report(diagnostic, span);
            }
        };
        let pure = matches!(callee, Callee::Plain(function) if function.purity == Purity::Pure);
        let arguments = self.call_arguments(call, &callee);
        let compiled = Call {
            callee,
            name: call.name.clone(),
            arguments,
            expand_last: call.expand_last,
            close_paren: call.close_paren,
            in_loop: self.is_in_loop(),
        };
        let node = Node::new(NodeKind::Call(Box::new(compiled)), span).starting(call.name_span.to(call.open_paren));
        if pure { folded(node) } else { node }
    }

    fn call_arguments(&mut self, call: &ast::Call, callee: &Callee) -> Box<[Node]> {
        let argument = |(index, argument): (usize, &Expr)| match callee {
            Callee::Try(_) | Callee::Can(_) => self.leniently(argument),
            Callee::TemplateString(..) if index == 0 => self.leniently(argument),
            // The type has been read already.
            Callee::Convert(..) if index == 1 => Node::literal(Value::NULL, argument.span),
            _ => self.expr(argument),
        };
        call.arguments.iter().enumerate().map(argument).collect()
    }

    fn callee(&mut self, call: &ast::Call, span: Span) -> Result<Callee, Diagnostic> {
        let name = &*call.name;
        if !self.names.allows_calls() {
            return Err(Diagnostic::error("Function calls not allowed", "Functions may not be called here.").at(span));
        }
        let at = |diagnostic: Diagnostic| diagnostic.at(call.name_span).within(span);
        let set = self.names.functions();
        if let Some(function) = functions::find(name).filter(|function| set.has(function)) {
            return self.builtin(function, call, set);
        }
        let Some((namespace, _)) = name.split_once("::") else {
            let known = functions::names().filter(|name| functions::find(name).is_some_and(|known| set.has(known)));
            let suggestion = landform_diagnostics::suggestion(name, known);
            let suggestion = suggestion.map(|name| format!(" Did you mean {}?", quote(name))).unwrap_or_default();
            let detail = format!("There is no function named {}.{suggestion}", quote(name));
            return Err(at(Diagnostic::error("Call to unknown function", detail)));
        };
        match self.names.function(name, call.name_span) {
            Ok(Some(function)) => Ok(Callee::External(function)),
            Ok(None) => Err(at(Diagnostic::error("Unknown provider function", unknown_external(name, namespace)))),
            Err(diagnostic) => Err(diagnostic),
        }
    }

    fn builtin(
        &mut self,
        function: &'static Function,
        call: &ast::Call,
        set: FunctionSet,
    ) -> Result<Callee, Diagnostic> {
        if let Some(why) = set.refusal(function) {
            return Ok(Callee::Refused(function, why));
        }
        match function.form {
            Form::Plain(_) => Ok(Callee::Plain(function)),
            Form::Lazy(Lazy::Try) => Ok(Callee::Try(function)),
            Form::Lazy(Lazy::Can) => Ok(Callee::Can(function)),
            Form::Lazy(Lazy::TemplateString) => {
                Ok(Callee::TemplateString(function, call.arguments.first().and_then(not_a_reference)))
            }
            Form::Lazy(Lazy::Convert) => {
                let Some(constraint) = call.arguments.get(1) else { return Ok(Callee::Plain(function)) };
                let (ty, defaults, found) = type_constraint(constraint, &SourceMap::new());
                match found.into_iter().find(Diagnostic::is_error) {
                    Some(problem) => Err(problem),
                    None => Ok(Callee::Convert(function, Box::new((ty, defaults)))),
                }
            }
        }
    }
}

impl FunctionSet {
    fn has(self, function: &Function) -> bool {
        match function.place {
            Place::Everywhere => true,
            Place::Console => self == Self::Console,
            Place::Module => self != Self::Console,
        }
    }

    /// Why a function must not be called, though it is known.
    fn refusal(self, function: &Function) -> Option<String> {
        let name = function.name;
        match self {
            Self::TemplateFile | Self::TemplateString if function.renders => {
                Some(format!("cannot recursively call {name} from inside another template function"))
            }
            Self::TemplateString if function.reads_files => Some(format!(
                "cannot use filesystem access functions like {name} in templatestring templates; consider passing the \
                 function result as a template variable instead"
            )),
            _ => None,
        }
    }
}

/// What is wrong with the first argument of `templatestring`, unless it is a reference.
fn not_a_reference(argument: &Expr) -> Option<&'static str> {
    let mut source = argument;
    loop {
        match &source.kind {
            ExprKind::Traversal(..) => return None,
            ExprKind::RelativeTraversal(inner, _) | ExprKind::Index(inner, _) => source = inner,
            ExprKind::Splat(splat) => source = &splat.source,
            _ => break,
        }
    }
    Some(match &argument.kind {
        ExprKind::TemplateWrap(_) => {
            "invalid template expression: templatestring is only for rendering templates retrieved dynamically from \
             elsewhere; to treat the inner expression as template syntax, write the reference expression directly \
             without any template interpolation syntax"
        }
        ExprKind::Literal(value) if value.as_str().is_some() => LITERAL_TEMPLATE,
        ExprKind::Template(parts) if matches!(parts[..], [TemplatePart::Literal(..)]) => LITERAL_TEMPLATE,
        ExprKind::Template(_) => {
            "invalid template expression: templatestring is only for rendering templates retrieved dynamically from \
             elsewhere; to render an inline template, consider using a plain template string expression"
        }
        _ => {
            "invalid template expression: must be a direct reference to a single string from elsewhere, containing \
             valid Terraform template syntax"
        }
    })
}

const LITERAL_TEMPLATE: &str = "invalid template expression: templatestring is only for rendering templates retrieved \
                                dynamically from elsewhere, and so does not support providing a literal template; \
                                consider using a template string expression instead";

fn unknown_external(name: &str, namespace: &str) -> String {
    if namespace != "provider" {
        return format!(
            "The function namespace {} is not valid. Provider function calls must use the \"provider::\" namespace \
             prefix.",
            quote(namespace)
        );
    }
    let mut parts = name.split("::").skip(1);
    match (parts.next(), parts.last()) {
        (Some(provider), Some(function)) => format!(
            "There is no function named {}. Ensure that provider name {} is declared in this module's \
             required_providers block, and that this provider offers a function named {}.",
            quote(name),
            quote(provider),
            quote(function)
        ),
        _ => "The function call must include the provider name after the \"provider::\" prefix.".into(),
    }
}

/// An argument as it comes to a call.
pub(super) enum Argument<'n> {
    /// To be evaluated.
    Node(&'n Node),
    /// An item of an expanded sequence, and the expression of the sequence.
    Item(Value, &'n Node),
}

impl<'n> Argument<'n> {
    pub(super) fn node(&self) -> &'n Node {
        match self {
            Self::Node(node) | Self::Item(_, node) => node,
        }
    }
}

/// Evaluating calls.
impl Evaluator<'_> {
    pub(super) fn call(&mut self, call: &Call, node: &Node) -> Value {
        let arguments = match self.arguments(call, node) {
            Ok(arguments) => arguments,
            Err(value) => return value,
        };
        if let Err(problem) = check_count(call, &arguments, node) {
            return self.fail(about(problem, call), node);
        }
        let result = match &call.callee {
            Callee::Try(_) => self.r#try(&arguments),
            Callee::Can(_) => Ok(self.can(&arguments)),
            Callee::TemplateString(_, problem) => {
                let before = self.mark();
                let variables = self.value_of(1, &arguments[1], call, node);
                if self.failed_since(before) {
                    return Value::dynamic();
                }
                self.template_string(*problem, &arguments[0], variables)
            }
            Callee::Convert(_, to) => {
                let before = self.mark();
                let value = self.value_of(0, &arguments[0], call, node);
                if self.failed_since(before) {
                    return Value::dynamic();
                }
                convert_to(&value, &to.0, to.1.as_ref())
            }
            _ => {
                let before = self.mark();
                let values: Vec<Value> = arguments
                    .iter()
                    .enumerate()
                    .map(|(index, argument)| self.value_of(index, argument, call, node))
                    .collect();
                if self.failed_since(before) {
                    return Value::dynamic();
                }
                self.invoke(&call.callee, values)
            }
        };
        result.unwrap_or_else(|error| self.call_failed(&error, call, &arguments, node))
    }

    /// Renders the text of a reference as a template.
    fn template_string(
        &mut self,
        problem: Option<&'static str>,
        template: &Argument<'_>,
        variables: Value,
    ) -> Result<Value, FunctionError> {
        if variables.is_null() {
            return Err(FunctionError::of_argument(1, "argument must not be null"));
        }
        if let Some(problem) = problem {
            return Err(FunctionError::of_argument(0, problem));
        }
        let (value, found) = self.attempt(template);
        if found.iter().any(Diagnostic::is_error) {
            let found = found.into_iter().collect();
            let why = self.sources.map(|sources| functions::in_one_line(&found, sources)).unwrap_or_default();
            return Err(FunctionError::of_argument(0, format!("invalid template expression: {why}")));
        }
        let context = self.context.ok_or_else(|| FunctionError::new("this function can not be called here"))?;
        render_string(&value, variables, context)
    }

    /// The arguments with the last one expanded where that is asked for; `Err` is the result without a call.
    fn arguments<'n>(&mut self, call: &'n Call, node: &Node) -> Result<Vec<Argument<'n>>, Value> {
        let Some((last, others)) = call.arguments.split_last().filter(|_| call.expand_last) else {
            return Ok(call.arguments.iter().map(Argument::Node).collect());
        };
        let before = self.mark();
        let sequence = self.evaluate(last);
        if self.failed_since(before) {
            return Err(Value::dynamic());
        }
        let why = match (sequence.as_sequence(), sequence.kind()) {
            (Some(items), _) => {
                let items = items.iter().map(|item| Argument::Item(item.clone().with_marks(sequence.marks()), last));
                return Ok(others.iter().map(Argument::Node).chain(items).collect());
            }
            (None, Kind::Unknown(unknown)) if is_expandable(&unknown.ty) => return Err(Value::dynamic()),
            (None, Kind::Null(ty)) if is_expandable(ty) => "must not be null",
            _ => "must be of a tuple, list, or set type",
        };
        let detail = format!("The expanding argument (indicated by ...) {why}.");
        let problem = Diagnostic::error("Invalid expanding argument value", detail).at(last.span).within(node.span);
        Err(self.fail(about(problem, call), last))
    }

    /// The value of an argument in the type of its parameter.
    fn value_of(&mut self, index: usize, argument: &Argument<'_>, call: &Call, node: &Node) -> Value {
        let value = match argument {
            Argument::Node(node) => self.evaluate(node),
            Argument::Item(value, _) => value.clone(),
        };
        let Some(parameter) = call.callee.parameter(index) else { return value };
        match to_type(&value, parameter.ty) {
            Ok(value) => value,
            Err(error) => {
                let problem = wrong_argument(parameter.name, &error.message, argument.node(), node);
                self.fail(about(problem, call), argument.node())
            }
        }
    }

    fn call_failed(&mut self, error: &FunctionError, call: &Call, arguments: &[Argument<'_>], node: &Node) -> Value {
        let parameter = error.argument.and_then(|index| call.callee.parameter(index));
        let argument = error.argument.and_then(|index| arguments.get(index));
        let (problem, subject) = match (parameter, argument) {
            (Some(parameter), Some(argument)) => {
                (wrong_argument(parameter.name, &error.message, argument.node(), node), argument.node())
            }
            (Some(parameter), None) => {
                let detail = invalid_value(parameter.name, &error.message);
                (Diagnostic::error(INVALID_ARGUMENT, detail).at(node.span), node)
            }
            (None, _) => {
                let detail = format!("Call to function {} failed: {}.", quote(&call.name), error.message);
                (Diagnostic::error("Error in function call", detail).at(node.start).within(node.span), node)
            }
        };
        self.fail(about(problem, call), subject)
    }

    /// The first argument that has a value. Only a wholly known value is sure to be the one.
    fn r#try(&mut self, arguments: &[Argument<'_>]) -> Result<Value, FunctionError> {
        if arguments.is_empty() {
            return Err(FunctionError::new("at least one argument is required"));
        }
        let mut problems = Vec::new();
        for argument in arguments {
            let (value, found) = self.attempt(argument);
            if found.iter().any(Diagnostic::is_error) {
                problems.extend(found);
            } else if value.is_wholly_known() {
                return Ok(value);
            } else {
                return Ok(Value::dynamic());
            }
        }
        let mut message = String::from("no expression succeeded:\n");
        for problem in &problems {
            let place = problem.subject.map(|span| format!(" (at {})", self.place(span))).unwrap_or_default();
            message += &format!("- {}{place}\n  {}\n", problem.summary, problem.detail);
        }
        Err(FunctionError::new(message + "\nAt least one expression must produce a successful result"))
    }

    /// Whether an argument has a value.
    fn can(&mut self, arguments: &[Argument<'_>]) -> Value {
        let Some(argument) = arguments.first() else { return Value::FALSE };
        let (value, found) = self.attempt(argument);
        if found.iter().any(Diagnostic::is_error) {
            Value::FALSE
        } else if value.is_wholly_known() {
            Value::TRUE
        } else {
            Value::unknown(Type::Bool)
        }
    }

    /// Evaluates an argument and takes back what goes wrong.
    fn attempt(&mut self, argument: &Argument<'_>) -> (Value, Vec<Diagnostic>) {
        match argument {
            Argument::Item(value, _) => (value.clone(), Vec::new()),
            Argument::Node(node) => {
                let before = self.mark();
                self.quiet += 1;
                let value = self.evaluate(node);
                self.quiet -= 1;
                (value, self.take_since(before))
            }
        }
    }

    /// A range as messages name it.
    pub(super) fn place(&self, span: Span) -> String {
        self.sources.map(|sources| describe_place(&sources.file(span.file), span)).unwrap_or_default()
    }
}

const INVALID_ARGUMENT: &str = "Invalid function argument";

fn is_expandable(ty: &Type) -> bool {
    matches!(ty, Type::Dynamic | Type::Tuple(_) | Type::List(_) | Type::Set(_))
}

fn invalid_value(parameter: &str, why: &str) -> String {
    format!("Invalid value for {} parameter: {why}.", quote(parameter))
}

fn wrong_argument(parameter: &str, why: &str, argument: &Node, call: &Node) -> Diagnostic {
    Diagnostic::error(INVALID_ARGUMENT, invalid_value(parameter, why)).at(argument.start).within(call.span)
}

/// Names the function that a problem is about.
fn about(problem: Diagnostic, call: &Call) -> Diagnostic {
    let signature = (!call.in_loop).then(|| call.callee.signature(&call.name));
    let function_call = FunctionCall { name: call.name.to_string(), signature };
    problem.with_extra(|extra| extra.function_call = Some(function_call))
}

fn check_count(call: &Call, arguments: &[Argument<'_>], node: &Node) -> Result<(), Diagnostic> {
    let fixed = call.callee.fixed_parameters();
    let name = quote(&call.name);
    if let Some(missing) = call.callee.parameter(arguments.len()).filter(|_| arguments.len() < fixed) {
        let qualifier = if call.callee.is_variadic() { " at least" } else { "" };
        let missing = quote(missing.name);
        let detail = format!("Function {name} expects{qualifier} {fixed} argument(s). Missing value for {missing}.");
        return Err(Diagnostic::error("Not enough function arguments", detail).at(call.close_paren).within(node.span));
    }
    match arguments.get(fixed).filter(|_| !call.callee.is_variadic()) {
        Some(extraneous) => {
            let detail = format!("Function {name} expects only {fixed} argument(s).");
            let subject = match extraneous {
                Argument::Node(node) => node.start,
                Argument::Item(_, sequence) => sequence.span,
            };
            Err(Diagnostic::error("Too many function arguments", detail).at(subject).within(node.span))
        }
        None => Ok(()),
    }
}
