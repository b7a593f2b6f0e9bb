//! One module from its directory.

use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap};
use landform_lang::syntax::{decode, parse_json, parse_native};

use super::files::{FileSource, module_files};
use crate::assemble::assemble;
use crate::decode::{FileDeclarations, FileRole, decode_file};
use crate::model::Module;

/// How many files make it worth to use more than one thread.
const FILES_PER_THREAD: usize = 4;

/// Of threads that parse: expressions may be nested deeply.
const STACK: usize = 64 << 20;

/// Reads, parses and decodes the configuration files of a directory. The module is `None` when the directory can not
/// be read; otherwise it holds what could be made sense of. A directory without files is an empty module.
pub fn load_module(directory: &str, sources: &SourceMap, files: &dyn FileSource) -> (Option<Module>, Diagnostics) {
    let found = match module_files(directory, files) {
        Ok(found) => found,
        Err(diagnostics) => return (None, diagnostics),
    };
    let roles = std::iter::repeat_n(FileRole::Primary, found.primary.len())
        .chain(std::iter::repeat_n(FileRole::Override, found.overrides.len()));
    let jobs: Vec<Job> = found.primary.iter().chain(&found.overrides).zip(roles).collect();
    let mut diagnostics = Diagnostics::new();
    let mut declarations: Vec<FileDeclarations> = Vec::with_capacity(jobs.len());
    let mut primary_count = 0;
    for ((declared, found), (_, role)) in load_files(&jobs, sources, files).into_iter().zip(&jobs) {
        diagnostics.extend(found);
        primary_count += usize::from(declared.is_some() && *role == FileRole::Primary);
        declarations.extend(declared);
    }
    let overrides = declarations.split_off(primary_count);
    let (mut module, found) = assemble(declarations, overrides, sources);
    diagnostics.extend(found);
    directory.clone_into(&mut module.source_dir);
    (Some(module), diagnostics)
}

/// A module that may be called more than once, with what is wrong with it.
#[derive(Debug)]
pub struct LoadedModule {
    /// As [`load_module`] has it.
    pub module: Option<Arc<Module>>,
    found: Diagnostics,
}

impl LoadedModule {
    /// As [`load_module`].
    pub fn load(directory: &str, sources: &SourceMap, files: &dyn FileSource) -> Self {
        let (module, found) = load_module(directory, sources, files);
        Self { module: module.map(Arc::new), found }
    }

    /// What is told of it where it is called. As in Terraform, each call tells all, but for the syntax of files, of which
    /// only the first does.
    pub fn told(&mut self) -> Diagnostics {
        let again = self.found.iter().filter(|found| !found.extra().is_some_and(|extra| extra.of_syntax));
        let again = again.cloned().collect();
        std::mem::replace(&mut self.found, again)
    }
}

type Job<'a> = (&'a String, FileRole);
type Loaded = (Option<FileDeclarations>, Diagnostics);

/// Loads files, several at a time if there are many. Results are in the order of the jobs.
fn load_files(jobs: &[Job], sources: &SourceMap, files: &dyn FileSource) -> Vec<Loaded> {
    side_by_side(jobs, FILES_PER_THREAD, &|job| load_file(job, sources, files))
}

/// Does something with each of many, in several threads where each gets so many at least. Results are in their order.
pub(super) fn side_by_side<T: Sync, R: Send>(
    items: &[T],
    for_each_thread: usize,
    work: &(dyn Fn(&T) -> R + Sync),
) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.min(items.len() / for_each_thread).max(1);
    if threads == 1 {
        return items.iter().map(work).collect();
    }
    std::thread::scope(|scope| {
        let begin = |chunk| {
            let work = move || -> Vec<R> { <[T]>::iter(chunk).map(work).collect() };
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).expect("there are threads")
        };
        let workers: Vec<_> = items.chunks(items.len().div_ceil(threads)).map(begin).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("loading does not panic")).collect()
    })
}

fn load_file((path, role): &Job, sources: &SourceMap, files: &dyn FileSource) -> Loaded {
    let Ok(bytes) = files.read(path) else {
        let detail = format!("The file {path:?} could not be read.");
        return (None, Diagnostic::error("Failed to read file", detail).into());
    };
    let is_json = path.ends_with(".json");
    let text = if is_json { String::from_utf8_lossy(&bytes).into_owned() } else { decode(bytes) };
    let file = sources.add(path.as_str(), text);
    let parse = if is_json { parse_json } else { parse_native };
    let (body, found) = parse(sources, file);
    let of_syntax = |found: Diagnostic| found.with_extra(|extra| extra.of_syntax = true);
    let mut diagnostics: Diagnostics = found.into_iter().map(of_syntax).collect();
    let (mut declared, found) = decode_file(&body, *role, sources);
    declared.file = Some(file);
    diagnostics.extend(found);
    (Some(declared), diagnostics)
}
