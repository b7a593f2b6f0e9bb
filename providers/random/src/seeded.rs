//! The pseudo-random sequence that a seed stands for: that of Go's `math/rand`, which the public provider uses.
//!
//! The generator is the additive lagged Fibonacci one of D. P. Mitchell and J. A. Reeds over 64-bit words,
//! `s[n] = s[n - 607] + s[n - 273]`. Go starts it from a fixed register, mixed with the seed. That register is itself
//! the generator's state 7.8e12 steps after a simple start (`gen_cooked.go` of the Go distribution says so), and as the
//! recurrence is linear those steps are done here by exponentiation: of `x` modulo `x^607 - x^334 - 1`.

use std::sync::OnceLock;

use crc::{CRC_64_GO_ISO, Crc};

/// The longer lag: words in the register.
const LENGTH: usize = 607;
/// The shorter lag.
const TAP: usize = 273;
/// Where the register is first written, plus one.
const FEED: usize = LENGTH - TAP;
/// Steps from the simple start to the fixed register.
const STEPS: u64 = 7_800_000_000_000;
/// The modulus of the generator that fills registers: `x -> 48271 x mod 2^31 - 1`.
const MODULUS: i64 = (1 << 31) - 1;

/// A word for each place of the register.
type Register = [u64; LENGTH];

/// A seeded generator.
pub(crate) struct Seeded {
    register: Register,
    tap: usize,
    feed: usize,
}

impl Seeded {
    /// The generator for a seed text, as the public provider makes a number of it.
    pub(crate) fn of(seed: &str) -> Self {
        Self::from_number(Crc::<u64>::new(&CRC_64_GO_ISO).checksum(seed.as_bytes()).cast_signed())
    }

    fn from_number(seed: i64) -> Self {
        let seed = match seed.rem_euclid(MODULUS) {
            0 => 89_482_311,
            seed => seed,
        };
        let mut register = fill(seed, [40, 20, 0]);
        for (word, fixed) in register.iter_mut().zip(fixed_register()) {
            *word ^= fixed;
        }
        Self { register, tap: 0, feed: FEED }
    }

    fn word(&mut self) -> u64 {
        self.tap = self.tap.checked_sub(1).unwrap_or(LENGTH - 1);
        self.feed = self.feed.checked_sub(1).unwrap_or(LENGTH - 1);
        self.register[self.feed] = self.register[self.feed].wrapping_add(self.register[self.tap]);
        self.register[self.feed]
    }

    /// A number below `count` (at least 1), as Go's `Intn`.
    pub(crate) fn below(&mut self, count: u64) -> u64 {
        // Up to 31 bits Go draws 31-bit numbers, else 63-bit ones.
        let bits = if count < 1 << 31 { 31 } else { 63 };
        let range = 1_u64 << bits;
        let mut draw = || (self.word() & (u64::MAX >> 1)) >> (63 - bits);
        if count.is_power_of_two() {
            return draw() & (count - 1);
        }
        let largest = range - 1 - range % count;
        loop {
            let number = draw();
            if number <= largest {
                return number % count;
            }
        }
    }

    /// A permutation of the numbers below `count`, as Go's `Perm`.
    pub(crate) fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut numbers = vec![0; count];
        for next in 0..count {
            let place = usize::try_from(self.below(next as u64 + 1)).expect("it is not above an index");
            numbers[next] = numbers[place];
            numbers[place] = next;
        }
        numbers
    }
}

/// A register filled from a small seed: each word of three numbers, shifted so far.
fn fill(seed: i64, shifts: [u32; 3]) -> Register {
    let mut number = seed;
    let mut next = || {
        number = number * 48_271 % MODULUS;
        number.cast_unsigned()
    };
    for _ in 0..20 {
        next();
    }
    std::array::from_fn(|_| shifts.iter().fold(0, |word, shift| word ^ next() << shift))
}

/// The register that Go starts from.
fn fixed_register() -> &'static Register {
    static REGISTER: OnceLock<Register> = OnceLock::new();
    REGISTER.get_or_init(|| {
        let start = fill(1, [20, 10, 0]);
        // In the order of the sequence, the oldest first: step n writes the place FEED - n.
        let place = |step: usize| (FEED + LENGTH - step % LENGTH) % LENGTH;
        let mut sequence: Vec<u64> = (1..=LENGTH).map(|step| start[place(step)]).collect();
        for at in LENGTH..2 * LENGTH {
            sequence.push(sequence[at - LENGTH].wrapping_add(sequence[at - TAP]));
        }
        let power = power_of_x(STEPS);
        let offset = usize::try_from(STEPS % LENGTH as u64).expect("it is below the length");
        let mut register = [0; LENGTH];
        for step in 1..=LENGTH {
            let terms = power.iter().zip(&sequence[step - 1..]);
            register[place(step + offset)] =
                terms.fold(0_u64, |sum, (factor, word)| sum.wrapping_add(factor.wrapping_mul(*word)));
        }
        register
    })
}

/// `x^exponent` modulo `x^607 - x^334 - 1`: the factors of its powers, from the lowest.
fn power_of_x(exponent: u64) -> Vec<u64> {
    let mut power = vec![0; LENGTH];
    power[0] = 1;
    for bit in (0..u64::BITS - exponent.leading_zeros()).rev() {
        let mut product = squared(&power);
        if exponent >> bit & 1 == 1 {
            product.insert(0, 0);
        }
        power = reduced(product);
    }
    power
}

fn squared(factors: &[u64]) -> Vec<u64> {
    let mut product = vec![0_u64; 2 * factors.len() - 1];
    for (at, factor) in factors.iter().enumerate() {
        for (sum, other) in product[at..].iter_mut().zip(factors) {
            *sum = sum.wrapping_add(factor.wrapping_mul(*other));
        }
    }
    product
}

fn reduced(mut factors: Vec<u64>) -> Vec<u64> {
    for at in (LENGTH..factors.len()).rev() {
        let factor = factors[at];
        for lower in [at - LENGTH, at - TAP] {
            factors[lower] = factors[lower].wrapping_add(factor);
        }
    }
    factors.truncate(LENGTH);
    factors
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first, second and last word of Go's table, which it prints with 63 bits.
    #[test]
    fn the_fixed_register_is_go_s() {
        let words = [0, 1, LENGTH - 1].map(|place| fixed_register()[place] & (u64::MAX >> 1));
        assert_eq!(words, [5_041_579_894_721_019_882, 4_646_389_086_726_545_243, 4_152_330_101_494_654_406]);
    }

    /// What a Go program prints after `rand.Seed(1)`.
    #[test]
    fn numbers_are_go_s() {
        let mut seeded = Seeded::from_number(1);
        let numbers: Vec<u64> = (0..10).map(|_| seeded.below(100)).collect();
        assert_eq!(numbers, [81, 87, 47, 59, 81, 18, 25, 40, 56, 0]);
        assert_eq!(Seeded::from_number(1).word() & (u64::MAX >> 1), 5_577_006_791_947_779_410);
    }

    #[test]
    fn a_permutation_has_each_number_once() {
        for count in [0, 1, 2, 7, 100] {
            let mut numbers = Seeded::of("seed").permutation(count);
            numbers.sort_unstable();
            assert_eq!(numbers, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn numbers_stay_below_their_bound() {
        let mut seeded = Seeded::of("bounds");
        for count in [1, 2, 3, 1 << 31, (1 << 31) + 1, 1 << 62, (1 << 63) - 1] {
            for _ in 0..50 {
                assert!(seeded.below(count) < count, "{count}");
            }
        }
    }
}
