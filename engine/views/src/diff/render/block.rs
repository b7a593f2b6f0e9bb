//! Drawing blocks.

use std::collections::BTreeMap;

use landform_plan::Action;
use landform_values::Str;

use super::super::{BlockGroup, Blocks, Diff, Node};
use super::{Entry, IMPORTANT, Options, indent, names, valid_name, width};
use crate::quote::quote;

/// The contents of a block in braces.
pub(super) fn render(
    diff: &Diff,
    attributes: &BTreeMap<Str, Diff>,
    blocks: &BTreeMap<Str, BlockGroup>,
    depth: usize,
    options: &Options,
) -> String {
    let replacement = options.replacement_suffix(diff.replace);
    if attributes.is_empty() && blocks.is_empty() {
        return format!("{{}}{replacement}");
    }
    let mut text = format!("{{{replacement}\n");
    write_attributes(&mut text, attributes, depth + 1, options);
    let mut hidden = 0;
    for (name, group) in blocks {
        let mut apart = !attributes.is_empty();
        for (label, block, options) in members(diff, group, options) {
            let block = hide_whole_group(block, group);
            if block.action == Action::NoOp && !options.show_unchanged {
                hidden += 1;
                continue;
            }
            if std::mem::take(&mut apart) {
                text.push('\n');
            }
            let name = format!("{}{label}", valid_name(name));
            let options = Options { force_replacement: group.replace, ..options };
            write_block(&mut text, &name, &block, depth + 1, &options);
        }
    }
    if hidden > 0 {
        text.push_str(&format!("\n{}{}\n", indent(depth + 1), options.unchanged("block", hidden)));
    }
    text.push_str(&format!("{}{}}}", indent(depth), options.symbol(Action::NoOp)));
    text
}

fn write_attributes(text: &mut String, attributes: &BTreeMap<Str, Diff>, depth: usize, options: &Options) {
    let names = names(attributes.keys(), valid_name);
    let width = width(names.iter());
    let mut hidden = 0;
    for ((key, diff), name) in attributes.iter().zip(&names) {
        let important = IMPORTANT.contains(&&**key);
        if diff.action == Action::NoOp && !options.show_unchanged && !important {
            hidden += 1;
            continue;
        }
        let inner = Options { show_unchanged: options.show_unchanged || important, ..options.inner() };
        Entry { name, width, diff, options: inner, outer: *options, end: "" }.write(text, depth);
    }
    if hidden > 0 {
        text.push_str(&format!("{}{}\n", indent(depth), options.unchanged("attribute", hidden)));
    }
}

/// Each block of a group with what stands behind its name.
fn members<'a>(
    diff: &Diff,
    group: &'a BlockGroup,
    options: &Options,
) -> Box<dyn Iterator<Item = (String, &'a Diff, Options)> + 'a> {
    let options = options.inner();
    let set_options = Options { force_replacement: diff.replace, ..options };
    match &group.blocks {
        Blocks::Single(block) => Box::new(std::iter::once((String::new(), block, options))),
        Blocks::List(blocks) => Box::new(blocks.iter().map(move |block| (String::new(), block, options))),
        Blocks::Set(blocks) => Box::new(blocks.iter().map(move |block| (String::new(), block, set_options))),
        Blocks::Map(blocks) => {
            Box::new(blocks.iter().map(move |(label, block)| (format!(" {}", quote(label)), block, options)))
        }
    }
}

/// A group that is sensitive as a whole hides each of its blocks.
fn hide_whole_group(block: &Diff, group: &BlockGroup) -> Diff {
    let (before, after) = (group.before_sensitive, group.after_sensitive);
    let hide = match block.action {
        Action::Create => after,
        Action::Delete => before,
        _ => before || after,
    };
    if !hide {
        return block.clone();
    }
    let action = if block.action == Action::NoOp && before != after { Action::Update } else { block.action };
    Diff {
        node: Node::SensitiveBlock { inner: Box::new(block.clone()), before, after },
        action,
        replace: block.replace,
    }
}

fn write_block(text: &mut String, name: &str, block: &Diff, depth: usize, options: &Options) {
    let start = indent(depth);
    for warning in block.warnings(depth, options) {
        text.push_str(&format!("{start}{warning}\n"));
    }
    let symbol = options.symbol(block.action);
    text.push_str(&format!("{start}{symbol}{name} {}\n", block.render(depth, options)));
}

/// A block that must not be shown.
pub(super) fn sensitive(diff: &Diff, depth: usize, options: &Options) -> String {
    let start = format!("{}{}", indent(depth), options.symbol(Action::NoOp));
    format!(
        "{{{}\n{start}  # At least one attribute in this block is (or was) sensitive,\n{start}  # so its contents will \
         not be displayed.\n{start}}}",
        options.replacement_suffix(diff.replace)
    )
}
