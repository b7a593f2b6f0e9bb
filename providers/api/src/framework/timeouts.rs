//! The `timeouts` block.

use std::time::Duration;

use landform_values::{PathError, Step, Type, Value};

use super::{Attr, AttrField, AttributeShape, BlockShape, Check, Shape};
use crate::Nesting;

const NAMES: [&str; 4] = ["create", "read", "update", "delete"];

/// How long operations may take: as configured, else the type's own defaults.
///
/// A field of this type carries `#[timeouts(create = "10m", delete = "20m")]`: the operations that the block offers and
/// their defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    given: [Attr<String>; 4],
    defaults: [Option<Duration>; 4],
}

impl Timeouts {
    /// How long a create may take; 20 minutes unless said.
    pub fn create(&self) -> Duration {
        self.of(0)
    }

    /// How long a read may take.
    pub fn read(&self) -> Duration {
        self.of(1)
    }

    /// How long an update may take.
    pub fn update(&self) -> Duration {
        self.of(2)
    }

    /// How long a delete may take.
    pub fn delete(&self) -> Duration {
        self.of(3)
    }

    fn of(&self, index: usize) -> Duration {
        let given = self.given[index].text().and_then(parse_duration);
        given.or(self.defaults[index]).unwrap_or(Duration::from_secs(20 * 60))
    }

    #[doc(hidden)]
    pub fn decode(value: &Value, defaults: [Option<&str>; 4]) -> Result<Self, PathError> {
        let mut timeouts = Self { given: Default::default(), defaults: defaults.map(|text| parse_duration(text?)) };
        for (index, name) in NAMES.into_iter().enumerate() {
            if let Some(given) = value.get_attribute(name) {
                timeouts.given[index] =
                    Attr::decode(given).map_err(|error| error.inside(Step::Attribute(name.into())))?;
            }
        }
        Ok(timeouts)
    }

    #[doc(hidden)]
    pub fn encode(&self, defaults: [Option<&str>; 4]) -> Value {
        let offered = || NAMES.into_iter().enumerate().filter(|(index, _)| defaults[*index].is_some());
        if self.given.iter().all(Attr::is_null) {
            return Value::null(Type::object(offered().map(|(_, name)| (name, Type::String))));
        }
        Value::object(offered().map(|(index, name)| (name, self.given[index].encode())))
    }

    #[doc(hidden)]
    pub fn block(defaults: [Option<&str>; 4]) -> BlockShape {
        let offered = NAMES.into_iter().zip(defaults).filter(|(_, default)| default.is_some());
        let attributes = offered.map(|(name, _)| attribute(name)).collect();
        BlockShape {
            name: "timeouts",
            nesting: Nesting::Single,
            min: 0,
            max: 0,
            computed: false,
            kept: false,
            replace: false,
            timeouts: true,
            deprecated: None,
            description: "",
            shape: Shape { attributes, ..Shape::default() },
        }
    }
}

fn attribute(name: &'static str) -> AttributeShape {
    let description = "How long the operation may take, such as `30s`, `10m` or `1h30m`.";
    AttributeShape {
        optional: true,
        checks: vec![Check::text(|text| {
            parse_duration(text)
                .map(|_| ())
                .ok_or_else(|| format!("{text:?} is not a duration such as \"30s\" or \"10m\""))
        })],
        description,
        ..AttributeShape::of(name, Type::String)
    }
}

/// Parses a duration as Go writes it: `1h30m`, `90s`, `1.5h`, `300ms`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let mut rest = text;
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit() && character != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        let unit_end =
            rest[digits..].find(|character: char| character.is_ascii_digit()).map_or(rest.len(), |at| digits + at);
        seconds += number * unit_seconds(&rest[digits..unit_end])?;
        rest = &rest[unit_end..];
    }
    (!text.is_empty()).then(|| Duration::try_from_secs_f64(seconds).ok())?
}

fn unit_seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "h" => 3600.0,
        "m" => 60.0,
        "s" => 1.0,
        "ms" => 1e-3,
        "us" | "µs" => 1e-6,
        "ns" => 1e-9,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let cases = [
            ("10m", Some(600_000)),
            ("1h30m", Some(5_400_000)),
            ("90s", Some(90_000)),
            ("1.5h", Some(5_400_000)),
            ("300ms", Some(300)),
            ("0", Some(0)),
            ("", None),
            ("10", None),
            ("x", None),
            ("-5m", None),
            ("5d", None),
        ];
        for (text, milliseconds) in cases {
            assert_eq!(parse_duration(text).map(|it| it.as_millis()), milliseconds, "{text}");
        }
    }
}
