//! Binary floats with a chosen precision and correct rounding, half to even.
//!
//! The rules are those of Go's `big.Float`, which the language's numbers have always been: each number remembers the
//! precision it was made with, and a result has the larger precision of its operands.

use std::cmp::Ordering;

use dashu_int::UBig;
use dashu_int::ops::{BitTest, DivRem};

use super::NumberError;

/// How far from one a number may be, in binary digits; beyond, operations refuse instead of eating memory.
pub(super) const MAX_EXPONENT: i64 = 1 << 20;

/// A finite number: `±mantissa * 2^exponent`, the mantissa odd or zero.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Float {
    pub(super) negative: bool,
    pub(super) mantissa: UBig,
    pub(super) exponent: i64,
    pub(super) precision: u32,
}

impl Float {
    pub(super) fn zero(negative: bool, precision: u32) -> Self {
        Self { negative, mantissa: UBig::ZERO, exponent: 0, precision }
    }

    /// Rounds `±mantissa * 2^exponent` to the precision. `sticky` says that the exact value is a little larger than
    /// the mantissa; the mantissa must then be longer than the precision by two bits or more.
    pub(super) fn round(
        negative: bool,
        mut mantissa: UBig,
        mut exponent: i64,
        sticky: bool,
        precision: u32,
    ) -> Result<Self, NumberError> {
        if mantissa.is_zero() {
            return Ok(Self::zero(negative, precision));
        }
        let excess = mantissa.bit_len().saturating_sub(precision as usize);
        if excess > 0 {
            let half = mantissa.bit(excess - 1);
            let beyond_half = sticky || mantissa.trailing_zeros().is_some_and(|zeros| zeros < excess - 1);
            mantissa >>= excess;
            exponent += excess as i64;
            if half && (beyond_half || mantissa.bit(0)) {
                mantissa += UBig::ONE;
            }
        }
        let zeros = mantissa.trailing_zeros().unwrap_or(0);
        mantissa >>= zeros;
        exponent += zeros as i64;
        if (exponent + mantissa.bit_len() as i64).abs() > MAX_EXPONENT || mantissa.bit_len() as i64 > MAX_EXPONENT {
            return Err(NumberError::OutOfRange);
        }
        Ok(Self { negative, mantissa, exponent, precision })
    }

    /// The same value with another precision.
    pub(super) fn with_precision(self, precision: u32) -> Result<Self, NumberError> {
        Self::round(self.negative, self.mantissa, self.exponent, false, precision)
    }

    pub(super) fn from_integer(integer: i64, precision: u32) -> Self {
        Self::from_magnitude(integer < 0, UBig::from(integer.unsigned_abs()), precision)
    }

    /// From a whole number that the precision can hold.
    pub(super) fn from_magnitude(negative: bool, mut mantissa: UBig, precision: u32) -> Self {
        let zeros = mantissa.trailing_zeros().unwrap_or(0);
        mantissa >>= zeros;
        Self { negative, mantissa, exponent: zeros as i64, precision }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.mantissa.is_zero()
    }

    pub(super) fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    /// The magnitude without its fraction.
    pub(super) fn truncated(&self) -> UBig {
        if self.exponent >= 0 {
            &self.mantissa << self.exponent as usize
        } else {
            &self.mantissa >> self.exponent.unsigned_abs() as usize
        }
    }

    pub(super) fn to_i64(&self) -> Option<i64> {
        if !self.is_integer() || self.exponent + self.mantissa.bit_len() as i64 > 64 {
            return None;
        }
        let magnitude = i128::from(u64::try_from(self.truncated()).ok()?);
        i64::try_from(if self.negative { -magnitude } else { magnitude }).ok()
    }

    /// The nearest double, ties to even, as `big.Float.Float64`.
    pub(super) fn to_f64(&self) -> f64 {
        const LOWEST: i64 = -1074;
        let sign = if self.negative { -1.0 } else { 1.0 };
        let top = self.exponent + self.mantissa.bit_len() as i64;
        if self.is_zero() || top < LOWEST {
            return sign * 0.0;
        }
        if top > 1024 {
            return sign * f64::INFINITY;
        }
        let precision = (top - LOWEST).clamp(0, 53) as u32;
        let (mantissa, exponent) = if precision == 0 {
            (u64::from(self.mantissa != UBig::ONE), LOWEST)
        } else {
            match Self::round(false, self.mantissa.clone(), self.exponent, false, precision) {
                Ok(rounded) => (u64::try_from(rounded.mantissa).unwrap_or(0), rounded.exponent),
                Err(_) => return sign * 0.0,
            }
        };
        let low = exponent.max(-1000);
        sign * (mantissa as f64) * 2f64.powi(low as i32) * 2f64.powi((exponent - low) as i32)
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self.is_zero(), other.is_zero()) {
            (true, true) => Ordering::Equal,
            (true, false) => sign_order(other.negative).reverse(),
            (false, true) => sign_order(self.negative),
            _ if self.negative != other.negative => sign_order(self.negative),
            _ if self.negative => other.compare_magnitude(self),
            _ => self.compare_magnitude(other),
        }
    }

    fn compare_magnitude(&self, other: &Self) -> Ordering {
        let top = |float: &Self| float.exponent + float.mantissa.bit_len() as i64;
        top(self).cmp(&top(other)).then_with(|| {
            let shift = (self.exponent - other.exponent).unsigned_abs() as usize;
            if self.exponent >= other.exponent {
                (&self.mantissa << shift).cmp(&other.mantissa)
            } else {
                self.mantissa.cmp(&(&other.mantissa << shift))
            }
        })
    }

    pub(super) fn add(&self, other: &Self, precision: u32) -> Result<Self, NumberError> {
        if self.is_zero() && other.is_zero() {
            return Ok(Self::zero(self.negative && other.negative, precision));
        }
        let low = self.exponent.min(other.exponent);
        let left = &self.mantissa << (self.exponent - low) as usize;
        let right = &other.mantissa << (other.exponent - low) as usize;
        if self.negative == other.negative {
            return Self::round(self.negative, left + right, low, false, precision);
        }
        match left.cmp(&right) {
            Ordering::Equal => Ok(Self::zero(false, precision)),
            Ordering::Greater => Self::round(self.negative, left - right, low, false, precision),
            Ordering::Less => Self::round(other.negative, right - left, low, false, precision),
        }
    }

    pub(super) fn mul(&self, other: &Self, precision: u32) -> Result<Self, NumberError> {
        let negative = self.negative != other.negative;
        let mantissa = &self.mantissa * &other.mantissa;
        Self::round(negative, mantissa, self.exponent + other.exponent, false, precision)
    }

    /// The quotient; `other` must not be zero.
    pub(super) fn div(&self, other: &Self, precision: u32) -> Result<Self, NumberError> {
        let negative = self.negative != other.negative;
        if self.is_zero() {
            return Ok(Self::zero(negative, precision));
        }
        let wanted = precision as usize + 2 + other.mantissa.bit_len();
        let shift = wanted.saturating_sub(self.mantissa.bit_len());
        let (quotient, remainder) = (&self.mantissa << shift).div_rem(&other.mantissa);
        let exponent = self.exponent - other.exponent - shift as i64;
        Self::round(negative, quotient, exponent, !remainder.is_zero(), precision)
    }
}

fn sign_order(negative: bool) -> Ordering {
    if negative { Ordering::Less } else { Ordering::Greater }
}
