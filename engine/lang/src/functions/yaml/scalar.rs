//! What plain scalars and tags mean: YAML 1.2's core schema with YAML 1.1's booleans and timestamps, as
//! `go-cty-yaml` reads them.

use landform_values::{Number, Type, Value, convert, quote};
use libyaml_safer::ScalarStyle;

use super::super::encoding;
use super::super::timestamps;

const STR: &str = "tag:yaml.org,2002:str";
const BOOL: &str = "tag:yaml.org,2002:bool";
const INT: &str = "tag:yaml.org,2002:int";
const FLOAT: &str = "tag:yaml.org,2002:float";
const NULL: &str = "tag:yaml.org,2002:null";
const TIMESTAMP: &str = "tag:yaml.org,2002:timestamp";
const BINARY: &str = "tag:yaml.org,2002:binary";

/// What a scalar stands for.
#[derive(Debug)]
pub(super) enum Scalar {
    Value(Value),
    /// The key `<<`, whose value is merged into the mapping.
    Merge,
}

/// The value of a scalar; the tag is empty where none is given.
pub(super) fn resolve(tag: &str, text: &str, style: ScalarStyle) -> Result<Scalar, String> {
    if !["", STR, BOOL, INT, FLOAT, NULL, TIMESTAMP, BINARY].contains(&tag) {
        return Err(format!("unsupported tag {}", quote(tag)));
    }
    let mut tag = tag;
    if may_be_special(text) && tag != STR && tag != BINARY {
        if matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) {
            return Ok(Scalar::Value(Value::from(text)));
        }
        if let Some(value) = constant(text) {
            return Ok(Scalar::Value(value));
        }
        if tag.is_empty() && [".nan", ".NaN", ".NAN"].contains(&text) {
            return Err("floating point NaN is not supported".into());
        }
        match text.as_bytes().first() {
            Some(b'.') => {
                if let Some(number) = Number::parse(text) {
                    return Ok(Scalar::Value(Value::number(number)));
                }
            }
            Some(b'0'..=b'9' | b'+' | b'-') => {
                if (tag.is_empty() || tag == TIMESTAMP)
                    && let Some(time) = timestamps::parse_yaml(text)
                {
                    return Ok(Scalar::Value(timestamps::format(time).into()));
                }
                if is_integer(text) || is_float(text) {
                    tag = FLOAT;
                }
            }
            _ => {}
        }
    }
    if tag.is_empty() && text == "<<" {
        return Ok(Scalar::Merge);
    }
    tagged(tag, text).map(Scalar::Value)
}

fn tagged(tag: &str, text: &str) -> Result<Value, String> {
    let wrong = || format!("cannot parse {} as {}", quote(text), tag);
    match tag {
        BINARY if encoding::decode(text).is_err() => Err(format!("{}: not valid base64", wrong())),
        BOOL => constant(text).filter(|value| value.as_bool().is_some()).ok_or_else(wrong),
        FLOAT | INT => number(&text.replace('_', "")).map(Value::number).ok_or_else(wrong),
        TIMESTAMP => timestamps::parse_yaml(text).map(|time| timestamps::format(time).into()).ok_or_else(wrong),
        NULL => Ok(Value::NULL),
        _ => Ok(text.into()),
    }
}

/// Whether the first character may begin something that is no text.
fn may_be_special(text: &str) -> bool {
    text.bytes().next().is_none_or(|first| first.is_ascii_digit() || b"+-.yYnNtTfFoO~".contains(&first))
}

fn constant(text: &str) -> Option<Value> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Value::TRUE,
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Value::FALSE,
        "" | "~" | "null" | "Null" | "NULL" => Value::NULL,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::number(Number::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::number(Number::NEGATIVE_INFINITY),
        _ => return None,
    })
}

fn is_integer(text: &str) -> bool {
    let all = |digits: &str, is_digit: fn(u8) -> bool| !digits.is_empty() && digits.bytes().all(is_digit);
    match (text.strip_prefix("0o"), text.strip_prefix("0x")) {
        (Some(digits), _) => all(digits, |digit| (b'0'..=b'7').contains(&digit)),
        (_, Some(digits)) => all(digits, |digit| digit.is_ascii_hexdigit()),
        _ => all(text.strip_prefix(['-', '+']).unwrap_or(text), |digit| digit.is_ascii_digit()),
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(a, b)| (a, Some(b)));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && digits(fraction),
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    mantissa
        && exponent.is_none_or(|exponent| {
            let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent)
        })
}

/// A decimal number, or a whole one of 64 bits with a prefix as in Go.
fn number(text: &str) -> Option<Number> {
    if let Some(number) = Number::parse(text) {
        return Some(number);
    }
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (digits, base) = match digits.get(..2)? {
        "0x" | "0X" => (&digits[2..], 16),
        "0o" | "0O" => (&digits[2..], 8),
        "0b" | "0B" => (&digits[2..], 2),
        _ => return None,
    };
    let magnitude = u64::from_str_radix(digits, base).ok().filter(|_| !digits.starts_with(['+', '-']))?;
    let number = Number::from(magnitude);
    Some(if negative { number.neg() } else { number })
}

/// The text of a mapping's key.
pub(super) fn key(value: &Value) -> Result<Value, &'static str> {
    let text = convert(value, &Type::String).map_err(|_| "only strings are allowed as mapping keys")?;
    if text.is_null() { Err("mapping key cannot be null") } else { Ok(text) }
}
