//! Numbers of arbitrary precision.
//!
//! Terraform's numbers are binary floats that remember a precision: 512 bits when written in a configuration, 64 when
//! counted, 53 when a function computed with doubles. It shows: `1/3` prints 153 digits, `pow(2, 0.5)` prints 17.
//! Whole numbers of 64 bits take no allocation.

mod bounds;
mod decimal;
mod float;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use dashu_int::UBig;
use dashu_int::ops::BitTest;

use decimal::Decimal;
use float::Float;

/// Precision of what is written in decimal.
const LITERAL: u32 = 512;
/// Precision of whole numbers of the machine.
const INTEGER: u32 = 64;
/// Precision of doubles, the smallest there is.
const DOUBLE: u32 = 53;

/// A number of the language: arbitrary precision, signed zero, infinities, no NaN.
///
/// `==` is the language's own: two whole numbers by value, others by their decimal text. The order agrees with it;
/// [`Number::compare`] is the order of the language's `<`, which knows no texts.
#[derive(Clone)]
pub struct Number(Repr);

#[derive(Clone)]
enum Repr {
    /// A whole number whose decimal text is exact at this precision: at least 64 bits, or the number is below 2^53.
    Int(i64, u32),
    Float(Arc<Float>),
    Infinity {
        negative: bool,
    },
}

/// What arithmetic refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// A result with no meaning: `0/0`, `Inf-Inf`, `0*Inf`.
    #[error("the result is undefined")]
    Undefined,
    /// A result too large or too near to zero to be meant.
    #[error("the number is out of range")]
    OutOfRange,
}

/// How [`Number::format`] writes a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// `123.45`.
    Fixed,
    /// `1.2345e+02`, with this letter.
    Scientific(char),
    /// The shorter of both, with this letter.
    General(char),
}

/// Making numbers.
impl Number {
    /// Zero.
    pub const ZERO: Self = Self(Repr::Int(0, INTEGER));
    /// One.
    pub const ONE: Self = Self(Repr::Int(1, INTEGER));
    /// Above every number.
    pub const INFINITY: Self = Self(Repr::Infinity { negative: false });
    /// Below every number.
    pub const NEGATIVE_INFINITY: Self = Self(Repr::Infinity { negative: true });

    /// From decimal notation with an optional exponent, as in the language, in JSON and in conversions from strings
    /// (which also take `Inf` and `1p4`). `None` when it is no number or an absurdly large one.
    pub fn parse(text: &str) -> Option<Self> {
        let short = (text.len() <= 18).then(|| text.parse::<i64>().ok()).flatten();
        if let Some(int) = short.filter(|int| *int != 0 || !text.starts_with('-')) {
            return Some(Self(Repr::Int(int, LITERAL)));
        }
        match text.strip_prefix(['+', '-']).unwrap_or(text) {
            "Inf" | "inf" => Some(Self(Repr::Infinity { negative: text.starts_with('-') })),
            _ => decimal::parse(text, LITERAL).map(Self::from_float),
        }
    }

    /// A whole number in another base up to 36, letters in either case; up to 62 lower case letters come before upper
    /// case ones, as in Go's `big.Int.SetString`.
    pub fn parse_integer(text: &str, base: u32) -> Option<Self> {
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let mut magnitude = UBig::ZERO;
        if digits.is_empty() || digits.len() > 1 << 16 {
            return None;
        }
        for digit in digits.bytes() {
            let digit = digit_value(digit, base).filter(|digit| *digit < base)?;
            magnitude = magnitude * base + digit;
        }
        Some(Self::from_magnitude(negative, magnitude))
    }

    /// From a double; `None` for NaN.
    pub fn from_f64(float: f64) -> Option<Self> {
        if float.is_nan() {
            return None;
        }
        if float.is_infinite() {
            return Some(Self(Repr::Infinity { negative: float < 0.0 }));
        }
        let bits = float.to_bits();
        let (field, fraction) = ((bits >> 52) & 0x7ff, bits & ((1 << 52) - 1));
        let (mantissa, exponent) =
            if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field as i64 - 1075) };
        let float = Float::round(float.is_sign_negative(), UBig::from(mantissa), exponent, false, DOUBLE);
        float.ok().map(Self::from_float)
    }

    fn from_float(float: Float) -> Self {
        let exact = |int: &i64| float.precision >= INTEGER || int.unsigned_abs() <= 1 << DOUBLE;
        match float.to_i64().filter(exact) {
            Some(int) if int != 0 || !float.negative => Self(Repr::Int(int, float.precision)),
            _ => Self(Repr::Float(Arc::new(float))),
        }
    }

    /// A whole number near another number, as precise as that: `big.Float.SetInt` into what was there.
    fn beside(float: &Float, magnitude: UBig) -> Self {
        let negative = float.negative && !magnitude.is_zero();
        Self::from_float(Float::from_magnitude(negative, magnitude, float.precision))
    }

    /// A whole number with the precision it needs, as Go's `big.Float.SetInt`.
    fn from_magnitude(negative: bool, magnitude: UBig) -> Self {
        let precision = u32::try_from(magnitude.bit_len()).unwrap_or(u32::MAX).max(INTEGER);
        let negative = negative && !magnitude.is_zero();
        Self::from_float(Float::from_magnitude(negative, magnitude, precision))
    }
}

fn digit_value(digit: u8, base: u32) -> Option<u32> {
    Some(match digit {
        b'0'..=b'9' => u32::from(digit - b'0'),
        b'a'..=b'z' => u32::from(digit - b'a') + 10,
        b'A'..=b'Z' if base <= 36 => u32::from(digit - b'A') + 10,
        b'A'..=b'Z' => u32::from(digit - b'A') + 36,
        _ => return None,
    })
}

/// Looking at numbers.
impl Number {
    /// When it is a whole number in range.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Int(int, _) => Some(*int),
            Repr::Float(float) => float.to_i64(),
            Repr::Infinity { .. } => None,
        }
    }

    /// When it is a whole number in range.
    pub fn to_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Int(int, _) => u64::try_from(*int).ok(),
            Repr::Float(float) if float.is_zero() => Some(0),
            Repr::Float(float) if float.negative || !float.is_integer() || float.exponent > 64 => None,
            Repr::Float(float) => u64::try_from(float.truncated()).ok(),
            Repr::Infinity { .. } => None,
        }
    }

    /// When it is a whole number in range.
    pub fn to_usize(&self) -> Option<usize> {
        self.to_u64().and_then(|int| usize::try_from(int).ok())
    }

    /// The nearest double, ties to even.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::Int(int, _) => *int as f64,
            Repr::Float(float) => float.to_f64(),
            Repr::Infinity { negative: true } => f64::NEG_INFINITY,
            Repr::Infinity { negative: false } => f64::INFINITY,
        }
    }

    /// Whether it has no fraction. Infinities are not whole.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Int(..) => true,
            Repr::Float(float) => float.is_integer(),
            Repr::Infinity { .. } => false,
        }
    }

    /// Whether it is zero of either sign.
    pub fn is_zero(&self) -> bool {
        match &self.0 {
            Repr::Int(int, _) => *int == 0,
            Repr::Float(float) => float.is_zero(),
            Repr::Infinity { .. } => false,
        }
    }

    /// Whether it is below zero. Negative zero is not.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Int(int, _) => *int < 0,
            Repr::Float(float) => float.negative && !float.is_zero(),
            Repr::Infinity { negative } => *negative,
        }
    }

    /// Whether it is an infinity of either sign.
    pub fn is_infinite(&self) -> bool {
        matches!(self.0, Repr::Infinity { .. })
    }

    fn precision(&self) -> u32 {
        match &self.0 {
            Repr::Int(_, precision) => *precision,
            Repr::Float(float) => float.precision,
            Repr::Infinity { .. } => LITERAL,
        }
    }

    fn signbit(&self) -> bool {
        match &self.0 {
            Repr::Int(int, _) => *int < 0,
            Repr::Float(float) => float.negative,
            Repr::Infinity { negative } => *negative,
        }
    }

    /// The float, unless it is an infinity.
    fn float(&self) -> Option<Float> {
        match &self.0 {
            Repr::Int(int, precision) => Some(Float::from_integer(*int, *precision)),
            Repr::Float(float) => Some((**float).clone()),
            Repr::Infinity { .. } => None,
        }
    }

    /// Compares by exact value, as the language's `<`.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Int(a, _), Repr::Int(b, _)) => a.cmp(b),
            (Repr::Float(a), Repr::Float(b)) => a.compare(b),
            (Repr::Int(a, precision), Repr::Float(b)) => Float::from_integer(*a, *precision).compare(b),
            (Repr::Float(a), Repr::Int(b, precision)) => a.compare(&Float::from_integer(*b, *precision)),
            (Repr::Infinity { negative: a }, Repr::Infinity { negative: b }) => b.cmp(a),
            (Repr::Infinity { negative }, _) => {
                if *negative {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (_, Repr::Infinity { negative }) => {
                if *negative {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
        }
    }

    /// The number that decides equality: what the decimal text reads as, at full precision.
    fn canonical(&self) -> Option<Float> {
        let float = self.float()?;
        if float.is_integer() || float.precision >= LITERAL {
            return Some(float);
        }
        decimal::parse(&self.to_string(), LITERAL)
    }
}

/// Arithmetic.
impl Number {
    /// `self + other`.
    pub fn add(&self, other: &Self) -> Result<Self, NumberError> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Int(a, _), Repr::Int(b, _)) = (&self.0, &other.0)
            && let Some(sum) = a.checked_add(*b).filter(|sum| fits(*sum, precision))
        {
            return Ok(Self(Repr::Int(sum, precision)));
        }
        match (self.float(), other.float()) {
            (Some(a), Some(b)) => a.add(&b, precision).map(Self::from_float),
            (None, None) if self.signbit() != other.signbit() => Err(NumberError::Undefined),
            (None, _) => Ok(self.clone()),
            (_, None) => Ok(other.clone()),
        }
    }

    /// `self - other`.
    pub fn sub(&self, other: &Self) -> Result<Self, NumberError> {
        self.add(&other.neg())
    }

    /// `self * other`. A product keeps all its bits up to 512.
    pub fn mul(&self, other: &Self) -> Result<Self, NumberError> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Int(a, _), Repr::Int(b, _)) = (&self.0, &other.0) {
            let product = a.checked_mul(*b).filter(|product| *product != 0 && fits(*product, precision));
            if let Some(product) = product {
                return Ok(Self(Repr::Int(product, precision)));
            }
        }
        match (self.float(), other.float()) {
            (Some(a), Some(b)) => {
                let product = a.mul(&b, LITERAL)?;
                let needed = u32::try_from(product.mantissa.bit_len()).unwrap_or(u32::MAX);
                product.with_precision(precision.max(needed)).map(Self::from_float)
            }
            _ if self.is_zero() || other.is_zero() => Err(NumberError::Undefined),
            _ => Ok(Self(Repr::Infinity { negative: self.signbit() != other.signbit() })),
        }
    }

    /// `self / other`: an infinity when only `other` is zero, undefined when both are zero or both infinite.
    pub fn div(&self, other: &Self) -> Result<Self, NumberError> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Int(a, _), Repr::Int(b, _)) = (&self.0, &other.0) {
            let quotient = a.checked_rem(*b).filter(|rest| *rest == 0 && *a != 0).and_then(|_| a.checked_div(*b));
            if let Some(quotient) = quotient.filter(|quotient| fits(*quotient, precision)) {
                return Ok(Self(Repr::Int(quotient, precision)));
            }
        }
        let negative = self.signbit() != other.signbit();
        match (self.float(), other.float()) {
            (None, None) => Err(NumberError::Undefined),
            (None, Some(_)) => Ok(Self(Repr::Infinity { negative })),
            (Some(_), None) => Ok(Self::from_float(Float::zero(negative, precision))),
            (Some(a), Some(b)) if b.is_zero() && a.is_zero() => Err(NumberError::Undefined),
            (Some(_), Some(b)) if b.is_zero() => Ok(Self(Repr::Infinity { negative })),
            (Some(a), Some(b)) => a.div(&b, precision).map(Self::from_float),
        }
    }

    /// `self % other` with the sign of `self`; `self` when `other` is zero. Infinities have no remainder.
    pub fn rem(&self, other: &Self) -> Result<Self, NumberError> {
        if other.is_zero() {
            return Ok(self.clone());
        }
        if let (Repr::Int(a, precision), Repr::Int(b, _)) = (&self.0, &other.0)
            && let Some(rest) = a.checked_rem(*b)
        {
            return Ok(Self(Repr::Int(rest, *precision)));
        }
        if self.is_infinite() || other.is_infinite() {
            return Err(NumberError::Undefined);
        }
        let quotient = self.div(other)?.truncate();
        let (Some(a), Some(b), Some(quotient)) = (self.float(), other.float(), quotient.float()) else {
            return Err(NumberError::Undefined);
        };
        let precision = a.precision;
        let mut product = b.mul(&quotient.with_precision(precision)?, precision)?;
        product.negative = !product.negative;
        a.add(&product, precision).map(Self::from_float)
    }

    /// `-self`; the negative of zero is a negative zero, and prints so.
    #[must_use]
    pub fn neg(&self) -> Self {
        match &self.0 {
            Repr::Int(int, precision) if *int != 0 && *int != i64::MIN => Self(Repr::Int(-int, *precision)),
            Repr::Infinity { negative } => Self(Repr::Infinity { negative: !negative }),
            _ => match self.float() {
                Some(float) => Self::from_float(Float { negative: !float.negative, ..float }),
                None => self.clone(),
            },
        }
    }

    /// Without its sign.
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.signbit() { self.neg() } else { self.clone() }
    }

    /// Without its fraction. Infinities stay.
    #[must_use]
    pub fn truncate(&self) -> Self {
        match &self.0 {
            Repr::Float(float) => Self::beside(float, float.truncated()),
            Repr::Int(int, _) => Self::from(*int),
            Repr::Infinity { .. } => self.clone(),
        }
    }

    /// The largest whole number that is not above. Infinities stay.
    #[must_use]
    pub fn floor(&self) -> Self {
        match &self.0 {
            Repr::Float(float) if float.negative && !float.is_integer() => {
                Self::beside(float, float.truncated() + UBig::ONE)
            }
            _ => self.truncate(),
        }
    }

    /// The smallest whole number that is not below. Infinities stay.
    #[must_use]
    pub fn ceil(&self) -> Self {
        match &self.0 {
            Repr::Float(float) if !float.negative && !float.is_integer() => {
                Self::beside(float, float.truncated() + UBig::ONE)
            }
            _ => self.truncate(),
        }
    }
}

/// Whether the decimal text of a whole number is exact at a precision.
fn fits(int: i64, precision: u32) -> bool {
    precision >= INTEGER || int.unsigned_abs() <= 1 << DOUBLE
}

/// Text.
impl Number {
    /// In a notation with a number of digits (after the point, or in all for [`Notation::General`]); without one,
    /// the shortest text that reads back as the same number. As Go's `big.Float.Text`.
    pub fn format(&self, notation: Notation, digits: Option<usize>) -> String {
        let Some(float) = self.float() else {
            return if self.signbit() { "-Inf".into() } else { "+Inf".into() };
        };
        let mut out = String::new();
        if float.negative {
            out.push('-');
        }
        match digits {
            None => write_shortest(&Decimal::shortest(&float), notation, &mut out),
            Some(digits) => write_rounded(Decimal::of(&float), notation, digits, &mut out),
        }
        out
    }

    /// Appends what [`fmt::Display`] writes.
    pub(crate) fn push_to(&self, text: &mut String) {
        let Repr::Int(int, _) = self.0 else { return text.push_str(&self.format(Notation::Fixed, None)) };
        if int < 0 {
            text.push('-');
        }
        let mut rest = int.unsigned_abs();
        let mut digits = [0_u8; 20];
        let mut first = digits.len();
        loop {
            first -= 1;
            digits[first] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        text.extend(digits[first..].iter().map(|digit| char::from(*digit)));
    }

    /// A whole number in base 2 to 36, lower case; the fraction is dropped. `None` for infinities and other bases.
    pub fn to_radix(&self, base: u8) -> Option<String> {
        let float = self.float().filter(|_| (2..=36).contains(&base))?;
        let magnitude = float.truncated();
        let sign = if float.negative && !magnitude.is_zero() { "-" } else { "" };
        Some(format!("{sign}{}", magnitude.in_radix(base)))
    }
}

fn write_shortest(decimal: &Decimal, notation: Notation, out: &mut String) {
    let places = (decimal.len() as i64 - decimal.point()).max(0) as usize;
    let exponent = decimal.point() - 1;
    match notation {
        Notation::Scientific(letter) => decimal.write_scientific(decimal.len().saturating_sub(1), letter, out),
        Notation::General(letter) if decimal.len() > 0 && !(-4..general_limit(decimal, None)).contains(&exponent) => {
            decimal.write_scientific(decimal.len().saturating_sub(1), letter, out);
        }
        _ => decimal.write_fixed(places, out),
    }
}

fn write_rounded(decimal: Decimal, notation: Notation, digits: usize, out: &mut String) {
    match notation {
        Notation::Fixed => {
            let count = decimal.point() + digits as i64;
            let decimal = if count < 0 { Decimal::default() } else { decimal.rounded(count as usize) };
            decimal.write_fixed(digits, out);
        }
        Notation::Scientific(letter) => decimal.rounded(digits + 1).write_scientific(digits, letter, out),
        Notation::General(letter) => {
            let decimal = decimal.rounded(digits.max(1));
            let exponent = if decimal.len() == 0 { -1 } else { decimal.point() - 1 };
            if (-4..general_limit(&decimal, Some(digits.max(1)))).contains(&exponent) {
                decimal.write_fixed((decimal.len() as i64 - decimal.point()).max(0) as usize, out);
            } else {
                decimal.write_scientific(decimal.len().min(digits.max(1)).saturating_sub(1), letter, out);
            }
        }
    }
}

/// The decimal exponent from which the general notation becomes scientific.
fn general_limit(decimal: &Decimal, digits: Option<usize>) -> i64 {
    match digits {
        None => 6,
        Some(digits) if digits > decimal.len() && decimal.len() as i64 >= decimal.point() => decimal.len() as i64,
        Some(digits) => digits as i64,
    }
}

impl fmt::Display for Number {
    /// All digits, without an exponent: what the language prints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Int(int, _) => write!(f, "{int}"),
            _ => f.write_str(&self.format(Notation::Fixed, None)),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
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
        if self.precision() == other.precision() || self.is_integer() && other.is_integer() {
            return self.compare(other);
        }
        match (self.canonical(), other.canonical()) {
            (Some(a), Some(b)) => a.compare(&b),
            _ => self.compare(other),
        }
    }
}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Repr::Int(int, _) => int.hash(state),
            Repr::Infinity { negative } => (u8::MAX, negative).hash(state),
            Repr::Float(float) if float.is_zero() => 0i64.hash(state),
            Repr::Float(_) => match self.canonical() {
                Some(float) => match float.to_i64() {
                    Some(int) => int.hash(state),
                    None => (float.negative, float.exponent, &float.mantissa).hash(state),
                },
                None => u8::MAX.hash(state),
            },
        }
    }
}

impl From<i64> for Number {
    fn from(int: i64) -> Self {
        Self(Repr::Int(int, INTEGER))
    }
}

impl From<i32> for Number {
    fn from(int: i32) -> Self {
        Self::from(i64::from(int))
    }
}

impl From<u64> for Number {
    fn from(int: u64) -> Self {
        match i64::try_from(int) {
            Ok(int) => Self::from(int),
            Err(_) => Self::from_magnitude(false, UBig::from(int)),
        }
    }
}

impl From<usize> for Number {
    fn from(int: usize) -> Self {
        Self::from(int as u64)
    }
}
