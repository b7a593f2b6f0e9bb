//! The `meta` element by which a page names a package: `<meta name="terraform-get" content="…">`.

/// The source that a page names in its head.
pub(super) fn source_of(page: &str) -> Option<String> {
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let end = end_of_tag(rest)?;
        let tag = &rest[..end];
        rest = &rest[end..];
        let name: String = tag.chars().take_while(|next| next.is_ascii_alphanumeric() || *next == '/').collect();
        match name.to_ascii_lowercase().as_str() {
            "body" | "/head" => return None,
            "meta" => {
                let attributes = attributes(&tag[name.len()..]);
                let value = |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
                if value("name").is_some_and(|name| name == "terraform-get") {
                    return value("content").map(|content| unescaped(content));
                }
            }
            _ => {}
        }
    }
    None
}

/// Where a tag's `>` is, which does not count within quotes.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, next)| {
        match (quote, next) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(next),
            (Some(open), _) if open == next => quote = None,
            _ => {}
        }
        None
    })
}

/// Names in lower case, and values as they are written.
fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.split_whitespace().next_back().unwrap_or_default().to_ascii_lowercase();
        let after = after.trim_start();
        let (value, left) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        found.push((name, value.to_owned()));
        rest = left;
    }
    found
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages() {
        for (page, source) in [
            (
                r#"<html><head><meta name="terraform-get" content="https://x/y.zip?a=1&amp;b=2"></head>"#,
                Some("https://x/y.zip?a=1&b=2"),
            ),
            ("<META charset=utf-8><Meta NAME='terraform-get' Content='./x.zip' />", Some("./x.zip")),
            (r#"<meta name="other" content="x"><meta content="y" name="terraform-get">"#, Some("y")),
            (r#"<!-- <meta name="terraform-get" content="no"> --><meta name=terraform-get content=yes>"#, Some("yes")),
            (r#"</head><meta name="terraform-get" content="x">"#, None),
            (r#"<body><meta name="terraform-get" content="x">"#, None),
            (r#"<meta name="terraform-get" content="a>b">"#, Some("a>b")),
            (r#"<meta name="terraform-get""#, None),
            (r#"<meta name="terraform-get">"#, None),
            ("plain < text", None),
            ("", None),
        ] {
            assert_eq!(source_of(page).as_deref(), source, "{page}");
        }
    }
}
