//! What the CLI configuration and the environment say of hosts: credentials, and services that are found without
//! asking the host.

mod config;
mod netrc;

use std::collections::BTreeMap;
use std::fmt;

pub use config::parse_cli_config;
pub use netrc::Netrc;
pub(crate) use netrc::basic;

/// A secret that does not show.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// Credentials and services by host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts {
    tokens: BTreeMap<String, Token>,
    services: BTreeMap<String, BTreeMap<String, String>>,
}

impl Token {
    /// From a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The header that presents it.
    pub fn authorization(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// How names of environment variables with tokens begin.
const TOKEN_PREFIX: &str = "TF_TOKEN_";

impl Hosts {
    /// Adds what another file says. For one host, what was said first counts.
    pub fn merge(&mut self, other: Self) {
        for (host, token) in other.tokens {
            self.tokens.entry(host).or_insert(token);
        }
        for (host, services) in other.services {
            self.services.entry(host).or_insert(services);
        }
    }

    /// Adds the tokens in environment variables such as `TF_TOKEN_app_example_com`; they win over files. A dash in a
    /// host's name is written as two underscores.
    pub fn add_environment<'a>(&mut self, variables: impl IntoIterator<Item = (&'a str, &'a str)>) {
        for (name, value) in variables {
            let Some(host) = name.strip_prefix(TOKEN_PREFIX) else { continue };
            let host = host.replace("__", "-").replace('_', ".");
            self.tokens.insert(normalized(&host), Token::new(value));
        }
    }

    /// The token for a host, which may have a port.
    pub fn token(&self, host: &str) -> Option<&Token> {
        self.tokens.get(&normalized(host))
    }

    /// Services of a host by their ids (`modules.v1`), where the configuration names them: then the host is not asked.
    pub fn services(&self, host: &str) -> Option<&BTreeMap<String, String>> {
        self.services.get(&normalized(host))
    }

    fn add_token(&mut self, host: &str, token: &str) {
        self.tokens.insert(normalized(host), Token::new(token));
    }

    fn add_services(&mut self, host: &str, services: BTreeMap<String, String>) {
        self.services.insert(normalized(host), services);
    }
}

/// Lower case, without the port that is meant anyway.
fn normalized(host: &str) -> String {
    let host = host.to_lowercase();
    host.strip_suffix(":443").map_or(host.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_the_environment_win() {
        let mut hosts = Hosts::default();
        hosts.add_token("App.Example.com", "file");
        hosts.add_token("b.example.com", "file");
        let variables = [("TF_TOKEN_app_example_com", "env"), ("TF_TOKEN_my__host_example.org", "dash"), ("PATH", "x")];
        hosts.add_environment(variables);
        let token = |host: &str| hosts.token(host).map(Token::authorization);
        assert_eq!(token("app.example.com:443").as_deref(), Some("Bearer env"));
        assert_eq!(token("b.example.com").as_deref(), Some("Bearer file"));
        assert_eq!(token("my-host.example.org").as_deref(), Some("Bearer dash"));
        assert_eq!(token("app.example.com:8080"), None);
        assert_eq!(format!("{:?}", hosts.token("b.example.com")), "Some((secret))");
    }

    #[test]
    fn the_first_file_counts() {
        let mut first = Hosts::default();
        first.add_token("a.example", "1");
        let mut second = Hosts::default();
        second.add_token("a.example", "2");
        second.add_services("a.example", BTreeMap::from([("modules.v1".into(), "https://x/".into())]));
        first.merge(second);
        assert_eq!(first.token("a.example"), Some(&Token::new("1")));
        assert_eq!(first.services("a.example").map(BTreeMap::len), Some(1));
    }
}
