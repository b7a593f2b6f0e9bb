//! Patterns: `regex`, `regexall` and `replace` with a pattern.

mod classes;
mod escapes;
mod syntax;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use ::regex::{Captures, Regex, RegexBuilder};
use landform_values::{Type, Value};

use super::call::{Call, FunctionError, Outcome};
use super::entry::{Function, function, text};
use super::limits::{LONGEST, too_long};
use syntax::{Pattern, SyntaxError};

/// Limits, in bytes, of what a pattern is compiled to.
const LARGEST: usize = 1 << 27;

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("regex", [text("pattern"), text("string")], regex).typed(match_type),
        function("regexall", [text("pattern"), text("string")], regexall)
            .typed(|call| match_type(call).map(Type::list)),
    ]
}

/// A pattern, ready to be used.
struct Compiled {
    regex: Regex,
    /// The names of the capturing groups, in order.
    groups: Vec<Option<String>>,
}

impl Compiled {
    fn new(pattern: &str) -> Result<Self, SyntaxError> {
        let parsed = Pattern::parse(pattern)?;
        let built = RegexBuilder::new(&parsed.translated)
            .size_limit(LARGEST)
            .dfa_size_limit(LARGEST)
            .nest_limit(u32::MAX)
            .build();
        let too_large = |_| SyntaxError { code: "expression too large", expression: pattern.into() };
        Ok(Self { regex: built.map_err(too_large)?, groups: parsed.groups })
    }

    /// The type of one match: text, or what is in the groups.
    fn result_type(&self) -> Result<Type, FunctionError> {
        let named = self.groups.iter().filter(|name| name.is_some()).count();
        match self.groups.len() - named {
            0 if named == 0 => Ok(Type::String),
            0 => Ok(Type::object(self.groups.iter().flatten().map(|name| (name.as_str(), Type::String)))),
            unnamed if named == 0 => Ok(Type::tuple(vec![Type::String; unnamed])),
            _ => Err(invalid_pattern("cannot mix both named and unnamed capture groups")),
        }
    }
}

fn invalid_pattern(why: &str) -> FunctionError {
    FunctionError::of_argument(0, format!("invalid regexp pattern: {why}"))
}

/// Compiling takes much longer than matching, and a pattern is used for each instance of a resource.
static CACHE: LazyLock<Mutex<HashMap<String, Arc<Compiled>>>> = LazyLock::new(Mutex::default);
/// Patterns that are kept.
const CACHED: usize = 256;

fn compile(pattern: &str) -> Result<Arc<Compiled>, SyntaxError> {
    let cache = || CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(compiled) = cache().get(pattern) {
        return Ok(compiled.clone());
    }
    let compiled = Arc::new(Compiled::new(pattern)?);
    let mut cache = cache();
    if cache.len() >= CACHED {
        cache.clear();
    }
    cache.insert(pattern.to_owned(), compiled.clone());
    Ok(compiled)
}

fn compile_argument(call: &Call<'_>) -> Result<Arc<Compiled>, FunctionError> {
    compile(call.text(0)).map_err(|error| invalid_pattern(&format!("{} in {}", error.code, error.expression)))
}

/// The type of one match; nothing is known of it as long as the pattern is not.
fn match_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    if call.value(0).is_known() { compile_argument(call)?.result_type() } else { Ok(Type::Dynamic) }
}

/// `regex(pattern, string)`: the first match, or the texts of its groups. `regex("[a-z]+", "12ab")` is `"ab"`.
fn regex(call: &Call<'_>) -> Outcome {
    let pattern = compile_argument(call)?;
    match pattern.regex.captures(call.text(1)) {
        Some(captures) => Ok(matched(&captures, &pattern.groups)),
        None => Err(FunctionError::new("pattern did not match any part of the given string")),
    }
}

/// `regexall(pattern, string)`: all matches. `regexall("[a-z]+", "1a2b")` is `["a", "b"]`.
fn regexall(call: &Call<'_>) -> Outcome {
    let pattern = compile_argument(call)?;
    let matches = pattern.regex.captures_iter(call.text(1)).map(|captures| matched(&captures, &pattern.groups));
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
    let pattern = compile(pattern)
        .map_err(|error| FunctionError::new(format!("error parsing regexp: {}: `{}`", error.code, error.expression)))?;
    let new = Replacement::parse(new, &pattern.groups);
    let mut out = String::new();
    let mut end = 0;
    for captures in pattern.regex.captures_iter(text) {
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
