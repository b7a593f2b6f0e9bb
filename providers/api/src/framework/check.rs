//! Demands on known attribute values: `#[attr(check = one_of(["a", "b"]))]`.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;
use std::sync::Arc;

use landform_values::Value;

type Demand = dyn Fn(&Value) -> Result<(), String> + Send + Sync;

/// A demand on a known value that is not null.
#[derive(Clone)]
pub struct Check(Arc<Demand>);

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Check")
    }
}

impl Check {
    /// A demand on any value. The error is a phrase that follows the attribute's name.
    pub fn new(demand: impl Fn(&Value) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(demand))
    }

    /// A demand on text; other values pass.
    pub fn text(demand: impl Fn(&str) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self::new(move |value| value.as_str().map_or(Ok(()), &demand))
    }

    /// Runs the check.
    pub fn run(&self, value: &Value) -> Result<(), String> {
        (self.0)(value)
    }
}

/// The text is one of these.
pub fn one_of<const N: usize>(allowed: [&'static str; N]) -> Check {
    Check::text(move |text| {
        if allowed.contains(&text) {
            return Ok(());
        }
        let listed: Vec<String> = allowed.iter().map(|it| format!("{it:?}")).collect();
        Err(format!("must be one of {}, not {text:?}", listed.join(", ")))
    })
}

/// The text has so many characters.
pub fn length(range: RangeInclusive<usize>) -> Check {
    Check::text(move |text| {
        let length = text.chars().count();
        let (least, most) = (range.start(), range.end());
        if range.contains(&length) {
            Ok(())
        } else {
            Err(format!("must have {least} to {most} characters, not {length}"))
        }
    })
}

/// The number lies within.
pub fn between(range: RangeInclusive<i64>) -> Check {
    Check::new(move |value| {
        let Some(number) = value.as_number() else { return Ok(()) };
        let inside = number.to_i64().is_some_and(|number| range.contains(&number));
        if inside { Ok(()) } else { Err(format!("must be from {} to {}, not {number}", range.start(), range.end())) }
    })
}

/// The number is one of these.
pub fn one_of_numbers<const N: usize>(allowed: [i64; N]) -> Check {
    Check::new(move |value| {
        let Some(number) = value.as_number() else { return Ok(()) };
        let listed = number.to_i64().is_some_and(|number| allowed.contains(&number));
        if listed { Ok(()) } else { Err(format!("must be one of {allowed:?}, not {number}")) }
    })
}

/// Every item of a list or set passes.
pub fn each(check: Check) -> Check {
    Check::new(move |value| {
        let items = value.as_sequence().unwrap_or_default().iter();
        items.filter(|item| item.is_known() && !item.is_null()).try_for_each(|item| check.run(item))
    })
}

/// The text has only characters that the test allows.
pub fn characters(allowed: fn(char) -> bool, described: &'static str) -> Check {
    Check::text(move |text| {
        let wrong = text.chars().find(|character| !allowed(*character));
        wrong.map_or(Ok(()), |wrong| Err(format!("may only contain {described}, not {wrong:?}")))
    })
}

/// An IPv4 network in CIDR notation, without host bits.
pub fn cidr_v4() -> Check {
    Check::text(|text| network(text, false))
}

/// An IPv6 network in CIDR notation, without host bits.
pub fn cidr_v6() -> Check {
    Check::text(|text| network(text, true))
}

/// An IPv4 network with a prefix length within the range.
pub fn cidr_v4_within(range: RangeInclusive<u32>) -> Check {
    Check::text(move |text| network(text, false).and_then(|()| prefix_within(text, &range)))
}

/// An IPv6 network with a prefix length within the range.
pub fn cidr_v6_within(range: RangeInclusive<u32>) -> Check {
    Check::text(move |text| network(text, true).and_then(|()| prefix_within(text, &range)))
}

/// An IPv4 address.
pub fn ipv4() -> Check {
    Check::text(|text| text.parse::<Ipv4Addr>().map(|_| ()).map_err(|_| format!("{text:?} is not an IPv4 address")))
}

/// JSON text.
pub fn json() -> Check {
    Check::text(|text| {
        let parsed = serde_json::from_str::<serde::de::IgnoredAny>(text);
        parsed.map(|_| ()).map_err(|error| format!("contains invalid JSON: {error}"))
    })
}

/// An Amazon Resource Name.
pub fn arn() -> Check {
    Check::text(|text| {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let valid =
            text.is_empty() || parts.len() == 6 && parts[0] == "arn" && !parts[1].is_empty() && !parts[5].is_empty();
        if valid {
            Ok(())
        } else {
            Err(format!("{text:?} is not an ARN (arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE)"))
        }
    })
}

fn prefix_within(text: &str, range: &RangeInclusive<u32>) -> Result<(), String> {
    let prefix = text.split_once('/').and_then(|(_, prefix)| prefix.parse::<u32>().ok());
    if prefix.is_some_and(|prefix| range.contains(&prefix)) {
        return Ok(());
    }
    Err(format!("must have a prefix length from /{} to /{}: {text:?}", range.start(), range.end()))
}

fn network(text: &str, v6: bool) -> Result<(), String> {
    let family = if v6 { "IPv6" } else { "IPv4" };
    let wrong = || format!("{text:?} is not an {family} network in CIDR notation");
    let (address, prefix) = text.split_once('/').ok_or_else(wrong)?;
    let prefix: u32 = prefix.parse().map_err(|_| wrong())?;
    let (bits, width) = if v6 {
        (u128::from(address.parse::<Ipv6Addr>().map_err(|_| wrong())?), 128)
    } else {
        (u128::from(u32::from(address.parse::<Ipv4Addr>().map_err(|_| wrong())?)), 32)
    };
    if prefix > width {
        return Err(wrong());
    }
    let host_bits = if prefix == width { 0 } else { bits << (128 - width) << prefix };
    if host_bits != 0 {
        return Err(format!("{text:?} has bits set beyond its prefix length: it names a host, not a network"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks() {
        let cases = [
            ("10.0.0.0/16", true),
            ("10.0.0.1/16", false),
            ("0.0.0.0/0", true),
            ("10.0.0.1/32", true),
            ("10.0.0.0", false),
            ("10.0.0.0/33", false),
            ("::/0", false),
            ("x/8", false),
        ];
        for (text, fine) in cases {
            assert_eq!(cidr_v4().run(&Value::from(text)).is_ok(), fine, "{text}");
        }
        for (text, fine) in [("::/0", true), ("fd00::/8", true), ("fd00::1/64", false), ("10.0.0.0/8", false)] {
            assert_eq!(cidr_v6().run(&Value::from(text)).is_ok(), fine, "{text}");
        }
    }
}
