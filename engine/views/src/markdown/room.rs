//! How much room there is, and who gets it.

/// The bytes of a comment. Code hosts refuse more than 65,536 characters.
pub const LIMIT: usize = 60_000;

/// What the shortest form of a section has at most.
pub(super) const SHORTEST: usize = 400;

/// A part of a comment in forms from the fullest to the shortest. The last has at most 400 bytes, however much there is to tell.
pub struct Section<'a> {
    forms: Vec<Box<dyn Fn() -> String + 'a>>,
}

impl<'a> Section<'a> {
    /// With its fullest form.
    pub fn new(form: impl Fn() -> String + 'a) -> Self {
        Self { forms: vec![Box::new(form)] }
    }

    /// With a further form, shorter than those before.
    #[must_use]
    pub fn or(mut self, form: impl Fn() -> String + 'a) -> Self {
        self.forms.push(Box::new(form));
        self
    }

    /// The fullest form that fits; the shortest where none does.
    pub(super) fn within(&self, room: usize) -> String {
        let mut last = String::new();
        for form in &self.forms {
            last = form();
            if last.len() <= room {
                break;
            }
        }
        last
    }
}

/// Texts of sections that fit together, the first ones served first. None but the last takes more than half of what is left, so
/// that all have something.
pub fn fit(sections: &[Section<'_>], room: usize) -> Vec<String> {
    let mut left = room;
    let mut texts = Vec::with_capacity(sections.len());
    for (index, section) in sections.iter().enumerate() {
        let behind = sections.len() - index - 1;
        let free = left.saturating_sub(behind * SHORTEST);
        let text = section.within(if behind == 0 { free } else { free / 2 });
        left = left.saturating_sub(text.len());
        texts.push(text);
    }
    texts
}

/// `1 object`, `20,000 objects`.
pub(super) fn count(number: usize, what: &str) -> String {
    format!("{} {what}{}", digits(number), if number == 1 { "" } else { "s" })
}

/// With commas between thousands.
pub(super) fn digits(number: usize) -> String {
    let plain = number.to_string();
    let mut text = String::new();
    for (index, digit) in plain.chars().enumerate() {
        if index > 0 && (plain.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Texts with something between, no further than until they are too long for any comment: then another form is taken.
pub(super) fn joined(texts: impl Iterator<Item = String>, between: &str) -> String {
    let mut joined = String::new();
    for text in texts {
        if !joined.is_empty() {
            joined.push_str(between);
        }
        joined.push_str(&text);
        if joined.len() > LIMIT {
            break;
        }
    }
    joined
}

/// As many lines as fit, and how many there are more.
pub(super) fn lines_within(lines: &[String], room: usize, what: &str) -> String {
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        if text.len() + line.len() + 60 > room {
            let left = lines.len() - index;
            return text + &format!("and {} more {what}{}\n", digits(left), if left == 1 { "" } else { "s" });
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(count(1, "object"), "1 object");
        assert_eq!(count(20_000, "object"), "20,000 objects");
        assert_eq!(digits(1_234_567), "1,234,567");
    }

    #[test]
    fn the_fullest_that_fits() {
        let section = || Section::new(|| "x".repeat(1000)).or(|| "y".repeat(100)).or(|| "z".into());
        let of = |room| fit(&[section(), section()], room).iter().map(String::len).collect::<Vec<_>>();
        assert_eq!(of(5000), [1000, 1000]);
        assert_eq!(of(2000), [100, 1000]);
        assert_eq!(of(700), [100, 100]);
        assert_eq!(of(500), [1, 100]);
        assert_eq!(of(0), [1, 1]);
    }

    #[test]
    fn lines_that_are_too_many() {
        let lines: Vec<String> = (0..10).map(|number| format!("line {number}")).collect();
        assert_eq!(lines_within(&lines, 90, "line"), "line 0\nline 1\nline 2\nline 3\nand 6 more lines\n");
    }
}
