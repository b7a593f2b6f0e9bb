//! In which form a plan is shown: `-format`.

use crate::args::{FlagKind, Flags, Parsed};
use crate::failure::Failure;
use crate::session::Session;
use crate::world::World;

/// The form, and what a comment is about.
pub(crate) const FORMAT_FLAGS: Flags = &[("format", FlagKind::Value), ("marker", FlagKind::Value)];

/// A form of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For a comment on a pull request.
    Markdown,
}

impl Format {
    /// `-format`, or `-json`.
    pub(crate) fn of(parsed: &Parsed) -> Result<Self, Failure> {
        let as_json = parsed.is("json", false);
        match parsed.value("format") {
            None => Ok(if as_json { Self::Json } else { Self::Text }),
            Some("json") => Ok(Self::Json),
            Some(other) if as_json => {
                Err(Failure::flags(format!("-json and -format={other} do not go together: choose one of them")))
            }
            Some("text") => Ok(Self::Text),
            Some("markdown") => Ok(Self::Markdown),
            Some(other) => {
                Err(Failure::flags(format!("invalid value {other:?} for -format: it is text, json or markdown")))
            }
        }
    }

    /// Whether arguments that are not parsed yet ask for JSON.
    pub(crate) fn is_json(arguments: &[String]) -> bool {
        let name = |argument: &String| {
            let flag = argument.strip_prefix("--").or(argument.strip_prefix('-'));
            flag.unwrap_or_default().to_owned()
        };
        let alone = arguments.iter().map(name).any(|flag| flag == "json" || flag == "format=json");
        alone || arguments.windows(2).any(|pair| name(&pair[0]) == "format" && pair[1] == "json")
    }
}

/// What a comment is about: what `-marker` says, else the root module by its folder in the repository, and the workspace.
pub(crate) fn marker(session: &Session, parsed: &Parsed, workspace: &str) -> String {
    let default = || format!("{}/{workspace}", folder_in_repository(&session.world));
    parsed.value("marker").filter(|marker| !marker.trim().is_empty()).map_or_else(default, str::to_owned)
}

/// The working directory seen from the repository that it is in; its name where it is in none.
fn folder_in_repository(world: &World) -> String {
    let directory = world.directory.canonicalize().unwrap_or_else(|_| world.directory.clone());
    let repository = directory.ancestors().find(|folder| folder.join(".git").exists());
    let inside = repository.and_then(|repository| directory.strip_prefix(repository).ok());
    let named = |path: &std::path::Path| path.to_string_lossy().into_owned();
    match inside.map(named) {
        Some(inside) if !inside.is_empty() => inside,
        _ => directory.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_asked_for() {
        let check = |arguments: &[&str]| {
            Format::is_json(&arguments.iter().map(|argument| (*argument).to_owned()).collect::<Vec<_>>())
        };
        for arguments in
            [&["-json"][..], &["--json"], &["-format=json"], &["--format", "json"], &["-x", "-format", "json"]]
        {
            assert!(check(arguments), "{arguments:?}");
        }
        for arguments in [&["json"][..], &["-format=markdown"], &["-format", "text", "json"], &["-format"]] {
            assert!(!check(arguments), "{arguments:?}");
        }
    }
}
