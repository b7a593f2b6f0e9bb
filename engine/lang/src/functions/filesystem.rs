//! Files.

use std::io::{Error, ErrorKind};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use landform_values::{Marks, Type, Value};

use super::call::{Call, FunctionError, Outcome};
use super::entry::{Function, function, text};
use super::glob::{Glob, glob};
use super::marking::shown;
use super::paths::{clean, expand_home, join_plain};
use super::world::{FileKind, World};

pub(super) fn functions() -> Vec<Function> {
    let path = || text("path").marked().unknown();
    vec![
        function("file", [path()], file).returns(Type::String).reads_files(),
        function("filebase64", [path()], filebase64).returns(Type::String).reads_files(),
        function("fileexists", [path()], fileexists).returns(Type::Bool).reads_files(),
        function("fileset", [path(), text("pattern").marked().unknown()], fileset)
            .returns(Type::set(Type::String))
            .reads_files(),
    ]
}

/// The contents of a file, with the marks of its path; `None` if the path is not known.
fn contents(call: &Call<'_>) -> Result<(Option<Vec<u8>>, Marks), FunctionError> {
    let (path, marks) = call.value(0).clone().unmark();
    let contents = path.as_str().map(|path| read(call.world()?, path, &marks).map_err(|error| error.about(0)));
    Ok((contents.transpose()?, marks))
}

/// `file(path)`: the text in a file.
fn file(call: &Call<'_>) -> Outcome {
    let (contents, marks) = contents(call)?;
    let Some(contents) = contents else { return Ok(call.unknown().with_marks(&marks)) };
    let path = call.value(0).as_str().unwrap_or_default();
    Ok(Value::from(into_text(contents, path, &marks)?).with_marks(&marks))
}

/// `filebase64(path)`: the bytes in a file in Base64.
fn filebase64(call: &Call<'_>) -> Outcome {
    let (contents, marks) = contents(call)?;
    let encoded = contents.map_or_else(|| call.unknown(), |contents| BASE64.encode(contents).into());
    Ok(encoded.with_marks(&marks))
}

/// Reads a file with the messages of `file`.
pub(super) fn read(world: &dyn World, path: &str, marks: &Marks) -> Result<Vec<u8>, FunctionError> {
    let resolved = resolve(world, path)?;
    world.read_file(&resolved).map_err(|error| match error.kind() {
        ErrorKind::NotFound => FunctionError::new(format!(
            "no file exists at {}; this function works only with files that are distributed as part of the \
             configuration source code, so if this file will be created by a resource in this configuration you must \
             instead obtain this result from an attribute of that resource",
            shown(path, marks)
        )),
        ErrorKind::IsADirectory => {
            FunctionError::new(format!("failed to read file: {}", system_error("read", &resolved, &error, marks)))
        }
        _ => FunctionError::new(system_error("open", &resolved, &error, marks)),
    })
}

/// The text that bytes of a file are.
pub(super) fn into_text(contents: Vec<u8>, path: &str, marks: &Marks) -> Result<String, FunctionError> {
    String::from_utf8(contents).map_err(|_| {
        FunctionError::new(format!(
            "contents of {} are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents or \
             the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead",
            shown(path, marks)
        ))
    })
}

/// Reads a file with the messages of the functions that hash files.
pub(super) fn read_to_hash(world: &dyn World, path: &str, marks: &Marks) -> Result<Vec<u8>, FunctionError> {
    let resolved = resolve(world, path)?;
    world.read_file(&resolved).map_err(|error| {
        let operation = if error.kind() == ErrorKind::IsADirectory { "read" } else { "open" };
        FunctionError::new(system_error(operation, &resolved, &error, marks))
    })
}

/// The path that the world knows a file by.
fn resolve(world: &dyn World, path: &str) -> Result<String, FunctionError> {
    let expanded = expand_home(world, path).map_err(|why| FunctionError::new(format!("failed to expand ~: {why}")))?;
    Ok(clean(&expanded))
}

/// An error of the operating system as Go words it: `open x: permission denied`.
fn system_error(operation: &str, path: &str, error: &Error, marks: &Marks) -> String {
    let path = if marks.is_empty() { path } else { "(sensitive value)" };
    format!("{operation} {path}: {}", reason(error))
}

fn reason(error: &Error) -> String {
    if error.kind() == ErrorKind::NotFound {
        return "no such file or directory".into();
    }
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

/// `fileexists(path)`: whether there is a file. Anything else there is an error.
fn fileexists(call: &Call<'_>) -> Outcome {
    let (path, marks) = call.value(0).clone().unmark();
    let Some(path) = path.as_str() else { return Ok(call.unknown().with_marks(&marks)) };
    let resolved = resolve(call.world()?, path)?;
    let kind = match call.world()?.file_kind(&resolved) {
        Ok(kind) => kind,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Value::FALSE.with_marks(&marks)),
        Err(_) => return Err(FunctionError::new(format!("failed to stat {}", shown(&resolved, &marks)))),
    };
    let what = match kind {
        FileKind::Regular => return Ok(Value::TRUE.with_marks(&marks)),
        FileKind::Directory => "a directory, not a file",
        FileKind::Device => "a device node, not a regular file",
        FileKind::Pipe => "a named pipe, not a regular file",
        FileKind::Socket => "a unix domain socket, not a regular file",
        FileKind::Link | FileKind::Other => "not a regular file",
    };
    // Terraform blames an argument that does not exist, so that the message names none.
    Err(FunctionError::of_argument(1, format!("{} is {what}", shown(&resolved, &marks))))
}

/// `fileset(path, pattern)`: the names of the files below a directory that match a pattern: `*`, `?`, `[a-z]`,
/// `{a,b}`, and `**` for any directories.
fn fileset(call: &Call<'_>) -> Outcome {
    let ((path, path_marks), (pattern, pattern_marks)) =
        (call.value(0).clone().unmark(), call.value(1).clone().unmark());
    let marks = path_marks.union(&pattern_marks);
    let (Some(path), Some(pattern)) = (path.as_str(), pattern.as_str()) else {
        return Ok(call.unknown().with_marks(&marks));
    };
    let world = call.world()?;
    let directory = clean(path);
    let pattern = join_plain(&directory, pattern);
    let found = glob(world, &pattern).map_err(|error| {
        let why = match error {
            Glob::BadPattern => "syntax error in pattern",
            Glob::TooManyDirectories => "too many directories; a link may lead to a directory around it",
        };
        FunctionError::new(format!("failed to glob pattern {}: {why}", shown(&pattern, &marks)))
    })?;
    let mut names = Vec::new();
    for file in found {
        match world.file_kind(&file) {
            Ok(FileKind::Regular) => names.push(Value::from(relative(&directory, &file))),
            Ok(_) => {}
            Err(error) => {
                let file = if marks.is_empty() { landform_values::quote(&file) } else { "(sensitive value)".into() };
                let why = reason(&error);
                return Err(FunctionError::new(format!(
                    "failed to stat {file}: stat {}: {why}",
                    file.trim_matches('"')
                )));
            }
        }
    }
    Ok(Value::set(Type::String, names).with_marks(&marks))
}

/// A path seen from a directory; both are clean, and of one kind.
fn relative(directory: &str, file: &str) -> String {
    let segments = |path: &str| -> Vec<String> {
        path.split('/').filter(|segment| !segment.is_empty() && *segment != ".").map(str::to_owned).collect()
    };
    let (from, to) = (segments(directory), segments(file));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - common);
    up.chain(to[common..].iter().cloned()).collect::<Vec<_>>().join("/")
}
