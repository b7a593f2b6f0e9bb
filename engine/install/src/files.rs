//! Files and folders: written whole or not at all, copied, and paths as people see them.

use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use fs_err as fs;

/// How names of what is not done yet begin.
pub(crate) const UNFINISHED: &str = ".landform-";

/// Removes from a folder what killed runs left unfinished. What can not be removed does no harm.
pub(crate) fn remove_unfinished(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(UNFINISHED)) {
        let _ = remove_all(&entry.path());
    }
}

/// Replaces a file whole or not at all, and makes the folder that it lies in.
pub(crate) fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .permissions(PermissionsExt::from_mode(NEW_FILE))
        .tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Permissions of an ordinary file, before the process's mask.
const NEW_FILE: u32 = 0o644;

/// Removes a file, folder or link; that there is none is fine.
pub(crate) fn remove_all(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// What is left out of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeftOut {
    /// The history of a repository.
    History,
    /// Whatever begins with a dot.
    Hidden,
}

impl LeftOut {
    fn holds(self, name: &str) -> bool {
        match self {
            Self::History => matches!(name, ".git" | ".hg"),
            Self::Hidden => name.starts_with('.'),
        }
    }
}

/// Copies what is in a folder into another, which is made if need be. Links are copied as links.
pub(crate) fn copy_folder(from: &Path, to: &Path, left_out: LeftOut) -> io::Result<()> {
    let from = fs::canonicalize(from)?;
    let to = {
        fs::create_dir_all(to)?;
        fs::canonicalize(to)?
    };
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(from.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if left_out.holds(&entry.file_name().to_string_lossy()) || from.join(&path) == to {
                continue;
            }
            if copy_entry(&entry.path(), &to.join(&path))? {
                folders.push(path);
            }
        }
    }
    Ok(())
}

/// Copies one entry without what is in it; whether it is a folder.
fn copy_entry(from: &Path, to: &Path) -> io::Result<bool> {
    let kind = fs::symlink_metadata(from)?.file_type();
    if kind.is_dir() {
        fs::create_dir_all(to)?;
    } else if kind.is_symlink() {
        link(&fs::read_link(from)?, to)?;
    } else {
        fs::copy(from, to)?;
    }
    Ok(kind.is_dir())
}

/// Makes a symbolic link.
pub(crate) fn link(target: &Path, at: &Path) -> io::Result<()> {
    fs::os::unix::fs::symlink(target, at)
}

/// A path below `base` with the symbolic links on the way resolved, and otherwise as it was given: relative if it is.
///
/// # Errors
/// When something on the way is not there, or when links lead in a circle.
pub(crate) fn resolve_links(base: &Path, path: &Path) -> io::Result<PathBuf> {
    const MAX_LINKS: usize = 255;
    let mut links = 0;
    let mut rest: Vec<PathBuf> = parts(path);
    let mut resolved = PathBuf::new();
    while let Some(part) = rest.pop() {
        if part == Path::new("..") && ends_in_name(&resolved) {
            resolved.pop();
            continue;
        }
        resolved.push(&part);
        let here = base.join(&resolved);
        if !fs::symlink_metadata(&here)?.is_symlink() {
            continue;
        }
        links += 1;
        if links > MAX_LINKS {
            return Err(io::Error::other(format!("{}: too many links", here.display())));
        }
        resolved.pop();
        rest.extend(parts(&fs::read_link(&here)?));
    }
    Ok(resolved)
}

/// The parts of a path, the last one first.
fn parts(path: &Path) -> Vec<PathBuf> {
    let parts = path.components().filter(|part| *part != Component::CurDir);
    let mut parts: Vec<PathBuf> = parts.map(|part| PathBuf::from(part.as_os_str())).collect();
    parts.reverse();
    parts
}

fn ends_in_name(path: &Path) -> bool {
    matches!(path.components().next_back(), Some(Component::Normal(_)))
}

/// With forward slashes, and `.` for nothing.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    if text.is_empty() { ".".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::write_files;

    #[test]
    fn links_are_resolved_and_paths_stay_relative() {
        let folder = tempfile::tempdir().expect("a folder");
        write_files(folder.path(), &[("root/main.tf", ""), ("mods/a/x.tf", "")]);
        let root = folder.path().join("root");
        link(Path::new("../mods"), &root.join("relative")).expect("a link");
        link(&folder.path().join("mods"), &root.join("absolute")).expect("a link");
        link(Path::new("loop"), &root.join("loop")).expect("a link");
        let resolve = |path: &str| resolve_links(&root, Path::new(path)).map(|path| shown(&path)).ok();
        assert_eq!(resolve("../mods/a").as_deref(), Some("../mods/a"));
        assert_eq!(resolve("./relative/a").as_deref(), Some("../mods/a"));
        assert_eq!(resolve("relative/../root").as_deref(), Some("../root"));
        assert_eq!(resolve("."), Some(".".to_owned()));
        let absolute = shown(&fs::canonicalize(folder.path().join("mods/a")).expect("there"));
        assert_eq!(resolve("absolute/a"), Some(absolute));
        assert_eq!(resolve("loop"), None);
        assert_eq!(resolve("nope"), None);
    }

    #[test]
    fn folders_are_copied() {
        let folder = tempfile::tempdir().expect("a folder");
        write_files(folder.path(), &[("a/x.tf", "x"), ("a/b/y.tf", "y"), ("a/.git/config", ""), ("a/.hidden", "")]);
        link(Path::new("b/y.tf"), &folder.path().join("a/link.tf")).expect("a link");
        for (left_out, has_hidden) in [(LeftOut::Hidden, false), (LeftOut::History, true)] {
            let to = folder.path().join(format!("{left_out:?}"));
            copy_folder(&folder.path().join("a"), &to, left_out).expect("copied");
            assert_eq!(fs::read_to_string(to.join("b/y.tf")).expect("there"), "y");
            assert_eq!(fs::read_link(to.join("link.tf")).expect("a link"), Path::new("b/y.tf"));
            assert_eq!((to.join(".hidden").exists(), to.join(".git").exists()), (has_hidden, false));
        }
    }

    #[test]
    fn a_folder_is_copied_into_one_within() {
        let folder = tempfile::tempdir().expect("a folder");
        write_files(folder.path(), &[("x.tf", "x")]);
        copy_folder(folder.path(), &folder.path().join("to"), LeftOut::Hidden).expect("copied");
        assert!(folder.path().join("to/x.tf").exists() && !folder.path().join("to/to").exists());
    }

    #[test]
    fn files_are_replaced_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/file");
        write_whole(&path, "one").expect("written");
        write_whole(&path, "two").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("there"), "two");
        assert_eq!(fs::read_dir(folder.path().join("new")).expect("there").count(), 1);
    }

    #[test]
    fn what_killed_runs_left_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        write_files(folder.path(), &[(".landform-x/a", ""), (".landform-y", ""), ("z", "")]);
        remove_unfinished(folder.path());
        assert_eq!(fs::read_dir(folder.path()).expect("there").count(), 1);
        remove_unfinished(&folder.path().join("nope"));
    }

    #[test]
    fn anything_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        write_files(folder.path(), &[("a/b/c", ""), ("f", "")]);
        link(Path::new("a"), &folder.path().join("l")).expect("a link");
        for name in ["l", "f", "nope", "a"] {
            remove_all(&folder.path().join(name)).expect(name);
            assert!(!folder.path().join(name).exists());
        }
    }
}
