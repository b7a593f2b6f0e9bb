//! Modules of the same package: they are where they are.

use std::path::Path;

use landform_config::load::join;
use landform_config::manifest::ManifestEntry;
use landform_config::source::{ModuleSource, clean, split_subdirectory};
use landform_diagnostics::Diagnostic;

use super::call::{Call, UNREADABLE};
use super::installer::{Installed, Walk};
use crate::event::InstallEvent;
use crate::files;

/// Stands for the package in paths that may leave it.
const PACKAGE: &str = "*";

impl Walk<'_> {
    /// Finds the directory of a local module, with symbolic links resolved. What is no directory is told of as Terraform
    /// does, which goes on with what it has found, and remembers that.
    pub(super) fn install_local(&mut self, call: &Call, source: &str) -> Result<Installed, Diagnostic> {
        let directory = &self.installer.directory.path;
        let wanted = join(&call.caller.directory, source);
        let resolved = files::resolve_links(directory, Path::new(&wanted));
        let found = match resolved {
            Ok(found) if directory.join(&found).is_dir() => {
                return Ok(Installed { directory: files::shown(&found), version: None });
            }
            _ if let Some(escaped) = escape(call) => return Err(escaped),
            Ok(found) => files::shown(&found),
            Err(error) => {
                self.diagnostics.push(no_such_directory(&files::shown(first_missing(directory, &wanted)), &error));
                String::new()
            }
        };
        self.installer.observer.event(&InstallEvent::InstalledModule { module: &call.key(), directory: &found });
        let entry = ManifestEntry { source: call.source.to_string(), version: None, dir: found.clone() };
        self.manifest.insert(&call.path, entry);
        Err(call.unreadable(&found, self.installer.sources))
    }
}

/// How far a path goes: to the first of its parts that is not there.
fn first_missing<'p>(directory: &Path, path: &'p str) -> &'p Path {
    let path = Path::new(path);
    path.ancestors().take_while(|part| directory.join(part).symlink_metadata().is_err()).last().unwrap_or(path)
}

fn no_such_directory(directory: &str, error: &std::io::Error) -> Diagnostic {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    let detail = format!("Unable to evaluate directory symlink: lstat {directory}: {why}");
    Diagnostic::error(UNREADABLE, detail)
}

/// A better message where a path leads out of the package that it is in.
fn escape(call: &Call) -> Option<Diagnostic> {
    let mut steps = vec![(call.path.clone(), call.source)];
    let mut caller = call.caller;
    let package = loop {
        let source = caller.source.as_ref()?;
        if !matches!(source, ModuleSource::Local(_)) {
            break source;
        }
        steps.push((caller.path.clone(), source));
        caller = caller.parent.as_ref()?;
    };
    let (address, start) = split_subdirectory(&package.to_string());
    let mut current = clean(&format!("{PACKAGE}/{start}"));
    for (path, source) in steps.into_iter().rev() {
        current = clean(&format!("{current}/{source}"));
        if current != PACKAGE && !current.starts_with(&format!("{PACKAGE}/")) {
            return Some(escaped(call, &path.to_string(), &address));
        }
    }
    None
}

fn escaped(call: &Call, module: &str, package: &str) -> Diagnostic {
    let package = crate::fetch::redacted_source(package);
    let suggestion = if package.starts_with("file://") {
        "\n\nLandform treats absolute filesystem paths as external modules which establish a new module package. To treat \
         this directory as part of the same package as its caller, use a local path starting with either \"./\" or \
         \"../\"."
    } else {
        ""
    };
    let detail = format!(
        "The given source directory for {module} would be outside of its containing package {package:?}. Local source \
         addresses starting with \"../\" must stay within the same package that the calling module belongs \
         to.{suggestion}"
    );
    call.error("Local module path escapes module package", detail)
}
