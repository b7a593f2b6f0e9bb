//! The output of a command, line by line.

use std::time::Duration;

/// As much of the output as errors show, as Terraform keeps it.
const KEPT: usize = 8 * 1024;

/// Puts lines together from what comes piece by piece, and keeps the end of it all.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    line: Vec<u8>,
    end: Vec<u8>,
}

impl Lines {
    /// A line that is not complete is shown when nothing came for so long, as in Terraform: a prompt, or dots of progress.
    pub(crate) const PATIENCE: Duration = Duration::from_millis(100);

    /// Takes a piece, and hands out the lines that are complete.
    pub(crate) fn take(&mut self, piece: &[u8], tell: &dyn Fn(&str)) {
        self.keep(piece);
        let mut parts = piece.split(|byte| *byte == b'\n').peekable();
        while let Some(part) = parts.next() {
            self.line.extend_from_slice(part);
            if parts.peek().is_some() {
                self.tell(tell);
            }
        }
    }

    /// Whether there is the beginning of a line.
    pub(crate) fn is_in_line(&self) -> bool {
        !self.line.is_empty()
    }

    /// Hands out the beginning of a line.
    pub(crate) fn flush(&mut self, tell: &dyn Fn(&str)) {
        if self.is_in_line() {
            self.tell(tell);
        }
    }

    /// The end of all that came.
    pub(crate) fn into_end(self) -> Vec<u8> {
        let surplus = self.end.len().saturating_sub(KEPT);
        self.end[surplus..].to_vec()
    }

    fn tell(&mut self, tell: &dyn Fn(&str)) {
        tell(&String::from_utf8_lossy(&self.line));
        self.line.clear();
    }

    /// Drops what is too old now and then, not for each piece.
    fn keep(&mut self, piece: &[u8]) {
        self.end.extend_from_slice(piece);
        if self.end.len() > 2 * KEPT {
            self.end.drain(..self.end.len() - KEPT);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn check(pieces: &[&str], expected: &[&str], rest: &str) {
        let told = RefCell::new(Vec::new());
        let tell = |line: &str| told.borrow_mut().push(line.to_owned());
        let mut lines = Lines::default();
        pieces.iter().for_each(|piece| lines.take(piece.as_bytes(), &tell));
        assert_eq!(*told.borrow(), expected);
        assert_eq!(lines.is_in_line(), !rest.is_empty());
        lines.flush(&tell);
        assert_eq!(told.borrow().get(expected.len()).map_or("", |line| line.as_str()), rest);
        assert_eq!(lines.into_end(), pieces.concat().into_bytes());
    }

    #[test]
    fn pieces_make_lines() {
        check(&[], &[], "");
        check(&["a\nb", "c\n", "\n", "d"], &["a", "bc", ""], "d");
        check(&["a\r\nb\rc\n"], &["a\r", "b\rc"], "");
    }

    #[test]
    fn the_end_is_kept() {
        let mut lines = Lines::default();
        for number in 0..10_000 {
            lines.take(format!("{number:04}\n").as_bytes(), &|_| ());
        }
        let end = lines.into_end();
        assert_eq!(end.len(), KEPT);
        assert!(end.ends_with(b"9998\n9999\n"));
    }
}
