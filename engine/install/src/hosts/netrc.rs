//! The file `.netrc`: users and passwords for downloads.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Users and passwords by host.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Netrc {
    logins: BTreeMap<String, Login>,
    default: Option<Login>,
}

#[derive(Clone, Default, PartialEq, Eq)]
struct Login {
    user: String,
    password: String,
}

impl Netrc {
    /// From the file's text. Macros are skipped, and so is what makes no sense: the file is also read by programs that
    /// know more of it.
    pub fn parse(text: &str) -> Self {
        let mut netrc = Self::default();
        let mut current: Option<Option<String>> = None;
        let mut words = without_macros(text);
        while let Some(word) = words.next() {
            match word {
                "machine" => current = words.next().map(|host| Some(host.to_owned())),
                "default" => current = Some(None),
                "login" => netrc.change(current.as_ref(), words.next(), |login, user| login.user = user),
                "password" => netrc.change(current.as_ref(), words.next(), |login, text| login.password = text),
                "account" => drop(words.next()),
                _ => {}
            }
        }
        netrc
    }

    fn change(&mut self, at: Option<&Option<String>>, value: Option<&str>, change: impl FnOnce(&mut Login, String)) {
        let (Some(at), Some(value)) = (at, value) else { return };
        let login = match at {
            Some(host) => self.logins.entry(host.clone()).or_default(),
            None => self.default.get_or_insert_default(),
        };
        change(login, value.to_owned());
    }

    /// The header that presents the login for a host.
    pub fn authorization(&self, host: &str) -> Option<String> {
        let login = self.logins.get(host).or(self.default.as_ref())?;
        Some(basic(&login.user, &login.password))
    }
}

impl fmt::Debug for Netrc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.logins.keys()).finish()
    }
}

/// The header of HTTP's basic authentication.
pub(crate) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// All words but those of macros, which end at an empty line.
fn without_macros(text: &str) -> impl Iterator<Item = &str> {
    let mut in_macro = false;
    let lines = text.lines().filter(move |line| {
        let begins = line.split_whitespace().any(|word| word == "macdef");
        in_macro = (in_macro || begins) && !line.trim().is_empty();
        !in_macro
    });
    lines.flat_map(str::split_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins() {
        let netrc = Netrc::parse(
            "machine a.example login u password p\nmacdef init\nmachine no.example login x\n\nmachine b.example\n  login u2\n  \
             account acc password p2\n",
        );
        assert_eq!(netrc.authorization("a.example"), Some(basic("u", "p")));
        assert_eq!(netrc.authorization("b.example"), Some(basic("u2", "p2")));
        assert_eq!(netrc.authorization("no.example"), None);
        assert_eq!(basic("u", "p"), "Basic dTpw");
        assert_eq!(format!("{netrc:?}"), r#"["a.example", "b.example"]"#);
    }

    #[test]
    fn a_default_login() {
        let netrc = Netrc::parse("login lost\nmachine a login u password p default login d password q machine");
        assert_eq!(netrc.authorization("a"), Some(basic("u", "p")));
        assert_eq!(netrc.authorization("x"), Some(basic("d", "q")));
    }
}
