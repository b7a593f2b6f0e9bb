//! Points in time as text, read as Go's `time.Parse` reads them, and durations.

use landform_values::quote;
use time::{Date, Duration, Month, OffsetDateTime, Time, UtcOffset};

/// Which texts are points in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// RFC 3339 as Go's `time.Parse` takes it: it is lenient about the hour's digits and about offsets.
    Lenient,
    /// RFC 3339, nothing else.
    Strict,
}

/// Where a text is wrong, as Go's `time.ParseError` says it: the element of the layout, and the rest of the text.
#[derive(Debug, PartialEq, Eq)]
struct Wrong<'t> {
    element: &'static str,
    rest: &'t str,
    /// Used where there is neither an element nor a rest.
    message: &'static str,
}

type Parsed<'t, T> = Result<T, Wrong<'t>>;

/// Reads a timestamp; the error is a phrase of Terraform's.
pub(super) fn parse(text: &str, syntax: Syntax) -> Result<OffsetDateTime, String> {
    let found = read(text).and_then(|stamp| match syntax {
        Syntax::Lenient => Ok(stamp),
        Syntax::Strict => check_strictly(text).map(|()| stamp),
    });
    found.map_err(|wrong| format!("not a valid RFC3339 timestamp{}", wrong.describe(syntax)))
}

/// Reads what YAML takes for a timestamp: RFC 3339 with short numbers, or a date alone.
pub(super) fn parse_yaml(text: &str) -> Option<OffsetDateTime> {
    if text.bytes().position(|byte| !byte.is_ascii_digit()) != Some(4) || text.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    let mut reader = Reader { rest: text };
    let date = reader.date(Digits::OneOrTwo).ok()?;
    let separator = reader.rest.chars().next();
    let (time, offset) = match separator {
        None => (Time::MIDNIGHT, UtcOffset::UTC),
        Some('T' | 't' | ' ') => {
            reader.rest = &reader.rest[1..];
            let time = reader.time(Digits::OneOrTwo).ok()?;
            (time, if separator == Some(' ') { UtcOffset::UTC } else { reader.offset().ok()? })
        }
        Some(_) => return None,
    };
    if !reader.rest.is_empty() {
        return None;
    }
    Some(OffsetDateTime::new_in_offset(date.resolve("").ok()?, time, offset))
}

fn read(text: &str) -> Parsed<'_, OffsetDateTime> {
    let mut reader = Reader { rest: text };
    let date = reader.date(Digits::Two)?;
    reader.skip("T")?;
    let time = reader.time(Digits::Two)?;
    let offset = reader.offset()?;
    if !reader.rest.is_empty() {
        return Err(Wrong { element: "", rest: reader.rest, message: "" });
    }
    let date = date.resolve("")?;
    Ok(OffsetDateTime::new_in_offset(date, time, offset))
}

/// What Go's lenient reader has let pass.
fn check_strictly(text: &str) -> Parsed<'_, ()> {
    let bytes = text.as_bytes();
    if bytes.get(12) == Some(&b':') {
        return Err(Wrong { element: "15", rest: &text[11..12], message: "" });
    }
    if bytes.get(19) == Some(&b',') {
        return Err(Wrong { element: ".", rest: ",", message: "" });
    }
    let zone = text.len().saturating_sub(6);
    let offset =
        |from: usize| text.get(text.len() - from..text.len() - from + 2).and_then(|digits| digits.parse::<u8>().ok());
    if !text.ends_with('Z')
        && (offset(5).is_some_and(|hour| hour >= 24) || offset(2).is_some_and(|minute| minute >= 60))
    {
        return Err(Wrong { element: "Z07:00", rest: &text[zone..], message: "" });
    }
    Ok(())
}

impl Wrong<'_> {
    /// What is added to "not a valid RFC3339 timestamp".
    fn describe(&self, syntax: Syntax) -> String {
        let Self { element, rest, message } = self;
        if element.is_empty() && rest.is_empty() && !message.is_empty() {
            return (*message).to_owned();
        }
        let what = match *element {
            "2006" => "year",
            "01" => "month",
            "02" => "day of month",
            "15" => "hour",
            "04" => "minute",
            "05" => "second",
            "Z07:00" => "UTC offset",
            "T" => return ": missing required time introducer 'T'".into(),
            ":" | "-" if rest.is_empty() => return format!(": end of string where {} is expected", quote(element)),
            ":" | "-" => return format!(": found {} where {} is expected", quote(rest), quote(element)),
            _ => "timestamp segment",
        };
        match (syntax, what) {
            _ if rest.is_empty() => format!(": end of string before {what}"),
            (Syntax::Strict, "hour") if rest.contains(':') => ": hour must be between 0 and 23 inclusive".into(),
            (Syntax::Strict, "hour" | "minute") if rest.len() != 2 => format!(": {what} must have exactly two digits"),
            _ => format!(": cannot use {} as {what}", quote(rest)),
        }
    }
}

/// How many digits a month and its like have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Digits {
    Two,
    OneOrTwo,
}

struct Reader<'t> {
    rest: &'t str,
}

/// A date whose day may not exist.
struct RawDate {
    year: i32,
    month: Month,
    day: u8,
}

impl RawDate {
    fn resolve<'t>(&self, rest: &'t str) -> Parsed<'t, Date> {
        let wrong = Wrong { element: "", rest, message: ": day out of range" };
        Date::from_calendar_date(self.year, self.month, self.day).map_err(|_| wrong)
    }
}

impl<'t> Reader<'t> {
    fn wrong<T>(element: &'static str, rest: &'t str) -> Parsed<'t, T> {
        Err(Wrong { element, rest, message: "" })
    }

    fn skip(&mut self, text: &'static str) -> Parsed<'t, ()> {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None => Self::wrong(text, self.rest),
        }
    }

    /// A number of one or two digits within a range.
    fn number(&mut self, element: &'static str, digits: Digits, range: std::ops::RangeInclusive<u8>) -> Parsed<'t, u8> {
        let before = self.rest;
        let count = before.bytes().take(2).take_while(u8::is_ascii_digit).count();
        if count == 0 || count == 1 && digits == Digits::Two {
            return Self::wrong(element, before);
        }
        let (number, rest) = before.split_at(count);
        self.rest = rest;
        match number.parse() {
            Ok(number) if range.contains(&number) => Ok(number),
            _ => Self::wrong(element, rest),
        }
    }

    fn date(&mut self, digits: Digits) -> Parsed<'t, RawDate> {
        let before = self.rest;
        let Some(year) = before.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit())) else {
            return Self::wrong("2006", before);
        };
        self.rest = &before[4..];
        self.skip("-")?;
        let month = self.number("01", digits, 1..=12)?;
        self.skip("-")?;
        let day = self.number("02", digits, 0..=99)?;
        let month = Month::try_from(month).or_else(|_| Self::wrong("01", before))?;
        Ok(RawDate { year: year.parse().unwrap_or_default(), month, day })
    }

    fn time(&mut self, digits: Digits) -> Parsed<'t, Time> {
        let before = self.rest;
        // Go takes one digit for the hour in every layout.
        let hour = self.number("15", Digits::OneOrTwo, 0..=23)?;
        self.skip(":")?;
        let minute = self.number("04", digits, 0..=59)?;
        self.skip(":")?;
        let second = self.number("05", digits, 0..=59)?;
        let nanosecond = self.fraction();
        Time::from_hms_nano(hour, minute, second, nanosecond).or_else(|_| Self::wrong("15", before))
    }

    /// Digits behind a point or a comma, as billionths.
    fn fraction(&mut self) -> u32 {
        let Some(rest) = self.rest.strip_prefix(['.', ',']) else { return 0 };
        let count = rest.bytes().take_while(u8::is_ascii_digit).count();
        if count == 0 {
            return 0;
        }
        let (digits, rest) = rest.split_at(count);
        self.rest = rest;
        format!("{:0<9}", &digits[..count.min(9)]).parse().unwrap_or_default()
    }

    fn offset(&mut self) -> Parsed<'t, UtcOffset> {
        let before = self.rest;
        if let Some(rest) = before.strip_prefix('Z') {
            self.rest = rest;
            return Ok(UtcOffset::UTC);
        }
        let wrong = |_| Wrong { element: "Z07:00", rest: before, message: "" };
        let zone = before.get(..6).filter(|zone| zone.as_bytes()[3] == b':').ok_or_else(|| wrong(()))?;
        self.rest = &before[6..];
        let part = |range: std::ops::Range<usize>| {
            zone.get(range)
                .filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|part| part.parse::<i8>().ok())
        };
        let (hour, minute) = part(1..3).zip(part(4..6)).ok_or_else(|| wrong(()))?;
        if hour > 24 || minute > 60 {
            return Self::wrong("Z07:00", self.rest);
        }
        let seconds = (i32::from(hour) * 60 + i32::from(minute)) * 60;
        let seconds = match zone.as_bytes()[0] {
            b'+' => seconds,
            b'-' => -seconds,
            _ => return Self::wrong("Z07:00", before),
        };
        UtcOffset::from_whole_seconds(seconds).map_err(|_| wrong(()))
    }
}

/// In RFC 3339 without fractions of a second.
pub(super) fn format(time: OffsetDateTime) -> String {
    let (date, offset) = (time.date(), offset(time.offset(), ":"));
    let offset = if time.offset().is_utc() { "Z".into() } else { offset };
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}{offset}", time.hour(), time.minute(), time.second())
}

/// `+hh:mm` with something between hours and minutes.
pub(super) fn offset(offset: UtcOffset, between: &str) -> String {
    let minutes = offset.whole_seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}{between}{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// A duration such as `1h30m`, as Go's `time.ParseDuration`; the error is Go's.
pub(super) fn parse_duration(text: &str) -> Result<Duration, String> {
    let invalid = || format!("time: invalid duration {}", quote(text));
    let negative = text.starts_with('-');
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Ok(Duration::ZERO);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut nanoseconds: u64 = 0;
    while !rest.is_empty() {
        let (whole, after) = rest.split_at(digits(rest));
        let (fraction, after) = match after.strip_prefix('.') {
            Some(after) => after.split_at(digits(after)),
            None => ("", after),
        };
        if whole.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let end = after.find(|character: char| character == '.' || character.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        rest = after;
        let unit = match unit {
            "" => return Err(format!("time: missing unit in duration {}", quote(text))),
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000_u64,
            other => return Err(format!("time: unknown unit {} in duration {}", quote(other), quote(text))),
        };
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| invalid())? };
        let part = whole.checked_mul(unit).and_then(|part| part.checked_add(fraction_of(fraction, unit)));
        let sum = part.and_then(|part| nanoseconds.checked_add(part)).filter(|sum| *sum <= 1 << 63);
        nanoseconds = sum.ok_or_else(invalid)?;
    }
    let signed = if negative { -i128::from(nanoseconds) } else { i128::from(nanoseconds) };
    i64::try_from(signed).map(Duration::nanoseconds).map_err(|_| invalid())
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Digits behind a point, in nanoseconds of a unit.
fn fraction_of(digits: &str, unit: u64) -> u64 {
    let used = &digits[..digits.len().min(18)];
    let number: f64 = used.parse().unwrap_or_default();
    let scale = 10_f64.powi(i32::try_from(used.len()).unwrap_or_default());
    (number * (unit as f64 / scale)) as u64
}
