//! Numbers as decimal text and back.

use dashu_int::UBig;
use dashu_int::ops::BitTest;

use super::NumberError;
use super::bounds::Bounds;
use super::float::{Float, MAX_EXPONENT};

/// More digits than this are no number that anyone means.
const MAX_DIGITS: usize = 1 << 20;

/// Up to this power of two or ten, and with mantissas of so many bits, exact arithmetic is fast.
const SMALL: u64 = 2048;

/// Decimal digits without trailing zeros: `0.d₁d₂d₃… * 10^point`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Decimal {
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    /// The exact decimal of `mantissa * 2^exponent`.
    fn exact(mantissa: &UBig, exponent: i64) -> Self {
        if mantissa.is_zero() {
            return Self::default();
        }
        let (digits, shift) = if exponent >= 0 {
            (mantissa << exponent as usize, 0)
        } else {
            let places = exponent.unsigned_abs() as usize;
            (mantissa * UBig::from(5u8).pow(places), places as i64)
        };
        let digits = digits.to_string().into_bytes();
        let point = digits.len() as i64 - shift;
        Self { digits, point }.trimmed()
    }

    /// The decimal of `mantissa * 2^exponent` with as many digits as tell it from other mantissas of its length, and a digit
    /// in place of all others. `None` where it is not known to have others, or where exact arithmetic is fast.
    fn leading(mantissa: &UBig, exponent: i64) -> Option<Self> {
        let bits = mantissa.bit_len();
        let top = (exponent + bits as i64) as f64 * std::f64::consts::LOG10_2;
        let power = bits as i64 / 3 + 3 - top as i64;
        if bits as u64 > SMALL || power.unsigned_abs() <= SMALL {
            return None;
        }
        // So high a power of five, or of two, divides no mantissa of so few bits: the digits do not end here.
        let five = Bounds::power_of_five(power.unsigned_abs(), bits);
        let (low, high) = if power >= 0 {
            let shift = usize::try_from(-(exponent + power + five.exponent)).ok()?;
            ((mantissa * five.low) >> shift, (mantissa * five.high) >> shift)
        } else {
            let mantissa = mantissa << usize::try_from(exponent + power - five.exponent).ok()?;
            (&mantissa / five.high, mantissa / five.low)
        };
        (low == high).then(|| {
            let mut digits = low.to_string().into_bytes();
            let point = digits.len() as i64 - power;
            digits.push(b'1');
            Self { digits, point }
        })
    }

    fn trimmed(mut self) -> Self {
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
        self
    }

    fn at(&self, index: usize) -> u8 {
        self.digits.get(index).copied().unwrap_or(b'0')
    }

    /// The magnitude of a float, exactly.
    pub(super) fn of(float: &Float) -> Self {
        Self::exact(&float.mantissa, float.exponent)
    }

    /// The shortest decimal that is nearer to the magnitude of this float than to any other of its precision.
    pub(super) fn shortest(float: &Float) -> Self {
        Self::shortest_of(float, &|mantissa, exponent| {
            Self::leading(mantissa, exponent).unwrap_or_else(|| Self::exact(mantissa, exponent))
        })
    }

    fn shortest_of(float: &Float, decimal: &dyn Fn(&UBig, i64) -> Self) -> Self {
        if float.is_zero() {
            return Self::default();
        }
        // One bit more than the precision: the neighbours of this mantissa are the bounds of what rounds to it.
        let shift = float.precision as usize + 1 - float.mantissa.bit_len();
        let mantissa = &float.mantissa << shift;
        let exponent = float.exponent - shift as i64;
        let decimal = |mantissa: &UBig| decimal(mantissa, exponent);
        let (lower, upper) = (decimal(&(&mantissa - UBig::ONE)), decimal(&(&mantissa + UBig::ONE)));
        let inclusive = shift != 1;
        decimal(&mantissa).shortened(&lower, &upper, inclusive)
    }

    fn shortened(self, lower: &Self, upper: &Self, inclusive: bool) -> Self {
        for index in 0..self.digits.len() {
            let (low, digit, high) = (lower.at(index), self.at(index), upper.at(index));
            let may_round_down = low != digit || inclusive && index + 1 == lower.digits.len();
            let may_round_up = digit != high && (inclusive || digit + 1 < high || index + 1 < upper.digits.len());
            match (may_round_down, may_round_up) {
                (true, true) => return self.rounded(index + 1),
                (true, false) => return self.rounded_down(index + 1),
                (false, true) => return self.rounded_up(index + 1),
                (false, false) => {}
            }
        }
        self
    }

    /// To at most so many digits, half to even.
    pub(super) fn rounded(self, count: usize) -> Self {
        if count >= self.digits.len() {
            return self;
        }
        let exactly_half = self.digits[count] == b'5' && count + 1 == self.digits.len();
        let up = if exactly_half {
            count > 0 && (self.digits[count - 1] - b'0') % 2 == 1
        } else {
            self.digits[count] >= b'5'
        };
        if up { self.rounded_up(count) } else { self.rounded_down(count) }
    }

    fn rounded_down(mut self, count: usize) -> Self {
        self.digits.truncate(count);
        self.trimmed()
    }

    fn rounded_up(mut self, count: usize) -> Self {
        self.digits.truncate(count);
        while self.digits.last() == Some(&b'9') {
            self.digits.pop();
        }
        match self.digits.last_mut() {
            Some(last) => *last += 1,
            None => {
                self.digits.push(b'1');
                self.point += 1;
            }
        }
        self
    }

    /// How many significant digits there are.
    pub(super) fn len(&self) -> usize {
        self.digits.len()
    }

    /// Where the point stands, counted from the first digit.
    pub(super) fn point(&self) -> i64 {
        self.point
    }

    /// Writes `123.4500` with this many digits after the point.
    pub(super) fn write_fixed(&self, places: usize, out: &mut String) {
        if self.point > 0 {
            for index in 0..self.point as usize {
                out.push(char::from(self.at(index)));
            }
        } else {
            out.push('0');
        }
        if places > 0 {
            out.push('.');
            for place in 0..places as i64 {
                let index = self.point + place;
                out.push(if index < 0 { '0' } else { char::from(self.at(index as usize)) });
            }
        }
    }

    /// Writes `1.2345e+02` with this many digits after the point.
    pub(super) fn write_scientific(&self, places: usize, letter: char, out: &mut String) {
        out.push(char::from(self.at(0)));
        if places > 0 {
            out.push('.');
            for index in 1..=places {
                out.push(char::from(self.at(index)));
            }
        }
        let exponent = if self.digits.is_empty() { 0 } else { self.point - 1 };
        out.push(letter);
        out.push(if exponent < 0 { '-' } else { '+' });
        out.push_str(&format!("{:02}", exponent.abs()));
    }
}

/// A parsed numeral: `±digits * 10^ten * 2^two`.
struct Numeral {
    negative: bool,
    digits: String,
    ten: i64,
    two: i64,
}

/// Splits a numeral as Go's `big.Float.Parse` in base 10 does: `1`, `-1.5`, `.5`, `5.`, `1e5`, `1p4`.
fn split(text: &str) -> Option<Numeral> {
    let (negative, rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (significand, marker, exponent) = match rest.find(['e', 'E', 'p', 'P']) {
        Some(at) => (&rest[..at], rest.as_bytes()[at].to_ascii_lowercase(), Some(&rest[at + 1..])),
        None => (rest, b'e', None),
    };
    let (whole, fraction) = significand.split_once('.').unwrap_or((significand, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > MAX_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exponent = exponent.map_or(Some(0), parse_exponent)?;
    let (ten, two) = if marker == b'p' { (0, exponent) } else { (exponent, 0) };
    Some(Numeral { negative, digits, ten: ten - fraction.len() as i64, two })
}

fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exponent: i64 = text.parse().ok()?;
    (exponent.abs() <= MAX_EXPONENT).then_some(exponent)
}

/// Parses a finite number and rounds it to the precision.
pub(super) fn parse(text: &str, precision: u32) -> Option<Float> {
    let Numeral { negative, digits, ten, two } = split(text)?;
    let digits: UBig = digits.parse().ok()?;
    if digits.is_zero() {
        return Some(Float::zero(negative, precision));
    }
    scaled(negative, digits, ten, two, precision).ok()
}

fn scaled(negative: bool, digits: UBig, ten: i64, two: i64, precision: u32) -> Result<Float, NumberError> {
    let decimal_places = ten + digits.bit_len() as i64 / 3;
    if decimal_places.abs() > MAX_EXPONENT / 2 || ten.abs() > MAX_EXPONENT {
        return Err(NumberError::OutOfRange);
    }
    let scaled_by = |five: &UBig, exponent: i64| {
        if ten >= 0 {
            return Float::round(negative, &digits * five, ten + two + exponent, false, precision);
        }
        let exact = |mantissa: &UBig| Float { negative: false, mantissa: mantissa.clone(), exponent: 0, precision: 0 };
        let mut quotient = exact(&digits).div(&exact(five), precision)?;
        quotient.negative = negative;
        quotient.exponent += ten + two - exponent;
        if quotient.exponent.abs() > MAX_EXPONENT { Err(NumberError::OutOfRange) } else { Ok(quotient) }
    };
    if ten.unsigned_abs() > SMALL {
        let five = Bounds::power_of_five(ten.unsigned_abs(), precision as usize);
        let low = scaled_by(&five.low, five.exponent);
        if low == scaled_by(&five.high, five.exponent) {
            return low;
        }
    }
    scaled_by(&UBig::from(5u8).pow(ten.unsigned_abs() as usize), 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_leading_digits_tell_as_much_as_all(
            mantissa in 1..u128::MAX,
            exponent in 7_000..20_000_i64,
            negative in any::<bool>(),
            precision in prop::sample::select(vec![64, 512]),
        ) {
            let exponent = if negative { -exponent } else { exponent };
            let float = Float::round(false, mantissa.into(), exponent, false, precision).expect("it is in range");
            prop_assert_eq!(Decimal::shortest(&float), Decimal::shortest_of(&float, &Decimal::exact));
            prop_assert!(Decimal::leading(&(&float.mantissa << (precision as usize)), exponent).is_some());
        }

        #[test]
        fn powers_are_between_their_bounds(power in 0..20_000_u64) {
            let exact = UBig::from(5_u8).pow(power as usize);
            let bounds = Bounds::power_of_five(power, 64);
            let scaled = exact >> bounds.exponent as usize;
            prop_assert!(bounds.low <= scaled && scaled <= bounds.high);
            prop_assert!((bounds.high - bounds.low).bit_len() < 32);
        }
    }
}
