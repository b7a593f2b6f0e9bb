//! Saved plans: a ZIP archive of the plan, the state it starts from, and the configuration it was made of.

use std::collections::BTreeMap;
use std::io::{BufWriter, Cursor, Read as _, Write as _};

use landform_config::early::Given;
use landform_config::load::MemoryFiles;
use landform_config::manifest::Manifest;
use landform_config::{ModuleTree, load_tree_with};
use landform_core::StoredPlan;
use landform_core::plan::Planned;
use landform_diagnostics::Diagnostics;
use landform_state::State;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::commands::VERSION;
use crate::failure::Failure;
use crate::generating;
use crate::guard::Purpose;
use crate::operation::Operation;
use crate::planning::Run;
use crate::session::Session;
use crate::variables::collect_for_saved;

const HEAD: &str = "head.json";
const PLAN: &str = "plan.json";
const STATE: &str = "state.json";
const MANIFEST: &str = "modules.json";
const CONFIG: &str = "config/";
/// What was generated with the plan: part of what is applied, not of what was planned.
const GENERATED: &str = "generated/";

/// Whether what was generated with a plan counts as configuration.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generated {
    /// Where the plan is applied.
    Included,
    /// Where it is shown.
    LeftOut,
}

/// What a plan is bound to.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    landform_version: String,
    workspace: String,
    /// That of the state; empty where there was none yet.
    lineage: String,
    serial: u64,
}

/// A saved plan as read.
pub(crate) struct Saved {
    head: Head,
    plan: StoredPlan,
    state: State,
    tree: ModuleTree,
    /// What there is to say of the configuration, as whenever it is read.
    warnings: Diagnostics,
}

/// Writes a plan.
pub(crate) fn write(session: &Session, run: &Run, planned: &Planned, path: &str) -> Result<(), Failure> {
    let head = Head {
        landform_version: VERSION.to_owned(),
        workspace: session.workspace(),
        lineage: lineage_of(run).to_owned(),
        serial: run.state.serial,
    };
    let plan = StoredPlan::new(planned)?;
    let bytes = archive(session, run, &head, &plan, planned).map_err(|error| not_written(&error))?;
    put(&session.world.path(path), &bytes).map_err(|error| not_written(&in_words(path, &error)))
}

/// Writes a file whole or not at all, readable by its owner only: a plan holds sensitive values.
fn put(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(std::path::Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

fn not_written(error: &dyn std::fmt::Display) -> Failure {
    Failure::error("Failed to write plan file", format!("The plan file could not be written: {error}."))
}

/// As Go says it.
fn in_words(path: &str, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => format!("open {path}: no such file or directory"),
        std::io::ErrorKind::PermissionDenied => format!("open {path}: permission denied"),
        std::io::ErrorKind::IsADirectory => format!("open {path}: is a directory"),
        _ => format!("open {path}: {error}"),
    }
}

fn archive(
    session: &Session,
    run: &Run,
    head: &Head,
    plan: &StoredPlan,
    planned: &Planned,
) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).compression_level(Some(1));
    put_json(&mut zip, (HEAD, options), head)?;
    put_json(&mut zip, (PLAN, options), plan)?;
    zip.start_file(STATE, options)?;
    zip.write_all(&landform_state::file::write(&planned.state))?;
    zip.start_file(MANIFEST, options)?;
    zip.write_all(session.manifest_text().as_bytes())?;
    for (name, text) in sources_of(&run.tree, session) {
        let generated = generating::text(&planned.plan).filter(|_| name == generating::UNWRITTEN);
        let folder = if generated.is_some() { GENERATED } else { CONFIG };
        zip.start_file(format!("{folder}{name}"), options)?;
        zip.write_all(generated.unwrap_or(text).as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Adds a file. A compressor takes long for each write, however small; JSON is written a few bytes at a time.
fn put_json(
    zip: &mut ZipWriter<Cursor<Vec<u8>>>,
    (name, options): (&str, SimpleFileOptions),
    content: &impl Serialize,
) -> Result<(), Box<dyn std::error::Error>> {
    zip.start_file(name, options)?;
    let mut writer = BufWriter::with_capacity(1 << 16, zip);
    serde_json::to_writer(&mut writer, content)?;
    Ok(writer.flush()?)
}

/// The files of all modules, by path.
fn sources_of(tree: &ModuleTree, session: &Session) -> BTreeMap<String, String> {
    let ids = tree.nodes().iter().flat_map(|node| node.module.files.iter().copied());
    ids.map(|id| {
        let file = session.view.sources.file(id);
        (file.name.clone(), file.text.clone())
    })
    .collect()
}

/// Why a file is no plan of either kind that Terraform has, given why it is none of each.
pub(crate) fn no_plan((local, cloud): &(String, String)) -> String {
    format!("couldn't load the provided path as either a local plan file ({local}) or a saved cloud plan ({cloud})")
}

/// Why bytes are neither an archive nor JSON.
pub(crate) fn why_no_archive(bytes: &[u8]) -> (String, String) {
    let text = bytes.trim_ascii_start();
    let cloud = match text.first() {
        None => "unexpected end of JSON input".to_owned(),
        Some(b'{') => "invalid remote plan format, must be 1".to_owned(),
        Some(byte) => why_no_literal(text)
            .unwrap_or_else(|| format!("invalid character '{}' looking for beginning of value", char::from(*byte))),
    };
    ("zip: not a valid zip file".to_owned(), cloud)
}

/// Where a text departs from the literal that it begins as.
fn why_no_literal(text: &[u8]) -> Option<String> {
    let literal = ["null", "true", "false"].into_iter().find(|literal| literal.as_bytes()[0] == text[0])?;
    let mut pairs = text.iter().map(Some).chain(std::iter::repeat(None)).zip(literal.chars());
    let (found, expected) =
        pairs.find(|(found, expected)| found.is_none_or(|found| char::from(*found) != *expected))?;
    Some(match found {
        Some(found) => {
            format!("invalid character '{}' in literal {literal} (expecting '{expected}')", char::from(*found))
        }
        None => "unexpected end of JSON input".to_owned(),
    })
}

/// Whether a file is a saved plan, by its first bytes.
pub(crate) fn is_plan_file(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Reads a saved plan.
pub(crate) fn read(session: &Session, path: &str, generated: Generated) -> Result<Saved, Failure> {
    let summary = || format!("Failed to load {path:?} as a plan file");
    let bytes = session
        .world
        .read_file(path)
        .map_err(|why| Failure::error(summary(), format!("Error: {}", why.replacen("open ", "stat ", 1))))?;
    if !is_plan_file(&bytes) {
        return Err(Failure::error(summary(), format!("Error: {}", no_plan(&why_no_archive(&bytes)))));
    }
    from_bytes(session, bytes, path, generated)
}

fn from_bytes(session: &Session, bytes: Vec<u8>, path: &str, generated: Generated) -> Result<Saved, Failure> {
    let damaged = |error: &dyn std::fmt::Display| {
        let detail = format!("The plan file {path:?} was not made by this program, or is damaged: {error}.");
        Failure::error("Failed to load plan file", detail)
    };
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let head: Head = serde_json::from_slice(&entry(&mut zip, HEAD).map_err(|error| damaged(&error))?)
        .map_err(|error| damaged(&error))?;
    if head.landform_version != VERSION {
        let detail = format!(
            "The plan file {path:?} was made by Landform {}, this is {VERSION}. Plans are applied by the version that made them.",
            head.landform_version
        );
        return Err(Failure::error("Plan file of another version", detail));
    }
    let plan: StoredPlan = serde_json::from_slice(&entry(&mut zip, PLAN).map_err(|error| damaged(&error))?)
        .map_err(|error| damaged(&error))?;
    let state = landform_state::file::read(&entry(&mut zip, STATE).map_err(|error| damaged(&error))?)?
        .ok_or_else(|| damaged(&"it has no state"))?;
    let given = plan.given()?;
    let (tree, warnings) = tree(session, &mut zip, (given, generated)).map_err(|error| damaged(&error))??;
    Ok(Saved { head, plan, state, tree, warnings })
}

fn entry(zip: &mut ZipArchive<Cursor<Vec<u8>>>, name: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut bytes = Vec::new();
    zip.by_name(name)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The configuration as it was when the plan was made.
fn tree(
    session: &Session,
    zip: &mut ZipArchive<Cursor<Vec<u8>>>,
    (given, generated): (Given, Generated),
) -> Result<Result<(ModuleTree, Diagnostics), Diagnostics>, Box<dyn std::error::Error>> {
    let mut files = Vec::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index)?;
        let name = file.name()?.to_string();
        let made = name.strip_prefix(GENERATED).filter(|_| generated == Generated::Included);
        let Some(path) = name.strip_prefix(CONFIG).or(made).map(str::to_owned) else { continue };
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        files.push((path, text));
    }
    let manifest = Manifest::parse(&String::from_utf8(entry(zip, MANIFEST)?)?)?;
    let files = MemoryFiles::new(files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let early = session.early_with(Box::new(move |_| Ok(given.clone())));
    let (tree, diagnostics) = load_tree_with(".", &manifest, &files, &early);
    Ok(match tree {
        Some(tree) if !diagnostics.has_errors() => Ok((tree, diagnostics)),
        _ => Err(diagnostics),
    })
}

impl Saved {
    /// The workspace that it was made for.
    pub(crate) fn workspace(&self) -> &str {
        &self.head.workspace
    }

    /// The plan, for those who look at it.
    pub(crate) async fn planned(self, session: &Session) -> Result<(ModuleTree, Planned), Failure> {
        let planned = self.plan.load(self.state, &session.providers()).await?;
        Ok((self.tree, planned))
    }

    /// Takes the lock and finds the state as it was when the plan was made, or refuses.
    pub(crate) async fn begin(self, session: &Session, operation: &Operation) -> Result<(Run, Planned), Failure> {
        if self.head.workspace != session.workspace() {
            let detail = format!(
                "The plan was made for the workspace {:?}, and the workspace {:?} is selected. Select the other workspace, or make a new plan.",
                self.head.workspace,
                session.workspace()
            );
            return Err(Failure::error("Plan of another workspace", detail));
        }
        let mut planned = self.plan.load(self.state, &session.providers()).await?;
        let time = time_of(&planned)?;
        let given = &mut planned.options.variables;
        let mut run = Run::begin_with(session, operation, Purpose::Apply, Some(self.tree)).await?;
        let warnings = fresh(&self.head, &run)
            .and_then(|()| Ok(collect_for_saved(session, run.tree.root(), &operation.variables, given)?));
        match warnings {
            Ok(warnings) => run.diagnostics.extend(self.warnings.into_iter().chain(warnings)),
            Err(failure) => {
                run.end(session).await;
                return Err(failure);
            }
        }
        run.settings = session.planned_at(time).settings();
        Ok((run, planned))
    }
}

/// When a plan was made.
fn time_of(planned: &Planned) -> Result<OffsetDateTime, Failure> {
    OffsetDateTime::parse(&planned.plan.timestamp, &Rfc3339).map_err(|error| {
        let detail = format!("The saved plan can not be used: its time is wrong: {error}. Make a new plan.");
        Failure::error("Invalid plan file", detail)
    })
}

/// A state that is not there has no lineage yet.
fn lineage_of(run: &Run) -> &str {
    if run.stored.is_none() && run.state.is_empty() { "" } else { &run.state.lineage }
}

/// A plan is good for the state that it was made from, and no other. For a first one, the state that there is since then is
/// another by its serial.
fn fresh(head: &Head, run: &Run) -> Result<(), Failure> {
    let is_first = head.lineage.is_empty();
    if !is_first && head.lineage != lineage_of(run) {
        return Err(Failure::error(
            "Saved plan does not match the given state",
            "The given plan file can not be applied because it was created from a different state lineage.",
        ));
    }
    if head.serial != run.state.serial {
        return Err(Failure::error(
            "Saved plan is stale",
            "The given plan file can no longer be applied because the state was changed by another operation after the plan was created.",
        ));
    }
    Ok(())
}
