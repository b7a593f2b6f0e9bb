//! Running a case with both tools, step by step, and what came of it.

use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

use super::case::Case;
use super::normal;
use super::steps::Step;
use crate::error::Result;
use crate::workspace;

/// Commands after which the state is looked at.
const CHANGING: [&str; 7] = ["apply", "destroy", "import", "taint", "untaint", "state rm", "state mv"];

/// The tools that are compared.
pub(super) struct Contest {
    pub(super) terraform: PathBuf,
    pub(super) landform: PathBuf,
}

/// A facet of a step, as each tool has it.
pub(super) struct Comparison {
    pub(super) step: usize,
    pub(super) facet: &'static str,
    pub(super) terraform: String,
    pub(super) landform: String,
}

impl Comparison {
    pub(super) fn agrees(&self) -> bool {
        self.terraform == self.landform
    }
}

impl Contest {
    /// Compares all steps of a case, or those up to the first that leaves another exit code or state: what comes later
    /// begins with something else. `files` is the folder of the case.
    pub(super) fn compare(&self, case: &Case, files: &Path) -> Result<Vec<Comparison>> {
        let (terraform, landform) = (Runner::new(&self.terraform, files)?, Runner::new(&self.landform, files)?);
        let mut all = Vec::new();
        for (index, step) in case.steps.iter().enumerate() {
            // Both have the same facets, but for what comes behind another exit code.
            let facets = terraform.run(step)?.into_iter().zip(landform.run(step)?);
            let before = all.len();
            all.extend(facets.map(|((facet, terraform), (_, landform))| Comparison {
                step: index + 1,
                facet,
                terraform,
                landform,
            }));
            if all[before..].iter().any(|one| ["exit", "state file"].contains(&one.facet) && !one.agrees()) {
                break;
            }
        }
        Ok(all)
    }
}

/// A tool in a folder of its own.
struct Runner<'a> {
    tool: &'a Path,
    files: &'a Path,
    folder: TempDir,
}

impl<'a> Runner<'a> {
    fn new(tool: &'a Path, files: &'a Path) -> Result<Self> {
        // All names are equally long, so that lines break at the same places.
        let folder = tempfile::Builder::new().prefix("compare-").tempdir()?;
        Ok(Self { tool, files, folder })
    }

    /// What a step left: the exit code first, then other facets with their texts.
    fn run(&self, step: &Step) -> Result<Vec<(&'static str, String)>> {
        if let Some(version) = step.version {
            workspace::copy_folder(&self.files.join(version), self.folder.path())?;
        }
        let words: Vec<&str> = step.words.iter().map(String::as_str).collect();
        let output = self.output(&words)?;
        let [stdout, stderr] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
        let mut facets = vec![("exit", format!("{}\n", output.status))];
        let diagnostics = normal::diagnostics(&stderr, self.folder.path());
        if words.contains(&"-json") {
            facets.push(("command JSON", normal::json(&stdout, self.folder.path())));
            facets.push(("human text", diagnostics));
        } else {
            facets.push(("human text", normal::text(&stdout, self.folder.path()) + "--- stderr\n" + &diagnostics));
        }
        if words.contains(&"-out=p") && output.status.success() {
            facets.push(("plan JSON", self.json(&["show", "-json", "p"])?));
        }
        if CHANGING.iter().any(|command| step.line().starts_with(command)) {
            let state = fs_err::read_to_string(self.folder.path().join("terraform.tfstate")).unwrap_or_default();
            facets.push(("state file", normal::json(&state, self.folder.path())));
            facets.push(("state JSON", self.json(&["show", "-json"])?));
            facets.push(("outputs JSON", self.json(&["output", "-json"])?));
        }
        Ok(facets)
    }

    fn json(&self, words: &[&str]) -> Result<String> {
        let output = self.output(words)?;
        if output.status.success() {
            return Ok(normal::json(&String::from_utf8_lossy(&output.stdout), self.folder.path()));
        }
        Ok(format!("{} ended with {}\n", words.join(" "), output.status))
    }

    fn output(&self, words: &[&str]) -> Result<Output> {
        Ok(workspace::tool(self.tool, self.folder.path()).args(words).arg("-no-color").output()?)
    }
}
