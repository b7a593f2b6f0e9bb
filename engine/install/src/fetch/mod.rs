//! Packages of modules from remote addresses into folders: git, Mercurial, HTTP, archives, and folders of this machine.

mod archive;
mod checksum;
mod error;
mod file;
mod git;
mod mercurial;
mod meta;
mod program;
mod source;
mod web;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

pub use archive::Limits;
pub use error::FetchError;
pub use source::redacted_source;

use crate::files::{LeftOut, UNFINISHED, copy_folder, remove_all};
use crate::glob;
use crate::hosts::Netrc;
use crate::network::Network;
use archive::ArchiveKind;
use checksum::Checksum;
use source::Source;

/// What fetching needs to know of the machine.
#[derive(Clone, Debug)]
pub struct FetchSettings {
    /// The program `git`.
    pub git: PathBuf,
    /// The program `hg`.
    pub hg: PathBuf,
    /// The command by which git uses ssh, if the user chose one: `GIT_SSH_COMMAND`.
    pub git_ssh_command: Option<String>,
    /// Users and passwords for downloads.
    pub netrc: Netrc,
    /// How much may be fetched.
    pub limits: Limits,
}

impl Default for FetchSettings {
    /// Programs from the path, nothing secret.
    fn default() -> Self {
        Self {
            git: "git".into(),
            hg: "hg".into(),
            git_ssh_command: None,
            netrc: Netrc::default(),
            limits: Limits::default(),
        }
    }
}

/// Fetches packages, each address once.
pub struct PackageFetcher<'a> {
    network: &'a dyn Network,
    settings: FetchSettings,
    fetched: Mutex<HashMap<String, PathBuf>>,
}

/// How often a server may point elsewhere, as in Terraform.
const MAX_REDIRECTS: usize = 10;

impl<'a> PackageFetcher<'a> {
    /// Over a network.
    pub fn new(network: &'a dyn Network, settings: FetchSettings) -> Self {
        Self { network, settings, fetched: Mutex::default() }
    }

    /// Fetches the package at an address in normal form into a folder, in place of what is there. The folder above it
    /// must exist. When it fails, what was there before is left alone.
    ///
    /// # Errors
    /// With a message without secrets.
    pub fn fetch(&self, package: &str, destination: &Path) -> Result<(), FetchError> {
        let scratch = Scratch::beside(destination)?;
        let earlier = self.fetched.lock().expect("nothing panics while it holds the lock").get(package).cloned();
        match earlier {
            Some(earlier) => copy_folder(&earlier, &scratch.folder("package"), LeftOut::History)?,
            None => self.get(&Source::parse(package)?, &scratch.folder("package"), 0)?,
        }
        remove_all(destination)?;
        fs_err::rename(scratch.folder("package"), destination)?;
        let mut fetched = self.fetched.lock().expect("nothing panics while it holds the lock");
        fetched.entry(package.to_owned()).or_insert_with(|| destination.to_owned());
        Ok(())
    }

    /// Fetches what a source names into a folder that does not exist yet.
    fn get(&self, source: &Source, to: &Path, redirects: usize) -> Result<(), FetchError> {
        if source.subdirectory.is_empty() {
            return self.get_package(source, to, redirects);
        }
        let scratch = Scratch::beside(to)?;
        self.get_package(source, &scratch.folder("whole"), redirects)?;
        let found = find_subdirectory(&scratch.folder("whole"), &source.subdirectory)?;
        copy_folder(&found, to, LeftOut::History)?;
        Ok(())
    }

    fn get_package(&self, source: &Source, to: &Path, redirects: usize) -> Result<(), FetchError> {
        let mut source = source.clone();
        let archive = ArchiveKind::of(&mut source)?;
        let checksum = source.take("checksum");
        let Some(archive) = archive else {
            return match checksum {
                Some(_) => Err(FetchError::Invalid("checksum cannot be specified for directory download".to_owned())),
                None => self.get_folder(&source, to, redirects),
            };
        };
        let scratch = Scratch::beside(to)?;
        let file = scratch.folder("archive");
        let checksum = checksum.map(|text| Checksum::parse(&text, &source, self, &scratch)).transpose()?;
        self.get_file(&source, &file)?;
        checksum.map_or(Ok(()), |checksum| checksum.check(&file))?;
        archive.unpack(&file, to, &self.settings.limits)
    }

    fn get_folder(&self, source: &Source, to: &Path, redirects: usize) -> Result<(), FetchError> {
        match source.protocol.as_str() {
            "git" => git::clone(source, to, &self.settings),
            "hg" => mercurial::clone(source, to, &self.settings),
            "file" => file::link_folder(source, to),
            "http" | "https" => {
                let next = web::find_source(source, self.network, &self.settings.netrc)?;
                if redirects == MAX_REDIRECTS {
                    return Err(FetchError::TooManyRedirects);
                }
                self.get(&next, to, redirects + 1)
            }
            other => Err(FetchError::unsupported(other)),
        }
    }

    fn get_file(&self, source: &Source, to: &Path) -> Result<(), FetchError> {
        let limit = self.settings.limits.archive_bytes;
        match source.protocol.as_str() {
            "http" | "https" => web::download(source, to, self.network, &self.settings.netrc, limit),
            "file" => file::copy_file(source, to),
            other => Err(FetchError::unsupported(other)),
        }
    }
}

/// The one folder of a package that a subdirectory, perhaps with wildcards, stands for.
///
/// # Errors
/// When there is none, or more than one.
pub fn find_subdirectory(package: &Path, subdirectory: &str) -> Result<PathBuf, FetchError> {
    let mut found = glob::matches(package, subdirectory)?;
    match found.len() {
        0 => Err(FetchError::Subdirectory(format!("subdir {subdirectory:?} not found"))),
        1 => Ok(found.remove(0)),
        _ => Err(FetchError::Subdirectory(format!("subdir {subdirectory:?} matches multiple paths"))),
    }
}

/// A folder for what is not done yet, beside what it is to become; removed with all that is left in it.
struct Scratch(tempfile::TempDir);

impl Scratch {
    fn beside(path: &Path) -> Result<Self, FetchError> {
        let folder = path.parent().unwrap_or(Path::new("."));
        Ok(Self(tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(folder)?))
    }

    /// Something in it, which need not exist.
    fn folder(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

#[cfg(test)]
mod tests;
