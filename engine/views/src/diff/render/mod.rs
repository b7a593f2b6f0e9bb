//! Drawing differences.

mod block;
mod collections;
mod primitive;

use landform_addrs::is_identifier;
use landform_plan::Action;
use landform_values::Str;

use super::{Diff, Node};
use crate::Style;
use crate::quote::quote;

/// Attributes that are shown even when they do not change.
const IMPORTANT: [&str; 3] = ["id", "name", "tags"];

/// How to draw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Colours.
    pub style: Style,
    /// Whether `-> null` is left out.
    pub no_null: bool,
    /// Whether `# forces replacement` is put here though the difference itself does not say so. Holds for one level.
    pub force_replacement: bool,
    /// Whether what does not change is drawn too.
    pub show_unchanged: bool,
    /// Whether symbols such as `+` are left out, with the space for them.
    pub no_symbols: bool,
}

impl Options {
    /// As a plan is drawn.
    pub(crate) fn new(style: Style) -> Self {
        Self { style, no_null: false, force_replacement: false, show_unchanged: false, no_symbols: false }
    }

    /// For what is within.
    fn inner(&self) -> Self {
        Self { force_replacement: false, ..*self }
    }

    fn null_suffix(&self, action: Action) -> String {
        if action == Action::Delete && !self.no_null {
            self.style.paint(" [dark_gray]-> null[reset]")
        } else {
            String::new()
        }
    }

    fn replacement_suffix(&self, replace: bool) -> String {
        if replace || self.force_replacement {
            self.style.paint(" [red]# forces replacement[reset]")
        } else {
            String::new()
        }
    }

    /// The symbol of an action in four columns.
    fn symbol(&self, action: Action) -> String {
        if self.no_symbols { String::new() } else { format!("{} ", symbol(action, &self.style)) }
    }

    fn unchanged(&self, what: &str, count: usize) -> String {
        let plural = if count == 1 { "" } else { "s" };
        let hidden = format!("[dark_gray]# ({count} unchanged {what}{plural} hidden)[reset]");
        format!("{}{}", self.symbol(Action::NoOp), self.style.paint(&hidden))
    }
}

/// The symbol of an action in three columns.
pub(crate) fn symbol(action: Action, style: &Style) -> String {
    style.paint(match action {
        Action::NoOp => "   ",
        Action::Create => "  [green]+[reset]",
        Action::Read => " [cyan]<=[reset]",
        Action::Update => "  [yellow]~[reset]",
        Action::DeleteThenCreate => "[red]-[reset]/[green]+[reset]",
        Action::CreateThenDelete => "[green]+[reset]/[red]-[reset]",
        Action::CreateThenForget => " [green]+[reset]/[red].[reset]",
        Action::Delete => "  [red]-[reset]",
        Action::Forget => " [red].[reset]",
    })
}

/// A name as it may stand before an equals sign: quoted, where it is no identifier.
pub(crate) fn valid_name(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { quote(name) }
}

fn indent(depth: usize) -> String {
    "    ".repeat(depth)
}

impl Diff {
    /// Draws it. The first line is not indented; further ones are, by `depth` steps.
    pub(crate) fn render(&self, depth: usize, options: &Options) -> String {
        match &self.node {
            Node::Primitive { before, after, ty } => {
                primitive::render(self, (before.as_ref(), after.as_ref()), ty, depth, options)
            }
            Node::Object { attributes, nested } => collections::object(self, attributes, *nested, depth, options),
            Node::Map { elements, nested } => collections::map(self, elements, *nested, depth, options),
            Node::List { elements, context } => collections::list(self, elements, *context, depth, options),
            Node::Set { elements, nested } => collections::set(self, elements, *nested, depth, options),
            Node::Block { attributes, blocks } => block::render(self, attributes, blocks, depth, options),
            Node::Sensitive { .. } => self.with_suffixes("(sensitive value)", options),
            Node::SensitiveBlock { .. } => block::sensitive(self, depth, options),
            Node::TypeChange { before, after } => {
                let within = Options { no_null: true, ..*options };
                let arrow = options.style.paint("[yellow]->[reset]");
                format!("{} {arrow} {}", before.render(depth, &within), after.render(depth, &within))
            }
            Node::Unknown { before } => {
                let within = Options { no_null: true, ..*options };
                let replacement = options.replacement_suffix(self.replace);
                match before {
                    Some(before) => format!("{} -> (known after apply){replacement}", before.render(depth, &within)),
                    None => format!("(known after apply){replacement}"),
                }
            }
            Node::WriteOnly => format!(
                "(write-only attribute){}{}",
                options.replacement_suffix(self.replace),
                options.null_suffix(self.action)
            ),
        }
    }

    fn with_suffixes(&self, text: &str, options: &Options) -> String {
        let null = options.null_suffix(self.action);
        format!("{text}{null}{}", options.replacement_suffix(self.replace))
    }

    /// What is to be said before it, in lines of their own.
    fn warnings(&self, depth: usize, options: &Options) -> Vec<String> {
        let (inner, before, after, what) = match &self.node {
            Node::Sensitive { inner, before, after } => (inner, *before, *after, "attribute value"),
            Node::SensitiveBlock { inner, before, after } => (inner, *before, *after, "block"),
            _ => return Vec::new(),
        };
        if before == after || matches!(inner.action, Action::Create | Action::Delete) {
            return Vec::new();
        }
        let (will, then) = if before {
            ("will no longer be marked as sensitive", "after applying this change.")
        } else {
            ("will be marked as sensitive and will not", "display in UI output after applying this change.")
        };
        let indent = indent(depth);
        let warning = format!("  # [yellow]Warning[reset]: this {what} {will}\n{indent}  # {then}");
        let mut warning = options.style.paint(&warning);
        if what == "attribute value" && inner.action == Action::NoOp {
            warning.push_str(" The value is unchanged.");
        }
        vec![warning]
    }
}

/// A line with a name, an equals sign and a value, with its warnings.
struct Entry<'a> {
    name: &'a str,
    width: usize,
    diff: &'a Diff,
    /// For the value.
    options: Options,
    /// For the warnings.
    outer: Options,
    end: &'a str,
}

impl Entry<'_> {
    fn write(&self, text: &mut String, depth: usize) {
        let start = indent(depth);
        for warning in self.diff.warnings(depth, &self.outer) {
            text.push_str(&format!("{start}{warning}\n"));
        }
        let symbol = self.options.symbol(self.diff.action);
        let value = self.diff.render(depth, &self.options);
        let (name, width, end) = (self.name, self.width, self.end);
        text.push_str(&format!("{start}{symbol}{name:width$} = {value}{end}\n"));
    }
}

/// The column of equals signs. Terraform counts bytes here.
fn width<'a>(names: impl Iterator<Item = &'a String>) -> usize {
    names.map(String::len).max().unwrap_or_default()
}

fn names<'a>(keys: impl Iterator<Item = &'a Str>, write: impl Fn(&str) -> String) -> Vec<String> {
    keys.map(|key| write(key)).collect()
}
