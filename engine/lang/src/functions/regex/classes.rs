//! Named classes of characters.

/// The characters of a POSIX class such as `alpha`, in the syntax of the regex crate's classes.
pub(super) fn posix(name: &str) -> Option<&'static str> {
    Some(match name {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "ascii" => r"\x00-\x7F",
        "blank" => r"\t ",
        "cntrl" => r"\x00-\x1F\x7F",
        "digit" => "0-9",
        "graph" => "!-~",
        "lower" => "a-z",
        "print" => " -~",
        "punct" => r"!-/:-@\[-`{-~",
        "space" => r"\t\n\x0B\x0C\r ",
        "upper" => "A-Z",
        "word" => "0-9A-Za-z_",
        "xdigit" => "0-9A-Fa-f",
        _ => return None,
    })
}

/// The characters of `\d`, `\s`, `\w`: ASCII only, in RE2.
pub(super) fn perl(letter: char) -> Option<&'static str> {
    Some(match letter.to_ascii_lowercase() {
        'd' => "0-9",
        's' => r"\t\n\x0C\r ",
        'w' => "0-9A-Za-z_",
        _ => return None,
    })
}

/// The general categories that Go knows.
const CATEGORIES: &[&str] = &[
    "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P",
    "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs",
];

/// A general category, a script or `Any` as the regex crate writes it within a class.
pub(super) fn unicode(name: &str) -> Option<String> {
    match name {
        "Any" => return Some(r"\x{0}-\x{10FFFF}".into()),
        // Go counts only assigned characters.
        "C" => return Some(r"\p{Cc}\p{Cf}\p{Co}".into()),
        // No text has surrogates.
        "Cs" => return Some(r"[^\x{0}-\x{10FFFF}]".into()),
        name if CATEGORIES.contains(&name) => return Some(format!(r"\p{{{name}}}")),
        _ => {}
    }
    let script = format!(r"\p{{Script={name}}}");
    let is_long_name = name.len() > 2 && name.starts_with(|first: char| first.is_ascii_uppercase());
    let is_name = is_long_name && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    (is_name && ::regex::Regex::new(&script).is_ok()).then_some(script)
}
