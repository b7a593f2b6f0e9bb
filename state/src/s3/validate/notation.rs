//! Notations that arguments are written in: durations, URLs, ARNs, policies. Messages are those of Go's parsers.

use std::fmt::Write as _;

const SECOND: i128 = 1_000_000_000;
const UNITS: [(&str, i128); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("m", 60 * SECOND),
    ("h", 3_600 * SECOND),
];

/// Reads `1h30m`; nanoseconds.
pub(in crate::s3) fn parse_duration(text: &str) -> Result<i128, String> {
    let invalid = || format!("time: invalid duration {text:?}");
    let (negative, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let number_end = rest.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at(number_end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return Err(invalid());
        }
        let unit_end = after.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, left) = after.split_at(unit_end);
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration {text:?}"));
        }
        let Some((_, scale)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(format!("time: unknown unit {unit:?} in duration {text:?}"));
        };
        total += scaled(whole, fraction, *scale).ok_or_else(invalid)?;
        rest = left;
    }
    if total > i128::from(i64::MAX) {
        return Err(invalid());
    }
    Ok(if negative { -total } else { total })
}

fn scaled(whole: &str, fraction: &str, scale: i128) -> Option<i128> {
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()?.into() };
    let mut result = whole * scale;
    let mut place = scale;
    for digit in fraction.bytes() {
        place /= 10;
        result += i128::from(digit - b'0') * place;
    }
    Some(result)
}

/// Prints `1h30m0s`.
pub(super) fn print_duration(nanoseconds: i128) -> String {
    let mut result = String::new();
    if nanoseconds < 0 {
        result.push('-');
    }
    let left = nanoseconds.abs();
    let fraction = |amount: i128, unit: i128| {
        let text = format!("{}.{:09}", amount / unit, amount % unit * SECOND / unit);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    if left < SECOND {
        let (unit, name) = match left {
            0 => return "0s".to_owned(),
            1..1_000 => (1, "ns"),
            1_000..1_000_000 => (1_000, "µs"),
            _ => (1_000_000, "ms"),
        };
        return result + &fraction(left, unit) + name;
    }
    let (hours, minutes) = (left / (3_600 * SECOND), left / (60 * SECOND) % 60);
    if hours > 0 {
        let _ = write!(result, "{hours}h");
    }
    if hours > 0 || minutes > 0 {
        let _ = write!(result, "{minutes}m");
    }
    result + &fraction(left % (60 * SECOND), SECOND) + "s"
}

/// Scheme and host of a URL; both may be empty.
pub(in crate::s3) fn parse_url(text: &str) -> Result<(&str, &str), String> {
    let wrong = |what: &str| Err(format!("parse {text:?}: {what}"));
    if text.contains(|c: char| c.is_ascii_control()) {
        return wrong("net/url: invalid control character in URL");
    }
    let (scheme, rest) = match text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.')) {
        Some(0) if text.starts_with(':') => return wrong("missing protocol scheme"),
        Some(end) if text.as_bytes()[end] == b':' && text.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            (&text[..end], &text[end + 1..])
        }
        _ => ("", text),
    };
    let Some(authority) = rest.strip_prefix("//") else {
        let first = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if scheme.is_empty() && first.contains(':') {
            return wrong("first path segment in URL cannot contain colon");
        }
        return Ok((scheme, ""));
    };
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if host.contains(' ') {
        return wrong("invalid character \" \" in host name");
    }
    let port = match host.rfind([':', ']']) {
        Some(colon) if host.as_bytes()[colon] == b':' => &host[colon + 1..],
        _ => "",
    };
    if !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return wrong(&format!("invalid port {:?} after host", format!(":{port}")));
    }
    Ok((scheme, host))
}

/// The resource part of an ARN.
pub(super) fn parse_arn(text: &str) -> Result<&str, &'static str> {
    if !text.starts_with("arn:") {
        return Err("arn: invalid prefix");
    }
    text.splitn(6, ':').nth(5).ok_or("arn: not enough sections")
}

/// What is wrong with an IAM policy document: a summary and a detail.
pub(super) fn policy_problem(text: &str) -> Option<(&'static str, String)> {
    const SUMMARY: &str = "Invalid IAM Policy Document";
    const WANTED: &str = "Expected a JSON object describing the policy";
    let text = text.trim();
    if text.starts_with('{') {
        let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
        let offset = byte_offset(text, &error);
        let detail = format!("The JSON document contains an error: {error}, at byte offset {offset}");
        return Some(("Invalid JSON Document", detail));
    }
    if !text.starts_with('"') {
        return Some((SUMMARY, WANTED.to_owned()));
    }
    let inner: Option<String> = serde_json::from_str(text).ok();
    let hint = match &inner {
        Some(inner) if inner.ends_with(".json") => format!(
            "\n\nThe string {inner:?} looks like a filename, please pass the contents of the file instead of the filename."
        ),
        Some(inner) if serde_json::from_str::<serde::de::IgnoredAny>(inner).is_ok() => {
            "\n\nThe string content was valid JSON, your policy document may have been double-encoded.".to_owned()
        }
        _ => String::new(),
    };
    Some((SUMMARY, format!("{WANTED}, had a JSON-encoded string.{hint}")))
}

fn byte_offset(text: &str, error: &serde_json::Error) -> usize {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    before + error.column()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let minute = 60 * SECOND;
        for (text, expected) in [
            ("1h30m", Ok(90 * minute)),
            ("1.5h", Ok(90 * minute)),
            (".5s", Ok(SECOND / 2)),
            ("-2m", Ok(-2 * minute)),
            ("0", Ok(0)),
            ("15", Err("time: missing unit in duration \"15\"")),
            ("1d", Err("time: unknown unit \"d\" in duration \"1d\"")),
            ("", Err("time: invalid duration \"\"")),
            ("h", Err("time: invalid duration \"h\"")),
            ("1..5h", Err("time: invalid duration \"1..5h\"")),
            ("99999999999999999999h", Err("time: invalid duration \"99999999999999999999h\"")),
        ] {
            assert_eq!(parse_duration(text), expected.map_err(str::to_owned), "{text}");
        }
        for (amount, expected) in [
            (90 * minute, "1h30m0s"),
            (15 * minute, "15m0s"),
            (3 * SECOND / 2, "1.5s"),
            (-SECOND, "-1s"),
            (1_500_000, "1.5ms"),
            (0, "0s"),
        ] {
            assert_eq!(print_duration(amount), expected);
        }
    }

    #[test]
    fn urls() {
        for (text, expected) in [
            ("https://s3.example.com/path?x#y", Ok(("https", "s3.example.com"))),
            ("http://user:pw@[::1]:80", Ok(("http", "[::1]:80"))),
            ("s3.example.com", Ok(("", ""))),
            ("", Ok(("", ""))),
            ("//host/path", Ok(("", "host"))),
            ("127.0.0.1:80", Err("parse \"127.0.0.1:80\": first path segment in URL cannot contain colon")),
            ("localhost:80", Ok(("localhost", ""))),
            (":80", Err("parse \":80\": missing protocol scheme")),
            ("http://a b", Err("parse \"http://a b\": invalid character \" \" in host name")),
            ("http://a:x", Err("parse \"http://a:x\": invalid port \":x\" after host")),
        ] {
            assert_eq!(parse_url(text), expected.map_err(str::to_owned), "{text}");
        }
    }

    #[test]
    fn arns() {
        assert_eq!(parse_arn("arn:aws:iam::123456789012:role/a:b"), Ok("role/a:b"));
        assert_eq!(parse_arn("role/a"), Err("arn: invalid prefix"));
        assert_eq!(parse_arn("arn:aws:iam::1"), Err("arn: not enough sections"));
    }

    #[test]
    fn policies() {
        let summary = |text: &str| policy_problem(text).map(|(summary, detail)| format!("{summary}: {detail}"));
        assert_eq!(summary(" {\"Statement\": []} "), None);
        for (text, expected) in [
            ("{", "The JSON document contains an error"),
            ("[]", "Invalid IAM Policy Document: Expected a JSON object describing the policy"),
            ("\"policy.json\"", "looks like a filename"),
            ("\"{}\"", "double-encoded"),
            ("\"x\"", "had a JSON-encoded string."),
            ("", "Expected a JSON object"),
        ] {
            assert!(summary(text).is_some_and(|found| found.contains(expected)), "{text}: {:?}", summary(text));
        }
    }
}
