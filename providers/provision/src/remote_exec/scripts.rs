//! The scripts that a configuration names or holds.

use std::io::Read as _;
use std::path::Path;

use landform_values::Value;

use crate::ssh::Failure;

/// A script before it is sent.
pub(super) enum Script {
    /// Lines of the configuration.
    Inline(String),
    /// A file that is open already, with its name in the configuration.
    File(fs_err::File, String),
}

impl Script {
    /// The whole text.
    pub(super) fn read(self) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Inline(text) => Ok(text.into_bytes()),
            Self::File(mut file, path) => {
                let mut contents = Vec::new();
                file.read_to_end(&mut contents).map_err(|error| Failure::local("read", path, error))?;
                Ok(contents)
            }
        }
    }
}

/// All scripts, in their order. What is wrong with them is said before anything is connected.
pub(super) fn collect(config: &Value, directory: &Path) -> Result<Vec<Script>, Failure> {
    let part = |name: &str| config.get_attribute(name).filter(|value| !value.is_null());
    if let Some(inline) = part("inline") {
        let lines = texts(inline, "scripts")?;
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        return Ok(vec![Script::Inline(text)]);
    }
    let mut paths = Vec::new();
    if let Some(script) = part("script") {
        paths.push(text(script, "script")?);
    }
    if let Some(scripts) = part("scripts") {
        paths.extend(texts(scripts, "script")?);
    }
    paths.into_iter().map(|path| open(path, directory)).collect()
}

fn texts<'v>(values: &'v Value, what: &str) -> Result<Vec<&'v str>, Failure> {
    values.elements().map(|(_, value)| text(value, what)).collect()
}

fn text<'v>(value: &'v Value, what: &str) -> Result<&'v str, Failure> {
    match value.as_str() {
        None => Err(Failure::plain(format!("invalid null string in '{what}'"))),
        Some("") => Err(Failure::plain(format!("invalid empty string in '{what}'"))),
        Some(text) => Ok(text),
    }
}

fn open(path: &str, directory: &Path) -> Result<Script, Failure> {
    match fs_err::File::open(directory.join(path)) {
        Ok(file) => Ok(Script::File(file, path.to_owned())),
        Err(error) => Err(Failure::Script { path: path.to_owned(), error }),
    }
}
