//! Reads the patterns of comments back into names, as a person would.

/// The names that a line stands for. A star stands for the rest of a name.
pub(super) fn names(line: &str) -> Vec<String> {
    let characters: Vec<char> = line.chars().collect();
    let (names, end) = sequence(&characters, 0, "");
    assert_eq!(end, characters.len(), "{line}");
    names
}

/// Up to a character that ends it, which is not taken.
fn sequence(text: &[char], mut at: usize, ends: &str) -> (Vec<String>, usize) {
    let mut names = vec![String::new()];
    while let Some(character) = text.get(at).filter(|character| !ends.contains(**character)) {
        let (parts, next) = match character {
            '\\' => (vec![text[at + 1].to_string()], at + 2),
            '{' => alternatives(text, at + 1),
            '[' if text[at + 1] == '"' => keys(text, at + 1),
            '[' => indexes_or_class(text, at + 1),
            other => (vec![other.to_string()], at + 1),
        };
        names = names.iter().flat_map(|name| parts.iter().map(move |part| format!("{name}{part}"))).collect();
        at = next;
    }
    (names, at)
}

/// `a,b{c,d},0..9}`
fn alternatives(text: &[char], mut at: usize) -> (Vec<String>, usize) {
    let mut all = Vec::new();
    loop {
        let (names, end) = sequence(text, at, ",}");
        all.extend(names.iter().flat_map(|name| numbers(name)));
        at = end + 1;
        if text[end] == '}' {
            return (all, at);
        }
    }
}

/// `0..9` and `0..95..5` as numbers, with as many zeros in front; all else is itself.
fn numbers(text: &str) -> Vec<String> {
    let Some((first, rest)) = text.split_once("..") else { return vec![text.to_owned()] };
    let (last, step) = rest.split_once("..").unwrap_or((rest, "1"));
    let parsed = (first.parse::<u32>(), last.parse::<u32>(), step.parse::<usize>());
    let (Ok(from), Ok(to), Ok(step)) = parsed else { return vec![text.to_owned()] };
    let width = first.len();
    (from..=to).step_by(step).map(|number| format!("{number:0width$}")).collect()
}

/// `"a","b"]`
fn keys(text: &[char], mut at: usize) -> (Vec<String>, usize) {
    let mut all = Vec::new();
    loop {
        let (names, end) = sequence(text, at + 1, "\"");
        all.extend(names.iter().map(|name| format!("[\"{name}\"]")));
        at = end + 2;
        if text[end + 1] == ']' {
            return (all, at);
        }
    }
}

/// `0..9,12]`, or `abc]*`, or an index as a pattern.
fn indexes_or_class(text: &[char], at: usize) -> (Vec<String>, usize) {
    let (inside, behind) = class(text, at);
    if text.get(behind) == Some(&'*') {
        return (inside.iter().map(|character| format!("{character}*")).collect(), behind + 1);
    }
    let inside: String = inside.iter().collect();
    if inside.contains(['{', '[']) {
        let (names, end) = sequence(text, at, "]");
        return (names.iter().map(|name| format!("[{name}]")).collect(), end + 1);
    }
    (inside.split(',').flat_map(numbers).map(|number| format!("[{number}]")).collect(), behind)
}

/// The characters up to a closing bracket, and where it goes on behind that.
fn class(text: &[char], mut at: usize) -> (Vec<char>, usize) {
    let mut inside = Vec::new();
    while text[at] != ']' {
        at += usize::from(text[at] == '\\');
        inside.push(text[at]);
        at += 1;
    }
    (inside, at + 1)
}
