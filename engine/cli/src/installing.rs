//! What installing modules and providers needs: the network, what is known of hosts, and how progress is told.

use std::time::Duration;

use landform_config::Module;
use landform_diagnostics::{COMPATIBLE_VERSION, Diagnostic, Diagnostics, SourceMap};
use landform_install::fetch::{FetchSettings, PackageFetcher};
use landform_install::hosts::{Hosts, Netrc, parse_cli_config};
use landform_install::network::{HttpNetwork, HttpSettings};
use landform_install::registry::{Discovery, ModuleRegistry};
use landform_install::{InstallEvent, InstallObserver};
use landform_views::json::ui::Message;

use crate::commands::VERSION;
use crate::failure::Failure;
use crate::session::Session;
use crate::stream;
use crate::world::{World, print};

/// Shows what was found; stops at errors.
pub(crate) fn told(session: &Session, diagnostics: Diagnostics) -> Result<(), Failure> {
    if diagnostics.has_errors() {
        return Err(diagnostics.into());
    }
    session.view.diagnostics(diagnostics);
    Ok(())
}

/// Says what happens.
pub(crate) struct Told<'a> {
    pub(crate) session: &'a Session,
}

impl InstallObserver for Told<'_> {
    fn event(&self, event: &InstallEvent<'_>) {
        let view = &self.session.view;
        if view.json {
            let text = event.json();
            stream::message(&match event.code() {
                Some(code) => Message::init_output(code, &text),
                None => Message::log(&text),
            });
        } else {
            print(&format!("{}\n", view.style.paint(event.human().trim_end_matches(' '))));
        }
    }
}

/// The network and what is known of hosts.
pub(crate) struct Tools {
    network: HttpNetwork,
    hosts: Hosts,
    fetch: FetchSettings,
    timeout: Duration,
}

impl Tools {
    /// As the environment and configuration files say.
    pub(crate) fn new(session: &Session) -> Result<Self, Failure> {
        let world = &session.world;
        let either =
            |upper: &str, lower: &str| world.variable(upper).or_else(|| world.variable(lower)).map(str::to_owned);
        let number =
            |name: &str, default: u64| world.variable(name).and_then(|text| text.parse().ok()).unwrap_or(default);
        let network = HttpNetwork::new(HttpSettings {
            user_agent: format!("Landform/{} (Terraform {COMPATIBLE_VERSION})", VERSION),
            http_proxy: either("HTTP_PROXY", "http_proxy"),
            https_proxy: either("HTTPS_PROXY", "https_proxy"),
            no_proxy: either("NO_PROXY", "no_proxy"),
            retries: u32::try_from(number("TF_REGISTRY_DISCOVERY_RETRY", 1)).unwrap_or(1),
        });
        let (hosts, diagnostics) = hosts(session);
        told(session, diagnostics)?;
        let netrc = world.home().map(|home| home.join(".netrc")).and_then(|path| fs_err::read_to_string(path).ok());
        let fetch = FetchSettings {
            git_ssh_command: world.variable("GIT_SSH_COMMAND").map(str::to_owned),
            netrc: netrc.map(|text| Netrc::parse(&text)).unwrap_or_default(),
            ..FetchSettings::default()
        };
        let timeout = Duration::from_secs(number("TF_REGISTRY_CLIENT_TIMEOUT", 10));
        Ok(Self { network, hosts, fetch, timeout })
    }

    /// For modules of registries, and for packages.
    pub(crate) fn registry_and_fetcher(&self) -> (ModuleRegistry<'_>, PackageFetcher<'_>) {
        let discovery = Discovery::new(&self.network, &self.hosts, self.timeout);
        (ModuleRegistry::new(discovery, COMPATIBLE_VERSION), PackageFetcher::new(&self.network, self.fetch.clone()))
    }
}

/// What CLI configuration files and the environment say of hosts.
fn hosts(session: &Session) -> (Hosts, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let mut hosts = Hosts::default();
    for path in cli_config_files(&session.world) {
        let Ok(text) = fs_err::read_to_string(&path) else { continue };
        let file = session.view.sources.add(path.to_string_lossy(), text);
        let (found, problems) = parse_cli_config(file, &session.view.sources);
        hosts.merge(found);
        diagnostics.extend(problems);
    }
    hosts.add_environment(session.world.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    (hosts, diagnostics)
}

fn cli_config_files(world: &World) -> Vec<std::path::PathBuf> {
    if let Some(path) = world.variable("TF_CLI_CONFIG_FILE").or_else(|| world.variable("TERRAFORM_CONFIG")) {
        return vec![world.path(path)];
    }
    let home = world.home();
    let in_home = |path: &str| home.as_ref().map(|home| home.join(path));
    [".terraformrc", ".terraform.d/credentials.tfrc.json"].into_iter().filter_map(in_home).collect()
}

/// Whether there is anything to install: what the root module calls, or runs of its tests.
pub(crate) fn calls_modules(root: &Module) -> bool {
    let of_tests = root.tests.iter().flat_map(|file| &file.runs).any(|run| run.module.is_some());
    !root.module_calls.is_empty() || of_tests
}

/// Whether two diagnostics tell of the same thing, though the file may have been read twice.
pub(crate) fn is_same(a: &Diagnostic, b: &Diagnostic, sources: &SourceMap) -> bool {
    let place =
        |found: &Diagnostic| found.subject.map(|span| (sources.file(span.file).name.clone(), span.start, span.end));
    a.summary == b.summary && a.detail == b.detail && place(a) == place(b)
}

/// What building the tree of modules says besides what is known. Where modules could not be installed, its errors are
/// those of what is missing.
pub(crate) fn new_in_tree(
    of_tree: &Diagnostics,
    known: &Diagnostics,
    incomplete: bool,
    sources: &SourceMap,
) -> Diagnostics {
    let is_new = |found: &&Diagnostic| !known.iter().any(|other| is_same(found, other, sources));
    of_tree.iter().filter(is_new).filter(|found| !(incomplete && found.is_error())).cloned().collect()
}
