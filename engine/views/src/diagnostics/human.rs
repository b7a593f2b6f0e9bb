//! Diagnostics as people read them.

use landform_diagnostics::{Diagnostic, Severity, SourceMap};

use super::snippet::{Place, Snippet, locate};
use super::{Arranged, Sources};
use crate::{Style, word_wrap};

/// All diagnostics of a run as one text, with the severity of each part, so that errors can go elsewhere than
/// warnings.
pub fn report(arranged: &[Arranged], sources: &Sources<'_>, style: &Style, compact: bool) -> Vec<(Severity, String)> {
    let all_warnings = arranged.iter().all(|item| item.diagnostic.severity == Severity::Warning);
    if compact && all_warnings && !arranged.is_empty() {
        let hint = "To see the full warning notes, run Landform without -compact-warnings.";
        let text = format!("\n{}\n{hint}\n", compact_warnings(arranged, sources.files, style));
        return vec![(Severity::Warning, text)];
    }
    arranged.iter().map(|item| (item.diagnostic.severity, human(&item.diagnostic, sources, style))).collect()
}

/// One diagnostic. With colours a rule runs along its left side.
pub fn human(diagnostic: &Diagnostic, sources: &Sources<'_>, style: &Style) -> String {
    let (label, color) = match diagnostic.severity {
        Severity::Error => ("Error", "[red]"),
        Severity::Warning => ("Warning", "[yellow]"),
    };
    if !style.color {
        let mut text = format!("\n{label}: {}\n\n", diagnostic.summary);
        append_place(&mut text, diagnostic, sources, style);
        append_detail(&mut text, &diagnostic.detail, style.width);
        return text;
    }
    let mut text = style.paint(&format!("[bold]{color}{label}: [reset]"));
    text.push_str(&format!("\x1b[1m{}\x1b[0m\n\n\x1b[0m", diagnostic.summary));
    append_place(&mut text, diagnostic, sources, style);
    append_detail(&mut text, &diagnostic.detail, style.width.saturating_sub(2));
    with_left_rule(&text, color, style)
}

fn append_detail(text: &mut String, detail: &str, width: usize) {
    if !detail.is_empty() {
        text.push_str(&word_wrap(detail, width));
        text.push('\n');
    }
}

fn with_left_rule(text: &str, color: &str, style: &Style) -> String {
    let mut ruled = style.paint(&format!("{color}╷[reset]"));
    ruled.push('\n');
    let prefix = style.paint(&format!("{color}│[reset] "));
    for line in text.lines() {
        ruled.push_str(&prefix);
        ruled.push_str(line);
        ruled.push('\n');
    }
    ruled.push_str(&style.paint(&format!("{color}╵[reset]")));
    ruled.push('\n');
    ruled
}

fn append_place(text: &mut String, diagnostic: &Diagnostic, sources: &Sources<'_>, style: &Style) {
    if let Some(address) = &diagnostic.address {
        text.push_str(&format!("  with {address},\n"));
    }
    match locate(diagnostic, sources) {
        None => return,
        Some((place, None)) => {
            text.push_str(&format!("  on {} line {}:\n  (source code not available)\n", place.name, place.start.line));
        }
        Some((place, Some(snippet))) => {
            append_snippet(text, &place, &snippet, style);
            append_values(text, diagnostic, style);
        }
    }
    text.push('\n');
}

fn append_snippet(text: &mut String, place: &Place, snippet: &Snippet, style: &Style) {
    let context = snippet.context.as_ref().map(|context| format!(", in {context}")).unwrap_or_default();
    text.push_str(&format!("  on {} line {}{context}:\n", place.name, place.start.line));
    let (before, rest) = snippet.code.split_at(snippet.highlight_start);
    let (highlight, after) = rest.split_at(snippet.highlight_end - snippet.highlight_start);
    let code =
        if style.color { format!("{before}\x1b[4m{highlight}\x1b[0m{after}\x1b[0m") } else { snippet.code.clone() };
    for (index, line) in code.split('\n').enumerate() {
        text.push_str(&format!("{:4}: {line}\n", snippet.start_line + index));
    }
}

fn append_values(text: &mut String, diagnostic: &Diagnostic, style: &Style) {
    let Some(extra) = diagnostic.extra() else { return };
    let signature = extra.function_call.as_ref().and_then(|call| call.signature.as_ref().map(|text| (call, text)));
    if extra.values.is_empty() && signature.is_none() {
        return;
    }
    text.push_str(&style.paint("    [dark_gray]├────────────────[reset]\n"));
    let bar = if style.color { "\x1b[90m│\x1b[0m" } else { "│" };
    let (bold, reset) = if style.color { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    if let Some((call, signature)) = signature {
        let parameters = signature.split_once('(').map_or("", |(_, parameters)| parameters.trim_end_matches(')'));
        text.push_str(&format!("    {bar} while calling {bold}{}{reset}({reset}{parameters})\n", call.name));
    }
    let mut values: Vec<_> = extra.values.iter().collect();
    values.sort_by(|a, b| a.traversal.cmp(&b.traversal));
    for value in values {
        text.push_str(&format!("    {bar} {bold}{}{reset} {}\n{reset}", value.traversal, value.statement));
    }
}

/// Warnings in two lines each, for `-compact-warnings`.
pub fn compact_warnings(arranged: &[Arranged], files: &SourceMap, style: &Style) -> String {
    let mut text = style.paint("[bold][yellow]Warnings:[reset]\n\n");
    for item in arranged {
        text.push_str(&format!("- {}\n", item.diagnostic.summary));
        let Some(subject) = item.diagnostic.subject else { continue };
        let file = files.file(subject.file);
        let line = file.position(subject.start as usize).line;
        let more = if item.others > 0 { format!(" (and {} more)", item.others) } else { String::new() };
        text.push_str(&format!("  on {} line {line}{more}\n", file.name));
    }
    text
}
