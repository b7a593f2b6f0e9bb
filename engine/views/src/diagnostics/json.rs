//! Diagnostics as programs read them: `validate -json`, and the `diagnostic` message of the JSON stream.

use landform_diagnostics::{Diagnostic, Position, Severity};
use serde_json::{Value as Json, json as object};

use super::Sources;
use super::snippet::{Snippet, locate};

/// One diagnostic.
pub fn json(diagnostic: &Diagnostic, sources: &Sources<'_>) -> Json {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut object = object!({"severity": severity, "summary": diagnostic.summary, "detail": diagnostic.detail});
    if let Some(address) = &diagnostic.address {
        object["address"] = address.as_str().into();
    }
    if let Some((place, snippet)) = locate(diagnostic, sources) {
        object["range"] = object!({"filename": place.name, "start": position(place.start), "end": position(place.end)});
        if let Some(snippet) = snippet {
            object["snippet"] = snippet_json(diagnostic, &snippet, sources);
        }
    }
    object
}

fn position(position: Position) -> Json {
    object!({"line": position.line, "column": position.column, "byte": position.byte})
}

fn snippet_json(diagnostic: &Diagnostic, snippet: &Snippet, sources: &Sources<'_>) -> Json {
    let mut values: Vec<_> = diagnostic.extra().map(|extra| extra.values.iter().collect()).unwrap_or_default();
    values.sort_by(|a, b| a.traversal.cmp(&b.traversal));
    let values: Vec<Json> =
        values.iter().map(|value| object!({"traversal": value.traversal, "statement": value.statement})).collect();
    let mut object = object!({
        "context": snippet.context,
        "code": snippet.code,
        "start_line": snippet.start_line,
        "highlight_start_offset": snippet.highlight_start,
        "highlight_end_offset": snippet.highlight_end,
        "values": values,
    });
    let call = diagnostic.extra().and_then(|extra| extra.function_call.as_ref());
    if let Some(call) = call {
        object["function_call"] = object!({"called_as": call.name});
        if call.signature.is_some()
            && let Some(signature) = (sources.signature)(&call.name)
        {
            object["function_call"]["signature"] = signature;
        }
    }
    object
}
