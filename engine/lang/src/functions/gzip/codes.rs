//! Huffman codes of limited length, with ties broken as Go breaks them.

/// Codes for symbols; a length of zero says that a symbol does not occur.
#[derive(Clone, Default)]
pub(super) struct Codes {
    lengths: Vec<u8>,
    /// With their bits reversed, ready to be written.
    codes: Vec<u16>,
}

/// A frequency that no sum reaches.
const NEVER: u32 = i32::MAX as u32;

impl Codes {
    /// Codes of at most so many bits for symbols by their frequencies.
    pub(super) fn for_frequencies(frequencies: &[u32], most_bits: usize) -> Self {
        let mut codes = Self { lengths: vec![0; frequencies.len()], codes: vec![0; frequencies.len()] };
        let used = frequencies.iter().enumerate().filter(|(_, frequency)| **frequency > 0);
        let mut symbols: Vec<(usize, u32)> = used.map(|(symbol, frequency)| (symbol, *frequency)).collect();
        if symbols.len() <= 2 {
            for (code, (symbol, _)) in (0..).zip(&symbols) {
                codes.set(*symbol, code, 1);
            }
            return codes;
        }
        symbols.sort_by_key(|(symbol, frequency)| (*frequency, *symbol));
        let weights: Vec<u32> = symbols.iter().map(|(_, frequency)| *frequency).collect();
        let mut code = 0_u16;
        for (bits, count) in count_by_length(&weights, most_bits).into_iter().enumerate() {
            code <<= 1;
            if bits == 0 || count == 0 {
                continue;
            }
            let mut chunk: Vec<usize> =
                symbols.split_off(symbols.len() - count).into_iter().map(|(symbol, _)| symbol).collect();
            chunk.sort_unstable();
            for symbol in chunk {
                codes.set(symbol, code, bits);
                code += 1;
            }
        }
        codes
    }

    /// The codes of the format's fixed literal alphabet.
    pub(super) fn fixed_literals() -> Self {
        let mut codes = Self { lengths: vec![0; 288], codes: vec![0; 288] };
        for symbol in 0..288_u16 {
            let (code, bits) = match symbol {
                0..=143 => (symbol + 48, 8),
                144..=255 => (symbol + 400 - 144, 9),
                256..=279 => (symbol - 256, 7),
                _ => (symbol + 192 - 280, 8),
            };
            codes.set(usize::from(symbol), code, bits);
        }
        codes
    }

    /// The codes of the format's fixed distance alphabet.
    pub(super) fn fixed_distances() -> Self {
        let mut codes = Self { lengths: vec![0; 30], codes: vec![0; 30] };
        (0..30_u16).for_each(|symbol| codes.set(usize::from(symbol), symbol, 5));
        codes
    }

    fn set(&mut self, symbol: usize, code: u16, bits: usize) {
        self.lengths[symbol] = bits as u8;
        self.codes[symbol] = code.reverse_bits() >> (16 - bits);
    }

    /// Code and length.
    pub(super) fn get(&self, symbol: usize) -> (u16, u8) {
        (self.codes[symbol], self.lengths[symbol])
    }

    pub(super) fn lengths(&self) -> &[u8] {
        &self.lengths
    }

    /// How many bits symbols of these frequencies take.
    pub(super) fn cost(&self, frequencies: &[u32]) -> usize {
        frequencies.iter().zip(&self.lengths).map(|(count, bits)| *count as usize * usize::from(*bits)).sum()
    }
}

/// A list of the package-merge algorithm, of which only the end is kept.
#[derive(Clone, Copy, Default)]
struct Level {
    last: u32,
    next_leaf: u32,
    next_pair: u32,
    needed: usize,
}

/// How many of the symbols, whose frequencies ascend, get codes of each length: the boundary package-merge algorithm.
fn count_by_length(weights: &[u32], most_bits: usize) -> Vec<usize> {
    let count = weights.len();
    let most_bits = most_bits.min(count - 1);
    let weight = |index: usize| weights.get(index).copied().unwrap_or(NEVER);
    let first = Level { last: weight(1), next_leaf: weight(2), next_pair: weight(0) + weight(1), needed: 0 };
    let mut levels = vec![first; most_bits + 2];
    levels[0] = Level::default();
    levels[1].next_pair = NEVER;
    levels[most_bits].needed = 2 * count - 4;
    // Of the last item of each level: how many leaves lie left of its ancestor in each level below.
    let mut leaves = vec![vec![0_usize; most_bits + 1]; most_bits + 1];
    (1..=most_bits).for_each(|level| leaves[level][level] = 2);
    let mut level = most_bits;
    loop {
        if levels[level].next_pair == NEVER && levels[level].next_leaf == NEVER {
            levels[level].needed = 0;
            levels[level + 1].next_pair = NEVER;
            level += 1;
            continue;
        }
        let before = levels[level].last;
        if levels[level].next_leaf < levels[level].next_pair {
            leaves[level][level] += 1;
            levels[level].last = levels[level].next_leaf;
            levels[level].next_leaf = weight(leaves[level][level]);
        } else {
            levels[level].last = levels[level].next_pair;
            let below = leaves[level - 1][..level].to_vec();
            leaves[level][..level].copy_from_slice(&below);
            levels[level - 1].needed = 2;
        }
        levels[level].needed -= 1;
        if levels[level].needed == 0 {
            if level == most_bits {
                break;
            }
            levels[level + 1].next_pair = before + levels[level].last;
            level += 1;
        } else {
            while levels[level - 1].needed > 0 {
                level -= 1;
            }
        }
    }
    let top = &leaves[most_bits];
    std::iter::once(0).chain((1..=most_bits).rev().map(|level| top[level] - top[level - 1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_symbols_have_long_codes() {
        let codes = Codes::for_frequencies(&[5, 0, 1, 1, 2], 15);
        assert_eq!(codes.lengths(), [1, 0, 3, 3, 2]);
        assert_eq!(Codes::for_frequencies(&[0, 7], 15).lengths(), [0, 1]);
    }

    #[test]
    fn lengths_are_limited() {
        let mut frequencies = vec![1, 1];
        while frequencies.len() < 20 {
            frequencies.push(frequencies[frequencies.len() - 1] + frequencies[frequencies.len() - 2]);
        }
        let codes = Codes::for_frequencies(&frequencies, 7);
        assert_eq!(codes.lengths().iter().max(), Some(&7));
        let filled: f64 = codes.lengths().iter().map(|bits| 0.5_f64.powi(i32::from(*bits))).sum();
        assert!((filled - 1.0).abs() < 1e-9, "{filled}");
    }
}
