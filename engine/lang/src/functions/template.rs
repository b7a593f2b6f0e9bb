//! Rendering templates: `templatefile` and `templatestring`.

use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap};
use landform_values::{Str, Type, Value, convert, quote};

use super::call::{Call, FunctionError, Outcome};
use super::entry::{Form, Function, Lazy, any, function, text};
use super::filesystem::{into_text, read};
use crate::expr::{EvalContext, FunctionSet, Names, Scope, Slot, compile};
use crate::syntax::ast::Expr;
use crate::syntax::{TraversalRef, describe_place, is_identifier, parse_template, references};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("templatefile", [text("path").marked().unknown(), any("vars").marked().unknown()], templatefile)
            .nullable()
            .reads_files()
            .renders(),
        Function::of("templatestring", [text("template"), any("vars")], Form::Lazy(Lazy::TemplateString))
            .returns(Type::String)
            .renders(),
    ]
}

/// `templatefile(path, vars)`: the text in a file with variables put in.
fn templatefile(call: &Call<'_>) -> Outcome {
    let (path, path_marks) = call.value(0).clone().unmark();
    let variables = call.value(1);
    let marks = path_marks.union(&variables.all_marks());
    let Some(path) = path.as_str().filter(|_| variables.is_known()) else {
        return Ok(call.unknown().with_marks(&marks));
    };
    let contents = read(call.world()?, path, &path_marks).map_err(|error| error.about(0))?;
    let text = into_text(contents, path, &path_marks)?;
    let template = Template::parse(path, text).map_err(FunctionError::new)?;
    let result = template.render(variables, FunctionSet::TemplateFile, call.context()?)?;
    Ok(result.with_marks(&marks))
}

/// The name of a template that is no file.
const NAMELESS: &str = "<templatestring argument>";

/// `templatestring(template, vars)`: a text from elsewhere with variables put in; the template is evaluated already.
pub(crate) fn render_string(template: &Value, variables: Value, context: &EvalContext) -> Outcome {
    let blame = |message: String| FunctionError::of_argument(0, message);
    let (template, template_marks) = template.clone().unmark();
    let marks = variables.all_marks().union(&template_marks);
    if !template.is_known() || variables.has_type(&Type::Dynamic) || !variables.is_known() {
        return Ok(Value::unknown_not_null(Type::String).with_marks(&marks));
    }
    let Some(text) = template.as_str() else {
        return Err(blame("invalid template value: a string is required".into()));
    };
    let template =
        Template::parse(NAMELESS, text.to_owned()).map_err(|why| blame(format!("invalid template: {why}")))?;
    let rendered = template.render(&variables, FunctionSet::TemplateString, context)?;
    match convert(&rendered, &Type::String) {
        Ok(text) => Ok(text.with_marks(&marks)),
        Err(error) => Err(FunctionError::new(format!("invalid template result: {}", error.message))),
    }
}

/// Diagnostics as one text: the first one, and how many others there are.
pub(crate) fn in_one_line(diagnostics: &Diagnostics, sources: &SourceMap) -> String {
    let Some(first) = diagnostics.iter().next() else { return "no diagnostics".into() };
    let place = first.subject.map(|span| describe_place(&sources.file(span.file), span)).unwrap_or_default();
    let others = match diagnostics.len() {
        1 => String::new(),
        count => format!(", and {} other diagnostic(s)", count - 1),
    };
    format!("{place}: {}; {}{others}", first.summary, first.detail)
}

/// A template that has been read, in a file of its own.
struct Template {
    expr: Expr,
    sources: SourceMap,
}

impl Template {
    fn parse(name: &str, text: String) -> Result<Self, String> {
        let sources = SourceMap::new();
        let (expr, diagnostics) = parse_template(&sources, sources.add(name, text));
        if diagnostics.has_errors() { Err(in_one_line(&diagnostics, &sources)) } else { Ok(Self { expr, sources }) }
    }

    fn render(&self, variables: &Value, set: FunctionSet, context: &EvalContext) -> Outcome {
        let mut variables = Variables::of(variables, set)?;
        self.check_references(&variables)?;
        let (compiled, mut diagnostics) = compile(&self.expr, &mut variables);
        let (value, found) = compiled.evaluate(&variables, &context.with_sources(self.sources.clone()));
        diagnostics.extend(found);
        if value.is_null() && !diagnostics.has_errors() {
            let detail = "The result of the template is null, which is not a valid result for a templatestring call.";
            diagnostics.push(Diagnostic::error("Template result is null", detail).at(self.expr.span));
        }
        if diagnostics.has_errors() {
            return Err(FunctionError::new(in_one_line(&diagnostics, &self.sources)));
        }
        Ok(value)
    }

    /// Every name must be a variable, used or not.
    fn check_references(&self, variables: &Variables) -> Result<(), FunctionError> {
        let unknown = references(&self.expr).into_iter().find(|found| variables.position(&found.root.name).is_none());
        let Some(unknown) = unknown else { return Ok(()) };
        let (name, span) = (quote(&unknown.root.name), unknown.root.span);
        let place = describe_place(&self.sources.file(span.file), span);
        let message = format!("vars map does not contain key {name}, referenced at {place}");
        Err(FunctionError::of_argument(1, message))
    }
}

/// What names mean in a template.
struct Variables {
    items: Arc<[(Str, Value)]>,
    set: FunctionSet,
}

impl Variables {
    fn of(value: &Value, set: FunctionSet) -> Result<Self, FunctionError> {
        let Some(items) = value.as_mapping() else {
            return Err(FunctionError::of_argument(1, "invalid vars value: must be a map"));
        };
        // A message about a part of a secret must not show it either.
        let marks = value.marks();
        let marked = |(name, item): &(Str, Value)| (name.clone(), item.clone().with_marks(marks));
        if let Some((wrong, _)) = items.items().iter().find(|(name, _)| !is_identifier(name)) {
            let message = format!(
                "invalid template variable name {}: must start with a letter, followed by zero or more letters, \
                 digits, and underscores",
                quote(wrong)
            );
            return Err(FunctionError::of_argument(1, message));
        }
        Ok(Self { items: items.items().iter().map(marked).collect(), set })
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.items.binary_search_by(|(candidate, _)| (**candidate).cmp(name)).ok()
    }
}

impl Names for Variables {
    fn resolve(&mut self, traversal: TraversalRef<'_>) -> Result<(Slot, usize), Diagnostic> {
        let index = self.position(&traversal.root.name).and_then(|index| u32::try_from(index).ok());
        index.map(|index| (Slot(index), 0)).ok_or_else(|| {
            let detail = format!("There is no variable named {}.", quote(&traversal.root.name));
            Diagnostic::error("Unknown variable", detail).at(traversal.root.span)
        })
    }

    fn functions(&self) -> FunctionSet {
        self.set
    }
}

impl Scope for Variables {
    fn get(&self, slot: Slot) -> Result<Value, Diagnostic> {
        let value = self.items.get(slot.0 as usize).map(|(_, value)| value.clone());
        value.ok_or_else(|| Diagnostic::error("Unknown variable", "There is no such variable."))
    }
}
