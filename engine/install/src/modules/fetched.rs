//! Modules from remote addresses.

use std::path::Path;

use landform_config::source::split_subdirectory;
use landform_diagnostics::Diagnostic;

use super::call::Call;
use super::installer::{Installed, Walk};
use crate::InstallEvent;
use crate::fetch::{find_subdirectory, redacted_source};
use crate::files;

impl Walk<'_> {
    /// Fetches the package at an address and finds the module in it.
    pub(super) fn install_package(&mut self, call: &Call, address: &str) -> Result<Installed, Diagnostic> {
        let (package, subdirectory) = split_subdirectory(address);
        let shown = redacted_source(&package);
        let event = InstallEvent::DownloadingModule { module: &call.key(), package: &shown, version: None };
        self.installer.observer.event(&event);
        let folder = call.package_folder(self.installer.directory);
        self.fetch(&package, &folder).map_err(|error| {
            let (name, place) = (&*call.call.name, call.place(self.installer.sources));
            let detail = format!("Could not download module {name:?} ({place}) source code from {shown:?}: {error}");
            call.error("Failed to download module", detail)
        })?;
        let directory = self.within_package(&folder, &subdirectory)?;
        Ok(Installed { directory, version: None })
    }

    pub(super) fn fetch(&self, package: &str, folder: &Path) -> Result<(), crate::fetch::FetchError> {
        let folder = self.installer.directory.absolute(folder);
        if let Some(above) = folder.parent() {
            fs_err::create_dir_all(above)?;
        }
        self.installer.fetcher.fetch(package, &folder)
    }

    /// A directory of a fetched package, relative to the working directory.
    pub(super) fn within_package(&self, folder: &Path, subdirectory: &str) -> Result<String, Diagnostic> {
        let package = self.installer.directory.absolute(folder);
        let found = find_subdirectory(&package, subdirectory)
            .map_err(|error| Diagnostic::error("Failed to expand subdir globs", error.to_string()))?;
        let within = found.strip_prefix(&package).unwrap_or(Path::new(""));
        Ok(files::shown(&folder.join(within).components().collect::<std::path::PathBuf>()))
    }
}
