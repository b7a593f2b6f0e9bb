//! Numbers of arbitrary precision.

use std::cmp::Ordering;
use std::fmt;

/// A number of the language.
#[derive(Clone, Debug)]
pub struct Number(Repr);

#[derive(Clone, Debug)]
enum Repr {
    Int(i64),
    Float(f64),
}

impl Number {
    /// From decimal notation with an optional exponent, as in the language and in JSON.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(int) = text.parse() {
            return Some(Self(Repr::Int(int)));
        }
        text.parse().ok().map(|float| Self(Repr::Float(float)))
    }

    /// From a float; `None` for NaN.
    pub fn from_f64(float: f64) -> Option<Self> {
        (!float.is_nan()).then_some(Self(Repr::Float(float)))
    }

    /// When it is a whole number in range.
    pub fn to_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(int) => Some(int),
            Repr::Float(float) => (float.fract() == 0.0 && float.abs() < 9e18).then_some(float as i64),
        }
    }

    /// When it is a whole number in range.
    pub fn to_usize(&self) -> Option<usize> {
        self.to_i64().and_then(|int| usize::try_from(int).ok())
    }

    /// The nearest float.
    pub fn to_f64(&self) -> f64 {
        match self.0 {
            Repr::Int(int) => int as f64,
            Repr::Float(float) => float,
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.to_f64().total_cmp(&other.to_f64())
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Repr::Int(int) => write!(f, "{int}"),
            Repr::Float(float) => write!(f, "{float}"),
        }
    }
}

impl From<i64> for Number {
    fn from(int: i64) -> Self {
        Self(Repr::Int(int))
    }
}

impl From<u64> for Number {
    fn from(int: u64) -> Self {
        Self(Repr::Int(int as i64))
    }
}
