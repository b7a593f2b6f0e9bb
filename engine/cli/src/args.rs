//! Command lines as Terraform's users type them: `-flag`, `-flag=value`, `-flag value`, and two dashes as well.

use std::time::Duration;

use crate::failure::{Failure, Help};

/// Whether a flag takes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlagKind {
    /// `-flag` or `-flag=false`.
    Bool,
    /// `-flag=value` or `-flag value`; may be given more than once.
    Value,
    /// As [`FlagKind::Value`], a whole number.
    Number,
    /// As [`FlagKind::Value`], a length of time.
    Duration,
}

/// A command's flags: name and kind.
pub(crate) type Flags = &'static [(&'static str, FlagKind)];

/// A parsed command line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parsed {
    /// Flags in the order given.
    pub(crate) flags: Vec<(&'static str, String)>,
    /// What follows the flags.
    pub(crate) positional: Vec<String>,
}

/// Parses by the rules of Go's `flag` package: flags end at the first argument that is none, or at `--`.
pub(crate) fn parse(flags: &[Flags], arguments: &[String]) -> Result<Parsed, String> {
    let mut parsed = Parsed::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--" {
            parsed.positional.extend(rest.cloned());
            break;
        }
        let Some(flag) = argument.strip_prefix('-').filter(|flag| !flag.is_empty()) else {
            parsed.positional.push(argument.clone());
            parsed.positional.extend(rest.cloned());
            break;
        };
        let flag = flag.strip_prefix('-').unwrap_or(flag);
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (flag, None),
        };
        if name.is_empty() || name.starts_with('-') {
            return Err(format!("bad flag syntax: {argument}"));
        }
        let known = flags.iter().flat_map(|flags| flags.iter()).find(|(candidate, _)| *candidate == name);
        let Some((name, kind)) = known else { return Err(format!("flag provided but not defined: -{name}")) };
        let value = match (kind, value) {
            (FlagKind::Bool, None) => "true".to_owned(),
            (FlagKind::Bool, Some(value)) => boolean(&value)
                .map(|truth| truth.to_string())
                .ok_or_else(|| format!("invalid boolean value {value:?} for -{name}: parse error"))?,
            (_, Some(value)) => value,
            (_, None) => rest.next().cloned().ok_or_else(|| format!("flag needs an argument: -{name}"))?,
        };
        let fits = match kind {
            FlagKind::Bool | FlagKind::Value => true,
            FlagKind::Number => value.parse::<i64>().is_ok(),
            FlagKind::Duration => duration(&value).is_some(),
        };
        if !fits {
            return Err(format!("invalid value {value:?} for flag -{name}: parse error"));
        }
        parsed.flags.push((name, value));
    }
    Ok(parsed)
}

/// As [`parse`], for commands that tell mistakes in the classic manner.
pub(crate) fn parse_classic(flags: &[Flags], arguments: &[String], help: Help) -> Result<Parsed, Failure> {
    parse(flags, arguments)
        .map_err(|error| Failure::misuse(format!("Error parsing command-line flags: {error}\n"), help))
}

/// The arguments of a command that takes none but flags.
pub(crate) fn no_arguments(parsed: &Parsed) -> Result<(), Failure> {
    if parsed.positional.is_empty() {
        return Ok(());
    }
    Err(Failure::text("Too many command line arguments. Did you mean to use -chdir?"))
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

impl Parsed {
    /// The last value of a flag.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.flags.iter().rev().find(|(flag, _)| *flag == name).map(|(_, value)| &**value)
    }

    /// All values of a flag, in order.
    pub(crate) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.flags.iter().filter(move |(flag, _)| *flag == name).map(|(_, value)| &**value)
    }

    /// Whether a boolean flag is set; `default` when it is not given.
    pub(crate) fn is(&self, name: &str, default: bool) -> bool {
        self.value(name).map_or(default, |value| value == "true")
    }

    /// The value of a [`FlagKind::Number`] flag; `default` when it is not given.
    pub(crate) fn number(&self, name: &str, default: i64) -> i64 {
        self.value(name).and_then(|value| value.parse().ok()).unwrap_or(default)
    }

    /// The value of a [`FlagKind::Duration`] flag, such as `10s`, `5m` or `1h30m`; none when it is not given.
    pub(crate) fn duration(&self, name: &str) -> Duration {
        self.value(name).and_then(duration).unwrap_or_default()
    }
}

/// Go's notation of a duration.
fn duration(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let mut total = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|next: char| !next.is_ascii_digit() && next != '.')?;
        let amount: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let unit = rest.find(|next: char| next.is_ascii_digit()).unwrap_or(rest.len());
        total += amount
            * match &rest[..unit] {
                "h" => 3600.0,
                "m" => 60.0,
                "s" => 1.0,
                "ms" => 1e-3,
                "us" | "µs" => 1e-6,
                "ns" => 1e-9,
                _ => return None,
            };
        rest = &rest[unit..];
    }
    (!text.is_empty()).then(|| Duration::from_secs_f64(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAGS: Flags = &[("var", FlagKind::Value), ("lock", FlagKind::Bool), ("lock-timeout", FlagKind::Duration)];

    type FlagsAndRest = (Vec<(&'static str, String)>, Vec<String>);

    fn check(arguments: &[&str]) -> Result<FlagsAndRest, String> {
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        parse(&[FLAGS], &arguments).map(|parsed| (parsed.flags, parsed.positional))
    }

    #[test]
    fn flags_as_users_type_them() {
        let flags = vec![("var", "a=b".to_owned()), ("lock", "false".to_owned()), ("var", "c=d".to_owned())];
        assert_eq!(
            check(&["-var", "a=b", "--lock=0", "-var=c=d", "x", "-y"]),
            Ok((flags, vec!["x".into(), "-y".into()]))
        );
        assert_eq!(check(&["-nope"]), Err("flag provided but not defined: -nope".into()));
        assert_eq!(check(&["-var"]), Err("flag needs an argument: -var".into()));
        assert!(check(&["-lock=maybe"]).is_err());
        let error = "invalid value \"soon\" for flag -lock-timeout: parse error";
        assert_eq!(check(&["-lock-timeout=soon"]), Err(error.into()));
    }

    #[test]
    fn durations_in_go_notation() {
        assert_eq!(duration("1m30s"), Some(Duration::from_secs(90)));
        assert_eq!(duration("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(duration("5"), None);
    }
}
