//! Randomness from the operating system, without bias.

use rand::TryRng as _;
use rand::rngs::SysRng;

use crate::context::{Failure, Result};

/// Fills a buffer with random bytes.
pub(crate) fn fill(buffer: &mut [u8]) -> Result<()> {
    SysRng.try_fill_bytes(buffer).map_err(|error| Failure::Source(error.to_string()))
}

/// So many random bytes.
pub(crate) fn bytes(count: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// A number from 0 to `largest`, each as likely as any other.
pub(crate) fn up_to(largest: u64) -> Result<u64> {
    let Some(count) = largest.checked_add(1) else { return word() };
    // Words beyond the last whole multiple of `count` would favour the small numbers.
    let excess = (u64::MAX - count + 1) % count;
    loop {
        let word = word()?;
        if word <= u64::MAX - excess {
            return Ok(word % count);
        }
    }
}

/// One of several items.
pub(crate) fn pick<T: Copy>(items: &[T]) -> Result<Option<T>> {
    let Some(last) = items.len().checked_sub(1) else { return Ok(None) };
    Ok(Some(items[index_up_to(last)?]))
}

/// Puts items in a random order.
pub(crate) fn shuffle<T>(items: &mut [T]) -> Result<()> {
    for last in (1..items.len()).rev() {
        items.swap(index_up_to(last)?, last);
    }
    Ok(())
}

fn index_up_to(last: usize) -> Result<usize> {
    let index = up_to(last as u64)?;
    Ok(usize::try_from(index).expect("it is not above an index"))
}

fn word() -> Result<u64> {
    let mut bytes = [0; 8];
    fill(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The chi-squared statistic of counts that should be equal.
    fn chi_squared(counts: &[u32]) -> f64 {
        let expected = f64::from(counts.iter().sum::<u32>()) / counts.len() as f64;
        counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum()
    }

    #[test]
    fn every_number_is_as_likely() {
        for largest in [1_u64, 2, 5, 20, 94] {
            let mut counts = vec![0; largest as usize + 1];
            for _ in 0..20_000 {
                counts[up_to(largest).expect("random bytes") as usize] += 1;
            }
            // Six standard deviations above the mean: once in many million runs.
            let bound = largest as f64 + 6.0 * (2.0 * largest as f64).sqrt() + 20.0;
            assert!(chi_squared(&counts) < bound, "{largest}: {counts:?}");
        }
    }

    #[test]
    fn every_order_is_as_likely() {
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..24_000 {
            let mut items = [0, 1, 2, 3];
            shuffle(&mut items).expect("random bytes");
            *counts.entry(items).or_insert(0) += 1;
        }
        let counts: Vec<u32> = counts.into_values().collect();
        assert_eq!(counts.len(), 24);
        assert!(chi_squared(&counts) < 23.0 + 6.0 * 46_f64.sqrt() + 20.0, "{counts:?}");
    }

    #[test]
    fn the_ends_of_the_range() {
        assert_eq!(up_to(0).expect("random bytes"), 0);
        assert!((0..64).map(|_| up_to(u64::MAX).expect("random bytes")).any(|word| word > u64::MAX / 2));
        assert_eq!(pick::<u8>(&[]).expect("no bytes are needed"), None);
    }
}
