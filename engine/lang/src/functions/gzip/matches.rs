//! Finds what a text repeats.

use super::blocks::{BlockWriter, Token};

/// How far back a match may lie.
const WINDOW: usize = 1 << 15;
/// Shortest and longest match.
const SHORTEST: usize = 4;
const LONGEST: usize = 258;
/// Tokens of a full block.
const BLOCK: usize = 1 << 14;
/// Bits of a hash.
const HASH_BITS: u32 = 17;
/// Of the default level: a match this long needs no better one behind it, one this long is not improved, and so many
/// candidates are tried.
const LAZY: usize = 16;
const NICE: usize = 128;
const CHAIN: usize = 128;
/// A match of the shortest length is not worth a distance beyond this.
const FAR: usize = 4096;

pub(super) struct Matcher<'t> {
    text: &'t [u8],
    /// How much of the text is seen so far: the window is filled in steps.
    end: usize,
    /// Where the window begins.
    base: usize,
    /// By hash, the last place plus one that has it; zero is none.
    heads: Vec<u32>,
    /// For each place, the one before with the same hash, plus one.
    previous: Vec<u32>,
    tokens: Vec<Token>,
    block_start: usize,
    index: usize,
    /// The match at hand, if it is long enough.
    length: usize,
    offset: usize,
    /// The last candidate plus one; it stays where nothing is hashed any more.
    candidate: u32,
    /// Whether the byte before is not yet written.
    pending: bool,
}

impl<'t> Matcher<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            end: 0,
            base: 0,
            heads: vec![0; 1 << HASH_BITS],
            previous: vec![0; WINDOW],
            tokens: Vec::with_capacity(BLOCK + 1),
            block_start: 0,
            index: 0,
            length: SHORTEST - 1,
            offset: 0,
            candidate: 0,
            pending: false,
        }
    }

    /// Writes the whole text in blocks.
    pub(super) fn run(mut self, writer: &mut BlockWriter) {
        while self.end < self.text.len() {
            self.advance(false, writer);
            if self.index - self.base >= 2 * WINDOW - (SHORTEST + LONGEST) {
                self.base += WINDOW;
            }
            self.end = self.text.len().min(self.base + 2 * WINDOW);
        }
        self.advance(true, writer);
    }

    /// Goes on as long as a match of any length could be found, or to the end.
    fn advance(&mut self, to_the_end: bool, writer: &mut BlockWriter) {
        let last_hashed = self.end.saturating_sub(SHORTEST - 1);
        loop {
            let ahead = self.end - self.index;
            if ahead < SHORTEST + LONGEST && !to_the_end {
                return;
            }
            if ahead == 0 {
                return self.finish(writer);
            }
            if self.index < last_hashed {
                self.candidate = self.insert(self.index);
            }
            let (before, before_offset) = (self.length, self.offset);
            self.find(ahead, before);
            if before >= SHORTEST && self.length <= before {
                self.tokens.push(Token::Match { length: before, offset: before_offset });
                let next = self.index + before - 1;
                for index in self.index + 1..next {
                    if index < last_hashed {
                        self.insert(index);
                    }
                }
                self.index = next.max(self.index + 1);
                self.pending = false;
                self.length = SHORTEST - 1;
                self.write_full_block(self.index, writer);
            } else {
                if self.pending {
                    self.tokens.push(Token::Literal(self.text[self.index - 1]));
                    self.write_full_block(self.index, writer);
                }
                self.index += 1;
                self.pending = true;
            }
        }
    }

    fn finish(&mut self, writer: &mut BlockWriter) {
        if self.pending {
            self.tokens.push(Token::Literal(self.text[self.index - 1]));
            self.pending = false;
        }
        if !self.tokens.is_empty() {
            self.write_block(self.index, writer);
        }
    }

    fn write_full_block(&mut self, end: usize, writer: &mut BlockWriter) {
        if self.tokens.len() == BLOCK {
            self.write_block(end, writer);
        }
    }

    fn write_block(&mut self, end: usize, writer: &mut BlockWriter) {
        // What has left the window can not be stored any more.
        let input = (self.block_start >= self.base).then(|| &self.text[self.block_start..end]);
        writer.block(&self.tokens, input);
        self.tokens.clear();
        self.block_start = end;
    }

    /// Remembers a place; yields the one before with the same hash, plus one.
    fn insert(&mut self, index: usize) -> u32 {
        let bytes = &self.text[index..index + SHORTEST];
        let word = bytes.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        let head = &mut self.heads[(word.wrapping_mul(0x1E35_A7BD) >> (32 - HASH_BITS)) as usize];
        let before = *head;
        self.previous[index % WINDOW] = before;
        *head = index as u32 + 1;
        before
    }

    /// Looks for a match at the place at hand, unless the one before is good enough.
    fn find(&mut self, ahead: usize, before: usize) {
        self.length = SHORTEST - 1;
        self.offset = 0;
        let farthest = self.index.saturating_sub(WINDOW).max(self.base);
        let Some(mut at) = (self.candidate as usize).checked_sub(1).filter(|at| *at >= farthest) else { return };
        if ahead <= before || before >= LAZY {
            return;
        }
        let longest = ahead.min(LONGEST);
        let here = &self.text[self.index..self.index + longest];
        for _ in 0..CHAIN {
            let there = &self.text[at..];
            if there[self.length] == here[self.length] {
                let length = here.iter().zip(there).take_while(|(a, b)| a == b).count();
                let offset = self.index - at;
                if length > self.length && (length > SHORTEST || offset <= FAR) {
                    (self.length, self.offset) = (length, offset);
                    if length >= longest.min(NICE) {
                        return;
                    }
                }
            }
            if at + WINDOW == self.index {
                return;
            }
            match (self.previous[at % WINDOW] as usize).checked_sub(1) {
                Some(next) if next + WINDOW >= self.index && next >= self.base => at = next,
                _ => return,
            }
        }
    }
}
