//! A folder of this machine, as it is sent to another.

use std::io;
use std::path::{Path, PathBuf};

use super::Local;
use super::failure::Failure;
use super::scp::{Cut, Sink};

/// What is sent, in order.
enum Step {
    Enter(String),
    File { name: String, path: PathBuf, size: u64 },
    Leave,
}

/// Sends a folder: with a slash at the end of its name, only what is in it.
pub(super) async fn send(sink: &mut Sink, folder: &Local<'_>) -> Result<(), Cut> {
    let mut steps = Vec::new();
    let listed = list(folder.path.to_owned(), &mut steps);
    listed.map_err(|(path, error)| failure(&path, error))?;
    if !folder.name.ends_with('/') {
        steps.insert(0, Step::Enter(base(folder.name).to_owned()));
        steps.push(Step::Leave);
    }
    for step in steps {
        match step {
            Step::Enter(name) => sink.enter(&name).await?,
            Step::Leave => sink.leave().await?,
            Step::File { name, path, size } => {
                let file = fs_err::File::open(&path).map_err(|error| failure(&path, error))?;
                sink.file(&name, size, tokio::fs::File::from_std(file.into_parts().0)).await?;
            }
        }
    }
    Ok(())
}

fn failure(path: &Path, error: io::Error) -> Failure {
    Failure::local("open", path.display().to_string(), error)
}

/// All below a folder, by name. Symbolic links are followed, as in Terraform; what is neither a file nor a folder is
/// refused, since reading it might never end.
fn list(folder: PathBuf, steps: &mut Vec<Step>) -> Result<(), (PathBuf, io::Error)> {
    let entries = fs_err::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = entries.map_err(|error| (folder, error))?;
    entries.sort_by_key(fs_err::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let metadata = fs_err::metadata(&path).map_err(|error| (path.clone(), error))?;
        if metadata.is_dir() {
            steps.push(Step::Enter(name));
            list(path, steps)?;
            steps.push(Step::Leave);
        } else if metadata.is_file() {
            steps.push(Step::File { name, path, size: metadata.len() });
        } else {
            return Err((path, io::Error::other("not a regular file")));
        }
    }
    Ok(())
}

/// The last part of a path.
pub(super) fn base(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or_default()
}
