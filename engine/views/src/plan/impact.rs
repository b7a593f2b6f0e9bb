//! The block before the closing line of a plan that names all that is destroyed or replaced, with the cause, and what
//! would keep it where only its address has changed.

use std::io;

use landform_plan::{Action, ActionReason, ResourceChange, SuggestedMove};
use landform_values::Path;

use crate::Style;

/// Writes a heading and an indented line for each object; nothing when nothing is destroyed. Other programs find the
/// heading by its text, so it has no colour.
pub(super) fn write(
    shown: &[&ResourceChange],
    moves: &[SuggestedMove],
    style: &Style,
    sink: &mut dyn io::Write,
) -> io::Result<()> {
    let mut destroyed = shown.iter().filter(|change| change.action.destroys()).peekable();
    if destroyed.peek().is_some() {
        sink.write_all(b"\nDestroys and replacements:\n")?;
    }
    destroyed.try_for_each(|change| sink.write_all(line(change, style).as_bytes()))?;
    sink.write_all(suggestions(moves).as_bytes())
}

/// So many blocks are shown.
const MOST_BLOCKS: usize = 100;

/// Blocks to be pasted, indented as all that belongs here, without a blank line between.
fn suggestions(moves: &[SuggestedMove]) -> String {
    if moves.is_empty() {
        return String::new();
    }
    let mut text = String::from(
        "  Some of this is wanted under another address. To keep it, add these blocks, or let\n  \"landform plan \
         -write-moved\" add them:\n",
    );
    let mut directory = ".";
    for one in moves.iter().take(MOST_BLOCKS) {
        if *one.directory != *directory {
            directory = &one.directory;
            text.push_str(&format!("    # in {directory}\n"));
        }
        text.extend(one.block().lines().map(|line| format!("    {line}\n")));
    }
    if moves.len() > MOST_BLOCKS {
        text.push_str(&format!("    # and {} more\n", moves.len() - MOST_BLOCKS));
    }
    text
}

fn line(change: &ResourceChange, style: &Style) -> String {
    let symbol = crate::diff::symbol(change.action, style);
    let deposed = change.deposed.as_ref().map(|key| format!(" (deposed object {key})")).unwrap_or_default();
    format!("  {symbol} {}{deposed}: {}\n", change.address, cause(change))
}

/// Why an object is destroyed or replaced, in a few words without values.
pub(crate) fn cause(change: &ResourceChange) -> String {
    let address = &change.address;
    match change.reason {
        _ if change.deposed.is_some() => "left over from a partially-failed replacement".into(),
        Some(ActionReason::ReplaceBecauseTainted) => "it is tainted".into(),
        Some(ActionReason::ReplaceByRequest) => "requested with -replace".into(),
        Some(ActionReason::ReplaceByTriggers) => triggers(change),
        Some(ActionReason::ReplaceBecauseCannotUpdate) => attributes(&change.requires_replace),
        Some(ActionReason::DeleteBecauseNoResourceConfig) => "it is not in configuration".into(),
        Some(ActionReason::DeleteBecauseWrongRepetition) => super::comment::wrong_repetition(address).into(),
        Some(ActionReason::DeleteBecauseCountIndex) => format!("index {} is out of range for count", address.key),
        Some(ActionReason::DeleteBecauseEachKey) => format!("key {} is not in for_each map", address.key),
        Some(ActionReason::DeleteBecauseNoModule) => format!("{} is not in configuration", address.module),
        Some(ActionReason::DeleteBecauseNoMoveTarget) => {
            format!("{} was moved here, which is not in configuration", change.previous_address)
        }
        _ if change.action == Action::Delete => "everything is to be destroyed".into(),
        _ => attributes(&change.requires_replace),
    }
}

fn triggers(change: &ResourceChange) -> String {
    match &change.triggered_by[..] {
        [] => "changes in replace_triggered_by".into(),
        triggers => format!("{} changes (replace_triggered_by)", triggers.join(", ")),
    }
}

/// Values are not named: they may be sensitive.
fn attributes(paths: &[Path]) -> String {
    let mut names: Vec<String> = paths
        .iter()
        .map(|path| path.to_string().trim_start_matches('.').to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    names.sort();
    names.dedup();
    match names.len() {
        0 => "it can not be changed in place".into(),
        1 => format!("{} can not be changed in place", names[0]),
        _ => format!("{} can not be changed in place", names.join(", ")),
    }
}
