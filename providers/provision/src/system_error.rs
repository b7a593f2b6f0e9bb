//! Errors of the operating system in the words that Terraform has from Go.

use std::io;

/// As Go has it: in lower case, without the number; and without what `fs_err` says before it, which ends with a path.
pub(crate) fn message(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit("`: ").next().and_then(|text| text.split(" (os error").next()).unwrap_or_default();
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_said_to_be_as_in_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("nosuch");
        let error = fs_err::File::open(&path).map(drop).expect_err("there is none");
        assert_eq!(message(&error), "no such file or directory");
        let error = path.metadata().map(drop).expect_err("there is none");
        assert_eq!(message(&error), "no such file or directory");
    }
}
