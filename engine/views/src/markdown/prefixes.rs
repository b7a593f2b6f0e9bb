//! Texts cut to what tells them apart, as file patterns: `a{b[01x]*,c*}` for five texts that begin so.

/// A pattern that each of these texts matches with another part of it.
pub(super) fn distinct(texts: &[&str]) -> String {
    let mut sorted = texts.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut pattern = String::new();
    write(&sorted, &mut pattern);
    pattern
}

/// What all of them begin with, then the branches: a class of characters for those that end a branch, and patterns for those
/// that go on. No text is looked at further than where it differs from its neighbours.
fn write(texts: &[&str], pattern: &mut String) {
    let (Some(first), Some(last)) = (texts.first(), texts.last()) else { return };
    if texts.len() == 1 {
        pattern.push_str(if first.is_empty() { "" } else { "*" });
        return;
    }
    let common = common_prefix(first, last);
    first[..common].chars().for_each(|character| push(character, pattern));
    let rests: Vec<&str> = texts.iter().map(|text| &text[common..]).collect();
    let branches: Vec<&[&str]> = rests.chunk_by(|a, b| a.chars().next() == b.chars().next()).collect();
    let (ends, goes_on): (Vec<&[&str]>, Vec<&[&str]>) = branches.into_iter().partition(|branch| branch.len() == 1);
    let mut parts: Vec<String> = goes_on.into_iter().map(branch).collect();
    if ends.iter().any(|branch| branch[0].is_empty()) {
        parts.push(String::new());
    }
    let class: Vec<char> = ends.iter().filter_map(|branch| branch[0].chars().next()).collect();
    if !class.is_empty() {
        parts.push(of_class(&class));
    }
    match &parts[..] {
        [only] => pattern.push_str(only),
        several => pattern.push_str(&format!("{{{}}}", several.join(","))),
    }
}

fn branch(texts: &[&str]) -> String {
    let mut pattern = String::new();
    write(texts, &mut pattern);
    pattern
}

fn of_class(class: &[char]) -> String {
    let mut pattern = String::new();
    class.iter().for_each(|character| push(*character, &mut pattern));
    if class.len() > 1 { format!("[{pattern}]*") } else { pattern + "*" }
}

fn push(character: char, pattern: &mut String) {
    if "*?[]{},\\".contains(character) {
        pattern.push('\\');
    }
    pattern.push(character);
}

/// How many bytes two texts have in common; of sorted texts, the first and the last say it for all.
fn common_prefix(a: &str, b: &str) -> usize {
    a.char_indices().zip(b.chars()).find(|((_, a), b)| a != b).map_or(a.len().min(b.len()), |((at, _), _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs() {
        assert_eq!(distinct(&["key-one", "key-two"]), "key-[ot]*");
        assert_eq!(distinct(&["ab1", "ab2", "ac", "a", "b"]), "{a{b[12]*,,c*},b*}");
        assert_eq!(distinct(&["x[1", "x[2"]), "x\\[[12]*");
        assert_eq!(distinct(&["é1", "è1"]), "[èé]*");
    }

    #[test]
    fn many_random_texts_are_short() {
        let noise = |index: u64| format!("a-long-beginning-{:016x}-and-end", index.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let texts: Vec<String> = (1..=20_000).map(noise).collect();
        let pattern = distinct(&texts.iter().map(|text| &**text).collect::<Vec<_>>());
        assert!(pattern.len() < 52_000, "{}", pattern.len());
    }
}
