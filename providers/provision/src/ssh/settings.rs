//! What a `connection` block says, with Terraform's defaults.

use std::net::IpAddr;
use std::time::Duration;

use landform_diagnostics::{AttributeStep, Diagnostic, Diagnostics};
use landform_values::{Number, Value};

use super::failure::Failure;

/// How to reach a machine. Holds secrets and therefore has no `Debug`.
pub(super) struct Settings {
    /// The machine itself.
    pub(super) target: Endpoint,
    /// The machine on the way to it.
    pub(super) bastion: Option<Endpoint>,
    /// The proxy on the way to the first machine.
    pub(super) proxy: Option<Proxy>,
    /// Whether the SSH agent is asked for keys: where nothing is said, if there is one.
    pub(super) agent: Option<bool>,
    /// The key of the agent that is tried first.
    pub(super) agent_identity: String,
    /// Where scripts are put, with `%RAND%` for a random number.
    pub(super) script_path: String,
    /// What kind of system the machine has.
    pub(super) platform: Platform,
    /// How long connecting may take.
    pub(super) timeout: Duration,
}

/// One machine and who to be there. Empty texts are what was not given.
pub(super) struct Endpoint {
    /// Name or address; an IPv6 address stands in brackets.
    pub(super) host: String,
    /// Where the server listens.
    pub(super) port: u16,
    /// Who to be.
    pub(super) user: String,
    /// Of the user.
    pub(super) password: String,
    /// In PEM.
    pub(super) private_key: String,
    /// Of the key, as OpenSSH writes it.
    pub(super) certificate: String,
    /// Of the machine, or of the authority that has signed its certificate.
    pub(super) host_key: String,
}

impl Endpoint {
    /// `host:port`.
    pub(super) fn address(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

/// A proxy.
pub(super) struct Proxy {
    /// `http` or `https`, which mean the same to Terraform, or `socks5`.
    pub(super) scheme: String,
    /// Name or address.
    pub(super) host: String,
    /// Where it listens.
    pub(super) port: u16,
    /// Who to be there; empty for nobody.
    pub(super) user: String,
    /// Of the user.
    pub(super) password: String,
}

/// A kind of system, which decides about paths, shells and terminals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Platform {
    /// What has a POSIX shell.
    Unix,
    /// Windows with an SSH server.
    Windows,
}

impl Platform {
    /// As the configuration has it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Unix => "unix",
            Self::Windows => "windows",
        }
    }
}

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5 * 60);

impl Settings {
    /// Reads an object of the type of connections.
    pub(super) fn of(connection: &Value) -> Result<Self, Failure> {
        if connection.is_null() {
            return Err(Failure::plain("Missing connection configuration for provisioner."));
        }
        let block = Connection(connection);
        match block.text("type").as_str() {
            "" | "ssh" => {}
            "winrm" => return Err(Failure::plain(NO_WINRM)),
            other => return Err(Failure::plain(format!("connection type '{other}' not supported"))),
        }
        let ports = Ports { target: block.port("port")?, bastion: block.port("bastion_port")? };
        let proxy_port = block.port("proxy_port")?;
        let target = block.target(ports.target)?;
        let platform = block.platform()?;
        let bastion = block.bastion(&target, ports.bastion);
        Ok(Self {
            bastion,
            target,
            proxy: block.proxy(proxy_port),
            agent: connection.get_attribute("agent").and_then(Value::as_bool),
            agent_identity: block.text("agent_identity"),
            script_path: block.script_path(platform),
            platform,
            timeout: block.timeout(),
        })
    }
}

const NO_WINRM: &str = "connection type 'winrm' is not supported by Landform: use 'ssh', which Windows has as the feature \
                        \"OpenSSH Server\", with target_platform = \"windows\".";

/// Checks what is known of a connection before there is anything to connect to.
pub(crate) fn validate(connection: &Value) -> Diagnostics {
    if Connection(connection).text("type") != "winrm" {
        return Diagnostics::new();
    }
    let detail = "Landform does not support connections of type \"winrm\": a provisioner that uses this one fails. Use type = \"ssh\", \
                  which Windows has as the feature \"OpenSSH Server\", with target_platform = \"windows\".";
    let step = AttributeStep::Name("type".to_owned());
    let unsupported = Diagnostic::error("Unsupported connection type", detail);
    unsupported.with_extra(|extra| extra.attribute = Some(vec![step])).into()
}

struct Ports {
    target: u16,
    bastion: u16,
}

struct Connection<'v>(&'v Value);

impl Connection<'_> {
    fn text(&self, name: &str) -> String {
        self.0.get_attribute(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    fn text_or(&self, name: &str, default: &str) -> String {
        Some(self.text(name)).filter(|text| !text.is_empty()).unwrap_or_else(|| default.to_owned())
    }

    /// Zero where there is none.
    fn port(&self, name: &str) -> Result<u16, Failure> {
        let number = self.0.get_attribute(name).and_then(Value::as_number);
        let Some(number) = number.map(Number::truncate) else { return Ok(0) };
        number.to_u64().and_then(|port| u16::try_from(port).ok()).ok_or_else(|| {
            Failure::plain(format!("{name}: value must be a whole number, between 0 and 65535 inclusive"))
        })
    }

    fn target(&self, port: u16) -> Result<Endpoint, Failure> {
        let host = self.text("host");
        if host.is_empty() {
            return Err(Failure::plain("host for provisioner cannot be empty"));
        }
        Ok(Endpoint {
            host: bracketed(host),
            port: if port == 0 { 22 } else { port },
            user: self.text_or("user", "root"),
            password: self.text("password"),
            private_key: self.text("private_key"),
            certificate: self.text("certificate"),
            host_key: self.text("host_key"),
        })
    }

    /// What is not said of the bastion is as for the machine, except for its key.
    fn bastion(&self, target: &Endpoint, port: u16) -> Option<Endpoint> {
        let host = Some(self.text("bastion_host")).filter(|host| !host.is_empty())?;
        Some(Endpoint {
            host: bracketed(host),
            port: if port == 0 { target.port } else { port },
            user: self.text_or("bastion_user", &target.user),
            password: self.text_or("bastion_password", &target.password),
            private_key: self.text_or("bastion_private_key", &target.private_key),
            certificate: self.text_or("bastion_certificate", &target.certificate),
            host_key: self.text("bastion_host_key"),
        })
    }

    fn proxy(&self, port: u16) -> Option<Proxy> {
        let host = Some(self.text("proxy_host")).filter(|host| !host.is_empty())?;
        Some(Proxy {
            scheme: self.text_or("proxy_scheme", "http"),
            host,
            port,
            user: self.text("proxy_user_name"),
            password: self.text("proxy_user_password"),
        })
    }

    fn platform(&self) -> Result<Platform, Failure> {
        match self.text("target_platform").as_str() {
            "" | "unix" => Ok(Platform::Unix),
            "windows" => Ok(Platform::Windows),
            _ => Err(Failure::plain("target_platform for provisioner has to be either unix or windows")),
        }
    }

    fn script_path(&self, platform: Platform) -> String {
        let default = match platform {
            Platform::Unix => "/tmp/terraform_%RAND%.sh",
            Platform::Windows => "C:/windows/temp/terraform_%RAND%.cmd",
        };
        self.text_or("script_path", default)
    }

    /// Terraform takes the default for what is no duration.
    fn timeout(&self) -> Duration {
        landform_provider_api::framework::parse_duration(&self.text("timeout")).unwrap_or(DEFAULT_TIMEOUT)
    }
}

fn bracketed(host: String) -> String {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) if address.to_ipv4_mapped().is_none() => format!("[{host}]"),
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(attributes: &[(&'static str, Value)]) -> Result<Settings, String> {
        let attributes = attributes.iter().map(|(name, value)| (*name, value.clone()));
        Settings::of(&Value::object(attributes)).map_err(|failure| failure.text(None))
    }

    fn check_error(attributes: &[(&'static str, Value)], expected: &str) {
        assert_eq!(settings(attributes).err().as_deref(), Some(expected));
    }

    #[test]
    fn what_is_not_said_has_defaults() {
        let found = settings(&[("host", "a".into())]).expect("it is complete");
        assert_eq!((found.target.address().as_str(), found.target.user.as_str()), ("a:22", "root"));
        assert_eq!((found.script_path.as_str(), found.timeout), ("/tmp/terraform_%RAND%.sh", DEFAULT_TIMEOUT));
        assert!(found.bastion.is_none() && found.proxy.is_none() && found.agent.is_none());
        let windows = [("host", "::1".into()), ("target_platform", "windows".into()), ("timeout", "x".into())];
        let found = settings(&windows).expect("it is complete");
        assert_eq!(found.target.address(), "[::1]:22");
        assert_eq!(
            (found.script_path.as_str(), found.timeout),
            ("C:/windows/temp/terraform_%RAND%.cmd", DEFAULT_TIMEOUT)
        );
    }

    #[test]
    fn bastions_are_like_the_machine() {
        let said = [
            ("host", "a".into()),
            ("port", Value::from(2222)),
            ("user", "u".into()),
            ("password", "p".into()),
            ("host_key", "k".into()),
            ("bastion_host", "b".into()),
            ("bastion_user", "v".into()),
            ("timeout", "1m30s".into()),
        ];
        let found = settings(&said).expect("it is complete");
        assert_eq!(found.timeout, Duration::from_secs(90));
        let bastion = found.bastion.expect("there is one");
        assert_eq!((bastion.address().as_str(), bastion.user.as_str()), ("b:2222", "v"));
        assert_eq!((bastion.password.as_str(), bastion.host_key.as_str()), ("p", ""));
    }

    #[test]
    fn what_can_not_be_is_refused() {
        let host = ("host", Value::from("a"));
        check_error(&[("host", "".into())], "host for provisioner cannot be empty");
        check_error(&[host.clone(), ("type", "telnet".into())], "connection type 'telnet' not supported");
        check_error(&[host.clone(), ("type", "winrm".into())], NO_WINRM);
        let platform = "target_platform for provisioner has to be either unix or windows";
        check_error(&[host.clone(), ("target_platform", "vms".into())], platform);
        let port = "port: value must be a whole number, between 0 and 65535 inclusive";
        check_error(&[host.clone(), ("port", Value::from(65536))], port);
        check_error(&[host, ("port", Value::from(-1))], port);
        let missing = Settings::of(&Value::NULL).err().map(|failure| failure.text(None));
        assert_eq!(missing.as_deref(), Some("Missing connection configuration for provisioner."));
    }
}
