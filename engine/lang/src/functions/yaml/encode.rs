//! Values to YAML, byte for byte as the emitter in `go-cty-yaml` writes them: block style, texts in double quotes or,
//! with line breaks, as literal blocks.

use landform_values::{Kind, Value};

/// A document with one value, which is wholly known.
pub(super) fn encode(value: &Value) -> Result<String, String> {
    let mut emitter = Emitter::default();
    emitter.node(value, -1, Context::Root)?;
    if !emitter.at_line_start() {
        emitter.new_line();
    }
    if emitter.open_ended {
        emitter.out.push_str("...\n");
    }
    Ok(emitter.out)
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Root,
    Sequence,
    SimpleKey,
    ComplexKey,
    Value,
}

/// Columns that each level is indented by.
const INDENT: i64 = 2;
/// Longest key, in bytes, that needs no question mark.
const LONGEST_SIMPLE_KEY: usize = 128;

#[derive(Default)]
struct Emitter {
    out: String,
    column: i64,
    /// White space, or nothing yet, was written last.
    after_space: bool,
    /// Nothing but indentation and indicators of blocks stands in the line.
    in_indentation: bool,
    /// A marker must tell that the document ends here.
    open_ended: bool,
}

impl Emitter {
    fn at_line_start(&self) -> bool {
        self.column == 0
    }

    fn new_line(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count() as i64;
    }

    fn write_indent(&mut self, indent: i64) {
        let indent = indent.max(0);
        let behind = self.column > indent || self.column == indent && !self.after_space;
        if !self.out.is_empty() && (!self.in_indentation || behind) {
            self.new_line();
        }
        while self.column < indent {
            self.put(" ");
        }
        self.after_space = true;
        self.in_indentation = true;
    }

    /// An indicator of a block, such as `-`.
    fn block_indicator(&mut self, indicator: &str) {
        self.space();
        self.put(indicator);
        self.after_space = false;
        self.open_ended = false;
    }

    fn space(&mut self) {
        if !self.after_space && !self.out.is_empty() {
            self.put(" ");
        }
    }

    /// Something that stands in a line.
    fn inline(&mut self, text: &str) {
        self.space();
        self.put(text);
        self.after_space = false;
        self.in_indentation = false;
        self.open_ended = false;
    }

    fn node(&mut self, value: &Value, indent: i64, context: Context) -> Result<(), String> {
        match value.kind() {
            Kind::Null(_) => self.plain("null", context),
            Kind::Bool(truth) => self.plain(if *truth { "true" } else { "false" }, context),
            Kind::Number(number) => self.plain(&number.to_string(), context),
            Kind::String(text) => self.text(text, indent, context),
            Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => {
                self.sequence(items.items(), indent, context)?;
            }
            Kind::Map(items) | Kind::Object(items) => {
                self.mapping(items.items().iter().map(|(name, item)| (&**name, item)), indent)?;
            }
            Kind::Unknown(_) => return Err("cannot serialize unknown value as YAML".into()),
            Kind::Type(_) => return Err(format!("can't marshal {} as YAML", value.ty().friendly_name())),
        }
        Ok(())
    }

    fn plain(&mut self, text: &str, context: Context) {
        self.inline(text);
        self.open_ended = context == Context::Root;
    }

    fn text(&mut self, text: &str, indent: i64, context: Context) {
        if text.contains('\n') && context != Context::SimpleKey && may_be_literal(text) {
            self.literal(text, if indent < 0 { INDENT } else { indent + INDENT });
        } else {
            self.inline(&double_quoted(text));
        }
    }

    fn literal(&mut self, text: &str, indent: i64) {
        let hint = if text.starts_with([' ', '\n']) { INDENT.to_string() } else { String::new() };
        let chomp = match text.strip_suffix('\n') {
            None => "-",
            Some(rest) if rest.is_empty() || rest.ends_with(is_break) => "+",
            Some(_) => "",
        };
        self.inline(&format!("|{hint}{chomp}"));
        self.new_line();
        let mut at_break = true;
        for character in text.chars() {
            if is_break(character) {
                self.out.push(character);
                self.column = 0;
                at_break = true;
                continue;
            }
            if at_break {
                self.in_indentation = true;
                self.after_space = true;
                self.write_indent(indent);
                at_break = false;
            }
            self.out.push(character);
            self.column += 1;
        }
        self.after_space = at_break;
        self.in_indentation = at_break;
    }

    fn sequence(&mut self, items: &[Value], indent: i64, context: Context) -> Result<(), String> {
        if items.is_empty() {
            self.inline("[]");
            return Ok(());
        }
        // The value of a key is not indented further.
        let flush = context == Context::Value && !self.in_indentation;
        let indent = deeper(indent, flush);
        for item in items {
            self.write_indent(indent);
            self.block_indicator("-");
            self.node(item, indent, Context::Sequence)?;
        }
        Ok(())
    }

    fn mapping<'v>(&mut self, items: impl Iterator<Item = (&'v str, &'v Value)>, indent: i64) -> Result<(), String> {
        let mut items = items.peekable();
        if items.peek().is_none() {
            self.inline("{}");
            return Ok(());
        }
        let indent = deeper(indent, false);
        for (name, item) in items {
            self.write_indent(indent);
            let is_simple = name.len() <= LONGEST_SIMPLE_KEY && !name.contains(is_break);
            if is_simple {
                self.text(name, indent, Context::SimpleKey);
                self.put(":");
            } else {
                self.block_indicator("?");
                self.text(name, indent, Context::ComplexKey);
                self.write_indent(indent);
                self.block_indicator(":");
            }
            self.after_space = false;
            self.node(item, indent, Context::Value)?;
        }
        Ok(())
    }
}

fn deeper(indent: i64, flush: bool) -> i64 {
    match indent {
        ..0 => 0,
        _ if flush => indent,
        _ => indent + INDENT,
    }
}

fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What the emitter takes for printable. Characters beyond 16 bits are not among them.
fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FEFE}' | '\u{FF00}'..='\u{FFFD}')
}

/// Whether a literal block can show a text as it is.
fn may_be_literal(text: &str) -> bool {
    let mut previous = None;
    for character in text.chars() {
        if !is_printable(character) || previous == Some(' ') && is_break(character) {
            return false;
        }
        previous = Some(character);
    }
    previous != Some(' ')
}

fn double_quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        if is_printable(character) && !is_break(character) && !matches!(character, '"' | '\\') {
            out.push(character);
            continue;
        }
        out.push('\\');
        match character {
            '\0' => out.push('0'),
            '\x07' => out.push('a'),
            '\x08' => out.push('b'),
            '\t' => out.push('t'),
            '\n' => out.push('n'),
            '\x0b' => out.push('v'),
            '\x0c' => out.push('f'),
            '\r' => out.push('r'),
            '\x1b' => out.push('e'),
            '"' | '\\' => out.push(character),
            '\u{85}' => out.push('N'),
            '\u{2028}' => out.push('L'),
            '\u{2029}' => out.push('P'),
            _ => match character as u32 {
                code @ 0..=0xFF => out.push_str(&format!("x{code:02X}")),
                code @ 0..=0xFFFF => out.push_str(&format!("u{code:04X}")),
                code => out.push_str(&format!("U{code:08X}")),
            },
        }
    }
    out.push('"');
    out
}
