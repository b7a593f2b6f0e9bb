//! JSON in many lines, as Go's `json.MarshalIndent` makes it of compact JSON.

/// Two spaces a level; numbers and strings stay as they are written.
pub(super) fn indented(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut depth = 0;
    let mut rest = json.char_indices().peekable();
    while let Some((at, next)) = rest.next() {
        match next {
            '"' => {
                let end = string_end(json, at);
                out.push_str(&json[at..end]);
                while rest.next_if(|(index, _)| *index < end).is_some() {}
            }
            '{' | '[' => {
                out.push(next);
                while rest.next_if(|(_, after)| after.is_ascii_whitespace()).is_some() {}
                // An empty one stays on its line.
                if let Some((_, close)) = rest.next_if(|(_, after)| matches!(after, '}' | ']')) {
                    out.push(close);
                } else {
                    depth += 1;
                    new_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth -= 1;
                new_line(&mut out, depth);
                out.push(next);
            }
            ',' => {
                out.push(',');
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            white if white.is_ascii_whitespace() => {}
            other => out.push(other),
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    (0..depth).for_each(|_| out.push_str("  "));
}

/// Behind the closing quote of the string that begins at an offset.
fn string_end(json: &str, start: usize) -> usize {
    let bytes = json.as_bytes();
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(json.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let json = r#"{"a":{"b":[1,2.50,"x:{,\"\\"],"c":{},"d":[ ]},"é":null}"#;
        let expected = r#"{
  "a": {
    "b": [
      1,
      2.50,
      "x:{,\"\\"
    ],
    "c": {},
    "d": []
  },
  "é": null
}"#;
        assert_eq!(indented(json), expected);
        assert_eq!(indented(expected), expected);
        assert_eq!(indented("\"x\""), "\"x\"");
    }
}
