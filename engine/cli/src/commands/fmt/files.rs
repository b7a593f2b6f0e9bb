//! Which files are formatted.

use std::io::Read;
use std::path::Path;

use landform_config::source::clean;
use landform_lang::syntax::encode;

use super::Formatter;

const SUFFIXES: [&str; 5] = [".tf", ".tofu", ".tfvars", ".tftest.hcl", ".tfmock.hcl"];

impl Formatter<'_> {
    /// Files and directories that were asked for, up to the first that is not there.
    pub(super) fn paths(&mut self, paths: &[String]) {
        for path in paths {
            let path = self.session.world.seen_from_here(path);
            match fs_err::metadata(self.session.world.path(&path)) {
                Err(_) => return self.error(format!("No file or directory at {path}")),
                Ok(metadata) if metadata.is_dir() => self.directory(&path),
                Ok(_) if is_formatted(&path) => self.file(&path),
                Ok(_) => {
                    self.error("Only .tf, .tfvars, and .tftest.hcl files can be processed with landform fmt".to_owned())
                }
            }
        }
    }

    fn directory(&mut self, directory: &str) {
        let Ok(entries) = fs_err::read_dir(self.session.world.path(directory)) else {
            return self.error(format!("Cannot read directory {directory}"));
        };
        // A link is not followed to a directory, which could be one around it.
        let is_directory = |entry: &fs_err::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
        let entries = entries.flatten().map(|entry| (entry.file_name(), is_directory(&entry)));
        let mut entries: Vec<_> = entries.collect();
        entries.sort();
        for (name, is_directory) in entries {
            let name = name.to_string_lossy();
            let path = clean(&format!("{directory}/{name}"));
            match is_directory {
                _ if is_ignored(&name) => {}
                true if self.recursive => self.directory(&path),
                false if is_formatted(&name) => self.file(&path),
                _ => {}
            }
        }
    }

    fn file(&mut self, path: &str) {
        let Ok(mut file) = fs_err::File::open(self.session.world.path(path)) else {
            return self.error(format!("Failed to read file {path}"));
        };
        let mut bytes = Vec::new();
        match file.read_to_end(&mut bytes) {
            Ok(_) => self.source(path, bytes),
            Err(_) => self.error(format!("Failed to read {path}")),
        }
    }

    pub(super) fn write(&self, path: &str, text: &str) -> std::io::Result<()> {
        fs_err::write(self.session.world.path(Path::new(path)), encode(text))
    }
}

fn is_formatted(name: &str) -> bool {
    SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

/// Whether it is one that editors or the tool itself made.
fn is_ignored(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}
