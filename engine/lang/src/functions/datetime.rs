//! Points in time.

use std::cmp::Ordering;

use landform_values::{Type, Value, quote};
use time::OffsetDateTime;

use super::call::{Call, FunctionError, Outcome};
use super::entry::{Function, Place, Purity, function, text};
use super::timestamps::{Syntax, format, offset, parse, parse_duration};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("formatdate", [text("format"), text("time")], formatdate).returns(Type::String),
        function("plantimestamp", [], plantimestamp)
            .returns(Type::String)
            .nullable()
            .purity(Purity::World)
            .only_in(Place::Module),
        function("timeadd", [text("timestamp"), text("duration")], timeadd).returns(Type::String).nullable(),
        function("timecmp", [text("timestamp_a"), text("timestamp_b")], timecmp).returns(Type::Number),
        function("timestamp", [], timestamp).returns(Type::String).purity(Purity::Volatile),
    ]
}

/// `timestamp()`: the time of the call in UTC, unknown while planning.
fn timestamp(call: &Call<'_>) -> Outcome {
    Ok(format(call.world()?.now().to_offset(time::UtcOffset::UTC)).into())
}

/// `plantimestamp()`: the time of the plan in UTC.
fn plantimestamp(call: &Call<'_>) -> Outcome {
    Ok(call
        .world()?
        .plan_time()
        .map_or_else(|| call.unknown(), |time| format(time.to_offset(time::UtcOffset::UTC)).into()))
}

fn lenient(call: &Call<'_>, index: usize) -> Result<OffsetDateTime, FunctionError> {
    parse(call.text(index), Syntax::Lenient).map_err(FunctionError::new)
}

/// `timeadd(timestamp, duration)`. `timeadd("2017-11-22T00:00:00Z", "10m")` is `"2017-11-22T00:10:00Z"`.
fn timeadd(call: &Call<'_>) -> Outcome {
    let time = parse(call.text(0), Syntax::Strict).map_err(FunctionError::new)?;
    let duration = parse_duration(call.text(1)).map_err(FunctionError::new)?;
    let sum = time.checked_add(duration).filter(|sum| (0..=9999).contains(&sum.year()));
    let sum = sum.ok_or_else(|| FunctionError::new("the result is not within the years 0 to 9999"))?;
    Ok(format(sum).into())
}

/// `timecmp(timestamp_a, timestamp_b)`: -1, 0 or 1.
fn timecmp(call: &Call<'_>) -> Outcome {
    let a = lenient(call, 0).map_err(|error| error.about(0))?;
    let b = lenient(call, 1).map_err(|error| error.about(1))?;
    Ok(Value::number(match a.cmp(&b) {
        Ordering::Less => -1_i64,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }))
}

/// `formatdate(format, time)`. `formatdate("DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z")` is
/// `"02 Jan 2018 23:12 UTC"`. Letters are verbs, all else is text; so is what stands in single quotes.
fn formatdate(call: &Call<'_>) -> Outcome {
    let time = parse(call.text(1), Syntax::Strict).map_err(|why| FunctionError::of_argument(1, why))?;
    let mut out = String::new();
    let mut rest = call.text(0);
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' => literal_end(rest).ok_or_else(|| FunctionError::of_argument(0, "unterminated literal '"))?,
            _ if first.is_ascii_alphabetic() => rest.find(|other| other != first).unwrap_or(rest.len()),
            _ => rest.find(|other: char| other == '\'' || other.is_ascii_alphabetic()).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(end);
        rest = after;
        match first {
            '\'' if token == "''" => out.push('\''),
            '\'' => out.push_str(&token[1..token.len() - 1].replace("''", "'")),
            _ if first.is_ascii_alphabetic() => out.push_str(&verb(token, first, time)?),
            _ => out.push_str(token),
        }
    }
    Ok(out.into())
}

/// Where a text in single quotes ends.
fn literal_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(1) == Some(&b'\'') {
        return Some(2);
    }
    let mut index = 1;
    loop {
        index += bytes.get(index..)?.iter().position(|byte| *byte == b'\'')?;
        if bytes.get(index + 1) != Some(&b'\'') {
            return Some(index + 1);
        }
        index += 2;
    }
}

fn verb(token: &str, letter: char, time: OffsetDateTime) -> Result<String, FunctionError> {
    let padded = |number: u8, wrong: &'static str| match token.len() {
        1 => Ok(number.to_string()),
        2 => Ok(format!("{number:02}")),
        _ => Err(wrong),
    };
    let named = |name: String, wrong: &'static str| match token.len() {
        3 => Ok(name[..3].to_owned()),
        4 => Ok(name),
        _ => Err(wrong),
    };
    let hour = time.hour();
    let found = match letter {
        'Y' => match token.len() {
            2 => Ok(format!("{:02}", time.year() % 100)),
            4 => Ok(format!("{:04}", time.year())),
            _ => Err("year must either be \"YY\" or \"YYYY\""),
        },
        'M' if token.len() > 2 => named(time.month().to_string(), "month must be \"M\", \"MM\", \"MMM\", or \"MMMM\""),
        'M' => padded(time.month().into(), ""),
        'D' => padded(time.day(), "day of month must either be \"D\" or \"DD\""),
        'E' => named(time.weekday().to_string(), "day of week must either be \"EEE\" or \"EEEE\""),
        'h' => padded(hour, "24-hour must either be \"h\" or \"hh\""),
        'H' => padded((hour + 11) % 12 + 1, "12-hour must either be \"H\" or \"HH\""),
        'A' if token.len() != 2 => Err("must be \"AA\""),
        'a' if token.len() != 2 => Err("must be \"aa\""),
        'A' => Ok(if hour < 12 { "AM" } else { "PM" }.into()),
        'a' => Ok(if hour < 12 { "am" } else { "pm" }.into()),
        'm' => padded(time.minute(), "minute must either be \"m\" or \"mm\""),
        's' => padded(time.second(), "second must either be \"s\" or \"ss\""),
        'Z' => zone(token.len(), time.offset()).ok_or("timezone must be Z, ZZZZ, or ZZZZZ"),
        _ => return Err(FunctionError::of_argument(0, format!("invalid date format verb {}", quote(token)))),
    };
    found.map_err(|why| FunctionError::of_argument(0, format!("invalid date format verb {}: {why}", quote(token))))
}

fn zone(length: usize, zone: time::UtcOffset) -> Option<String> {
    match length {
        1 if zone.is_utc() => Some("Z".into()),
        1 | 5 => Some(offset(zone, ":")),
        3 if zone.is_utc() => Some("UTC".into()),
        3 | 4 => Some(offset(zone, "")),
        _ => None,
    }
}
