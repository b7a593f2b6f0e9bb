//! Paths with wildcards, as registries use them to name the only folder of an archive: `*` and `?`.

use std::io;
use std::path::{Component, Path, PathBuf};

/// The paths below a folder that a pattern stands for, sorted. A part without wildcards stands for itself, if it is
/// there.
pub(crate) fn matches(folder: &Path, pattern: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = vec![folder.to_owned()];
    for part in Path::new(pattern).components() {
        let Component::Normal(name) = part else { continue };
        let name = name.to_string_lossy();
        let mut next = Vec::new();
        for folder in &found {
            if is_pattern(&name) {
                next.extend(
                    names(folder)?.into_iter().filter(|found| fits(&name, found)).map(|found| folder.join(found)),
                );
            } else if fs_err::symlink_metadata(folder.join(&*name)).is_ok() {
                next.push(folder.join(&*name));
            }
        }
        found = next;
    }
    found.sort();
    Ok(found)
}

fn is_pattern(part: &str) -> bool {
    part.contains(['*', '?'])
}

/// What is in a folder; nothing in what is none.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    fs_err::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// Whether a name fits a pattern. Work grows with the product of their lengths at most.
fn fits(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    // Which beginnings of the name the beginning of the pattern so far fits.
    let mut fitting = vec![false; name.len() + 1];
    fitting[0] = true;
    for next in pattern {
        if next == '*' {
            let first = fitting.iter().position(|fits| *fits).unwrap_or(fitting.len());
            fitting[first..].fill(true);
        } else {
            let longer = |end: usize| end > 0 && fitting[end - 1] && (next == '?' || next == name[end - 1]);
            fitting = (0..=name.len()).map(longer).collect();
        }
    }
    fitting[name.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::write_files;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("*", "anything", true),
            ("*", "", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxc", false),
            ("*.tf", "main.tf", true),
            ("?", "", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn folders() {
        let folder = tempfile::tempdir().expect("a folder");
        write_files(folder.path(), &[("pkg-1.0/sub/x.tf", ""), ("file", "")]);
        let matches = |pattern: &str| {
            let found = matches(folder.path(), pattern).expect("readable");
            let relative = found.iter().map(|path| path.strip_prefix(folder.path()).expect("below").to_string_lossy());
            relative.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(matches("*"), "file pkg-1.0");
        assert_eq!(matches("pkg-*/sub"), "pkg-1.0/sub");
        assert_eq!(matches("*/sub"), "pkg-1.0/sub");
        assert_eq!(matches("pkg-1.0"), "pkg-1.0");
        assert_eq!(matches("nope"), "");
        assert_eq!(matches(""), "");
    }
}
