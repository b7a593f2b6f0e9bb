//! What `-target` and `-exclude` name, and the files of `-target-file` and `-exclude-file`: an address a line.

use landform_addrs::Selector;
use landform_config::address;
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};

use crate::args::Parsed;
use crate::failure::Failure;
use crate::operation::no_address;
use crate::session::Session;

/// What a flag names, and what is wrong in it.
pub(crate) fn of_flags(parsed: &Parsed, flag: &str, noted: &mut impl FnMut(Diagnostic)) -> Vec<Selector> {
    let selector = |text: &str| {
        let parsed = address::parse_selector(text, &SourceMap::new());
        parsed.map_err(|found| noted(no_address(&format!("Invalid {flag} {text:?}"), &found))).ok()
    };
    parsed.values(flag).filter_map(selector).collect()
}

/// What a flag names, and behind it what the files of the flag for files do.
pub(crate) fn with_files(
    session: &Session,
    parsed: &Parsed,
    mut targets: Vec<Selector>,
    flag: &str,
) -> Result<Vec<Selector>, Failure> {
    let file_flag = format!("{flag}-file");
    for path in parsed.values(&file_flag) {
        let found = of_file(session, flag, path)?;
        if found.is_empty() {
            let detail =
                format!("The file {path} given with -{file_flag} names nothing. It must have an address a line.");
            return Err(Failure::error(format!("No addresses in the file of -{file_flag}"), detail));
        }
        targets.extend(found);
    }
    Ok(targets)
}

/// The addresses in a file.
fn of_file(session: &Session, flag: &str, path: &str) -> Result<Vec<Selector>, Failure> {
    let bytes = fs_err::read(session.world.path(path))
        .map_err(|error| Failure::error(format!("Could not read the file of -{flag}-file"), format!("{error}.")))?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::error(format!("Could not read the file of -{flag}-file"), format!("{path} is no text in UTF-8."))
    })?;
    let file = session.view.sources.add(path, &*text);
    let mut targets = Vec::new();
    let mut problems = Diagnostics::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let written = without_comment(line).trim();
        if !written.is_empty() {
            match address::parse_selector(written, &SourceMap::new()) {
                Ok(target) => targets.push(target),
                Err(found) => {
                    let at = start + line.find(written).unwrap_or_default();
                    let problem: Diagnostic = no_address(&format!("Invalid {flag} {written:?}"), &found);
                    problems.push(problem.at(Span::new(file, at, at + written.len())));
                }
            }
        }
        start += line.len();
    }
    if problems.has_errors() { Err(problems.into()) } else { Ok(targets) }
}

/// A line up to a `#` outside of quotes.
fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    let mut escaped = false;
    for (at, next) in line.char_indices() {
        match next {
            '#' if !quoted => return &line[..at],
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = next == '\\' && !escaped;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_begin_outside_of_quotes() {
        for (line, expected) in [
            ("a.b # c", "a.b "),
            ("# all", ""),
            ("a.b[\"#1\"]#", "a.b[\"#1\"]"),
            ("a.b[\"\\\"#\"]", "a.b[\"\\\"#\"]"),
            ("a.b", "a.b"),
        ] {
            assert_eq!(without_comment(line), expected);
        }
    }
}
