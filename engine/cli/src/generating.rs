//! `plan -generate-config-out`: blocks for objects that are imported and have none.

use std::collections::BTreeMap;

use landform_config::load::{DiskFiles, FileSource};
use landform_core::plan::{generated_file, unwritten_blocks};
use landform_diagnostics::Diagnostic;
use landform_plan::{Mode, Plan, ResourceChange};

use crate::failure::Failure;
use crate::planning::Run;
use crate::session::Session;

/// The name under which the blocks are part of the configuration while they are being written.
pub(crate) const UNWRITTEN: &str = "generated.landform.tf";

/// Files on disk, and some that are in memory alone.
pub(crate) struct Overlay {
    /// The files on disk.
    pub(crate) disk: DiskFiles,
    /// Texts by path.
    pub(crate) texts: BTreeMap<String, String>,
}

impl FileSource for Overlay {
    fn list(&self, directory: &str) -> std::io::Result<Vec<(String, bool)>> {
        let mut names = self.disk.list(directory)?;
        let new =
            |name: &&String| directory == "." && !name.contains('/') && !names.iter().any(|(known, _)| known == *name);
        let new: Vec<_> = self.texts.keys().filter(new).map(|name| (name.clone(), false)).collect();
        names.extend(new);
        Ok(names)
    }

    fn read(&self, path: &str) -> std::io::Result<Vec<u8>> {
        match self.texts.get(path) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => self.disk.read(path),
        }
    }
}

/// Refuses to write over a file, and where nothing is created.
pub(crate) fn check_target(session: &Session, mode: Mode, path: &str) -> Result<(), Failure> {
    if mode != Mode::Normal {
        let detail = "Config can only be generated during a normal plan operation, and not during a refresh-only or destroy plan.";
        return Err(Failure::error("Invalid generate-config-out flag", detail));
    }
    if !session.world.path(path).exists() {
        return Ok(());
    }
    let detail = "Landform can only write generated config into a new file. Either choose a different target location or move all existing configuration out of the target file, delete it and try again.";
    Err(Failure::error("Target generated file already exists", detail))
}

/// Gives a run empty blocks for what is to be written.
pub(crate) fn add_blocks(session: &Session, run: &mut Run) -> Result<(), Failure> {
    let blocks = unwritten_blocks(&run.tree, &run.state);
    if blocks.is_empty() {
        return Ok(());
    }
    let disk = DiskFiles::new(session.world.directory.clone());
    let overlay = Overlay { disk, texts: [(UNWRITTEN.to_owned(), blocks)].into() };
    let (tree, _) = session.load_tree_from(&overlay)?;
    let name = |file: &landform_diagnostics::FileId| session.view.sources.file(*file).name == UNWRITTEN;
    run.unwritten = tree.root().files.iter().copied().find(name);
    run.tree = tree;
    Ok(())
}

/// Writes the blocks that a plan has made; whether there are any.
pub(crate) fn write(session: &Session, plan: &Plan, path: &str) -> Result<bool, Diagnostic> {
    let Some(text) = text(plan) else { return Ok(false) };
    fs_err::write(session.world.path(path), text).map_err(|error| {
        Diagnostic::error(
            "Failed to write generated config",
            format!("The file {path:?} could not be written: {error}."),
        )
    })?;
    Ok(true)
}

/// The text of all blocks that a plan has made.
pub(crate) fn text(plan: &Plan) -> Option<String> {
    let made = plan.resource_changes.iter().filter(|change| !change.generated_config.is_empty());
    let id = |change: &ResourceChange| change.importing.as_ref().map(ToString::to_string).unwrap_or_default();
    let blocks: Vec<(String, &str)> = made.map(|change| (id(change), &*change.generated_config)).collect();
    (!blocks.is_empty()).then(|| generated_file(blocks))
}

/// Said of every plan that writes configuration.
pub(crate) fn experimental() -> Diagnostic {
    Diagnostic::warning(
        "Config generation is experimental",
        "Generating configuration during import is currently experimental, and the generated configuration format may change in future versions.",
    )
}
