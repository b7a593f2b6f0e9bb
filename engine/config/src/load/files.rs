//! Where configuration files are read from, and which files of a directory belong to a module.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use landform_diagnostics::{Diagnostic, Diagnostics};

/// Where files are read from. Paths are relative to the working directory and have forward slashes.
pub trait FileSource: Sync {
    /// Names in a directory, each with whether it is a directory itself, in any order.
    fn list(&self, directory: &str) -> io::Result<Vec<(String, bool)>>;

    /// The bytes of a file.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;
}

/// Files on disk, below a working directory.
#[derive(Clone, Debug)]
pub struct DiskFiles {
    base: PathBuf,
}

/// Files in memory, by path.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, Vec<u8>>,
}

impl DiskFiles {
    /// Below a directory.
    pub fn new(base: impl Into<PathBuf>) -> Self {
        Self { base: base.into() }
    }
}

impl FileSource for DiskFiles {
    fn list(&self, directory: &str) -> io::Result<Vec<(String, bool)>> {
        let mut found = Vec::new();
        for entry in fs_err::read_dir(self.base.join(directory))? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            // A link counts as what it leads to.
            let is_directory = fs_err::metadata(entry.path()).is_ok_and(|metadata| metadata.is_dir());
            found.push((name, is_directory));
        }
        Ok(found)
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs_err::read(self.base.join(path))
    }
}

impl MemoryFiles {
    /// From paths and texts.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self { files: files.into_iter().map(|(path, text)| (crate::source::clean(path), text.into())).collect() }
    }

    /// From one text with many files in it: `-- path --` on a line of its own begins each.
    pub fn from_archive(text: &str) -> Self {
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut path = None;
        for line in text.split_inclusive('\n') {
            let header = line.trim_end().strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --"));
            if let Some(header) = header {
                files.insert(header.to_owned(), Vec::new());
                path = Some(header.to_owned());
            } else if let Some(file) = path.as_ref().and_then(|path| files.get_mut(path)) {
                file.extend_from_slice(line.as_bytes());
            }
        }
        Self { files }
    }

    /// Paths and contents.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }
}

impl FileSource for MemoryFiles {
    fn list(&self, directory: &str) -> io::Result<Vec<(String, bool)>> {
        let directory = crate::source::clean(directory);
        let prefix = if directory == "." { String::new() } else { format!("{directory}/") };
        let mut found = BTreeMap::new();
        for rest in self.files.keys().filter_map(|path| path.strip_prefix(&prefix)) {
            let (name, is_directory) = rest.split_once('/').map_or((rest, false), |(name, _)| (name, true));
            found.insert(name.to_owned(), is_directory);
        }
        if found.is_empty() && directory != "." {
            return Err(io::Error::new(io::ErrorKind::NotFound, format!("{directory}: not found")));
        }
        Ok(found.into_iter().collect())
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let path = crate::source::clean(path);
        let missing = || io::Error::new(io::ErrorKind::NotFound, format!("{path}: not found"));
        self.files.get(&path).cloned().ok_or_else(missing)
    }
}

/// The configuration files of a directory, each list in lexical order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleFiles {
    /// Paths of ordinary files.
    pub primary: Vec<String>,
    /// Paths of files that override what the ordinary ones declare.
    pub overrides: Vec<String>,
}

impl ModuleFiles {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.primary.is_empty() && self.overrides.is_empty()
    }
}

/// Finds the configuration files of a directory.
pub fn module_files(directory: &str, files: &dyn FileSource) -> Result<ModuleFiles, Diagnostics> {
    let unreadable = |_| {
        let detail = format!("Module directory {directory} does not exist or cannot be read.");
        Diagnostics::from(Diagnostic::error("Failed to read module directory", detail))
    };
    let mut names = files.list(directory).map_err(unreadable)?;
    names.sort();
    let mut found = ModuleFiles::default();
    for (name, _) in names.into_iter().filter(|(name, is_directory)| !is_directory && !is_ignored(name)) {
        let Some(stem) = name.strip_suffix(".tf").or_else(|| name.strip_suffix(".tf.json")) else { continue };
        let is_override = stem == "override" || stem.ends_with("_override");
        let list = if is_override { &mut found.overrides } else { &mut found.primary };
        list.push(crate::source::clean(&format!("{directory}/{name}")));
    }
    Ok(found)
}

/// What plan and apply say where there is nothing to work with.
pub fn no_configuration_files(operation: &str) -> Diagnostic {
    let detail = match operation {
        "plan" => {
            "Plan requires configuration to be present. Planning without a configuration would mark everything for \
             destruction, which is normally not what is desired. If you would like to destroy everything, run plan \
             with the -destroy option. Otherwise, create a Terraform configuration file (.tf file) and try again."
        }
        _ => {
            "Apply requires configuration to be present. Applying without a configuration would mark everything for \
             destruction, which is normally not what is desired. If you would like to destroy everything, run \
             'terraform destroy' instead."
        }
    };
    Diagnostic::error("No configuration files", detail)
}

/// Hidden files and those that editors leave behind.
pub(super) fn is_ignored(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}

/// The path of a file below a directory, both relative to the working directory.
pub fn join(directory: &str, path: &str) -> String {
    if Path::new(path).is_absolute() { path.to_owned() } else { crate::source::clean(&format!("{directory}/{path}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_module() {
        let names = [
            "b.tf",
            "a.tf.json",
            "a.tf",
            "override.tf",
            "x_override.tf.json",
            ".hidden.tf",
            "c.tf~",
            "#d.tf#",
            "e.tfvars",
            "sub/f.tf",
            "my-override.tf",
            "readme.md",
        ];
        let files = MemoryFiles::new(names.map(|name| (name, "")));
        let found = module_files(".", &files).expect("readable");
        assert_eq!(found.primary, ["a.tf", "a.tf.json", "b.tf", "my-override.tf"]);
        assert_eq!(found.overrides, ["override.tf", "x_override.tf.json"]);
        assert_eq!(module_files("./sub/", &files).expect("readable").primary, ["sub/f.tf"]);
        let missing = module_files("nope", &files).expect_err("not there");
        assert_eq!(missing.iter().next().map(|found| found.summary.as_str()), Some("Failed to read module directory"));
    }

    #[test]
    fn disk_and_memory_agree() {
        let archive = "-- main.tf --\n# a\n-- m/x.tf --\n# b\n";
        let memory = MemoryFiles::from_archive(archive);
        let folder = tempfile::tempdir().expect("a folder");
        for (path, bytes) in memory.iter() {
            let path = folder.path().join(path);
            fs_err::create_dir_all(path.parent().expect("a folder above")).expect("creatable");
            fs_err::write(path, bytes).expect("writable");
        }
        let disk = DiskFiles::new(folder.path());
        for directory in [".", "m"] {
            let sorted = |source: &dyn FileSource| {
                let mut names = source.list(directory).expect("readable");
                names.sort();
                names
            };
            assert_eq!(sorted(&disk), sorted(&memory));
        }
        assert_eq!(disk.read("m/x.tf").expect("readable"), memory.read("m/x.tf").expect("readable"));
        assert!(disk.read("n").is_err() && memory.read("n").is_err());
    }
}
