//! Evaluating nodes of the static graph.

use landform_addrs::{InstanceKey, ModuleInstance};
use landform_config::{Unsuitable, Variable};
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_lang::expr::Expression;
use landform_values::{Marks, Type, Value, convert, json};

use super::{EachMode, Evaluator, Expanded, Expansion, InstanceData, ScopeId, Unknowns, any_instance, expand};
use crate::program::{CompiledRule, ModuleId};
use crate::variables::root_value;

/// How a condition turned out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RuleResult {
    /// It holds.
    Pass,
    /// It does not; the message.
    Fail(String),
    /// It depends on what is not known.
    Unknown,
    /// It could not be evaluated.
    Error,
}

/// What a condition is for, which decides how its failure is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RuleKind {
    /// Of a variable.
    Validation,
    /// Before an object.
    Precondition,
    /// Before an output has its value.
    OutputPrecondition,
    /// After an object.
    Postcondition,
    /// In a check block: never more than a warning.
    Assertion,
}

impl Evaluator {
    /// Evaluates a variable in all instances of its module.
    pub(crate) fn variable(&self, module: ModuleId, index: usize) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        for scope in self.instances(module) {
            let value = self.variable_value(scope, module, index, &mut diagnostics);
            self.scopes.borrow_mut()[scope].variables[index] = value;
        }
        diagnostics
    }

    fn variable_value(&self, scope: ScopeId, module: ModuleId, index: usize, diagnostics: &mut Diagnostics) -> Value {
        let node = &self.program.tree[module];
        let declared = &node.module.config.variables[index];
        let Some((parent_module, call)) = node.parent else {
            let given = self.given.get(&declared.name);
            return root_value(declared, given, &self.settings.context.sources).unwrap_or_else(|error| {
                diagnostics.push(error);
                Value::unknown(declared.value_type())
            });
        };
        let (parent, data) = {
            let scopes = self.scopes.borrow();
            (scopes[scope].parent.expect("a called module has a caller"), scopes[scope].data.clone())
        };
        let caller = &self.program.tree[parent_module].module;
        let argument = caller.calls[call].arguments.get(index).and_then(Option::as_ref);
        let (given, span) = match argument {
            None => (None, declared.span),
            Some(expression) => {
                let (value, found) = expression.evaluate(&self.scope(parent, &data), &self.settings.context);
                let failed = found.has_errors();
                diagnostics.extend(found);
                if failed {
                    return Value::unknown(declared.value_type());
                }
                if value.contains_ephemeral() && !declared.ephemeral {
                    diagnostics.push(ephemeral_argument(expression.span()));
                    return Value::unknown(declared.value_type());
                }
                (Some(value), expression.span())
            }
        };
        match declared.value_of(given) {
            Ok(value) => value,
            Err(error) => {
                let error =
                    unsuitable_argument(declared, &self.address(scope), error, span, &self.settings.context.sources);
                let error = match argument {
                    Some(expression) => expression.describe(error, &self.scope(parent, &data), &self.settings.context),
                    None => error,
                };
                diagnostics.push(error);
                Value::unknown(declared.value_type())
            }
        }
    }

    /// Evaluates a local value in all instances of its module.
    pub(crate) fn local(&self, module: ModuleId, index: usize) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        let expression = &self.program.tree[module].module.locals[index];
        let constant = self.program.constants.get(&(module, index));
        for scope in self.instances(module) {
            let value = match constant {
                Some(value) => value.clone(),
                None => self.expression(scope, &InstanceData::default(), expression, &mut diagnostics),
            };
            self.scopes.borrow_mut()[scope].locals[index] = value;
        }
        diagnostics
    }

    /// Evaluates an expression in an instance of a module.
    pub(crate) fn expression(
        &self,
        scope: ScopeId,
        data: &InstanceData,
        expression: &Expression,
        diagnostics: &mut Diagnostics,
    ) -> Value {
        let (value, found) = expression.evaluate(&self.scope(scope, data), &self.settings.context);
        diagnostics.extend(found);
        value
    }

    /// Evaluates an output in one instance of its module.
    pub(crate) fn output_value(&self, scope: ScopeId, module: ModuleId, index: usize) -> (Value, Diagnostics) {
        let mut diagnostics = Diagnostics::new();
        let compiled = &self.program.tree[module].module;
        let (declared, output) = (&compiled.config.outputs[index], &compiled.outputs[index]);
        let mut value = self.expression(scope, &InstanceData::default(), &output.value, &mut diagnostics);
        let marks = value.all_marks();
        let root = self.program.tree[module].parent.is_none();
        if root && marks.is_sensitive() && !declared.sensitive {
            diagnostics.push(sensitive_output(declared.span));
        }
        if marks.is_ephemeral() && !declared.ephemeral {
            diagnostics.push(ephemeral_output(output.value.span()));
        } else if declared.ephemeral && !value.marks().is_ephemeral() && !diagnostics.has_errors() {
            diagnostics.push(lasting_output(output.value.span()));
        }
        if declared.sensitive {
            value = value.with_marks(&Marks::sensitive());
        }
        if declared.ephemeral {
            value = value.with_marks(&Marks::ephemeral());
        }
        (value, diagnostics)
    }

    /// Sets an output's value in one instance of its module.
    pub(crate) fn set_output(&self, scope: ScopeId, index: usize, value: Value) {
        self.scopes.borrow_mut()[scope].outputs[index] = value;
    }

    /// Expands a module call in all instances of the calling module.
    pub(crate) fn call(&self, module: ModuleId, call: usize) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        let repetition = &self.program.tree[module].module.calls[call].repetition;
        for parent in self.instances(module) {
            let data = InstanceData::default();
            let names = self.scope(parent, &data);
            let expansion = expand(repetition, &names, Unknowns::Allowed, &mut diagnostics);
            self.add_instances(parent, module, call, expansion);
        }
        diagnostics
    }

    fn add_instances(&self, parent: ScopeId, module: ModuleId, call: usize, expansion: Option<Expansion>) {
        let compiled = &self.program.tree[module];
        let child = compiled.children[call];
        let (name, _) = compiled.module.config.module_calls.get_index(call).expect("a call by its index");
        let base = self.address(parent);
        let any = base.child(name.clone(), InstanceKey::Wildcard);
        let add = |(key, data): (InstanceKey, InstanceData)| {
            let address = base.child(name.clone(), key.clone());
            (key, self.add_scope(child, address, Some(parent), data))
        };
        let expanded = match expansion {
            Some(Expansion { mode, instances: Some(instances) })
                if !base.is_unknown() && !self.put_off.contains(&any) =>
            {
                Expanded { mode, instances: instances.into_iter().map(add).collect(), unknown: false }
            }
            // One stands for all of them, so that what is wrong within is found. Nothing is done in it.
            Some(Expansion { mode, .. }) if !self.settings.applying => {
                let data = any_instance(&compiled.module.calls[call].repetition);
                let instances = vec![add((InstanceKey::Wildcard, data))];
                Expanded { mode: EachMode::Single, instances, unknown: mode != EachMode::Single }
            }
            _ => Expanded { mode: EachMode::Single, instances: Vec::new(), unknown: true },
        };
        self.scopes.borrow_mut()[parent].calls[call] = Some(expanded);
    }

    /// Evaluates a condition. What is wrong with the condition itself is an error; that it does not hold is told in
    /// the way of its kind.
    pub(crate) fn rule(
        &self,
        scope: ScopeId,
        data: &InstanceData,
        rule: &CompiledRule,
        kind: RuleKind,
        diagnostics: &mut Diagnostics,
    ) -> RuleResult {
        let context = &self.settings.context;
        let names = self.scope(scope, data);
        // Terraform has both evaluated before it looks at either. Of variables, it looks at messages only where they are
        // needed, but still says what is wrong in them.
        let is_validation = kind == RuleKind::Validation;
        let early = if is_validation {
            let (_, found) = rule.message.evaluate(&names, context);
            let failed = found.has_errors();
            let literal = literal_in_json(rule.message.span(), &context.sources).filter(|_| failed);
            if literal.is_some() {
                diagnostics.push(taken_literally(&found, rule.message.span(), &context.sources));
            } else {
                diagnostics.extend(found.into_iter().filter(|_| failed));
            }
            failed.then(|| literal.map(|text| Some(text.trim().to_owned())).ok_or(()))
        } else {
            Some(self.rule_message((scope, data), rule, kind, diagnostics))
        };
        let (condition, found) = rule.condition.evaluate(&names, context);
        let failed = found.has_errors() || (!is_validation && matches!(early, Some(Err(()))));
        diagnostics.extend(found);
        if failed {
            return RuleResult::Error;
        }
        let place = |error: Diagnostic| {
            let error =
                error.at(rule.condition.span()).with_extra(|extra| extra.from_check = kind == RuleKind::Assertion);
            rule.condition.describe(error, &names, context)
        };
        let (condition, _) = condition.unmark();
        if !condition.is_known() {
            if kind == RuleKind::Assertion && !self.settings.applying {
                diagnostics.push(place(Diagnostic::warning("Check block assertion known after apply", KNOWN_LATER)));
            }
            return RuleResult::Unknown;
        }
        if condition.is_null() {
            diagnostics.push(place(Diagnostic::error(
                kind.invalid_summary(),
                "Condition expression must return either true or false, not null.",
            )));
            return RuleResult::Error;
        }
        match convert(&condition, &Type::Bool) {
            Err(error) => {
                diagnostics.push(place(Diagnostic::error(
                    kind.invalid_summary(),
                    format!("{}: {}.", kind.invalid_value(), error.message),
                )));
                RuleResult::Error
            }
            Ok(holds) if holds.as_bool() == Some(true) => RuleResult::Pass,
            Ok(_) => {
                let message = early.unwrap_or_else(|| self.rule_message((scope, data), rule, kind, diagnostics));
                let message = message.unwrap_or_default();
                let said = message.as_deref().unwrap_or(kind.no_message());
                let error = match kind {
                    RuleKind::Assertion => Diagnostic::warning(kind.failed_summary(), said),
                    RuleKind::Validation => {
                        let rule = place_of(rule.span, &context.sources);
                        let detail = format!("{said}\n\nThis was checked by the validation rule at {rule}.");
                        Diagnostic::error(kind.failed_summary(), detail)
                    }
                    _ => Diagnostic::error(kind.failed_summary(), said),
                };
                diagnostics.push(place(error));
                let kept = if is_validation { said.to_owned() } else { message.unwrap_or_default() };
                RuleResult::Fail(kept)
            }
        }
    }

    /// What the rule says of its failure, where that can be told; an error where it is wrong in itself.
    fn rule_message(
        &self,
        (scope, data): (ScopeId, &InstanceData),
        rule: &CompiledRule,
        kind: RuleKind,
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<String>, ()> {
        let (message, found) = rule.message.evaluate(&self.scope(scope, data), &self.settings.context);
        let failed = found.has_errors();
        diagnostics.extend(found);
        if failed {
            return Err(());
        }
        let (sensitive, ephemeral) = (message.all_marks().is_sensitive(), message.all_marks().is_ephemeral());
        // Terraform does not look at the marks of what it does not know, except for variables.
        if kind != RuleKind::Validation && !message.clone().unmark().0.is_known() {
            return Ok(None);
        }
        if sensitive || ephemeral {
            let what = if sensitive { "sensitive" } else { "ephemeral" };
            let is_validation = kind == RuleKind::Validation;
            let fix = match (sensitive, kind) {
                (true, _) => {
                    "carefully using the nonsensitive() function if the expression will not reveal the sensitive data."
                }
                (false, RuleKind::Validation) => {
                    "carefully using the ephemeralasnull() function if the expression will not reveal the ephemeral data."
                }
                (false, _) => "using the ephemeralasnull() function on the references to not reveal ephemeral data.",
            };
            let so = if is_validation { "." } else { ", so" };
            let detail = format!(
                "The error expression used to explain this condition refers to {what} values{so} Landform will not display the resulting message.\n\nYou can correct this by removing references to {what} values, or by {fix}"
            );
            let summary = format!("Error message refers to {what} values");
            let severity = if is_validation { Diagnostic::error } else { Diagnostic::warning };
            let problem = severity(summary, detail).at(rule.message.span());
            diagnostics.push(problem.with_extra(|extra| extra.from_check = kind == RuleKind::Assertion && !sensitive));
            // Terraform says this of ephemeral values, too.
            let instead = "The error message included a sensitive value, so it will not be displayed.";
            return Ok(is_validation.then(|| instead.to_owned()));
        }
        let text = convert(&message, &Type::String).ok();
        Ok(text.as_ref().and_then(Value::as_str).map(|text| text.trim().to_owned()))
    }
}

/// Of an assertion about what is not known yet.
const KNOWN_LATER: &str =
    "The condition could not be evaluated at this time, a result will be known when this plan is applied.";

impl RuleKind {
    pub(crate) fn failed_summary(self) -> &'static str {
        match self {
            Self::Validation => "Invalid value for variable",
            Self::Precondition => "Resource precondition failed",
            Self::OutputPrecondition => "Module output value precondition failed",
            Self::Postcondition => "Resource postcondition failed",
            Self::Assertion => "Check block assertion failed",
        }
    }

    /// What is said of a failure whose message can not be told.
    fn no_message(self) -> &'static str {
        match self {
            Self::Validation => "Failed to evaluate condition error message.",
            _ => "This check failed, but has an invalid error message as described in the other accompanying messages.",
        }
    }

    fn invalid_value(self) -> &'static str {
        match self {
            Self::Validation => "Invalid validation condition result value",
            _ => "Invalid condition result value",
        }
    }

    fn invalid_summary(self) -> &'static str {
        match self {
            Self::Validation => "Invalid variable validation result",
            _ => "Invalid condition result",
        }
    }
}

fn unsuitable_argument(
    declared: &Variable,
    module: &ModuleInstance,
    error: Unsuitable,
    span: Span,
    sources: &SourceMap,
) -> Diagnostic {
    let place = place_of(declared.span, sources);
    let name = &declared.name;
    let (summary, detail) = match error {
        Unsuitable::Type(reason) => (
            "Invalid value for input variable",
            format!("The given value is not suitable for {module}.var.{name} declared at {place}: {reason}."),
        ),
        Unsuitable::Null => (
            "Required variable not set",
            format!(
                "The given value is not suitable for {module}.var.{name} defined at {place}: required variable may not be set to null."
            ),
        ),
    };
    Diagnostic::error(summary, detail).at(span)
}

/// The text of a string in JSON, as it is written; the span may be that within the quotes.
fn literal_in_json(span: Span, sources: &SourceMap) -> Option<String> {
    let file = sources.file(span.file);
    if !file.name.ends_with(".json") {
        return None;
    }
    let (start, end) = (span.start as usize, span.end as usize);
    let texts = [file.text.get(start..end), file.text.get(start.checked_sub(1)?..end + 1)];
    let mut values = texts.into_iter().flatten().filter_map(|text| json::decode_implied(text).ok());
    values.find_map(|value| value.as_str().map(str::to_owned))
}

/// Messages in JSON were once no templates.
fn taken_literally(found: &Diagnostics, span: Span, sources: &SourceMap) -> Diagnostic {
    let mut errors = found.iter().filter(|found| found.is_error());
    let first = errors.next();
    let place = first.and_then(|first| first.subject).map(|subject| format!("{}: ", place_of(subject, sources)));
    let what = first.map(|first| format!("{}; {}", first.summary, first.detail)).unwrap_or_default();
    let others = match errors.count() {
        0 => String::new(),
        others => format!(", and {others} other diagnostic(s)"),
    };
    let place = place.unwrap_or_default();
    let detail = format!(
        "The error message provided could not be evaluated as an expression, so Landform is interpreting it as a string literal.\n\n{place}{what}{others}"
    );
    Diagnostic::warning("Validation error message expression is invalid", detail).at(span)
}

/// A range as messages write it: `main.tf:1,1-13`.
pub(crate) fn place_of(span: Span, sources: &SourceMap) -> String {
    let file = sources.file(span.file);
    let (start, end) = (file.position(span.start as usize), file.position(span.end as usize));
    if start.line == end.line {
        format!("{}:{},{}-{}", file.name, start.line, start.column, end.column)
    } else {
        format!("{}:{},{}-{},{}", file.name, start.line, start.column, end.line, end.column)
    }
}

fn sensitive_output(span: Span) -> Diagnostic {
    Diagnostic::error(
        "Output refers to sensitive values",
        "To reduce the risk of accidentally exporting sensitive data that was intended to be only internal, Landform requires that any root module output containing sensitive data be explicitly marked as sensitive, to confirm your intent.\n\nIf you do intend to export this data, annotate the output value as sensitive by adding the following argument:\n    sensitive = true",
    )
    .at(span)
}

fn ephemeral_argument(span: Span) -> Diagnostic {
    Diagnostic::error(
        "Ephemeral value not allowed",
        "This input variable is not declared as accepting a ephemeral values, so it cannot be set to a result derived from an ephemeral value.",
    )
    .at(span)
}

fn lasting_output(span: Span) -> Diagnostic {
    Diagnostic::error(
        "Value not allowed in ephemeral output",
        "This output value is declared as returning an ephemeral value, so it can only be set to an ephemeral value.",
    )
    .at(span)
}

fn ephemeral_output(span: Span) -> Diagnostic {
    Diagnostic::error(
        "Ephemeral value not allowed",
        "This output value is not declared as returning an ephemeral value, so it cannot be set to a result derived from an ephemeral value.",
    )
    .at(span)
}
