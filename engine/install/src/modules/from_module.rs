//! `-from-module`: a package's module becomes the root module.

use std::path::Path;

use landform_config::load::DiskFiles;
use landform_config::load_module;
use landform_config::source::{ModuleSource, clean, join_subdirectory, split_subdirectory};
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap};

use super::WorkingDirectory;
use crate::fetch::{PackageFetcher, find_subdirectory, redacted_source};
use crate::files::{LeftOut, copy_folder, remove_all};
use crate::{InstallEvent, InstallObserver};

/// Copies the module at a source address (a path, or a remote address; relative paths are seen from the working
/// directory) into the working directory, which must be empty. What the module calls is installed afterwards like that
/// of any root module.
pub fn copy_module(
    source: &str,
    directory: &WorkingDirectory,
    fetcher: &PackageFetcher,
    observer: &dyn InstallObserver,
) -> Diagnostics {
    copy(source, directory, fetcher, observer).err().unwrap_or_default()
}

fn copy(
    source: &str,
    directory: &WorkingDirectory,
    fetcher: &PackageFetcher,
    observer: &dyn InstallObserver,
) -> Result<(), Diagnostics> {
    let names = names_in(directory)?;
    if names.iter().any(|name| is_configuration(name)) {
        return Err(problem(
            "The working directory already contains files. The -from-module option requires\nan empty directory into which \
             a copy of the referenced module will be placed.\n\nTo initialize the configuration already in this working \
             directory, omit the\n-from-module option.",
            "",
        ));
    }
    observer.event(&InstallEvent::CopyingConfiguration { source: &redacted_source(source) });
    if names.iter().any(|name| name != ".terraform") {
        return Err(problem(
            "Can't populate non-empty directory",
            "The target directory . is not empty, so it cannot be initialized with the -from-module=... option.",
        ));
    }
    let address = remote_address(source, directory)?;
    let (package, subdirectory) = split_subdirectory(&address);
    let scratch = directory.absolute(&directory.data_dir).join("init-from-module");
    let copied = fetch_and_copy(&package, &subdirectory, &scratch, directory, fetcher);
    // What can not be removed does no harm.
    let _ = remove_all(&scratch);
    copied?;
    check_calls(&package, &subdirectory, directory)
}

fn names_in(directory: &WorkingDirectory) -> Result<Vec<String>, Diagnostics> {
    let names = fs_err::read_dir(&directory.path).and_then(|entries| {
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect::<std::io::Result<Vec<_>>>()
    });
    names.map_err(|error| problem("Error validating destination directory", error.to_string()))
}

fn is_configuration(name: &str) -> bool {
    [".tf", ".tf.json", ".tofu", ".tofu.json"].iter().any(|suffix| name.ends_with(suffix)) && !name.starts_with('.')
}

/// An address that can be fetched: paths become absolute.
fn remote_address(source: &str, directory: &WorkingDirectory) -> Result<String, Diagnostics> {
    let is_path = source == "." || source == ".." || ["./", "../"].iter().any(|prefix| source.starts_with(prefix));
    let text = if is_path { clean(&directory.absolute(source).to_string_lossy()) } else { source.to_owned() };
    let invalid =
        |why: String| problem("Invalid module source address", format!("Failed to parse module source address: {why}"));
    match ModuleSource::parse(&text).map_err(|error| invalid(error.to_string()))? {
        ModuleSource::Remote(address) => Ok(address.to_string()),
        ModuleSource::Local(path) => Err(invalid(format!("{path} is a relative path"))),
        ModuleSource::Registry(_) => Err(invalid(
            "a module registry's module has versions, of which the -from-module option cannot pick one; use the address \
             of its repository or package"
                .to_owned(),
        )),
    }
}

fn fetch_and_copy(
    package: &str,
    subdirectory: &str,
    scratch: &Path,
    directory: &WorkingDirectory,
    fetcher: &PackageFetcher,
) -> Result<(), Diagnostics> {
    let shown = redacted_source(package);
    let failed = |error: &dyn std::error::Error| {
        problem("Failed to download module", format!("Could not download module source code from {shown:?}: {error}"))
    };
    fs_err::create_dir_all(scratch).map_err(|error| failed(&error))?;
    let folder = scratch.join("root");
    fetcher.fetch(package, &folder).map_err(|error| failed(&error))?;
    let found = find_subdirectory(&folder, subdirectory)
        .map_err(|error| problem("Failed to expand subdir globs", error.to_string()))?;
    copy_folder(&found, &directory.path, LeftOut::Hidden).map_err(|error| {
        let detail = format!("Error copying root module {shown:?} to {}: {error}.", directory.path.display());
        problem("Failed to copy root module", detail)
    })
}

/// What the module calls by a path above itself was not copied.
fn check_calls(package: &str, subdirectory: &str, directory: &WorkingDirectory) -> Result<(), Diagnostics> {
    // Problems of the configuration are reported when it is loaded to be used.
    let (module, _) = load_module(".", &SourceMap::new(), &DiskFiles::new(&directory.path));
    let calls = module.iter().flat_map(|module| module.module_calls.values());
    let above = calls.filter_map(|call| match &call.source {
        Some(ModuleSource::Local(path)) if path.starts_with("..") => Some(clean(&format!("{subdirectory}/{path}"))),
        _ => None,
    });
    let problems: Diagnostics = above
        .filter(|path| !path.starts_with(".."))
        .map(|path| {
            let detail = format!(
                "The requested module {:?} refers to a module via its parent directory. To use this as a new root module \
                 this source string must be rewritten as a remote source address, such as {:?}.",
                redacted_source(&join_subdirectory(package, subdirectory)),
                redacted_source(&join_subdirectory(package, &path))
            );
            Diagnostic::error("Root module references parent directory", detail)
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn problem(summary: &str, detail: impl Into<String>) -> Diagnostics {
    Diagnostic::error(summary, detail).into()
}
