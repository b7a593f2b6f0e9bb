//! What tests share: variables, and values and diagnostics as text.

use std::fmt::Write;
use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap};
use landform_values::{Kind, Marks, Number, Refinement, Type, Value};
use time::OffsetDateTime;

use crate::expr::{EvalContext, Names, Scope, Slot};
use crate::functions::MemoryWorld;
use crate::syntax::TraversalRef;

/// The variables that expressions in tests may use.
pub(crate) struct Variables(Vec<(&'static str, Value)>);

impl Variables {
    pub(crate) fn new() -> Self {
        let number = |number: i64| Value::number(Number::from(number));
        let object = Value::object([("a", number(1)), ("b", Value::from("x"))]);
        Self(vec![
            ("object", object.clone()),
            ("list", Value::list(Type::String, [Value::from("p"), Value::from("q")])),
            ("set", Value::set(Type::String, [Value::from("p"), Value::from("q")])),
            ("map", Value::map(Type::Number, [("k", number(1)), ("l", number(2))])),
            ("objects", Value::list(object.ty(), [object.clone(), object.clone()])),
            ("empty", Value::list(object.ty(), [])),
            ("nothing", Value::null(Type::String)),
            ("no_list", Value::null(Type::list(Type::String))),
            ("secret", Value::from("s").with_marks(&Marks::sensitive())),
            ("secrets", Value::list(Type::String, [Value::from("s")]).with_marks(&Marks::sensitive())),
            ("secret_item", Value::tuple([Value::from("s").with_marks(&Marks::sensitive()), number(1)])),
            ("yes", Value::TRUE),
            ("no", Value::FALSE),
            ("secret_yes", Value::TRUE.with_marks(&Marks::sensitive())),
            ("text", Value::from("t")),
            ("template", Value::from("${parseint(x, 10)}")),
            ("five", number(5)),
            ("unknown", Value::dynamic()),
            ("unknown_text", Value::unknown(Type::String)),
            ("unknown_number", Value::unknown(Type::Number)),
            ("unknown_bool", Value::unknown(Type::Bool)),
            ("unknown_list", Value::unknown(Type::list(Type::String))),
            ("unknown_map", Value::unknown(Type::map(Type::String))),
            ("unknown_object", Value::unknown(object.ty())),
            ("unknown_objects", Value::unknown(Type::list(object.ty())).refine_length(1, 3)),
            ("sure_object", Value::unknown_not_null(object.ty())),
            ("unknown_secret", Value::unknown(Type::String).with_marks(&Marks::sensitive())),
        ])
    }
}

impl Names for Variables {
    fn resolve(&mut self, traversal: TraversalRef<'_>) -> Result<(Slot, usize), Diagnostic> {
        let name = traversal.steps.first().map(ToString::to_string).unwrap_or_default();
        let position = self.0.iter().position(|(known, _)| name.strip_prefix('.') == Some(known));
        position
            .map(|index| (Slot(index as u32), 1))
            .ok_or_else(|| Diagnostic::error("Undeclared", format!("{traversal} is not declared.")).at(traversal.span))
    }
}

impl Scope for Variables {
    fn get(&self, slot: Slot) -> Result<Value, Diagnostic> {
        Ok(self.0[slot.0 as usize].1.clone())
    }
}

/// What evaluation needs beside values: a world without files.
pub(crate) fn context(sources: &SourceMap) -> EvalContext {
    EvalContext::new(Arc::new(MemoryWorld::at(OffsetDateTime::UNIX_EPOCH)), sources.clone())
}

/// A line `summary at "snippet": detail` for each diagnostic, with ` | NAME STATEMENT` for each name.
pub(crate) fn show_errors(diagnostics: &Diagnostics, sources: &SourceMap) -> String {
    let mut shown = String::new();
    for diagnostic in diagnostics {
        let snippet = diagnostic.subject.map(|span| sources.snippet(span)).unwrap_or_default();
        write!(shown, "{} at {snippet:?}: {}", diagnostic.summary, diagnostic.detail).expect("strings take all");
        for value in diagnostic.extra().iter().flat_map(|extra| &extra.values) {
            write!(shown, " | {} {}", value.traversal, value.statement).expect("strings take all");
        }
        shown.push('\n');
    }
    shown.trim_end().to_owned()
}

/// A value in full: types of collections, marks and what is known of unknown values.
pub(crate) fn show(value: &Value) -> String {
    let (plain, marks) = value.clone().unmark();
    let text = match plain.kind() {
        Kind::Null(Type::Dynamic) => "null".into(),
        Kind::Null(ty) => format!("null({ty})"),
        Kind::Unknown(unknown) => {
            let refinement = match &unknown.refinement {
                Some(Refinement::Prefix(prefix)) => format!(" {prefix:?}"),
                Some(Refinement::Range { .. }) => " range".into(),
                Some(Refinement::Length { min, max }) => format!(" {min}..{max}"),
                None => String::new(),
            };
            format!("{}({}{refinement})", if unknown.not_null { "sure" } else { "unknown" }, unknown.ty)
        }
        Kind::Bool(truth) => truth.to_string(),
        Kind::Number(number) => number.to_string(),
        Kind::String(text) => format!("{text:?}"),
        Kind::List(items) => format!("list({})[{}]", items.element(), show_all(items.items())),
        Kind::Set(items) => format!("set({})[{}]", items.element(), show_all(items.items())),
        Kind::Tuple(items) => format!("[{}]", show_all(items.items())),
        Kind::Map(items) => format!("map({}){{{}}}", items.element(), show_items(items.items())),
        Kind::Object(items) => format!("{{{}}}", show_items(items.items())),
        Kind::Type(ty) => ty.to_string(),
    };
    if marks.is_sensitive() { format!("sensitive {text}") } else { text }
}

fn show_all(items: &[Value]) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn show_items(items: &[(landform_values::Str, Value)]) -> String {
    items.iter().map(|(key, value)| format!("{key}={}", show(value))).collect::<Vec<_>>().join(", ")
}
