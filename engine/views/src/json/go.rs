//! JSON of serde, written as Go writes it.

use std::io;

use serde::Serialize;

/// What serde makes of something, without white space.
pub(super) fn compact(data: &impl Serialize) -> io::Result<String> {
    Ok(escaped(serde_json::to_string(data)?))
}

/// What serde makes of something, each member and item on a line of its own, indented by two spaces.
pub(crate) fn pretty(data: &impl Serialize) -> io::Result<String> {
    Ok(escaped(serde_json::to_string_pretty(data)?))
}

/// Go escapes more than JSON asks for: what could end an HTML element or a line of JavaScript. In JSON these can only
/// stand within strings.
pub(super) fn escaped(json: String) -> String {
    const ESCAPES: [(char, &str); 5] =
        [('<', "\\u003c"), ('>', "\\u003e"), ('&', "\\u0026"), ('\u{2028}', "\\u2028"), ('\u{2029}', "\\u2029")];
    ESCAPES.into_iter().fold(
        json,
        |json, (character, escape)| {
            if json.contains(character) { json.replace(character, escape) } else { json }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_escapes_more_than_serde() {
        let data = serde_json::json!({"<a>": ["&", "\u{2028}\u{8}é"], "b": {}, "c": []});
        assert_eq!(compact(&data).ok().as_deref(), Some(r#"{"\u003ca\u003e":["\u0026","\u2028\bé"],"b":{},"c":[]}"#));
        assert_eq!(
            pretty(&data).ok().as_deref(),
            Some(
                "{\n  \"\\u003ca\\u003e\": [\n    \"\\u0026\",\n    \"\\u2028\\bé\"\n  ],\n  \"b\": {},\n  \"c\": []\n}"
            )
        );
    }
}
