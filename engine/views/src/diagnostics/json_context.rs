//! Where in a JSON document a place is.

/// An object or list that has begun.
struct Open {
    /// Its name in the one around; empty for the document.
    name: String,
    inside: Inside,
}

enum Inside {
    /// The latest key, once its colon has come.
    Object { key: Option<String>, is_value: bool },
    /// The index of the element.
    List(usize),
}

/// The names of the objects and lists around an offset, as Terraform writes them: `resource.a.b.lifecycle[0]`. `None`
/// outside of all that have names.
pub fn json_context(text: &str, offset: usize) -> Option<String> {
    let mut open: Vec<Open> = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if at > offset {
            break;
        }
        match character {
            '"' => {
                let string = string(&mut characters);
                if let Some(Open { inside: Inside::Object { key, is_value: false }, .. }) = open.last_mut() {
                    *key = Some(string);
                }
            }
            ':' => {
                if let Some(Open { inside: Inside::Object { is_value, .. }, .. }) = open.last_mut() {
                    *is_value = true;
                }
            }
            ',' => match open.last_mut().map(|found| &mut found.inside) {
                Some(Inside::Object { key, is_value }) => (*key, *is_value) = (None, false),
                Some(Inside::List(index)) => *index += 1,
                None => {}
            },
            '{' => {
                let inside = Inside::Object { key: None, is_value: false };
                open.push(Open { name: name(open.last()), inside });
            }
            '[' => open.push(Open { name: name(open.last()), inside: Inside::List(0) }),
            // The closing bracket is still within.
            '}' | ']' if at < offset => {
                open.pop();
            }
            _ => {}
        }
    }
    let path: String = open.into_iter().map(|found| found.name).collect();
    let path = path.strip_prefix('.').unwrap_or(&path);
    (!path.is_empty()).then(|| path.to_owned())
}

/// The name of what begins now in what is around.
fn name(around: Option<&Open>) -> String {
    match around.map(|found| &found.inside) {
        Some(Inside::Object { key, .. }) => format!(".{}", key.as_deref().unwrap_or_default()),
        Some(Inside::List(index)) => format!("[{index}]"),
        None => String::new(),
    }
}

/// The rest of a string whose quote has come, escapes as they are.
fn string(characters: &mut impl Iterator<Item = (usize, char)>) -> String {
    let mut found = String::new();
    while let Some((_, character)) = characters.next() {
        match character {
            '"' => break,
            '\\' => found.extend(characters.next().map(|(_, escaped)| escaped)),
            other => found.push(other),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is around the place of `^`, which is taken out.
    fn check(text: &str, expected: Option<&str>) {
        let at = text.find('^').expect("a place");
        assert_eq!(json_context(&text.replace('^', ""), at).as_deref(), expected, "{text}");
    }

    #[test]
    fn places_in_documents() {
        check(r#"{^"a": 1}"#, None);
        check(r#"{"a": {"b^": 1}}"#, Some("a"));
        check(r#"{"a": {"b": [{"x": 1}, {"y"^: 2}]}}"#, Some("a.b[1]"));
        check(r#"{"a": {"b": 1}, "c": {"d": "{["^}}"#, Some("c"));
        check(r#"{"a": {"b": 1}^, "c": {}}"#, None);
        check(r#"{"a": {"b": 1^}}"#, Some("a"));
        check(r#"{"q\"": {"b": ^1}}"#, Some("q\""));
        check("^", None);
    }
}
