//! Text.

use landform_values::{Notation, Number, Type, Value};
use unicode_segmentation::UnicodeSegmentation as _;

use super::call::{Call, FunctionError, Outcome};
use super::entry::{Function, function, number, parameter, text};
use super::limits::{LONGEST, too_long};
use super::regex::replace_by_pattern;
use super::text::{self as characters, is_space, separates_words};

pub(super) fn functions() -> Vec<Function> {
    let string_list = || Type::list(Type::String);
    vec![
        function("chomp", [text("str")], chomp).returns(Type::String),
        function("endswith", [text("str"), text("suffix")], endswith).returns(Type::Bool),
        function("indent", [number("spaces"), text("str")], indent).returns(Type::String),
        function("join", [text("separator")], join).variadic(parameter("lists", string_list())).returns(Type::String),
        function("lower", [text("str").dynamic()], lower).returns(Type::String),
        function("replace", [text("str"), text("substr"), text("replace")], replace).returns(Type::String),
        function("sort", [parameter("list", string_list()).unknown()], sort).returns(string_list()),
        function("split", [text("separator"), text("str")], split).returns(string_list()),
        function("startswith", [text("str").unknown(), text("prefix")], startswith).returns(Type::Bool),
        function("strcontains", [text("str"), text("substr")], strcontains).returns(Type::Bool).nullable(),
        function("strrev", [text("str").dynamic()], strrev).returns(Type::String),
        function("substr", [text("str").dynamic(), number("offset").dynamic(), number("length").dynamic()], substr)
            .returns(Type::String),
        function("title", [text("str")], title).returns(Type::String),
        function("trim", [text("str"), text("cutset")], trim).returns(Type::String),
        function("trimprefix", [text("str"), text("prefix")], trimprefix).returns(Type::String),
        function("trimspace", [text("str")], trimspace).returns(Type::String),
        function("trimsuffix", [text("str"), text("suffix")], trimsuffix).returns(Type::String),
        function("upper", [text("str").dynamic()], upper).returns(Type::String),
    ]
}

/// `chomp(str)`: without line ends at its end. `chomp("hello\r\n")` is `"hello"`.
fn chomp(call: &Call<'_>) -> Outcome {
    Ok(call.text(0).trim_end_matches(['\r', '\n']).into())
}

/// `endswith(str, suffix)`. `endswith("hello", "lo")` is `true`.
fn endswith(call: &Call<'_>) -> Outcome {
    Ok(call.text(0).ends_with(call.text(1)).into())
}

/// `startswith(str, prefix)`: known too where what is known of the beginning of `str` tells.
fn startswith(call: &Call<'_>) -> Outcome {
    let (value, prefix) = (call.value(0), call.text(1));
    let known = value.known_prefix();
    Ok(if known.starts_with(prefix) {
        Value::TRUE
    } else if value.is_known() || !known.is_empty() && known.len() >= prefix.len() {
        Value::FALSE
    } else {
        call.unknown()
    })
}

/// `strcontains(str, substr)`. `strcontains("hello", "ell")` is `true`.
fn strcontains(call: &Call<'_>) -> Outcome {
    Ok(call.text(0).contains(call.text(1)).into())
}

/// `indent(spaces, str)`: spaces in front of all lines but the first. `indent(2, "a\nb")` is `"a\n  b"`.
fn indent(call: &Call<'_>) -> Outcome {
    let (spaces, text) = (call.integer(0)?, call.text(1));
    let spaces = usize::try_from(spaces).map_err(|_| FunctionError::of_argument(0, "must not be negative"))?;
    let lines = text.matches('\n').count();
    if spaces.saturating_mul(lines) > LONGEST {
        return Err(too_long());
    }
    Ok(text.replace('\n', &format!("\n{}", " ".repeat(if lines == 0 { 0 } else { spaces }))).into())
}

/// `join(separator, lists...)`. `join("-", ["a", "b"], ["c"])` is `"a-b-c"`.
fn join(call: &Call<'_>) -> Outcome {
    let lists = &call.arguments[1..];
    if lists.is_empty() {
        return Err(FunctionError::new("at least one list is required"));
    }
    if !lists.iter().all(Value::is_wholly_known) {
        return Ok(call.unknown());
    }
    let mut parts = Vec::new();
    for list in 1..=lists.len() {
        for (index, item) in call.items(list).iter().enumerate() {
            let Some(part) = item.as_str() else {
                let of_list = if lists.len() > 1 { format!(" of list {list}") } else { String::new() };
                let message = format!("element {index}{of_list} is null; cannot concatenate null values");
                return Err(FunctionError::of_argument(list, message));
            };
            parts.push(part);
        }
    }
    let separators = call.text(0).len().saturating_mul(parts.len().saturating_sub(1));
    let length = parts.iter().map(|part| part.len()).fold(separators, usize::saturating_add);
    if length > LONGEST {
        return Err(too_long());
    }
    Ok(parts.join(call.text(0)).into())
}

/// `split(separator, str)`. `split(",", "a,b")` is `["a", "b"]`; an empty separator separates all characters.
fn split(call: &Call<'_>) -> Outcome {
    let (separator, text) = (call.text(0), call.text(1));
    let parts: Vec<Value> = if separator.is_empty() {
        text.chars().map(|character| Value::from(character.to_string())).collect()
    } else {
        text.split(separator).map(Value::from).collect()
    };
    Ok(Value::list(Type::String, parts))
}

/// `sort(list)`: texts in the order of their bytes. `sort(["b", "a"])` is `["a", "b"]`.
fn sort(call: &Call<'_>) -> Outcome {
    let list = call.value(0);
    if !list.is_wholly_known() {
        let (min, max) = list.length_bounds();
        return Ok(call.unknown().refine_length(min, max));
    }
    let mut items = call.items(0).to_vec();
    if let Some(index) = items.iter().position(Value::is_null) {
        let index = Number::from(index).format(Notation::General('e'), Some(10));
        let message = format!("given list element {index} is null; a null string cannot be sorted");
        return Err(FunctionError::new(message));
    }
    items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    Ok(Value::list(Type::String, items))
}

/// `lower(str)`. `lower("HELLO")` is `"hello"`.
fn lower(call: &Call<'_>) -> Outcome {
    Ok(call.text(0).chars().map(characters::lower).collect::<String>().into())
}

/// `upper(str)`. `upper("hello")` is `"HELLO"`.
fn upper(call: &Call<'_>) -> Outcome {
    Ok(call.text(0).chars().map(characters::upper).collect::<String>().into())
}

/// `title(str)`: words with a large first letter. `title("hello world")` is `"Hello World"`.
fn title(call: &Call<'_>) -> Outcome {
    let mut at_start = true;
    let change = |character| {
        let changed = if at_start { characters::title(character) } else { character };
        at_start = separates_words(character);
        changed
    };
    Ok(call.text(0).chars().map(change).collect::<String>().into())
}

/// `replace(str, substr, replace)`: everywhere; `/…/` is a pattern. `replace("1 + 2", "+", "-")` is `"1 - 2"`.
fn replace(call: &Call<'_>) -> Outcome {
    let (text, old, new) = (call.text(0), call.text(1), call.text(2));
    let pattern = old.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    if let Some(pattern) = pattern {
        return replace_by_pattern(text, pattern, new);
    }
    let count = if old.is_empty() { text.chars().count() + 1 } else { text.matches(old).count() };
    if text.len().saturating_add(new.len().saturating_mul(count)) > LONGEST {
        return Err(too_long());
    }
    Ok(text.replace(old, new).into())
}

/// `strrev(str)`: by characters as people count them. `strrev("hello")` is `"olleh"`.
fn strrev(call: &Call<'_>) -> Outcome {
    Ok(call.text(0).graphemes(true).rev().collect::<String>().into())
}

/// `substr(str, offset, length)`: by characters as people count them; a negative offset counts from the end, a
/// negative length means all. `substr("hello world", 1, 4)` is `"ello"`.
fn substr(call: &Call<'_>) -> Outcome {
    let (text, offset, length) = (call.text(0), call.integer(1)?, call.integer(2)?);
    if offset >= 0 && length == 0 {
        return Ok("".into());
    }
    let start = if offset < 0 { (offset + characters::length(text) as i64).max(0) } else { offset };
    // As in Terraform, a length of zero behind a negative offset means all.
    let count = if length <= 0 { usize::MAX } else { usize::try_from(length).unwrap_or(usize::MAX) };
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    Ok(text.graphemes(true).skip(start).take(count).collect::<String>().into())
}

/// `trim(str, cutset)`: without the given characters at both ends. `trim("?!hello?!", "!?")` is `"hello"`.
fn trim(call: &Call<'_>) -> Outcome {
    let cutset = call.text(1);
    Ok(call.text(0).trim_matches(|character| cutset.contains(character)).into())
}

/// `trimprefix(str, prefix)`. `trimprefix("helloworld", "hello")` is `"world"`.
fn trimprefix(call: &Call<'_>) -> Outcome {
    let text = call.text(0);
    Ok(text.strip_prefix(call.text(1)).unwrap_or(text).into())
}

/// `trimsuffix(str, suffix)`. `trimsuffix("helloworld", "world")` is `"hello"`.
fn trimsuffix(call: &Call<'_>) -> Outcome {
    let text = call.text(0);
    Ok(text.strip_suffix(call.text(1)).unwrap_or(text).into())
}

/// `trimspace(str)`: without white space at both ends. `trimspace(" a\n")` is `"a"`.
fn trimspace(call: &Call<'_>) -> Outcome {
    Ok(call.text(0).trim_matches(is_space).into())
}
