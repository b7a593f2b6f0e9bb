//! Conditions.

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_lang::expr::Scope;
use landform_values::{Type, Value, convert, json};

use super::{Settings, place_of};
use crate::program::CompiledRule;

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
    /// In a check block: no more than a warning where it does not hold.
    Assertion,
    /// In a test file.
    Test,
}

/// See [`super::Evaluator::rule`].
pub(crate) fn evaluate(
    rule: &CompiledRule,
    kind: RuleKind,
    (names, settings): (&dyn Scope, &Settings),
    diagnostics: &mut Diagnostics,
) -> RuleResult {
    let context = &settings.context;
    // Terraform has both evaluated before it looks at either. Of variables, it looks at messages only where they are
    // needed, but still says what is wrong in them.
    let is_validation = kind == RuleKind::Validation;
    let early = match is_validation {
        true => invalid_message(rule, (names, settings), diagnostics),
        false => Some(message(rule, kind, (names, settings), diagnostics)),
    };
    let (condition, found) = rule.condition.evaluate(names, context);
    let failed = found.has_errors() || (!is_validation && matches!(early, Some(Err(()))));
    diagnostics.extend(found);
    if failed {
        return RuleResult::Error;
    }
    let place = |error: Diagnostic| {
        let warns = !error.is_error();
        let error = error.at(rule.condition.span()).with_extra(|extra| {
            extra.from_check = warns && kind == RuleKind::Assertion;
            // A test is about such values.
            extra.caused_by_ephemeral = kind == RuleKind::Test;
        });
        rule.condition.describe(error, names, context)
    };
    let (condition, _) = condition.unmark();
    if !condition.is_known() {
        return unknown(kind, settings, &place, diagnostics);
    }
    if condition.is_null() {
        let what = if is_validation { "Validation condition" } else { "Condition" };
        let detail = format!("{what} expression must return either true or false, not null.");
        diagnostics.push(place(Diagnostic::error(kind.invalid_summary(), detail)));
        return RuleResult::Error;
    }
    let holds = match convert(&condition, &Type::Bool) {
        Ok(holds) => holds.as_bool() == Some(true),
        Err(error) => {
            let detail = format!("{}: {}.", kind.invalid_value(), error.message);
            diagnostics.push(place(Diagnostic::error(kind.invalid_summary(), detail)));
            return RuleResult::Error;
        }
    };
    if holds {
        return RuleResult::Pass;
    }
    if early.is_none() && !rule.message.evaluate(names, context).0.is_known() {
        let problem = unknown_message(rule.message.span());
        diagnostics.push(rule.message.describe(problem, names, context));
        return RuleResult::Error;
    }
    let message = early.unwrap_or_else(|| message(rule, kind, (names, settings), diagnostics)).unwrap_or_default();
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

/// What is said in place of a variable's message that is wrong in itself; `None` where nothing is wrong with it.
fn invalid_message(
    rule: &CompiledRule,
    (names, settings): (&dyn Scope, &Settings),
    diagnostics: &mut Diagnostics,
) -> Option<Result<Option<String>, ()>> {
    let sources = &settings.context.sources;
    let (_, found) = rule.message.evaluate(names, &settings.context);
    if !found.has_errors() {
        return None;
    }
    match literal_in_json(rule.message.span(), sources) {
        Some(text) => {
            diagnostics.push(taken_literally(&found, rule.message.span(), sources));
            Some(Ok(Some(text.trim().to_owned())))
        }
        None => {
            diagnostics.extend(found);
            Some(Err(()))
        }
    }
}

/// A condition that depends on what is not known yet.
fn unknown(
    kind: RuleKind,
    settings: &Settings,
    place: &dyn Fn(Diagnostic) -> Diagnostic,
    diagnostics: &mut Diagnostics,
) -> RuleResult {
    match kind {
        RuleKind::Test => {
            diagnostics.push(place(Diagnostic::error("Unknown condition value", KNOWN_IN_APPLY)));
            RuleResult::Error
        }
        RuleKind::Assertion if !settings.applying => {
            diagnostics.push(place(Diagnostic::warning("Check block assertion known after apply", KNOWN_LATER)));
            RuleResult::Unknown
        }
        _ => RuleResult::Unknown,
    }
}

/// What the rule says of its failure, where that can be told; an error where it is wrong in itself.
fn message(
    rule: &CompiledRule,
    kind: RuleKind,
    (names, settings): (&dyn Scope, &Settings),
    diagnostics: &mut Diagnostics,
) -> Result<Option<String>, ()> {
    let (message, found) = rule.message.evaluate(names, &settings.context);
    let failed = found.has_errors();
    diagnostics.extend(found);
    if failed {
        return Err(());
    }
    let is_validation = kind == RuleKind::Validation;
    if kind != RuleKind::Test
        && !(is_validation && message.is_null())
        && let Some(problem) = unsuitable_message(&message, rule.message.span())
    {
        diagnostics.push(rule.message.describe(problem, names, &settings.context));
        return if is_validation { Ok(None) } else { Err(()) };
    }
    let (sensitive, ephemeral) = (message.all_marks().is_sensitive(), message.all_marks().is_ephemeral());
    // Terraform does not look at the marks of what it does not know, except for variables.
    if !is_validation && !message.is_known() {
        return Ok(None);
    }
    if sensitive || ephemeral {
        diagnostics.push(marked_message(sensitive, kind, rule.message.span()));
        // Terraform says this of ephemeral values, too.
        let instead = "The error message included a sensitive value, so it will not be displayed.";
        return Ok(is_validation.then(|| instead.to_owned()));
    }
    let text = convert(&message, &Type::String).ok();
    Ok(text.as_ref().and_then(Value::as_str).map(|text| text.trim().to_owned()))
}

/// What is wrong with a message that is no text.
pub(crate) fn unsuitable_message(message: &Value, span: Span) -> Option<Diagnostic> {
    let problem = match convert(message, &Type::String) {
        Err(error) => error.message,
        Ok(text) if text.is_null() => "must not be null".to_owned(),
        Ok(_) => return None,
    };
    let detail = format!("Unsuitable value for error message: {problem}.");
    Some(Diagnostic::error("Invalid error message", detail).at(span))
}

/// Of a variable's message that can not be told yet.
fn unknown_message(span: Span) -> Diagnostic {
    let detail =
        "Unsuitable value for error message: expression refers to values that won't be known until the apply phase.";
    let problem = Diagnostic::error("Invalid error message", detail).at(span);
    problem.with_extra(|extra| extra.caused_by_unknown = true)
}

/// Of a message that is not shown, because it is sensitive or else ephemeral.
pub(crate) fn marked_message(sensitive: bool, kind: RuleKind, span: Span) -> Diagnostic {
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
    let problem = severity(summary, detail).at(span);
    problem.with_extra(|extra| extra.from_check = kind == RuleKind::Assertion && !sensitive)
}

/// Of an assertion about what is not known yet.
const KNOWN_LATER: &str =
    "The condition could not be evaluated at this time, a result will be known when this plan is applied.";

/// Of an assertion of a test about what is not known yet.
const KNOWN_IN_APPLY: &str = "Condition expression could not be evaluated at this time. This means you have executed a `run` block with `command = plan` and one of the values your condition depended on is not known until after the plan has been applied. Either remove this value from your condition, or execute an `apply` command from this `run` block. Alternatively, if there is an override for this value, you can make it available during the plan phase by setting `override_during = plan` in the `override_` block.";

impl RuleKind {
    pub(crate) fn failed_summary(self) -> &'static str {
        match self {
            Self::Validation => "Invalid value for variable",
            Self::Precondition => "Resource precondition failed",
            Self::OutputPrecondition => "Module output value precondition failed",
            Self::Postcondition => "Resource postcondition failed",
            Self::Assertion => "Check block assertion failed",
            Self::Test => "Test assertion failed",
        }
    }

    /// What is said of a failure whose message can not be told.
    fn no_message(self) -> &'static str {
        match self {
            Self::Validation => "Failed to evaluate condition error message.",
            Self::Test => "",
            _ => "This check failed, but has an invalid error message as described in the other accompanying messages.",
        }
    }

    fn invalid_value(self) -> &'static str {
        match self {
            Self::Validation => "Invalid validation condition result value",
            Self::Test => "Invalid condition run value",
            _ => "Invalid condition result value",
        }
    }

    fn invalid_summary(self) -> &'static str {
        match self {
            Self::Validation => "Invalid variable validation result",
            Self::Test => "Invalid condition run",
            _ => "Invalid condition result",
        }
    }
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
