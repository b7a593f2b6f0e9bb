//! Blocks of the deflate format, RFC 1951.

use super::codes::Codes;

/// A part of a block.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token {
    Literal(u8),
    Match { length: usize, offset: usize },
}

const LITERALS: usize = 286;
const DISTANCES: usize = 30;
const END_OF_BLOCK: usize = 256;
/// The longest block that can be stored as it is.
const LONGEST_STORED: usize = 65535;
/// The order in which the lengths of the codes of code lengths are written.
const LENGTHS_ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Symbol, extra bits and their number for the length of a match.
fn length_symbol(length: usize) -> (usize, usize, u32) {
    match length - 3 {
        255 => (285, 0, 0),
        rest @ 0..8 => (257 + rest, 0, 0),
        rest => {
            let bits = rest.ilog2() - 2;
            (257 + 4 * bits as usize + (rest >> bits), rest & ((1 << bits) - 1), bits)
        }
    }
}

/// Symbol, extra bits and their number for the distance of a match.
fn distance_symbol(offset: usize) -> (usize, usize, u32) {
    match offset - 1 {
        rest @ 0..4 => (rest, 0, 0),
        rest => {
            let bits = rest.ilog2() - 1;
            (2 * bits as usize + (rest >> bits), rest & ((1 << bits) - 1), bits)
        }
    }
}

/// Writes bits, lowest first.
#[derive(Default)]
pub(super) struct BlockWriter {
    out: Vec<u8>,
    bits: u64,
    count: u32,
}

/// How often the symbols of a block occur, and the extra bits that they bring.
struct Census {
    literals: Vec<u32>,
    distances: Vec<u32>,
    extra_bits: usize,
}

impl Census {
    fn of(tokens: &[Token]) -> Self {
        let mut census = Self { literals: vec![0; LITERALS], distances: vec![0; DISTANCES], extra_bits: 0 };
        for token in tokens {
            match token {
                Token::Literal(byte) => census.literals[usize::from(*byte)] += 1,
                Token::Match { length, offset } => {
                    let (length, distance) = (length_symbol(*length), distance_symbol(*offset));
                    census.literals[length.0] += 1;
                    census.distances[distance.0] += 1;
                    census.extra_bits += (length.2 + distance.2) as usize;
                }
            }
        }
        census.literals[END_OF_BLOCK] += 1;
        // There must be a code for distances even where nothing needs one.
        if census.distances.iter().all(|count| *count == 0) {
            census.distances[0] = 1;
        }
        census
    }
}

/// Without the zeros at the end.
fn used(frequencies: &[u32]) -> usize {
    frequencies.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1)
}

/// The lengths of codes, themselves as symbols: each with the value and the number of its extra bits.
fn run_lengths(lengths: &[u8]) -> Vec<(usize, usize, u32)> {
    let mut out = Vec::new();
    for run in lengths.chunk_by(|a, b| a == b) {
        let symbol = usize::from(run[0]);
        let mut count = run.len();
        if symbol == 0 {
            while count >= 11 {
                let part = count.min(138);
                out.push((18, part - 11, 7));
                count -= part;
            }
            if count >= 3 {
                out.push((17, count - 3, 3));
                count = 0;
            }
        } else {
            out.push((symbol, 0, 0));
            count -= 1;
            while count >= 3 {
                let part = count.min(6);
                out.push((16, part - 3, 2));
                count -= part;
            }
        }
        out.extend(std::iter::repeat_n((symbol, 0, 0), count));
    }
    out
}

/// What a block with codes of its own begins with.
struct DynamicHeader {
    literals: usize,
    distances: usize,
    lengths: Vec<(usize, usize, u32)>,
    length_codes: Codes,
    length_code_count: usize,
}

impl DynamicHeader {
    fn new(census: &Census, literal_codes: &Codes, distance_codes: &Codes) -> Self {
        let (literals, distances) = (used(&census.literals), used(&census.distances));
        let all = [&literal_codes.lengths()[..literals], &distance_codes.lengths()[..distances]].concat();
        let lengths = run_lengths(&all);
        let mut frequencies = vec![0; LENGTHS_ORDER.len()];
        lengths.iter().for_each(|(symbol, ..)| frequencies[*symbol] += 1);
        let length_codes = Codes::for_frequencies(&frequencies, 7);
        let last = LENGTHS_ORDER.iter().rposition(|symbol| frequencies[*symbol] > 0).unwrap_or_default();
        Self { literals, distances, lengths, length_codes, length_code_count: (last + 1).max(4) }
    }

    /// In bits.
    fn size(&self) -> usize {
        let lengths =
            self.lengths.iter().map(|(symbol, _, bits)| usize::from(self.length_codes.get(*symbol).1) + *bits as usize);
        3 + 5 + 5 + 4 + 3 * self.length_code_count + lengths.sum::<usize>()
    }

    fn write(&self, writer: &mut BlockWriter) {
        writer.put(4, 3);
        writer.put(self.literals - 257, 5);
        writer.put(self.distances - 1, 5);
        writer.put(self.length_code_count - 4, 4);
        for symbol in &LENGTHS_ORDER[..self.length_code_count] {
            writer.put(usize::from(self.length_codes.get(*symbol).1), 3);
        }
        for (symbol, extra, bits) in &self.lengths {
            writer.code(&self.length_codes, *symbol);
            writer.put(*extra, *bits);
        }
    }
}

impl BlockWriter {
    fn put(&mut self, value: usize, bits: u32) {
        self.bits |= (value as u64) << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.out.push(self.bits as u8);
            self.bits >>= 8;
            self.count -= 8;
        }
    }

    fn code(&mut self, codes: &Codes, symbol: usize) {
        let (code, bits) = codes.get(symbol);
        self.put(usize::from(code), u32::from(bits));
    }

    /// A block as it is.
    pub(super) fn stored(&mut self, input: &[u8], last: bool) {
        self.put(usize::from(last), 3);
        self.put(0, (8 - self.count) % 8);
        self.put(input.len(), 16);
        self.put(!input.len() & 0xFFFF, 16);
        self.out.extend_from_slice(input);
    }

    /// A block that is not the last one, in the shortest form. The input is what the tokens stand for.
    pub(super) fn block(&mut self, tokens: &[Token], input: Option<&[u8]>) {
        let census = Census::of(tokens);
        let stored = input.filter(|input| input.len() <= LONGEST_STORED);
        // Where storing is out of the question, Go does not count these.
        let extra_bits = if stored.is_some() { census.extra_bits } else { 0 };
        let size = |literals: &Codes, distances: &Codes| {
            literals.cost(&census.literals) + distances.cost(&census.distances) + extra_bits
        };
        let (mut literals, mut distances) = (Codes::fixed_literals(), Codes::fixed_distances());
        let mut best = 3 + size(&literals, &distances);
        let own_literals = Codes::for_frequencies(&census.literals, 15);
        let own_distances = Codes::for_frequencies(&census.distances, 15);
        let header = DynamicHeader::new(&census, &own_literals, &own_distances);
        let dynamic = header.size() + size(&own_literals, &own_distances);
        let is_dynamic = dynamic < best;
        if is_dynamic {
            best = dynamic;
            (literals, distances) = (own_literals, own_distances);
        }
        if let Some(input) = stored.filter(|input| (input.len() + 5) * 8 < best) {
            return self.stored(input, false);
        }
        if is_dynamic {
            header.write(self);
        } else {
            self.put(2, 3);
        }
        self.tokens(tokens, &literals, &distances);
    }

    fn tokens(&mut self, tokens: &[Token], literals: &Codes, distances: &Codes) {
        for token in tokens {
            match token {
                Token::Literal(byte) => self.code(literals, usize::from(*byte)),
                Token::Match { length, offset } => {
                    let (symbol, extra, bits) = length_symbol(*length);
                    self.code(literals, symbol);
                    self.put(extra, bits);
                    let (symbol, extra, bits) = distance_symbol(*offset);
                    self.code(distances, symbol);
                    self.put(extra, bits);
                }
            }
        }
        self.code(literals, END_OF_BLOCK);
    }

    /// All that was written; the last block ended with a whole byte.
    pub(super) fn finish(self) -> Vec<u8> {
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_of_matches() {
        for (length, expected) in [
            (3, (257, 0, 0)),
            (10, (264, 0, 0)),
            (11, (265, 0, 1)),
            (12, (265, 1, 1)),
            (257, (284, 30, 5)),
            (258, (285, 0, 0)),
        ] {
            assert_eq!(length_symbol(length), expected, "{length}");
        }
        for (offset, expected) in
            [(1, (0, 0, 0)), (4, (3, 0, 0)), (5, (4, 0, 1)), (7, (5, 0, 1)), (32768, (29, 8191, 13))]
        {
            assert_eq!(distance_symbol(offset), expected, "{offset}");
        }
    }
}
