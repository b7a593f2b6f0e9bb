//! `format` and `formatlist`: texts by a specification as C's `printf`.
//!
//! The grammar of a verb is `% flags width .precision [index] letter`. Numbers are written as Go's `math/big` writes
//! them.

use std::cell::Cell;

use landform_values::{Kind, Notation, Number, Type, Value, convert, json, quote};
use unicode_segmentation::UnicodeSegmentation as _;

use super::call::{Call, FunctionError, Outcome};
use super::entry::{Function, any, function, text};
use super::limits::{LONGEST, too_long};
use super::text::length;

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("format", [text("format")], format_function)
            .variadic(any("args").null().unknown())
            .returns(Type::String),
        function("formatlist", [text("format")], formatlist)
            .variadic(any("args").null().unknown())
            .returns(Type::list(Type::String)),
    ]
}

/// `format(format, args...)`. `format("%s: %03d", "a", 7)` is `"a: 007"`.
fn format_function(call: &Call<'_>) -> Outcome {
    let specification = call.text(0);
    if call.arguments[1..].iter().all(Value::is_wholly_known) {
        return format(specification, &call.arguments[1..]).map(Value::from);
    }
    let known = specification.find('%').filter(|index| *index > 0);
    Ok(match known {
        Some(index) => call.unknown().refine_prefix(&specification[..index]),
        None => call.unknown(),
    })
}

/// `formatlist(format, args...)`: once for each item of the lists among the arguments, which are of one length.
/// `formatlist("%s-%s", "a", ["x", "y"])` is `["a-x", "a-y"]`.
fn formatlist(call: &Call<'_>) -> Outcome {
    let (specification, arguments) = (call.text(0), &call.arguments[1..]);
    let list = |items: Vec<Value>| Ok(Value::list(Type::String, items));
    if arguments.is_empty() {
        return list(vec![format(specification, &[])?.into()]);
    }
    let Some(columns) = columns(arguments)? else { return Ok(call.unknown()) };
    let rows = columns.iter().find_map(|column| column.map(<[Value]>::len)).unwrap_or(1);
    let total = Cell::new(0_usize);
    let row = |index: usize| -> Outcome {
        let cell = |(value, column): (&Value, &Option<&[Value]>)| {
            column.and_then(|items| items.get(index)).unwrap_or(value).clone()
        };
        let cells: Vec<Value> = arguments.iter().zip(&columns).map(cell).collect();
        if !cells.iter().all(Value::is_wholly_known) {
            return Ok(Value::unknown_not_null(Type::String));
        }
        let failed =
            |error: FunctionError| FunctionError::new(format!("error on format iteration {index}: {}", error.message));
        let text = format(specification, &cells).map_err(failed)?;
        total.set(total.get().saturating_add(text.len()));
        if total.get() > LONGEST { Err(too_long()) } else { Ok(text.into()) }
    };
    list((0..rows).map(row).collect::<Result<_, _>>()?)
}

/// For each argument its items, if it has any; `None` if something unknown decides how many there are.
fn columns(arguments: &[Value]) -> Result<Option<Vec<Option<&[Value]>>>, FunctionError> {
    let mut first: Option<(usize, usize)> = None;
    let mut columns = Vec::with_capacity(arguments.len());
    let mut unknown = false;
    for (index, argument) in arguments.iter().enumerate() {
        let ty = argument.as_unknown().map(|unknown| unknown.ty.clone());
        let (items, count) = match (argument.kind(), &ty) {
            (Kind::Set(items), _) if items.items().len() > 1 && !argument.is_wholly_known() => (None, None),
            (Kind::List(items) | Kind::Set(items) | Kind::Tuple(items), _) => {
                (Some(items.items()), Some(items.items().len()))
            }
            (_, Some(Type::Tuple(types))) => (None, Some(types.len())),
            (_, Some(Type::List(_) | Type::Set(_) | Type::Dynamic)) => (None, None),
            _ => {
                columns.push(None);
                continue;
            }
        };
        unknown |= items.is_none();
        columns.push(items);
        match (first, count) {
            (Some((chooser, expected)), Some(count)) if expected != count => {
                let number = index + 1;
                let message = format!(
                    "argument {number} has length {count}, which is inconsistent with argument {} of length {expected}",
                    chooser + 1
                );
                return Err(FunctionError::of_argument(number, message));
            }
            (None, Some(count)) => first = Some((index, count)),
            _ => {}
        }
    }
    Ok((!unknown).then_some(columns))
}

/// A verb of a specification.
#[derive(Default)]
struct Verb<'a> {
    raw: &'a str,
    offset: usize,
    /// Counted from 1.
    argument: usize,
    letter: char,
    zero: bool,
    sharp: bool,
    plus: bool,
    minus: bool,
    space: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// Writes known values by a specification.
fn format(specification: &str, arguments: &[Value]) -> Result<String, FunctionError> {
    let mut out = String::new();
    let (mut next, mut highest) = (1, 0);
    let mut position = 0;
    while let Some(found) = specification[position..].find('%') {
        out.push_str(&specification[position..position + found]);
        let start = position + found;
        if specification[start + 1..].starts_with('%') {
            out.push('%');
            position = start + 2;
            continue;
        }
        let verb = Verb::read(specification, start, next)?;
        position = start + verb.raw.len();
        highest = highest.max(verb.argument);
        next = verb.argument + 1;
        out.push_str(&verb.format(arguments)?);
        if out.len() > LONGEST {
            return Err(too_long());
        }
    }
    out.push_str(&specification[position..]);
    if highest < arguments.len() {
        let message = match highest {
            0 => "too many arguments; no verbs in format string".into(),
            _ => format!("too many arguments; only {highest} used by format string"),
        };
        return Err(FunctionError::of_argument(highest + 1, message));
    }
    Ok(out)
}

impl<'a> Verb<'a> {
    /// Reads the verb that begins at an offset.
    fn read(specification: &'a str, offset: usize, next: usize) -> Result<Self, FunctionError> {
        let mut cursor = Cursor { text: specification, position: offset + 1 };
        let mut verb = Self { offset, argument: next, ..Self::default() };
        while let Some(flag) = cursor.take(|byte| b"0#-+ ".contains(&byte)) {
            match flag {
                b'0' => verb.zero = true,
                b'#' => verb.sharp = true,
                b'-' => verb.minus = true,
                b'+' => verb.plus = true,
                _ => verb.space = true,
            }
        }
        verb.width = cursor.number();
        if cursor.take(|byte| byte == b'.').is_some() {
            verb.precision = Some(cursor.digits(0));
        }
        if cursor.take(|byte| byte == b'[').is_some() {
            verb.argument = cursor.number().ok_or_else(|| cursor.unexpected())?;
            cursor.take(|byte| byte == b']').ok_or_else(|| cursor.unexpected())?;
        }
        let letter = cursor.take(|byte| byte.is_ascii_alphabetic()).ok_or_else(|| cursor.unexpected())?;
        verb.letter = char::from(letter);
        verb.raw = &specification[offset..cursor.position];
        Ok(verb)
    }

    fn format(&self, arguments: &[Value]) -> Result<String, FunctionError> {
        let Some(argument) = self.argument.checked_sub(1).and_then(|index| arguments.get(index)) else {
            return Err(FunctionError::new(format!(
                "not enough arguments for {} at {}: need index {} but have {} total",
                quote(self.raw),
                self.offset,
                self.argument,
                arguments.len()
            )));
        };
        if self.letter != 'v' && argument.is_null() {
            return Err(self.unsupported("null value cannot be formatted"));
        }
        if self.width.max(self.precision).is_some_and(|wanted| wanted > LONGEST) {
            return Err(too_long());
        }
        match self.letter {
            'v' => self.as_is(argument),
            't' => {
                Ok(if self.converted(argument, &Type::Bool)?.as_bool() == Some(true) { "true" } else { "false" }.into())
            }
            'b' | 'd' | 'o' | 'x' | 'X' => self.integer(argument),
            'e' | 'E' | 'f' | 'g' | 'G' => self.float(argument),
            's' | 'q' => self.text(argument),
            other => Err(FunctionError::new(format!(
                "unsupported format verb '{other}' in {} at offset {}",
                quote(self.raw),
                self.offset
            ))),
        }
    }

    fn unsupported(&self, why: &str) -> FunctionError {
        FunctionError::new(format!("unsupported value for {} at {}: {why}", quote(self.raw), self.offset))
    }

    fn converted(&self, argument: &Value, ty: &Type) -> Outcome {
        convert(argument, ty).map_err(|error| self.unsupported(&error.message))
    }

    fn as_is(&self, argument: &Value) -> Result<String, FunctionError> {
        let plain = match argument.kind() {
            Kind::String(text) if !self.sharp => text.to_string(),
            Kind::Number(number) if !self.sharp => number.format(Notation::General('e'), None),
            _ => json::encode(argument, &argument.ty()).map_err(|error| self.unsupported(&error.message))?,
        };
        Ok(self.padded(plain))
    }

    fn text(&self, argument: &Value) -> Result<String, FunctionError> {
        let text = self.converted(argument, &Type::String)?;
        let mut text = text.as_str().unwrap_or_default();
        if let Some(wanted) = self.precision.filter(|wanted| *wanted > 0) {
            let end = text.grapheme_indices(true).nth(wanted).map_or(text.len(), |(index, _)| index);
            text = &text[..end];
        }
        let mut quoted = String::new();
        if self.letter == 'q' {
            json::write_string(text, &mut quoted);
            text = &quoted;
        }
        Ok(self.padded(text.to_owned()))
    }

    /// Filled up to the width.
    fn padded(&self, text: String) -> String {
        let missing = self.width.unwrap_or(0).saturating_sub(length(&text));
        let padding = if self.zero { "0" } else { " " }.repeat(missing);
        if self.minus { text + &padding } else { padding + &text }
    }

    /// As Go's `big.Int.Format`.
    fn integer(&self, argument: &Value) -> Result<String, FunctionError> {
        let value = self.converted(argument, &Type::Number)?;
        let number = value.as_number().filter(|number| number.is_integer());
        let number = number.ok_or_else(|| self.unsupported("an integer is required"))?;
        let base = match self.letter {
            'b' => 2,
            'o' => 8,
            'd' => 10,
            _ => 16,
        };
        let mut digits = number.abs().to_radix(base).unwrap_or_default();
        if self.letter == 'X' {
            digits.make_ascii_uppercase();
        }
        if digits == "0" && self.precision == Some(0) {
            return Ok(String::new());
        }
        let sign = self.sign(number.is_negative());
        let prefix = match self.letter {
            'b' if self.sharp => "0b",
            'o' if self.sharp => "0",
            'x' if self.sharp => "0x",
            'X' if self.sharp => "0X",
            _ => "",
        };
        let mut zeros = self.precision.unwrap_or(0).saturating_sub(digits.len());
        let missing = self.width.unwrap_or(0).saturating_sub(sign.len() + prefix.len() + zeros + digits.len());
        let (mut left, mut right) = (0, 0);
        match () {
            () if self.minus => right = missing,
            () if self.zero && self.precision.is_none() => zeros = missing,
            () => left = missing,
        }
        let (left, zeros, right) = (" ".repeat(left), "0".repeat(zeros), " ".repeat(right));
        Ok(format!("{left}{sign}{prefix}{zeros}{digits}{right}"))
    }

    /// As Go's `big.Float.Format`.
    fn float(&self, argument: &Value) -> Result<String, FunctionError> {
        let value = self.converted(argument, &Type::Number)?;
        let number = value.as_number().unwrap_or(&Number::ZERO);
        let (notation, digits) = match self.letter {
            'f' => (Notation::Fixed, Some(self.precision.unwrap_or(6))),
            'g' => (Notation::General('e'), self.precision),
            'G' => (Notation::General('E'), self.precision),
            letter => (Notation::Scientific(letter), Some(self.precision.unwrap_or(6))),
        };
        let text = number.format(notation, digits);
        let (sign, digits) = match text.as_bytes().first() {
            Some(b'-') => ("-", &text[1..]),
            Some(b'+') => (if self.space { " " } else { "+" }, &text[1..]),
            _ => (self.sign(false), &text[..]),
        };
        let missing = self.width.unwrap_or(0).saturating_sub(sign.len() + digits.len());
        Ok(match () {
            () if self.zero && !number.is_infinite() => format!("{sign}{}{digits}", "0".repeat(missing)),
            () if self.minus => format!("{sign}{digits}{}", " ".repeat(missing)),
            () => format!("{}{sign}{digits}", " ".repeat(missing)),
        })
    }

    fn sign(&self, negative: bool) -> &'static str {
        match () {
            () if negative => "-",
            () if self.plus => "+",
            () if self.space => " ",
            () => "",
        }
    }
}

/// A place in a specification.
struct Cursor<'a> {
    text: &'a str,
    position: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn take(&mut self, wanted: impl Fn(u8) -> bool) -> Option<u8> {
        let byte = self.peek().filter(|byte| wanted(*byte))?;
        self.position += 1;
        Some(byte)
    }

    /// A number without leading zeros.
    fn number(&mut self) -> Option<usize> {
        let first = self.take(|byte| (b'1'..=b'9').contains(&byte))?;
        Some(self.digits(usize::from(first - b'0')))
    }

    fn digits(&mut self, mut number: usize) -> usize {
        while let Some(digit) = self.take(|byte| byte.is_ascii_digit()) {
            number = number.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
        }
        number
    }

    fn unexpected(&self) -> FunctionError {
        let at = self.position;
        FunctionError::new(match self.text[at..].chars().next() {
            Some(character) => {
                format!("unrecognized format character {} at offset {at}", quote_character(character))
            }
            None => format!("invalid format string starting at offset {at}"),
        })
    }
}

/// In single quotes, as Go's `%q` for a character.
fn quote_character(character: char) -> String {
    match character {
        '\'' => r"'\''".into(),
        '"' => "'\"'".into(),
        other => {
            let quoted = quote(&other.to_string());
            format!("'{}'", &quoted[1..quoted.len() - 1])
        }
    }
}
