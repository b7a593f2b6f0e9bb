//! Drawing strings, numbers and booleans; JSON within strings.

use landform_plan::Action;
use landform_values::{Kind, Type, Value};

use super::super::{Change, Diff, Node, dynamic, json_text, sequence};
use super::{Options, indent};
use crate::quote::quote;

/// A value before and after, either of which may be missing.
pub(super) fn render(
    diff: &Diff,
    (before, after): (Option<&Value>, Option<&Value>),
    ty: &Type,
    depth: usize,
    options: &Options,
) -> String {
    if *ty == Type::String {
        return string(diff, (before, after), depth, options);
    }
    let replacement = options.replacement_suffix(diff.replace);
    let (before, after) = (simple(before, options), simple(after, options));
    match diff.action {
        Action::Create => format!("{after}{replacement}"),
        Action::Delete => format!("{before}{}{replacement}", options.null_suffix(diff.action)),
        Action::NoOp => format!("{before}{replacement}"),
        _ => format!("{before} {} {after}{replacement}", options.style.paint("[yellow]->[reset]")),
    }
}

fn simple(value: Option<&Value>, options: &Options) -> String {
    if let Some(numeral) = value.and_then(json_text::as_numeral) {
        return numeral.to_owned();
    }
    match value.map(Value::kind) {
        Some(Kind::Bool(truth)) => truth.to_string(),
        Some(Kind::Number(number)) => number.to_string(),
        Some(Kind::String(text)) => quote(text),
        _ => options.style.paint("[dark_gray]null[reset]"),
    }
}

/// What a string holds.
enum Text<'a> {
    Null,
    Line(&'a str),
    Lines(&'a str),
    Json(Value),
}

impl<'a> Text<'a> {
    fn of(value: Option<&'a Value>) -> Self {
        let Some(text) = value.and_then(Value::as_str) else { return Self::Null };
        if let Some(json) = json_text::parse(text) {
            return Self::Json(json);
        }
        if text.contains('\n') { Self::Lines(text.trim()) } else { Self::Line(text) }
    }

    fn one_line(&self, options: &Options) -> String {
        match self {
            Self::Line(text) | Self::Lines(text) => quote(text),
            Self::Null | Self::Json(_) => options.style.paint("[dark_gray]null[reset]"),
        }
    }

    fn lines(&self, options: &Options) -> Vec<String> {
        match self {
            Self::Line(text) | Self::Lines(text) => text.split('\n').map(str::to_owned).collect(),
            Self::Null | Self::Json(_) => vec![options.style.paint("[dark_gray]null[reset]")],
        }
    }
}

fn string(diff: &Diff, (before, after): (Option<&Value>, Option<&Value>), depth: usize, options: &Options) -> String {
    let one_side = match diff.action {
        Action::Create | Action::NoOp => Some(Text::of(after)),
        Action::Delete => Some(Text::of(before)),
        _ => None,
    };
    let replacement = options.replacement_suffix(diff.replace);
    let lines = match one_side {
        Some(Text::Null) => return format!("{}{replacement}", Text::Null.one_line(options)),
        Some(Text::Json(json)) => {
            let before = (diff.action != Action::Create).then_some(&json);
            let after = (diff.action != Action::Delete).then_some(&json);
            return json_string(diff, (before, after), depth, options);
        }
        Some(text @ Text::Line(_)) => return diff.with_suffixes(&text.one_line(options), options),
        Some(text @ Text::Lines(_)) => {
            marked(text.lines(options).iter().map(|line| (Action::NoOp, line)), depth, options)
        }
        None => match changed_lines(diff, (before, after), depth, options) {
            Ok(lines) => lines,
            Err(whole) => return whole,
        },
    };
    let (start, symbol) = (indent(depth), options.symbol(Action::NoOp));
    format!("<<-EOT{replacement}\n{}\n{start}{symbol}EOT{}", lines.join("\n"), options.null_suffix(diff.action))
}

/// Each line with its symbol.
fn marked<'a>(lines: impl Iterator<Item = (Action, &'a String)>, depth: usize, options: &Options) -> Vec<String> {
    let start = indent(depth + 1);
    lines.map(|(action, line)| format!("{start}{}{line}", options.symbol(action))).collect()
}

/// The lines of a changed string of several lines; as an error, the whole text where that is no such string.
fn changed_lines(
    diff: &Diff,
    (before, after): (Option<&Value>, Option<&Value>),
    depth: usize,
    options: &Options,
) -> Result<Vec<String>, String> {
    let (old, new) = (Text::of(before), Text::of(after));
    match (&old, &new) {
        (Text::Json(old), Text::Json(new)) => return Err(json_string(diff, (Some(old), Some(new)), depth, options)),
        (Text::Json(_), _) | (_, Text::Json(_)) => return Err(type_change(diff, before, after).render(depth, options)),
        (Text::Lines(_), _) | (_, Text::Lines(_)) => {}
        _ => {
            let arrow = options.style.paint("[yellow]->[reset]");
            let replacement = options.replacement_suffix(diff.replace);
            return Err(format!("{} {arrow} {}{replacement}", old.one_line(options), new.one_line(options)));
        }
    }
    let (old, new) = (old.lines(options), new.lines(options));
    let pairs = sequence::pairs(&old, &new, |_, _| false);
    let shown = pairs.into_iter().flat_map(|(before, after)| {
        let (before, after) = (before.map(|before| &old[before]), after.map(|after| &new[after]));
        if before == after {
            return [before.map(|line| (Action::NoOp, line)), None];
        }
        [before.map(|line| (Action::Delete, line)), after.map(|line| (Action::Create, line))]
    });
    Ok(marked(shown.flatten(), depth, options))
}

/// One of the strings is JSON, the other is not.
fn type_change(diff: &Diff, before: Option<&Value>, after: Option<&Value>) -> Diff {
    let primitive = |before: Option<&Value>, after: Option<&Value>, action| {
        let node = Node::Primitive { before: before.cloned(), after: after.cloned(), ty: Type::String };
        Box::new(Diff { node, action, replace: false })
    };
    let node = Node::TypeChange {
        before: primitive(before, None, Action::Delete),
        after: primitive(None, after, Action::Create),
    };
    Diff { node, action: diff.action, replace: diff.replace }
}

fn json_string(
    diff: &Diff,
    (before, after): (Option<&Value>, Option<&Value>),
    depth: usize,
    options: &Options,
) -> String {
    let within = dynamic(&Change::explicit(before, after));
    let mut inner = Options { no_null: true, ..options.inner() };
    let mut action = diff.action;
    let (mut whitespace, mut replacement) = ("", String::new());
    if within.action == Action::NoOp && diff.action == Action::Update {
        whitespace = if diff.replace { " # whitespace changes force replacement" } else { " # whitespace changes" };
        inner.show_unchanged = true;
        action = Action::NoOp;
    } else {
        replacement = options.replacement_suffix(diff.replace);
    }
    if matches!(action, Action::Create | Action::Delete) {
        action = Action::NoOp;
    }
    let drawn = within.render(depth + 1, &inner);
    if !drawn.contains('\n') {
        return format!("jsonencode({drawn}){whitespace}{replacement}");
    }
    let (start, within_start) = (indent(depth), indent(depth + 1));
    let (symbol, end) = (options.symbol(action), options.symbol(Action::NoOp));
    let null = options.null_suffix(diff.action);
    format!("jsonencode({whitespace}\n{within_start}{symbol}{drawn}{replacement}\n{start}{end}){null}")
}
