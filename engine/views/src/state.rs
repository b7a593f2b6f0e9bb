//! A state as people read it: `show`, and `state show` of one object.

use std::io;

use landform_addrs::ResourceMode;
use landform_plan::{ObjectStatus, State, StateObject};
use landform_values::{Marks, Value};

use crate::Style;
use crate::diff::{self, Change, Options};
use crate::modules::ModuleTree;

/// Writes all objects of a state, then its outputs. Memory: one object at a time.
pub fn write(state: &State, style: &Style, sink: &mut dyn io::Write) -> io::Result<()> {
    if state.is_empty() {
        return sink.write_all(b"The state file is empty. No resources are represented.\n");
    }
    let tree = ModuleTree::new(&state.objects, |object: &StateObject| &object.address);
    write_module(&tree, Position::Start, style, sink)?;
    if !state.outputs.is_empty() {
        sink.write_all(b"\n\nOutputs:\n\n")?;
    }
    for (name, value) in &state.outputs {
        writeln!(sink, "{name} = {}", output(value, style))?;
    }
    Ok(())
}

/// One object in the same form; it ends with a line break.
pub fn object(object: &StateObject, style: &Style) -> String {
    let StateObject { address, deposed, .. } = object;
    let note = match (deposed, object.status) {
        (Some(key), _) => format!(" (deposed object {key})"),
        (None, ObjectStatus::Tainted) => " (tainted)".into(),
        (None, ObjectStatus::Ready) => String::new(),
    };
    let kind = match address.resource.mode {
        ResourceMode::Managed => "resource",
        ResourceMode::Data | ResourceMode::Ephemeral => "data",
    };
    let block = &object.schema.block;
    let value = crate::sensitive::with_schema_marks(&object.value, block);
    let body = diff::block(&Change::unchanged(&value).of_schema(block), block).render(0, &options(style));
    let (kind_name, name) = (&address.resource.kind, &address.resource.name);
    format!("# {address}:{note}\n{kind} \"{kind_name}\" \"{name}\" {body}\n")
}

/// Whether something was written before.
#[derive(Clone, Copy, PartialEq)]
enum Position {
    Start,
    Behind,
}

/// A blank line stands before every object but the first, and one more before each module's. Terraform takes modules
/// that are side by side each for the first if no module around them has objects.
fn write_module(
    tree: &ModuleTree<'_, StateObject>,
    mut position: Position,
    style: &Style,
    sink: &mut dyn io::Write,
) -> io::Result<()> {
    if !tree.items().is_empty() && position == Position::Behind {
        sink.write_all(b"\n")?;
    }
    for found in tree.items() {
        if std::mem::replace(&mut position, Position::Behind) == Position::Behind {
            sink.write_all(b"\n")?;
        }
        sink.write_all(object(found, style).as_bytes())?;
    }
    tree.children().try_for_each(|child| write_module(child, position, style, sink))
}

/// An output is hidden as a whole.
fn output(value: &Value, style: &Style) -> String {
    let marks = if value.contains_sensitive() { Marks::sensitive() } else { Marks::NONE };
    let hidden = value.clone().with_marks(&marks);
    diff::by_type(&Change::unchanged(&hidden), &value.ty()).render(0, &options(style))
}

fn options(style: &Style) -> Options {
    Options { show_unchanged: true, no_symbols: true, ..Options::new(*style) }
}
