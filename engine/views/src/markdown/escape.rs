//! Foreign text in Markdown: only ever in code, where nothing in it can mean anything.
//!
//! Outside of code a name could close a fold, mention people, link to issues, or end the comment's structure. Code hosts look
//! for none of that within code spans, fences and `<code>` elements, so all text that is not our own goes there.

/// A text as a code span: one line that shows what stands there and does nothing.
pub fn code(text: &str) -> String {
    let text = one_line(text);
    if text.is_empty() {
        return "` `".into();
    }
    let ticks = "`".repeat(longest_run(&text, '`') + 1);
    let touches = |edge: Option<char>| edge.is_some_and(|edge| edge == '`' || edge == ' ');
    let pad = if touches(text.chars().next()) || touches(text.chars().last()) { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// A text as a `<code>` element, for places where Markdown is not read: the summary of a fold.
pub fn html_code(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 13);
    safe.push_str("<code>");
    for character in one_line(text).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe + "</code>"
}

/// Lines in a fence that nothing in them can close, with its line break. The language is one of ours: `diff`, `text`.
pub fn fence(language: &str, text: &str) -> String {
    let text = visible(text);
    let ticks = "`".repeat(longest_run(&text, '`').max(2) + 1);
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("{ticks}{language}\n{text}{end}{ticks}\n")
}

/// Something that opens when a reader asks for it. The summary is HTML: see [`html_code`]. The body is Markdown.
pub fn folded(summary: &str, body: &str) -> String {
    format!("<details><summary>{summary}</summary>\n\n{}\n\n</details>\n", body.trim_end())
}

/// The hidden first line by which the next run finds the comment: `<!-- landform-plan: NAME -->`, with its line break.
/// What would end an HTML comment is taken out of the name, the same way each time.
pub fn marker(kind: &str, name: &str) -> String {
    let plain: String = one_line(name).chars().filter(|character| !['<', '>'].contains(character)).collect();
    let mut plain = plain.trim().to_owned();
    while plain.contains("--") {
        plain = plain.replace("--", "-");
    }
    format!("<!-- landform-{kind}: {} -->\n", shortened(plain.trim_end_matches(['-', ' ']), 400))
}

/// At most so many bytes of a text, with an ellipsis where it is cut.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most.saturating_sub(3)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}…", &text[..end])
}

/// In one line: line breaks and tabs are spaces.
fn one_line(text: &str) -> String {
    let spaced: String =
        text.chars().map(|character| if ['\n', '\r', '\t'].contains(&character) { ' ' } else { character }).collect();
    visible(&spaced)
}

/// What can not be seen or changes the direction of reading becomes an escape; lines end with line feeds.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\n' | '\t' => shown.push(character),
            '\r' => shown.push('\n'),
            other if other.is_control() || is_invisible(other) => shown.extend(other.escape_unicode()),
            other => shown.push(other),
        }
    }
    shown
}

/// Marks of direction, line and paragraph separators, spaces without width, tags.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

fn longest_run(text: &str, wanted: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for character in text.chars() {
        run = if character == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_spans() {
        for (text, expected) in [
            ("a.b", "`a.b`"),
            ("a`b", "``a`b``"),
            ("``", "``` `` ```"),
            ("a\n# b", "`a # b`"),
            ("", "` `"),
            (" a", "`  a `"),
            ("</details>@all|", "`</details>@all|`"),
            ("a\u{202e}b\0", "`a\\u{202e}b\\u{0}`"),
        ] {
            assert_eq!(code(text), expected, "{text:?}");
        }
    }

    #[test]
    fn elements() {
        assert_eq!(
            html_code("a[\"</code></summary>&'\"]\n"),
            "<code>a[&quot;&lt;/code&gt;&lt;/summary&gt;&amp;&#39;&quot;] </code>"
        );
    }

    #[test]
    fn fences_are_longer_than_what_is_in_them() {
        assert_eq!(fence("diff", "+ a"), "```diff\n+ a\n```\n");
        assert_eq!(fence("text", "a\r````\r\nb\n"), "`````text\na\n````\nb\n`````\n");
    }

    #[test]
    fn markers_stay_comments() {
        assert_eq!(marker("plan", "a/b"), "<!-- landform-plan: a/b -->\n");
        assert_eq!(marker("plan", "a --> <b>\n---"), "<!-- landform-plan: a - b -->\n");
    }
}
