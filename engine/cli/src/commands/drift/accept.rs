//! `drift -accept`: real values go into configuration, in memory first; what a plan agrees with is written to the files.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;

use landform_addrs::ResourceInstance;
use landform_config::ModuleTree;
use landform_config::load::DiskFiles;
use landform_core::drift::Drifted;
use landform_core::drift::accept::{Edit, Verdict, Wish, edited, given_anew, propose, verify, wishes};
use landform_core::events::Silent;
use landform_core::plan::{Environment, PlanOptions};
use landform_core::variables::Given;
use landform_diagnostics::{Diagnostic, Diagnostics, Span};
use landform_plan::{AcceptOutcome, Acceptance};
use landform_values::Str;

use super::Looked;
use crate::generating::Overlay;
use crate::session::Session;

/// How many objects a message names.
const NAMED: usize = 10;

/// What came of it.
pub(super) struct Accepted {
    /// For each attribute, and for objects of which nothing can be written.
    pub(super) all: Vec<Acceptance>,
    /// What people should know besides.
    pub(super) diagnostics: Diagnostics,
}

/// Writes the real values of objects into configuration.
pub(super) async fn accept(
    session: &Session,
    looked: &Looked,
    drifted: &Drifted,
    options: &PlanOptions,
    addresses: &[ResourceInstance],
) -> Result<Accepted, Diagnostics> {
    let (wishes, mut all) = wishes(drifted, addresses);
    let accepting = Accepting { session, looked, drifted, options, wishes: &wishes };
    let mut kept = accepting.drafted(Care::AllAtOnce).await?;
    if !kept.verdict.problems.is_empty() {
        kept = accepting.drafted(Care::OneByOne).await?;
    }
    for (name, text) in &kept.texts {
        write(&session.world.path(name), text).map_err(|error| {
            let detail = format!("The file {name} could not be written: {error}.");
            Diagnostic::error("Failed to write configuration", detail)
        })?;
    }
    let remaining = if kept.texts.is_empty() { BTreeSet::new() } else { kept.verdict.remaining };
    all.extend(wishes.iter().zip(kept.outcomes).map(|(wish, outcome)| wish.outcome(outcome)));
    Ok(Accepted { all, diagnostics: not_empty(&remaining).into_iter().collect() })
}

/// When a plan is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Care {
    /// When all is drafted.
    AllAtOnce,
    /// Before each value is kept.
    OneByOne,
}

struct Accepting<'a> {
    session: &'a Session,
    looked: &'a Looked,
    drifted: &'a Drifted,
    options: &'a PlanOptions,
    wishes: &'a [Wish],
}

/// Files as they would be.
#[derive(Clone)]
struct Drafts {
    /// Changed texts by file.
    texts: BTreeMap<String, String>,
    tree: ModuleTree,
    given: BTreeMap<Str, Given>,
}

/// What is worth writing.
struct Kept {
    texts: BTreeMap<String, String>,
    outcomes: Vec<AcceptOutcome>,
    verdict: Verdict,
}

impl Accepting<'_> {
    async fn drafted(&self, care: Care) -> Result<Kept, Diagnostics> {
        let mut drafts =
            Drafts { texts: BTreeMap::new(), tree: self.looked.tree.clone(), given: self.options.variables.clone() };
        let mut outcomes = Vec::with_capacity(self.wishes.len());
        let mut written = Vec::new();
        let mut verdict = Verdict::default();
        for wish in self.wishes {
            let outcome = match self.draft(&drafts, wish) {
                Err(reason) => AcceptOutcome::Refused(reason),
                Ok((next, span)) => {
                    written.push(wish);
                    let found =
                        if care == Care::OneByOne { self.verify(&next, &written).await } else { Verdict::default() };
                    match found.problems.first() {
                        Some(problem) => {
                            written.pop();
                            AcceptOutcome::Refused(problem.clone())
                        }
                        None => {
                            (drafts, verdict) = (next, found);
                            AcceptOutcome::Written(span)
                        }
                    }
                }
            };
            outcomes.push(outcome);
        }
        if care == Care::AllAtOnce && !written.is_empty() {
            verdict = self.verify(&drafts, &written).await;
        }
        Ok(Kept { texts: drafts.texts, outcomes, verdict })
    }

    /// The drafts with one more value, and where it stands.
    fn draft(&self, drafts: &Drafts, wish: &Wish) -> Result<(Drafts, Span), String> {
        let edit = propose(&self.environment(drafts), &drafts.given, self.drifted, wish)?;
        let path = self.session.world.path(&edit.file);
        if path.starts_with(self.session.world.data_dir()) {
            return Err(format!("{} belongs to an installed module; change it where that comes from", edit.file));
        }
        let sources = &self.session.view.sources;
        let old = self.text(drafts, &edit.file).map_err(|error| format!("{} can not be read: {error}", edit.file))?;
        let new =
            edited(&old, &edit).ok_or_else(|| format!("{} could not be changed without breaking it", edit.file))?;
        let span = self.span(&old, &edit);
        let mut next = drafts.clone();
        next.texts.insert(edit.file.clone(), new.clone());
        let unreadable = |_: Diagnostics| format!("with it, {} would not be valid", edit.file);
        next.given = given_anew(&next.given, &edit.file, &new, sources).map_err(unreadable)?;
        let overlay = Overlay { disk: DiskFiles::new(self.session.world.directory.clone()), texts: next.texts.clone() };
        let (tree, _) = self.session.load_tree_from(&overlay).map_err(unreadable)?;
        next.tree = tree;
        Ok((next, span))
    }

    fn text(&self, drafts: &Drafts, name: &str) -> std::io::Result<String> {
        match drafts.texts.get(name) {
            Some(text) => Ok(text.clone()),
            None => fs_err::read_to_string(self.session.world.path(name)),
        }
    }

    /// Where the new text stands.
    fn span(&self, old: &str, edit: &Edit) -> Span {
        let mut text = old.to_owned();
        text.replace_range(edit.range.clone(), &edit.text);
        let at = edit.range.start + (edit.text.len() - edit.text.trim_start().len());
        let file = self.session.view.sources.add(edit.file.as_str(), text);
        Span::new(file, at, at)
    }

    fn environment<'d>(&'d self, drafts: &'d Drafts) -> Environment<'d> {
        Environment {
            tree: &drafts.tree,
            providers: &self.looked.providers,
            settings: self.session.settings(),
            observer: &Silent,
            stop: self.session.interrupts.stop().clone(),
        }
    }

    async fn verify(&self, drafts: &Drafts, written: &[&Wish]) -> Verdict {
        let options = PlanOptions { variables: drafts.given.clone(), ..self.options.clone() };
        verify(&self.environment(drafts), self.drifted, &options, written).await
    }
}

/// Writes a file whole or not at all; it stays whose and what it was.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let path = fs_err::canonicalize(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    fs_err::set_permissions(file.path(), fs_err::metadata(&path)?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

/// What a plan would still change, if anything.
fn not_empty(remaining: &BTreeSet<ResourceInstance>) -> Option<Diagnostic> {
    if remaining.is_empty() {
        return None;
    }
    let mut names: String = remaining.iter().take(NAMED).map(|address| format!("\n  - {address}")).collect();
    if remaining.len() > NAMED {
        names.push_str(&format!("\n  and {} more", remaining.len() - NAMED));
    }
    let detail = format!("With what was written, a plan would still change:{names}");
    Some(Diagnostic::warning("The plan is not empty", detail))
}
