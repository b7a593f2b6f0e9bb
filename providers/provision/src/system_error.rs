//! Errors of the operating system in the words that Terraform has from Go.

use std::io;

/// As Go has it: in lower case, without the number.
pub(crate) fn message(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

/// The error below one of `fs_err`, which names the path in its own way.
pub(crate) fn of_system(error: io::Error) -> io::Error {
    let below = error.get_ref().and_then(|error| error.source()).and_then(|error| error.downcast_ref::<io::Error>());
    match below.and_then(io::Error::raw_os_error) {
        Some(code) => io::Error::from_raw_os_error(code),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_not_there_are_said_to_be_as_in_go() {
        let error = fs_err::File::open("/nosuch/file").map(drop).expect_err("there is none");
        assert_eq!(message(&of_system(error)), "no such file or directory");
    }
}
