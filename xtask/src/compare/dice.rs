//! Chance that comes out the same for the same seed, on every machine.

use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

pub(super) struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// For one case of those of a seed.
    pub(super) fn new(seed: u64, case: u64) -> Self {
        let first: u64 = Xoshiro256PlusPlus::seed_from_u64(seed).random();
        Self(Xoshiro256PlusPlus::seed_from_u64(first.wrapping_add(case)))
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.0.random_bool(probability)
    }

    /// Something that is there with this probability.
    pub(super) fn maybe<T>(&mut self, probability: f64, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance(probability).then(|| make(self))
    }

    /// One of the texts of a list with ` | ` between them.
    pub(super) fn one_of<'a>(&mut self, texts: &'a str) -> &'a str {
        let texts: Vec<&str> = texts.split('|').map(str::trim).collect();
        texts[self.0.random_range(0..texts.len())]
    }

    /// The place of one of so many; nothing where there are none.
    pub(super) fn index(&mut self, count: usize) -> Option<usize> {
        (count > 0).then(|| self.0.random_range(0..count))
    }

    /// One of some, each as likely as its weight.
    pub(super) fn weighted<T: Copy>(&mut self, some: &[(u32, T)]) -> T {
        some.choose_weighted(&mut self.0, |(weight, _)| *weight).expect("weights are not zero").1
    }
}
