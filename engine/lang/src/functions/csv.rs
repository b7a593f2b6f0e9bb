//! CSV, as Go's `encoding/csv` reads it: strict about quotes and numbers of fields, which no library says in its words.

use std::collections::HashSet;

use landform_values::{Type, Value, quote};

use super::call::{Call, FunctionError, Outcome};
use super::entry::{Function, function, text};

pub(super) fn functions() -> Vec<Function> {
    vec![function("csvdecode", [text("str")], csvdecode).typed(|call| match call.value(0).as_str() {
        None => Ok(Type::Dynamic),
        Some(text) => {
            let header = header(&mut Reader::new(text))?;
            let columns = header
                .into_iter()
                .map(|name| (Value::string(name).as_str().unwrap_or_default().to_owned(), Type::String));
            Ok(Type::list(Type::object(columns)))
        }
    })]
}

/// `csvdecode(str)`: a list of objects; the first line has their attributes' names. `csvdecode("a,b\n1,2")` is
/// `[{a = "1", b = "2"}]`.
fn csvdecode(call: &Call<'_>) -> Outcome {
    let mut reader = Reader::new(call.text(0));
    let header = header(&mut reader)?;
    let mut rows = Vec::new();
    while let Some(fields) = reader.record()? {
        if fields.len() != header.len() {
            return Err(reader.error(reader.record_line, "wrong number of fields"));
        }
        rows.push(Value::object(header.iter().map(|name| &**name).zip(fields.into_iter().map(Value::from))));
    }
    Ok(Value::list(call.returns.element().cloned().unwrap_or(Type::Dynamic), rows))
}

fn header(reader: &mut Reader<'_>) -> Result<Vec<String>, FunctionError> {
    let header = reader.record()?.ok_or_else(|| FunctionError::new("missing header line"))?;
    let mut seen = HashSet::new();
    match header.iter().find(|name| !seen.insert(*name)) {
        Some(twice) => Err(FunctionError::new(format!("duplicate column name {}", quote(twice)))),
        None => Ok(header),
    }
}

struct Reader<'t> {
    rest: &'t str,
    /// The number of the last line that was read.
    line: usize,
    /// The number of the line where the last record began.
    record_line: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self { rest: text, line: 0, record_line: 0 }
    }

    /// The next line with its end, which is always `\n`.
    fn next_line(&mut self) -> Option<String> {
        if self.rest.is_empty() {
            return None;
        }
        self.line += 1;
        let end = self.rest.find('\n').map_or(self.rest.len(), |index| index + 1);
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(match (line.strip_suffix("\r\n"), rest.is_empty()) {
            (Some(line), _) => format!("{line}\n"),
            // A carriage return at the very end is dropped.
            (None, true) => line.strip_suffix('\r').unwrap_or(line).to_owned(),
            (None, false) => line.to_owned(),
        })
    }

    fn error(&self, line: usize, why: &str) -> FunctionError {
        FunctionError::new(format!("CSV parse error on line {line}: {why}"))
    }

    /// The fields of the next line that is not empty, or of several lines where a quoted field goes on.
    fn record(&mut self) -> Result<Option<Vec<String>>, FunctionError> {
        let mut line = loop {
            match self.next_line() {
                None => return Ok(None),
                Some(line) if line == "\n" || line.is_empty() => {}
                Some(line) => break line,
            }
        };
        self.record_line = self.line;
        let mut fields = Vec::new();
        let mut position = 0;
        loop {
            let (field, more) = if line[position..].starts_with('"') {
                self.quoted_field(&mut line, &mut position)?
            } else {
                self.plain_field(&line, &mut position)?
            };
            fields.push(field);
            if !more {
                return Ok(Some(fields));
            }
        }
    }

    /// A field without quotes, and whether another one follows.
    fn plain_field(&self, line: &str, position: &mut usize) -> Result<(String, bool), FunctionError> {
        let rest = &line[*position..];
        let (field, more) = match rest.split_once(',') {
            Some((field, _)) => (field, true),
            None => (rest.strip_suffix('\n').unwrap_or(rest), false),
        };
        if field.contains('"') {
            return Err(self.error(self.line, "bare \" in non-quoted-field"));
        }
        *position += field.len() + 1;
        Ok((field.to_owned(), more))
    }

    /// A field in quotes, which may go on in further lines.
    fn quoted_field(&mut self, line: &mut String, position: &mut usize) -> Result<(String, bool), FunctionError> {
        let wrong = "extraneous or missing \" in quoted-field";
        let mut field = String::new();
        *position += 1;
        loop {
            let rest = &line[*position..];
            let Some(end) = rest.find('"') else {
                field.push_str(rest);
                match self.next_line() {
                    Some(next) => (*line, *position) = (next, 0),
                    None => return Err(self.error(self.line, wrong)),
                }
                continue;
            };
            field.push_str(&rest[..end]);
            let after = &rest[end + 1..];
            *position += end + 2;
            match after.bytes().next() {
                Some(b'"') => field.push('"'),
                Some(b',') => return Ok((field, true)),
                None => return Ok((field, false)),
                Some(b'\n') if after.len() == 1 => return Ok((field, false)),
                Some(_) => return Err(self.error(self.line, wrong)),
            }
        }
    }
}
