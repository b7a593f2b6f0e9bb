//! What follows a command: words, and options with a value each.

use crate::error::Result;

/// The arguments of a command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arguments<'a> {
    word: Option<&'a str>,
    options: Vec<(&'a str, &'a str)>,
}

/// Whether a command takes a word beside its options.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// It may.
    Optional,
    /// It may not.
    None,
}

impl<'a> Arguments<'a> {
    /// Reads them.
    ///
    /// # Errors
    /// For options that a command does not have, options without a value, and words too many.
    pub(crate) fn parse(arguments: &'a [String], word: Word, known: &[&str]) -> Result<Self> {
        let mut parsed = Self { word: None, options: Vec::new() };
        let mut rest = arguments.iter().map(String::as_str);
        while let Some(argument) = rest.next() {
            if known.contains(&argument) {
                let value = rest.next().filter(|value| !value.starts_with("--"));
                parsed.options.push((argument, value.ok_or_else(|| format!("{argument} wants a value"))?));
            } else if argument.starts_with('-') {
                return Err(format!("there is no option {argument}").into());
            } else if word == Word::None || parsed.word.is_some() {
                return Err(format!("{argument} is one argument too many").into());
            } else {
                parsed.word = Some(argument);
            }
        }
        Ok(parsed)
    }

    /// That there are none.
    pub(crate) fn none(arguments: &[String]) -> Result<()> {
        Arguments::parse(arguments, Word::None, &[]).map(drop)
    }

    /// The word.
    pub(crate) fn word(&self) -> Option<&'a str> {
        self.word
    }

    /// The value of an option, the first one where it is given twice.
    pub(crate) fn option(&self, name: &str) -> Option<&'a str> {
        self.options.iter().find(|(given, _)| *given == name).map(|(_, value)| *value)
    }

    /// The value of an option that is a number.
    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str, default: T) -> Result<T> {
        let Some(value) = self.option(name) else { return Ok(default) };
        value.parse().map_err(|_| format!("{name} wants a number").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> String {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        match Arguments::parse(&arguments, Word::Optional, &["--runs", "--bin"]) {
            Ok(parsed) => {
                format!("{:?} {:?} {:?}", parsed.word(), parsed.option("--bin"), parsed.number("--runs", 5).ok())
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn words_and_options() {
        assert_eq!(told(""), "None None Some(5)");
        assert_eq!(told("scale --runs 3 --bin a"), r#"Some("scale") Some("a") Some(3)"#);
        assert_eq!(told("--bin a scale"), r#"Some("scale") Some("a") Some(5)"#);
        assert_eq!(told("--runs many"), "None None None");
    }

    #[test]
    fn what_a_command_does_not_have() {
        assert_eq!(told("--rnus 3"), "there is no option --rnus");
        assert_eq!(told("-x"), "there is no option -x");
        assert_eq!(told("scale start"), "start is one argument too many");
        assert_eq!(told("--runs"), "--runs wants a value");
        assert_eq!(told("--runs --bin a"), "--runs wants a value");
        assert!(Arguments::none(&["x".to_owned()]).is_err());
    }
}
