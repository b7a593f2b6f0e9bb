//! Drawing objects, maps, lists and sets.

use std::collections::BTreeMap;

use landform_plan::Action;
use landform_values::Str;

use super::super::{Diff, Node};
use super::{Entry, IMPORTANT, Options, indent, names, valid_name, width};
use crate::quote::quote;

/// An object.
pub(super) fn object(
    diff: &Diff,
    attributes: &BTreeMap<Str, Diff>,
    nested: bool,
    depth: usize,
    options: &Options,
) -> String {
    if attributes.is_empty() {
        return diff.with_suffixes("{}", options);
    }
    let within = Options { no_null: !nested, ..options.inner() };
    let names = names(attributes.keys(), valid_name);
    let width = width(names.iter());
    let mut text = format!("{{{}\n", options.replacement_suffix(diff.replace));
    let mut hidden = 0;
    for ((key, attribute), name) in attributes.iter().zip(&names) {
        let important = IMPORTANT.contains(&&**key);
        if attribute.action == Action::NoOp && !options.show_unchanged && !important {
            hidden += 1;
            continue;
        }
        let inner = Options { show_unchanged: within.show_unchanged || important, ..within };
        Entry { name, width, diff: attribute, options: inner, outer: *options, end: "" }.write(&mut text, depth + 1);
    }
    close(&mut text, diff, ("attribute", hidden), "}", depth, options);
    text
}

/// A map.
pub(super) fn map(
    diff: &Diff,
    elements: &BTreeMap<Str, Diff>,
    nested: bool,
    depth: usize,
    options: &Options,
) -> String {
    let replace_self = diff.replace && !nested;
    if elements.is_empty() {
        let replacement = options.replacement_suffix(replace_self);
        return format!("{{}}{}{replacement}", options.null_suffix(diff.action));
    }
    let within = Options {
        no_null: diff.action == Action::Delete || nested,
        force_replacement: diff.replace && nested,
        ..*options
    };
    let names = names(elements.keys(), quote);
    let width = if nested { 0 } else { width(names.iter()) };
    let mut text = format!("{{{}\n", options.replacement_suffix(replace_self));
    let mut hidden = 0;
    for (element, name) in elements.values().zip(&names) {
        if element.action == Action::NoOp && !options.show_unchanged {
            hidden += 1;
            continue;
        }
        let end = if matches!(element.node, Node::Object { .. }) { "," } else { "" };
        Entry { name, width, diff: element, options: within, outer: *options, end }.write(&mut text, depth + 1);
    }
    close(&mut text, diff, ("element", hidden), "}", depth, options);
    text
}

/// A set. One whose elements have a schema leaves `# forces replacement` to them.
pub(super) fn set(diff: &Diff, elements: &[Diff], nested: bool, depth: usize, options: &Options) -> String {
    let replacement = options.replacement_suffix(diff.replace && !nested);
    if elements.is_empty() {
        return format!("[]{}{replacement}", options.null_suffix(diff.action));
    }
    let within = Options { no_null: true, force_replacement: diff.replace && nested, ..*options };
    let mut text = format!("[{replacement}\n");
    let mut hidden = 0;
    for element in elements {
        if element.action == Action::NoOp && !options.show_unchanged {
            hidden += 1;
        } else {
            write_item(&mut text, element, depth + 1, &within, options);
        }
    }
    close(&mut text, diff, ("element", hidden), "]", depth, options);
    text
}

/// A list. With `context`, the neighbours of a changed element are shown too.
pub(super) fn list(diff: &Diff, elements: &[Diff], context: bool, depth: usize, options: &Options) -> String {
    if elements.is_empty() {
        return diff.with_suffixes("[]", options);
    }
    let changed_options = Options { no_null: true, ..options.inner() };
    let unchanged_options = Options { show_unchanged: true, ..options.inner() };
    let mut text = format!("[{}\n", options.replacement_suffix(diff.replace));
    let mut unchanged: Vec<&Diff> = Vec::new();
    let mut show_next = false;
    for element in elements {
        let no_change = element.action == Action::NoOp;
        if no_change && !show_next && !options.show_unchanged {
            unchanged.push(element);
            continue;
        }
        show_next = context && !no_change;
        if context && let Some(last) = unchanged.pop() {
            if !unchanged.is_empty() {
                let hidden = changed_options.unchanged("element", unchanged.len());
                text.push_str(&format!("{}{hidden}\n", indent(depth + 1)));
            }
            write_item(&mut text, last, depth + 1, &unchanged_options, &unchanged_options);
            unchanged.clear();
        }
        let options = if context && no_change { &unchanged_options } else { &changed_options };
        write_item(&mut text, element, depth + 1, options, options);
    }
    close(&mut text, diff, ("element", unchanged.len()), "]", depth, options);
    text
}

fn write_item(text: &mut String, item: &Diff, depth: usize, options: &Options, outer: &Options) {
    let start = indent(depth);
    for warning in item.warnings(depth, outer) {
        text.push_str(&format!("{start}{warning}\n"));
    }
    let symbol = options.symbol(item.action);
    text.push_str(&format!("{start}{symbol}{},\n", item.render(depth, options)));
}

/// What was left out, and the closing bracket.
fn close(text: &mut String, diff: &Diff, hidden: (&str, usize), bracket: &str, depth: usize, options: &Options) {
    let (what, count) = hidden;
    if count > 0 {
        text.push_str(&format!("{}{}\n", indent(depth + 1), options.unchanged(what, count)));
    }
    let null = options.null_suffix(diff.action);
    text.push_str(&format!("{}{}{bracket}{null}", indent(depth), options.symbol(Action::NoOp)));
}
