//! Words of commands, so that the shell of the other machine takes them as they are.

use super::settings::Platform;

/// A command line of the words.
pub(super) fn command(words: &[&str], platform: Platform) -> String {
    let quote = match platform {
        Platform::Unix => for_posix_shell,
        Platform::Windows => for_windows,
    };
    words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ")
}

fn for_posix_shell(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Backslashes count twice only where they stand before a quotation mark. Quotation marks also keep signs that the
/// command interpreter has a meaning for.
fn for_windows(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@+,~\\".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    let mut quoted = String::from('"');
    let mut backslashes = 0;
    for character in word.chars() {
        if character == '"' {
            quoted.push_str(&"\\".repeat(backslashes + 1));
        }
        backslashes = if character == '\\' { backslashes + 1 } else { 0 };
        quoted.push(character);
    }
    quoted.push_str(&"\\".repeat(backslashes));
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
        let check = |word: &str, unix: &str, windows: &str| {
            assert_eq!(command(&["scp", word], Platform::Unix), format!("scp {unix}"));
            assert_eq!(command(&["scp", word], Platform::Windows), format!("scp {windows}"));
        };
        check("/tmp/a-b_1.txt", "/tmp/a-b_1.txt", "/tmp/a-b_1.txt");
        check("C:/windows/temp", "C:/windows/temp", "C:/windows/temp");
        check("~", "'~'", "~");
        check("", "''", "\"\"");
        check("a b'c", r"'a b'\''c'", "\"a b'c\"");
        check("$(x);`y`&z", "'$(x);`y`&z'", "\"$(x);`y`&z\"");
        check(r#"a "b\""#, r#"'a "b\"'"#, r#""a \"b\\\"""#);
        check(r"a b\", r"'a b\'", r#""a b\\""#);
    }
}
