//! Logarithms and powers of doubles, to the last bit as Go's `math` computes them on the machines that most run
//! Terraform on: what a function yields is stored in state, and a digit more would be a change.

use std::f64::consts::{FRAC_1_SQRT_2, LOG2_E};

/// The natural logarithm, by the method of FreeBSD's `e_log.c` in the order of operations of Go's `log.go`.
pub(super) fn logarithm(number: f64) -> f64 {
    const LN2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const EVEN: [f64; 4] =
        [0.147_981_986_051_165_86, 0.181_835_721_616_180_5, 0.285_714_287_436_623_9, 0.666_666_666_666_673_5];
    const ODD: [f64; 3] = [0.153_138_376_992_093_73, 0.222_221_984_321_497_84, 0.399_999_999_994_094_2];
    if !number.is_finite() || number <= 0.0 {
        return number.ln();
    }
    let (mut mantissa, mut exponent) = libm::frexp(number);
    if mantissa < FRAC_1_SQRT_2 {
        mantissa *= 2.0;
        exponent -= 1;
    }
    let (f, k) = (mantissa - 1.0, f64::from(exponent));
    let s = f / (2.0 + f);
    let (s2, s4) = (s * s, (s * s) * (s * s));
    let series = |terms: &[f64]| terms.iter().copied().reduce(|sum, term| term + s4 * sum).unwrap_or_default();
    let rest = s2 * series(&EVEN) + s4 * series(&ODD);
    let half_square = 0.5 * f * f;
    k * LN2_HIGH - ((half_square - (s * (half_square + rest) + k * LN2_LOW)) - f)
}

/// `e` to a power, as in Go's `exp_amd64.s`: what lies between multiples of `ln 2` is divided by sixteen, put into a
/// Taylor series, and squared four times.
fn exponential(power: f64) -> f64 {
    const LN2_HIGH: f64 = 0.693_147_180_559_663;
    const LN2_LOW: f64 = 2.823_529_056_303_157_7e-13;
    const INVERSE_FACTORIALS: [f64; 8] =
        [1.0 / 40320.0, 1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0];
    let scale = (power * LOG2_E).round_ties_even();
    let rest = (-scale).mul_add(LN2_LOW, (-scale).mul_add(LN2_HIGH, power)) * 0.0625;
    let series = INVERSE_FACTORIALS.iter().copied().reduce(|sum, term| sum.mul_add(rest, term)).unwrap_or(1.0);
    let less_one = (0..3).fold(rest * series, |less_one, _| less_one * (less_one + 2.0));
    libm::ldexp(less_one.mul_add(less_one + 2.0, 1.0), scale as i32)
}

/// `base` to a power: fractions by logarithm, whole powers by squaring a mantissa, as in Go's `pow.go`.
pub(super) fn power(base: f64, exponent: f64) -> f64 {
    let whole = exponent.abs().trunc();
    let fraction = exponent.abs() - whole;
    let special = exponent == 0.0
        || base == 0.0
        || base == 1.0
        || exponent == 1.0
        || !base.is_finite()
        || !exponent.is_finite()
        || whole >= 9.2e18
        || fraction != 0.0 && base < 0.0;
    match exponent {
        _ if special => base.powf(exponent),
        0.5 => base.sqrt(),
        -0.5 => 1.0 / base.sqrt(),
        _ => finite_power(base, whole, fraction, exponent < 0.0),
    }
}

fn finite_power(base: f64, mut whole: f64, mut fraction: f64, inverse: bool) -> f64 {
    let (mut result, mut scale) = (1.0, 0_i32);
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        result = exponential(fraction * logarithm(base));
    }
    let (mut square, mut square_scale) = libm::frexp(base);
    let mut rest = whole as i64;
    while rest != 0 {
        if square_scale.abs() > 1 << 12 {
            // Far outside of doubles: the result is zero or infinite.
            scale += square_scale;
            break;
        }
        if rest & 1 == 1 {
            result *= square;
            scale += square_scale;
        }
        square *= square;
        square_scale *= 2;
        if square < 0.5 {
            square += square;
            square_scale -= 1;
        }
        rest >>= 1;
    }
    if inverse { libm::ldexp(1.0 / result, -scale) } else { libm::ldexp(result, scale) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_digits_are_gos() {
        assert_eq!(logarithm(3.0).to_string(), "1.0986122886681096");
        assert_eq!(power(3.0, 1.0 / 3.0).to_string(), "1.4422495703074085");
        assert_eq!(power(6.0, 1.0 / 3.0).to_string(), "1.8171205928321397");
        assert_eq!(power(1.07, 11.0).to_string(), "2.1048519522998355");
    }

    #[test]
    fn far_and_special_powers() {
        assert_eq!((power(2.0, 4000.0), power(2.0, -4000.0)), (f64::INFINITY, 0.0));
        assert_eq!((power(0.0, 0.0), power(-2.0, -3.0)), (1.0, -0.125));
        assert!(power(-8.0, 0.5).is_nan() && logarithm(-1.0).is_nan());
        assert_eq!(logarithm(0.0), f64::NEG_INFINITY);
    }
}
