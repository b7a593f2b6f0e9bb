//! `plan -write-moved`: the `moved` blocks that a plan suggests, written into configuration.

use std::collections::BTreeMap;

use indexmap::IndexSet;
use landform_config::ModuleTree;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::{Mode, SuggestedMove};

use crate::failure::Failure;
use crate::operation::Operation;
use crate::session::Session;

/// The file of each module that blocks are written to, behind what it has.
const FILE: &str = "moved.tf";

/// Refuses where nothing is suggested.
pub(crate) fn check_mode(operation: &Operation) -> Result<(), Failure> {
    if operation.mode == Mode::Normal && operation.targets.is_empty() && operation.excludes.is_empty() {
        return Ok(());
    }
    let detail = "The -write-moved option is for whole plans in normal mode: in other modes, and of parts of a \
                  configuration, it is not known what has only moved.";
    Err(Failure::error("Unsupported plan mode", detail))
}

/// Writes the blocks, each in the directory of its module, and tells where. The configuration with them.
pub(crate) fn write(session: &Session, suggested: &[SuggestedMove]) -> Result<ModuleTree, Diagnostics> {
    let mut by_directory: BTreeMap<&str, IndexSet<String>> = BTreeMap::new();
    for one in suggested {
        let blocks = by_directory.entry(&one.directory).or_default();
        blocks.insert(one.block());
    }
    for (directory, blocks) in by_directory {
        let name = if directory == "." { FILE.to_owned() } else { format!("{directory}/{FILE}") };
        append(session, &name, &blocks).map_err(|error| {
            let detail = format!("The file {name} could not be written: {error}.");
            Diagnostic::error("Failed to write configuration", detail)
        })?;
        if !session.view.json {
            let plural = if blocks.len() == 1 { "block" } else { "blocks" };
            session.view.say(&format!("Wrote {} moved {plural} to {name}.\n", blocks.len()));
        }
    }
    session.load_tree().map(|(tree, _)| tree)
}

fn append(session: &Session, name: &str, blocks: &IndexSet<String>) -> std::io::Result<()> {
    let path = session.world.path(name);
    let mut text = if path.exists() { fs_err::read_to_string(&path)? } else { String::new() };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for block in blocks {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(block);
    }
    fs_err::write(path, text)
}
