//! Paths, as Go's `path/filepath` treats them on Unix: as text, without a look at the disk.

use landform_values::Type;

use super::call::{Call, FunctionError, Outcome};
use super::entry::{Function, Purity, function, text};
use super::world::World;

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("abspath", [text("path")], abspath).returns(Type::String).purity(Purity::World),
        function("basename", [text("path")], basename).returns(Type::String),
        function("dirname", [text("path")], dirname).returns(Type::String),
        function("pathexpand", [text("path")], pathexpand).returns(Type::String).purity(Purity::World),
    ]
}

/// `abspath(path)`: from the root. `abspath("a")` is `"/where/we/are/a"`.
fn abspath(call: &Call<'_>) -> Outcome {
    Ok(join(call.world()?.working_dir(), call.text(0)).into())
}

/// `basename(path)`: the last segment. `basename("foo/bar.txt")` is `"bar.txt"`.
fn basename(call: &Call<'_>) -> Outcome {
    let path = call.text(0);
    let trimmed = path.trim_end_matches('/');
    Ok(match trimmed.rsplit('/').next().unwrap_or_default() {
        "" if path.is_empty() => ".",
        "" => "/",
        name => name,
    }
    .into())
}

/// `dirname(path)`: all but the last segment. `dirname("foo/bar.txt")` is `"foo"`.
fn dirname(call: &Call<'_>) -> Outcome {
    let path = call.text(0);
    Ok(clean(&path[..path.rfind('/').map_or(0, |index| index + 1)]).into())
}

/// `pathexpand(path)`: with the home directory for `~`. `pathexpand("~/.ssh")` is `"/home/user/.ssh"`.
fn pathexpand(call: &Call<'_>) -> Outcome {
    let expanded = expand_home(call.world()?, call.text(0)).map_err(FunctionError::new)?;
    Ok(expanded.into())
}

/// A path with the home directory in place of a leading `~`.
pub(super) fn expand_home(world: &dyn World, path: &str) -> Result<String, &'static str> {
    let Some(rest) = path.strip_prefix('~') else { return Ok(path.to_owned()) };
    if !rest.is_empty() && !rest.starts_with(['/', '\\']) {
        return Err("cannot expand user-specific home dir");
    }
    let home = world.home_dir().ok_or("there is no home directory")?;
    Ok(join_plain(home, rest))
}

/// The shortest path that is lexically the same; `.` for none.
pub(super) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => drop(segments.pop()),
            ".." if rooted => {}
            other => segments.push(other),
        }
    }
    let joined = segments.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".into(),
        (false, false) => joined,
    }
}

/// A path seen from a directory; an absolute one stays.
pub(super) fn join(directory: &str, path: &str) -> String {
    if path.starts_with('/') { clean(path) } else { join_plain(directory, path) }
}

/// Two parts of a path in one.
pub(super) fn join_plain(directory: &str, path: &str) -> String {
    match (directory.is_empty(), path.is_empty()) {
        (true, true) => String::new(),
        (true, false) => clean(path),
        (false, true) => clean(directory),
        (false, false) => clean(&format!("{directory}/{path}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_as_go() {
        for (path, expected) in [
            ("", "."),
            ("a//b/./c/..", "a/b"),
            ("../a/../..", "../.."),
            ("/../a", "/a"),
            ("/", "/"),
            ("a/..", "."),
            ("./a", "a"),
        ] {
            assert_eq!(clean(path), expected, "{path}");
        }
    }
}
