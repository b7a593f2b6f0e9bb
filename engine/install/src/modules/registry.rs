//! Modules from registries.

use landform_config::source::{ModuleSource, RegistryModule, clean, split_subdirectory};
use landform_config::version::{Constraints, Version};
use landform_diagnostics::Diagnostic;

use super::call::Call;
use super::installer::{Installed, Walk};
use crate::InstallEvent;
use crate::fetch::redacted_source;
use crate::registry::RegistryError;

impl Walk<'_> {
    /// Picks a version, asks where it is, and fetches it.
    pub(super) fn install_from_registry(
        &mut self,
        call: &Call,
        module: &RegistryModule,
    ) -> Result<Installed, Diagnostic> {
        let version = self.pick(call, module)?;
        let package = package(module);
        let event = InstallEvent::DownloadingModule { module: &call.key(), package: &package, version: Some(&version) };
        self.installer.observer.event(&event);
        let (address, given) = self.locate(call, module, &version)?;
        let folder = call.package_folder(self.installer.directory);
        self.fetch(&address, &folder).map_err(|error| {
            let (name, place) = (&*call.call.name, call.place(self.installer.sources));
            let shown = redacted_source(&address);
            let detail = format!("Could not download module {name:?} ({place}) source code from {shown:?}: {error}.");
            call.error("Failed to download module", detail)
        })?;
        let directory = self.within_package(&folder, &joined(&given, &module.subdirectory))?;
        Ok(Installed { directory, version: Some(version) })
    }

    /// The newest version that the call allows.
    fn pick(&mut self, call: &Call, module: &RegistryModule) -> Result<Version, Diagnostic> {
        let place = call.place(self.installer.sources);
        let known = self.versions_of(call, module)?;
        let unconstrained = Constraints::default();
        let wanted = call.call.version.as_ref().unwrap_or(&unconstrained);
        let (valid, invalid): (Vec<_>, Vec<_>) = known.iter().partition(|version| version.is_ok());
        let valid: Vec<&Version> = valid.into_iter().flatten().collect();
        let (name, host) = (&*call.call.name, &module.host);
        let warnings = invalid.into_iter().filter_map(|version| version.as_ref().err()).map(|text| {
            let detail = format!(
                "The registry at {host} returned an invalid version string {text:?} for module {name:?} ({place}), which \
                 Landform ignored."
            );
            Diagnostic::warning("Invalid response from remote module registry", detail).at(call.call.span)
        });
        let warnings: Vec<Diagnostic> = warnings.collect();
        let newest = valid.iter().filter(|version| !version.is_prerelease()).max();
        let picked = wanted.newest(valid.iter().copied()).cloned();
        let result = picked.ok_or_else(|| match newest {
            None => {
                let detail = format!("Module {:?} ({place}) has no versions available on {host}.", module.to_string());
                call.error("Module has no versions", detail)
            }
            Some(newest) => {
                let detail = format!(
                    "There is no available version of module {:?} ({place}) which matches the given version constraint. \
                     The newest available version is {newest}.",
                    module.to_string()
                );
                call.error("Unresolvable module version constraint", detail)
            }
        });
        self.diagnostics.extend(warnings);
        result
    }

    fn versions_of(
        &mut self,
        call: &Call,
        module: &RegistryModule,
    ) -> Result<Vec<Result<Version, String>>, Diagnostic> {
        let package = package(module);
        if let Some(versions) = self.versions.get(&package) {
            return Ok(versions.clone());
        }
        let versions = self.installer.registry.versions(module);
        let versions = versions.map_err(|error| self.lookup_problem(call, module, &error))?;
        self.versions.insert(package, versions.clone());
        Ok(versions)
    }

    fn lookup_problem(&self, call: &Call, module: &RegistryModule, error: &RegistryError) -> Diagnostic {
        let (name, place, host) = (&*call.call.name, call.place(self.installer.sources), &module.host);
        if let RegistryError::NotFound { .. } = error {
            let detail = format!("Module {name:?} (from {place}) cannot be found in the module registry at {host}.");
            return call.error("Module not found", detail);
        }
        let detail =
            format!("Failed to retrieve available versions for module {name:?} ({place}) from {host}: {error}.");
        call.error("Error accessing remote module registry", detail)
    }

    /// The address of a version's package, and the directory of it that the registry names.
    fn locate(&self, call: &Call, module: &RegistryModule, version: &Version) -> Result<(String, String), Diagnostic> {
        let host = &module.host;
        let location = self.installer.registry.location(module, version).map_err(|error| {
            let detail = format!("Failed to retrieve a download URL for {module} {version} from {host}: {error}");
            call.error("Error accessing remote module registry", detail)
        })?;
        let invalid = |why: &str| {
            let shown = redacted_source(&location);
            let detail = format!(
                "Module registry {host} returned invalid source location {shown:?} for {module} {version}: {why}."
            );
            call.error("Invalid package location from module registry", detail)
        };
        match ModuleSource::parse(&location) {
            Ok(ModuleSource::Remote(address)) => Ok(split_subdirectory(&address)),
            Ok(_) => Err(invalid("must be a direct remote package address")),
            Err(error) => Err(invalid(&error.to_string())),
        }
    }
}

/// `host/namespace/name/system`, without the subdirectory.
fn package(module: &RegistryModule) -> String {
    RegistryModule { subdirectory: "".into(), ..module.clone() }.to_string()
}

/// The registry's directory comes first.
fn joined(outer: &str, inner: &str) -> String {
    match (outer, inner) {
        ("", other) | (other, "") => other.to_owned(),
        (outer, inner) => clean(&format!("{outer}/{inner}")),
    }
}
