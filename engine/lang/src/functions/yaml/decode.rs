//! YAML to values.
//!
//! `libyaml-safer` is a port of libyaml, as is what Terraform uses: so the syntax, and what is said of a wrong one,
//! are the same.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use landform_values::{Str, Type, Value, convert, quote};
use libyaml_safer::{ErrorKind, Event, EventData, Mark, Parser, ScalarStyle, Scanner, TokenData};

use super::super::limits::MOST_ALIASED;
use super::scalar::{Scalar, key, resolve};
use super::tags;

/// The deepest nesting.
const DEEPEST: usize = 256;

/// The value of a text that is one document.
pub(super) fn decode(text: &str) -> Result<Value, String> {
    // The library is not safe against every malformed tag; nothing outlives a call that it ends.
    catch_unwind(AssertUnwindSafe(|| decode_document(text))).unwrap_or_else(|_| Err("invalid YAML syntax".into()))
}

fn decode_document(text: &str) -> Result<Value, String> {
    check_tags(text)?;
    let terminated = terminated(text);
    let mut input = terminated.as_bytes();
    let mut decoder = Decoder::new(text, &mut input);
    decoder.next()?;
    let start = decoder.next()?;
    match start.data {
        EventData::DocumentStart { version_directive: Some(version), .. }
            if (version.major, version.minor) != (1, 1) =>
        {
            return Err(at(start.start_mark, "found incompatible YAML document"));
        }
        EventData::DocumentStart { .. } => {}
        _ => return Err(at(start.start_mark, "missing start of document")),
    }
    let value = decoder.value()?;
    let end = decoder.next()?;
    if !matches!(end.data, EventData::DocumentEnd { .. }) {
        return Err(at(end.start_mark, "unexpected extra content after value"));
    }
    let end = decoder.next()?;
    match end.data {
        EventData::StreamEnd => Ok(value),
        _ => Err(at(end.start_mark, "unexpected extra content after value")),
    }
}

/// The library wants a line end after a block scalar.
fn terminated(text: &str) -> String {
    if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

/// Refuses what the library has no answer to.
fn check_tags(text: &str) -> Result<(), String> {
    let suspects = tags::suspects(text);
    if suspects.is_empty() {
        return Ok(());
    }
    let masked = tags::masked(text, &suspects);
    let terminated = terminated(&masked);
    let mut input = terminated.as_bytes();
    let mut decoder = Decoder::new(&masked, &mut input);
    loop {
        let event = decoder.next()?;
        if let Some((mark, why)) = tags::unsupported(&suspects, &event) {
            return Err(at(mark, &why));
        }
        if matches!(event.data, EventData::StreamEnd) {
            return check_second_tags(&suspects, &terminated);
        }
    }
}

/// Refuses a tag behind another one, both of the same node, given the masked text.
fn check_second_tags(suspects: &[tags::Suspect<'_>], masked: &str) -> Result<(), String> {
    let mut input = masked.as_bytes();
    let mut scanner = Scanner::new();
    scanner.set_input_string(&mut input);
    for token in scanner {
        let token = token.map_err(|error| error.problem().to_owned())?;
        let is_plain = matches!(token.data, TokenData::Scalar { style: ScalarStyle::Plain, .. });
        if is_plain && tags::begins(suspects, token.start_mark) {
            return Err(at(token.start_mark, "did not find expected ',' or ']'"));
        }
    }
    Ok(())
}

fn end_of(text: &str) -> Mark {
    let line = text.matches('\n').count() as u64;
    let column = text.rsplit('\n').next().map_or(0, |last| last.chars().count() as u64);
    let mut mark = Mark::default();
    (mark.index, mark.line, mark.column) = (text.len() as u64, line, column);
    mark
}

/// A problem with its place; in the first line, as in Terraform, there is none.
fn at(mark: Mark, why: &str) -> String {
    match mark.line {
        0 => why.to_owned(),
        line => format!("on line {line}, column {}: {why}", mark.column + 1),
    }
}

/// What an anchor stands for.
enum Anchor {
    /// Its node is being read.
    Pending,
    /// With how many elements its value has, itself among them.
    Complete(Value, usize),
}

struct Decoder<'p> {
    parser: Parser<&'p mut &'p [u8]>,
    anchors: HashMap<String, Anchor>,
    depth: usize,
    /// How many elements were read, those of aliases each time.
    made: usize,
    /// Where the text ended before a line end was added to it.
    end: Option<Mark>,
    /// Whether there was nothing in its last line, so that a block scalar's last line end may be its own.
    ends_blank: bool,
}

impl<'p> Decoder<'p> {
    /// Of a text, which with a line end is the input.
    fn new(text: &str, input: &'p mut &'p [u8]) -> Self {
        let end = (!text.ends_with('\n')).then(|| end_of(text));
        let ends_blank = text.rsplit('\n').next().is_some_and(|last| last.trim().is_empty());
        let mut parser = Parser::new();
        parser.set_input_string(input);
        Self { parser, anchors: HashMap::new(), depth: 0, made: 0, end, ends_blank }
    }
}

impl Decoder<'_> {
    /// The place of a problem in the text as it was given. The end of the stream has a line of its own; only a quoted
    /// scalar ends where the text ends.
    fn place(&self, mark: Mark, problem: &str) -> Mark {
        match self.end {
            Some(end) if mark.index > end.index && problem == "found unexpected end of stream" => end,
            _ => mark,
        }
    }

    /// An error of the parser as `go-cty-yaml` words it, with its way of counting lines.
    fn syntax_error(&self, error: &libyaml_safer::Error) -> String {
        let problem = error.problem();
        let lines = |mark: Option<Mark>| mark.map(|mark| self.place(mark, problem)).filter(|mark| mark.line != 0);
        if let Some(mark) = lines(error.problem_mark()) {
            return match error.kind() {
                ErrorKind::Scanner => format!("on line {}, column 1: {problem}", mark.line + 1),
                _ => format!("on line {}, column {}: {problem}", mark.line, mark.column + 1),
            };
        }
        match lines(error.context_mark()) {
            Some(mark) => format!("on line {}, column {}: {problem}", mark.line, mark.column + 1),
            None => problem.to_owned(),
        }
    }

    fn next(&mut self) -> Result<Event, String> {
        self.parser.parse().map_err(|error| self.syntax_error(&error))
    }

    fn value(&mut self) -> Result<Value, String> {
        let event = self.next()?;
        self.value_of(event)
    }

    fn value_of(&mut self, event: Event) -> Result<Value, String> {
        let mark = event.start_mark;
        let before = self.made;
        self.made += 1;
        let (anchor, value) = match event.data {
            EventData::Scalar { anchor, tag, mut value, plain_implicit, style, .. } => {
                let tag = tag.unwrap_or_default();
                let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                let added = if self.ends_blank { "\n\n" } else { "\n" };
                if is_block && self.end.is_some_and(|end| event.end_mark.index > end.index) && value.ends_with(added) {
                    value.pop();
                }
                let scalar = resolve(&tag, &value, style).map_err(|why| at(mark, &why))?;
                let value = match scalar {
                    Scalar::Value(value) => value,
                    Scalar::Merge => "<<".into(),
                };
                // A block scalar is text, but what it reads like decides which: `true` for `yes`.
                let is_text = tag.is_empty() && !plain_implicit;
                let text = if is_text { convert(&value, &Type::String) } else { Ok(value) };
                (anchor, text.map_err(|error| error.message)?)
            }
            EventData::Alias { anchor } => return self.alias(&anchor).map_err(|why| at(mark, &why)),
            EventData::SequenceStart { anchor, tag, .. } => {
                check_tag(tag.as_deref(), libyaml_safer::SEQ_TAG, "sequence").map_err(|why| at(mark, &why))?;
                (anchor.clone(), self.nested(anchor, mark, Self::sequence)?)
            }
            EventData::MappingStart { anchor, tag, .. } => {
                check_tag(tag.as_deref(), libyaml_safer::MAP_TAG, "mapping").map_err(|why| at(mark, &why))?;
                (anchor.clone(), self.nested(anchor, mark, Self::mapping)?)
            }
            EventData::StreamEnd => return Err(at(mark, "expecting value but found end of stream")),
            EventData::DocumentStart { .. } => return Err(at(mark, "only a single document is allowed")),
            EventData::DocumentEnd { .. } => return Err(at(mark, "unexpected parser event document end")),
            EventData::StreamStart { .. } => return Err(at(mark, "unexpected parser event stream start")),
            EventData::SequenceEnd => return Err(at(mark, "unexpected parser event sequence end")),
            EventData::MappingEnd => return Err(at(mark, "unexpected parser event mapping end")),
        };
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, Anchor::Complete(value.clone(), self.made - before));
        }
        Ok(value)
    }

    /// Reads what is within a node, whose anchor must not be referred to there.
    fn nested(
        &mut self,
        anchor: Option<String>,
        mark: Mark,
        read: fn(&mut Self) -> Result<Value, String>,
    ) -> Result<Value, String> {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, Anchor::Pending);
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(at(mark, "nested too deeply"));
        }
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn alias(&mut self, anchor: &str) -> Result<Value, String> {
        match self.anchors.get(anchor) {
            Some(Anchor::Complete(value, elements)) => {
                self.made = self.made.saturating_add(*elements);
                if self.made > MOST_ALIASED {
                    return Err(format!("aliases stand for more than {MOST_ALIASED} elements"));
                }
                Ok(value.clone())
            }
            Some(Anchor::Pending) => {
                Err(format!("cannot refer to anchor {} from inside its own definition", quote(anchor)))
            }
            None => Err(format!("reference to undefined anchor {}", quote(anchor))),
        }
    }

    fn sequence(&mut self) -> Result<Value, String> {
        let mut items = Vec::new();
        loop {
            let event = self.next()?;
            if event.data == EventData::SequenceEnd {
                return Ok(Value::tuple(items));
            }
            items.push(self.value_of(event)?);
        }
    }

    fn mapping(&mut self) -> Result<Value, String> {
        let mut items: Vec<(Str, Value)> = Vec::new();
        loop {
            let event = self.next()?;
            let mark = event.start_mark;
            let (tag, value, style) = match event.data {
                EventData::MappingEnd => return Ok(Value::object(items)),
                EventData::Scalar { tag, value, style, .. } => (tag, value, style),
                _ => return Err(at(mark, "only strings are allowed as mapping keys")),
            };
            match resolve(&tag.unwrap_or_default(), &value, style)? {
                Scalar::Merge => {
                    let merged = self.value()?;
                    self.merge(&merged, &mut items).map_err(|why| at(mark, &why))?;
                }
                Scalar::Value(name) => {
                    let name = key(&name).map_err(|why| at(mark, why))?;
                    let value = self.value()?;
                    items.extend(name.as_shared_str().cloned().map(|name| (name, value)));
                }
            }
        }
    }

    /// Adds what a mapping, or each of a sequence of mappings, holds: of the latter the first counts.
    fn merge(&self, merged: &Value, items: &mut Vec<(Str, Value)>) -> Result<(), String> {
        let wrong = |value: &Value| format!("cannot merge {} into mapping", value.ty().friendly_name());
        if let (Type::Tuple(_), Some(sequence)) = (merged.ty(), merged.as_sequence()) {
            for item in sequence.iter().rev() {
                items.extend_from_slice(item.as_mapping().ok_or_else(|| wrong(merged))?.items());
            }
            return Ok(());
        }
        items.extend_from_slice(merged.as_mapping().ok_or_else(|| wrong(merged))?.items());
        Ok(())
    }
}

fn check_tag(tag: Option<&str>, wanted: &str, what: &str) -> Result<(), String> {
    match tag {
        Some(tag) if !tag.is_empty() && tag != wanted => Err(format!("can't interpret {what} as {tag}")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::show;

    fn check(cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            let shown = decode(text).map_or_else(|why| format!("error: {why}"), |value| show(&value));
            assert_eq!(shown, *expected, "{text:?}");
        }
    }

    #[test]
    fn scalars() {
        check(&[
            ("yes", "true"),
            ("'yes'", r#""yes""#),
            ("~", "null"),
            ("", "error: on line 1, column 1: missing start of document"),
            ("---", "null"),
            ("0x1F", "31"),
            ("0o17", "15"),
            ("010", "10"),
            ("1_000", r#""1_000""#),
            ("!!int 1_000", "1000"),
            ("1e3", "1000"),
            (".5", "0.5"),
            ("2001-12-14", r#""2001-12-14T00:00:00Z""#),
            ("2001-12-14t21:59:43.10-05:00", r#""2001-12-14T21:59:43-05:00""#),
            ("!!str 12", r#""12""#),
            ("|-\n  yes", r#""true""#),
            ("1.2.3", r#""1.2.3""#),
            (".nan", "error: floating point NaN is not supported"),
            ("!!foo 1", "error: unsupported tag \"tag:yaml.org,2002:foo\""),
            ("[!!str, b]", "error: unsupported tag \"tag:yaml.org,2002:str,\""),
            ("[a: !]:!5, b]", "error: unsupported tag \"!]:!5,\""),
            ("[!!str\n !b,c]", "error: on line 1, column 2: did not find expected ',' or ']'"),
            ("[!!str !b,c]", "error: did not find expected ',' or ']'"),
            ("[!!str,b]", "error: unsupported tag \"tag:yaml.org,2002:str,b]\""),
            ("{a: !x, b: c}", "error: unsupported tag \"!x,\""),
            ("- !a,b", "error: unsupported tag \"!a,b\""),
            ("a:\n  [&q !!str,b]", "error: on line 1, column 4: unsupported tag \"tag:yaml.org,2002:str,b]\""),
            ("[a !b,c]", r#"["a !b", "c"]"#),
            ("['x !a,b', \"!c,d\"] # !e,f", r#"["x !a,b", "!c,d"]"#),
        ]);
    }

    #[test]
    fn structures() {
        check(&[
            ("a: 1\nb: [x, {c: }]", r#"{a=1, b=["x", {c=null}]}"#),
            ("p: &a {k: 1}\nq:\n  <<: *a\n  l: 2", "{p={k=1}, q={k=1, l=2}}"),
            ("- &a {k: 1, l: 1}\n- &b {k: 2}\n- <<: [*b, *a]", "[{k=1, l=1}, {k=2}, {k=2, l=1}]"),
            ("- &a 1\n- *a", "[1, 1]"),
            ("1: a\ntrue: b", r#"{1="a", true="b"}"#),
            ("a: &a [*a]", "error: cannot refer to anchor \"a\" from inside its own definition"),
            ("*b", "error: reference to undefined anchor \"b\""),
            ("~: 1", "error: mapping key cannot be null"),
            ("[a]: 1", "error: only strings are allowed as mapping keys"),
            ("a\n---\nb", "error: on line 1, column 1: unexpected extra content after value"),
            ("a: [", "error: on line 1, column 1: did not find expected node content"),
        ]);
    }

    #[test]
    fn nesting_has_a_limit() {
        let deep = "[".repeat(5000);
        assert!(decode(&deep).is_err());
    }
}
