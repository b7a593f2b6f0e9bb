//! Patterns: `regex`, `regexall` and `replace` with a pattern.

mod classes;
mod escapes;
mod syntax;
#[cfg(test)]
mod tests;

use ::regex::{Captures, Regex, RegexBuilder};
use landform_values::{Type, Value};

use super::call::{Call, FunctionError, Outcome};
use super::entry::{Function, function, text};
use super::strings::{LONGEST, too_long};
use syntax::{Pattern, SyntaxError};

/// Limits, in bytes, of what a pattern is compiled to.
const LARGEST: usize = 1 << 27;

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("regex", [text("pattern"), text("string")], regex).typed(|call| match call.value(0).as_str() {
            None => Ok(Type::Dynamic),
            Some(pattern) => result_type(pattern),
        }),
        function("regexall", [text("pattern"), text("string")], regexall).typed(|call| match call.value(0).as_str() {
            None => Ok(Type::list(Type::Dynamic)),
            Some(pattern) => result_type(pattern).map(Type::list),
        }),
    ]
}

/// The type of one match: text, or what is in the groups.
fn result_type(pattern: &str) -> Result<Type, FunctionError> {
    let invalid = |why: String| FunctionError::of_argument(0, format!("invalid regexp pattern: {why}"));
    let parsed = Pattern::parse(pattern).map_err(|error| invalid(format!("{} in {}", error.code, error.expression)))?;
    let named = parsed.groups.iter().filter(|name| name.is_some()).count();
    match parsed.groups.len() - named {
        0 if named == 0 => Ok(Type::String),
        0 => Ok(Type::object(parsed.groups.iter().flatten().map(|name| (name.as_str(), Type::String)))),
        unnamed if named == 0 => Ok(Type::tuple(vec![Type::String; unnamed])),
        _ => Err(invalid("cannot mix both named and unnamed capture groups".into())),
    }
}

fn compile(pattern: &str) -> Result<(Regex, Vec<Option<String>>), SyntaxError> {
    let parsed = Pattern::parse(pattern)?;
    let built =
        RegexBuilder::new(&parsed.translated).size_limit(LARGEST).dfa_size_limit(LARGEST).nest_limit(u32::MAX).build();
    match built {
        Ok(regex) => Ok((regex, parsed.groups)),
        Err(_) => Err(SyntaxError { code: "expression too large", expression: pattern.into() }),
    }
}

fn compile_argument(call: &Call<'_>) -> Result<(Regex, Vec<Option<String>>), FunctionError> {
    compile(call.text(0)).map_err(|error| {
        FunctionError::of_argument(0, format!("invalid regexp pattern: {} in {}", error.code, error.expression))
    })
}

/// `regex(pattern, string)`: the first match, or the texts of its groups. `regex("[a-z]+", "12ab")` is `"ab"`.
fn regex(call: &Call<'_>) -> Outcome {
    let (pattern, groups) = compile_argument(call)?;
    match pattern.captures(call.text(1)) {
        Some(captures) => Ok(matched(&captures, &groups)),
        None => Err(FunctionError::new("pattern did not match any part of the given string")),
    }
}

/// `regexall(pattern, string)`: all matches. `regexall("[a-z]+", "1a2b")` is `["a", "b"]`.
fn regexall(call: &Call<'_>) -> Outcome {
    let (pattern, groups) = compile_argument(call)?;
    let matches = pattern.captures_iter(call.text(1)).map(|captures| matched(&captures, &groups));
    Ok(Value::list(call.returns.element().cloned().unwrap_or(Type::String), matches))
}

fn matched(captures: &Captures<'_>, groups: &[Option<String>]) -> Value {
    let text = |index: usize| {
        captures.get(index).map_or_else(|| Value::null(Type::String), |found| Value::from(found.as_str()))
    };
    match groups {
        [] => text(0),
        [Some(_), ..] => {
            let named = groups.iter().enumerate().filter_map(|(index, name)| Some((name.as_deref()?, text(index + 1))));
            Value::object(named)
        }
        _ => Value::tuple((1..=groups.len()).map(text)),
    }
}

/// `replace` with a pattern; `$1` and `${name}` in the new text stand for groups.
pub(super) fn replace_by_pattern(text: &str, pattern: &str, new: &str) -> Outcome {
    let (pattern, groups) = compile(pattern)
        .map_err(|error| FunctionError::new(format!("error parsing regexp: {}: `{}`", error.code, error.expression)))?;
    let new = Replacement::parse(new, &groups);
    let mut out = String::new();
    let mut end = 0;
    for captures in pattern.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        out.push_str(&text[end..whole.start()]);
        end = whole.end();
        new.expand(&captures, &mut out);
        if out.len() > LONGEST {
            return Err(too_long());
        }
    }
    out.push_str(&text[end..]);
    Ok(out.into())
}

/// A text with references to groups.
struct Replacement<'a>(Vec<Piece<'a>>);

enum Piece<'a> {
    Text(&'a str),
    /// A group that does not exist is empty.
    Group(Option<usize>),
}

impl<'a> Replacement<'a> {
    fn parse(text: &'a str, groups: &[Option<String>]) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            pieces.push(Piece::Text(before));
            rest = after;
            if let Some(after) = rest.strip_prefix('$') {
                pieces.push(Piece::Text("$"));
                rest = after;
            } else if let Some((name, after)) = reference(rest) {
                pieces.push(Piece::Group(group_named(name, groups)));
                rest = after;
            } else {
                pieces.push(Piece::Text("$"));
            }
        }
        pieces.push(Piece::Text(rest));
        Self(pieces)
    }

    fn expand(&self, captures: &Captures<'_>, out: &mut String) {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Group(index) => {
                    out.push_str(index.and_then(|index| captures.get(index)).map_or("", |found| found.as_str()));
                }
            }
        }
    }
}

/// The name behind a dollar sign, as long as it can be, and what follows.
fn reference(text: &str) -> Option<(&str, &str)> {
    let (braced, body) = text.strip_prefix('{').map_or((false, text), |body| (true, body));
    let in_name = |character: char| character == '_' || character.is_alphanumeric();
    let end = body.find(|character| !in_name(character)).unwrap_or(body.len());
    let (name, rest) = body.split_at(end);
    let rest = if braced { rest.strip_prefix('}')? } else { rest };
    (!name.is_empty()).then_some((name, rest))
}

fn group_named(name: &str, groups: &[Option<String>]) -> Option<usize> {
    // As in Go, a number that begins with zero is a name.
    let number = name.bytes().all(|byte| byte.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
    if number {
        return name.parse().ok();
    }
    groups.iter().position(|group| group.as_deref() == Some(name)).map(|index| index + 1)
}
