//! Powers of five that are so large that only their first bits are worked out: between two bounds, near enough to each other
//! that what is made of both is the same in all but the rarest cases.

use dashu_int::UBig;
use dashu_int::ops::BitTest;

/// Bits of a power beyond twice those that are wanted: its bounds grow apart by some twenty.
const GUARD: usize = 128;

/// Between `low * 2^exponent` and `high * 2^exponent`.
pub(super) struct Bounds {
    pub(super) low: UBig,
    pub(super) high: UBig,
    pub(super) exponent: i64,
}

impl Bounds {
    /// A power of five, for results of so many bits.
    pub(super) fn power_of_five(power: u64, bits: usize) -> Self {
        let one = Self { low: UBig::ONE, high: UBig::ONE, exponent: 0 };
        (0..u64::BITS - power.leading_zeros()).rev().fold(one, |root, place| {
            let factor = if power >> place & 1 == 1 { 5_u8 } else { 1 };
            let squared = |root: &UBig| root * root * UBig::from(factor);
            let (low, high) = (squared(&root.low), squared(&root.high));
            Self { low, high, exponent: root.exponent * 2 }.shortened(bits * 2 + GUARD)
        })
    }

    /// With so many bits at most, the low one rounded down and the high one up.
    fn shortened(self, bits: usize) -> Self {
        match self.high.bit_len().saturating_sub(bits) {
            0 => self,
            excess => Self {
                low: self.low >> excess,
                high: (self.high >> excess) + UBig::ONE,
                exponent: self.exponent + excess as i64,
            },
        }
    }
}
