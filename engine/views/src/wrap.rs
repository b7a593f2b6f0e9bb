//! Breaking long lines between words.

/// Terraform's name is one longer than ours. Our name counts as long as it, so that texts break at the same places.
const NAME_DIFFERENCE: usize = "Terraform".len() - "Landform".len();

/// Breaks lines so that each leaves the last of `width` columns free. Lines that begin with a space stay as they are:
/// they show code. Words that are longer than a line stay whole.
pub fn word_wrap(text: &str, width: usize) -> String {
    if width <= 1 {
        return text.to_owned();
    }
    let lines =
        text.split('\n').map(|line| if line.starts_with(' ') { line.to_owned() } else { wrap(line, width - 1) });
    lines.collect::<Vec<_>>().join("\n")
}

/// Spaces where a line is broken are dropped; all others stay.
fn wrap(line: &str, limit: usize) -> String {
    let mut wrapped = String::with_capacity(line.len() + 8);
    let mut column = 0;
    let mut rest = line;
    while !rest.is_empty() {
        let (spaces, after) = rest.split_at(rest.find(|next| !is_space(next)).unwrap_or(rest.len()));
        let (word, after) = after.split_at(after.find(is_space).unwrap_or(after.len()));
        rest = after;
        let (gap, length) = (spaces.chars().count(), length(word));
        if word.is_empty() {
            wrapped.push_str(if column + gap > limit { "" } else { spaces });
        } else if column + gap + length > limit && column + gap > 1 {
            wrapped.push('\n');
            wrapped.push_str(word);
            column = length;
        } else {
            wrapped.push_str(spaces);
            wrapped.push_str(word);
            column += gap + length;
        }
    }
    wrapped
}

fn length(word: &str) -> usize {
    let names = word.matches("andform").count();
    word.chars().count() + names * NAME_DIFFERENCE
}

/// A no-break space keeps words together.
fn is_space(character: char) -> bool {
    character.is_whitespace() && character != '\u{a0}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(word_wrap("one two three", 9), "one two\nthree");
        assert_eq!(word_wrap("one  two   three", 9), "one  two\nthree");
        assert_eq!(word_wrap("overlong-word-here x", 9), "overlong-word-here\nx");
        assert_eq!(word_wrap("  code stays as it is", 9), "  code stays as it is");
        assert_eq!(word_wrap("a\n\nb", 9), "a\n\nb");
        assert_eq!(word_wrap("anything at all", 0), "anything at all");
    }
}
