//! The module registry protocol.

use landform_config::source::RegistryModule;
use landform_config::version::Version;
use serde_json::Value as Json;

use super::{Discovery, DiscoveryError};
use crate::network::{NetworkError, Url};

/// Why a registry is of no help.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// There is no registry.
    #[error(transparent)]
    Discovery(#[from] DiscoveryError),
    /// It does not answer.
    #[error("the request failed, please try again later: {0}")]
    Network(#[from] NetworkError),
    /// It does not know the module, or not in this version.
    #[error("module {module:?} not found")]
    NotFound {
        /// The module, with the version if that is what was asked for.
        module: String,
    },
    /// It answers with an error.
    #[error("{what}: {status}")]
    Status {
        /// What was asked.
        what: String,
        /// The HTTP status.
        status: u16,
    },
    /// It answers what makes no sense.
    #[error("{0}")]
    Invalid(String),
}

/// Asks registries of modules.
pub struct ModuleRegistry<'a> {
    discovery: Discovery<'a>,
    engine_version: String,
}

/// The longest answer.
const MAX_ANSWER: u64 = 64 << 20;

/// The service that is asked.
const SERVICE: &str = "modules.v1";

impl<'a> ModuleRegistry<'a> {
    /// Registries are told which version of Terraform's language asks: `engine_version`.
    pub fn new(discovery: Discovery<'a>, engine_version: impl Into<String>) -> Self {
        Self { discovery, engine_version: engine_version.into() }
    }

    /// The versions of a module, in the registry's order; those that are none as errors.
    ///
    /// # Errors
    /// When the registry does not answer, or does not know the module.
    pub fn versions(&self, module: &RegistryModule) -> Result<Vec<Result<Version, String>>, RegistryError> {
        let url = self.address(module, "versions")?;
        let response = self.get(module, url)?;
        match response.status {
            200 => {}
            404 => return Err(RegistryError::NotFound { module: package(module) }),
            status => return Err(RegistryError::Status { what: "error looking up module versions".into(), status }),
        }
        let text = response.text(MAX_ANSWER)?;
        let invalid = |error: serde_json::Error| RegistryError::Invalid(format!("invalid list of versions: {error}"));
        let json: Json = serde_json::from_str(&text).map_err(invalid)?;
        let Some(first) = json["modules"].get(0) else {
            return Err(RegistryError::Invalid("the list of versions names no module".to_owned()));
        };
        let versions = first["versions"].as_array().map_or(&[][..], Vec::as_slice);
        let text = |version: &Json| version["version"].as_str().unwrap_or_default().to_owned();
        Ok(versions.iter().map(text).map(|text| text.parse().map_err(|_| text)).collect())
    }

    /// Where a version of a module is: a remote source, not in normal form, relative addresses resolved.
    ///
    /// # Errors
    /// When the registry does not answer, or does not know the version.
    pub fn location(&self, module: &RegistryModule, version: &Version) -> Result<String, RegistryError> {
        let url = self.address(module, &format!("{version}/download"))?;
        let response = self.get(module, url.clone())?;
        let what = format!("error getting download location for {:?}", package(module));
        match response.status {
            200 | 204 => {}
            404 => return Err(RegistryError::NotFound { module: format!("{} {version}", package(module)) }),
            status => return Err(RegistryError::Status { what, status }),
        }
        let location = match response.header("x-terraform-get").map(str::to_owned) {
            Some(location) => Some(location),
            None => body_location(response)?,
        };
        let Some(location) = location.filter(|location| !location.is_empty()) else {
            return Err(RegistryError::Invalid(format!("failed to get download URL for {:?}", package(module))));
        };
        if !["/", "./", "../"].iter().any(|prefix| location.starts_with(prefix)) {
            return Ok(location);
        }
        let invalid = |_| RegistryError::Invalid(format!("invalid relative URL for {:?}", package(module)));
        Ok(url.join(&location).map_err(invalid)?.to_string())
    }

    fn address(&self, module: &RegistryModule, rest: &str) -> Result<Url, RegistryError> {
        let service = self.discovery.service(&module.host, SERVICE)?;
        let invalid = |_| RegistryError::Invalid(format!("invalid address of the registry at {}", module.host));
        service.join(&format!("{}/{rest}", package(module))).map_err(invalid)
    }

    fn get(&self, module: &RegistryModule, url: Url) -> Result<crate::network::Response, RegistryError> {
        let request = self.discovery.request(&module.host, url);
        let request = request.header("x-terraform-version", &self.engine_version);
        Ok(self.discovery.network().get(&request)?)
    }
}

/// The newer form of the answer: `{"location": …}`.
fn body_location(response: crate::network::Response) -> Result<Option<String>, RegistryError> {
    let text = response.text(MAX_ANSWER)?;
    let json: Option<Json> = serde_json::from_str(&text).ok();
    Ok(json.and_then(|json| json["location"].as_str().map(str::to_owned)))
}

/// `namespace/name/system`.
fn package(module: &RegistryModule) -> String {
    format!("{}/{}/{}", module.namespace, module.name, module.system)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::Hosts;
    use crate::network::{HttpNetwork, HttpSettings};
    use crate::testing::{Answer, Server};

    fn network() -> HttpNetwork {
        let settings =
            HttpSettings { user_agent: "t".into(), http_proxy: None, https_proxy: None, no_proxy: None, retries: 0 };
        HttpNetwork::new(settings)
    }

    fn module(host: &str) -> RegistryModule {
        let part = |text: &str| text.into();
        RegistryModule {
            host: part(host),
            namespace: part("ns"),
            name: part("vpc"),
            system: part("aws"),
            subdirectory: part(""),
        }
    }

    /// What a registry is asked, and what comes of its answers.
    fn check(
        answers: &'static [(&'static str, u16, &'static str, &'static str)],
        hosts: &Hosts,
    ) -> (String, String, Vec<String>) {
        let server = Server::start(move |request| {
            let found = answers.iter().find(|(path, ..)| *path == request.path);
            found.map_or_else(
                || Answer::text(404, "none"),
                |(_, status, body, header)| match header.split_once(": ") {
                    Some((name, value)) => Answer::text(*status, body).header(name, value),
                    None => Answer::text(*status, body),
                },
            )
        });
        let network = network();
        let registry = ModuleRegistry::new(Discovery::plain(&network, hosts), "1.11.4");
        let module = module(server.host());
        let versions = registry.versions(&module);
        let versions = versions.map(|versions| {
            let texts = versions.into_iter().map(|v| v.map_or_else(|bad| format!("bad {bad}"), |v| v.to_string()));
            texts.collect::<Vec<_>>().join(" ")
        });
        let location = registry.location(&module, &Version::new(1, 2, 0));
        let shown = |result: Result<String, RegistryError>| {
            let text = result.unwrap_or_else(|error| format!("error: {error}"));
            text.replace(server.host(), "HOST")
        };
        (shown(versions), shown(location), server.paths())
    }

    #[test]
    fn the_protocol() {
        let (versions, location, paths) = check(
            &[
                ("/.well-known/terraform.json", 200, r#"{"modules.v1": "/v1/modules", "x.v1": {}}"#, ""),
                (
                    "/v1/modules/ns/vpc/aws/versions",
                    200,
                    r#"{"modules":[{"versions":[{"version":"1.2.0"},{"version":"x"},{"version":"1.10.0"}]}]}"#,
                    "",
                ),
                (
                    "/v1/modules/ns/vpc/aws/1.2.0/download",
                    204,
                    "",
                    "X-Terraform-Get: git::https://host/vpc.git?ref=v1.2.0",
                ),
            ],
            &Hosts::default(),
        );
        assert_eq!(versions, "1.2.0 bad x 1.10.0");
        assert_eq!(location, "git::https://host/vpc.git?ref=v1.2.0");
        assert_eq!(paths.len(), 3, "discovery is asked once: {paths:?}");
    }

    #[test]
    fn locations_in_other_forms() {
        const DISCOVERY: (&str, u16, &str, &str) = ("/.well-known/terraform.json", 200, r#"{"modules.v1": "/m/"}"#, "");
        let (_, location, _) = check(
            &[
                DISCOVERY,
                ("/m/ns/vpc/aws/1.2.0/download", 200, "", "X-Terraform-Get: ../../archive.tar.gz//*?archive=tar.gz"),
            ],
            &Hosts::default(),
        );
        assert_eq!(location, "http://HOST/m/ns/vpc/archive.tar.gz//*?archive=tar.gz");
        let (_, location, _) = check(
            &[DISCOVERY, ("/m/ns/vpc/aws/1.2.0/download", 200, r#"{"location": "https://x/y.zip"}"#, "")],
            &Hosts::default(),
        );
        assert_eq!(location, "https://x/y.zip");
        let (_, location, _) = check(&[DISCOVERY, ("/m/ns/vpc/aws/1.2.0/download", 204, "", "")], &Hosts::default());
        assert_eq!(location, "error: failed to get download URL for \"ns/vpc/aws\"");
    }

    #[test]
    fn what_goes_wrong() {
        let hosts = Hosts::default();
        let (versions, _, _) = check(&[("/.well-known/terraform.json", 200, r#"{"login.v1": {}}"#, "")], &hosts);
        assert_eq!(versions, "error: host HOST does not offer a modules.v1 service");
        let (versions, _, _) = check(&[], &hosts);
        assert_eq!(versions, "error: host HOST does not offer a modules.v1 service");
        let (versions, _, _) = check(&[("/.well-known/terraform.json", 500, "", "")], &hosts);
        assert_eq!(
            versions,
            "error: failed to request discovery document: 500 returned from http://HOST/.well-known/terraform.json"
        );
        let (versions, _, _) = check(&[("/.well-known/terraform.json", 200, "<html>", "")], &hosts);
        assert!(versions.contains("expected value at line 1 column 1"), "{versions}");
        let (versions, location, _) =
            check(&[("/.well-known/terraform.json", 200, r#"{"modules.v1": "/m/"}"#, "")], &hosts);
        assert_eq!(versions, "error: module \"ns/vpc/aws\" not found");
        assert_eq!(location, "error: module \"ns/vpc/aws 1.2.0\" not found");
    }

    #[test]
    fn tokens_are_presented_and_known_services_are_not_looked_for() {
        let server = Server::start(|_| Answer::text(200, r#"{"modules":[{"versions":[]}]}"#));
        let mut hosts = Hosts::default();
        let sources = landform_diagnostics::SourceMap::new();
        let text = format!(
            "credentials {:?} {{\n token = \"secret\"\n}}\nhost {:?} {{\n services = {{ \"modules.v1\" = \"/m/\" }}\n}}\n",
            server.host(),
            server.host()
        );
        hosts.merge(crate::hosts::parse_cli_config(sources.add("rc", text), &sources).0);
        let network = network();
        let registry = ModuleRegistry::new(Discovery::plain(&network, &hosts), "1.11.4");
        assert_eq!(registry.versions(&module(server.host())), Ok(vec![]));
        assert_eq!(server.paths(), ["/m/ns/vpc/aws/versions"]);
        let request = &server.requests()[0];
        assert_eq!(request.header("authorization"), Some("Bearer secret"));
        assert_eq!(request.header("x-terraform-version"), Some("1.11.4"));
    }
}
