//! Modules from paths, repositories, servers and registries, installed below a folder; and beside Terraform.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use landform_config::early::Early;
use landform_config::load::DiskFiles;
use landform_config::{load_module, load_tree};
use landform_diagnostics::{Diagnostics, SourceMap};

use super::*;
use crate::fetch::{FetchSettings, PackageFetcher};
use crate::files::link;
use crate::hosts::Hosts;
use crate::network::{HttpNetwork, HttpSettings};
use crate::registry::{Discovery, ModuleRegistry};
use crate::testing::{Answer, Recorder, Server, write_files};

fn network() -> HttpNetwork {
    let settings =
        HttpSettings { user_agent: "t".into(), http_proxy: None, https_proxy: None, no_proxy: None, retries: 0 };
    HttpNetwork::new(settings)
}

/// What one run said, wrote and complained of.
#[derive(Debug)]
struct Outcome {
    said: Vec<String>,
    manifest: String,
    problems: Vec<String>,
}

/// Runs the installer in `root` below a folder.
fn install(folder: &Path, policy: VersionPolicy) -> Outcome {
    let directory = WorkingDirectory::new(folder.join("root"));
    let sources = SourceMap::new();
    let files = DiskFiles::new(&directory.path);
    let (root, found) = load_module(".", &sources, &files);
    let root = Arc::new(root.expect("readable"));
    let (network, hosts, observer) = (network(), Hosts::default(), Recorder::default());
    let fetcher = PackageFetcher::new(&network, FetchSettings::default());
    let registry = ModuleRegistry::new(Discovery::plain(&network, &hosts), "1.11.4");
    let installer = ModuleInstaller {
        directory: &directory,
        fetcher: &fetcher,
        registry: &registry,
        observer: &observer,
        sources: &sources,
        early: &Early::with_defaults(".", &sources),
        write_manifest: WriteManifest::Always,
    };
    let Installation { manifest, diagnostics, .. } = installer.install(&root, found, policy);
    let text = fs_err::read_to_string(directory.path.join(".terraform/modules/modules.json")).unwrap_or_default();
    if !root.module_calls.is_empty() {
        assert_eq!(text, manifest.to_json());
    }
    if !diagnostics.has_errors() {
        let (tree, found) = load_tree(".", &manifest, &sources, &files);
        assert!(tree.is_some() && !found.has_errors(), "what is installed can be loaded: {found:?}");
    }
    Outcome { said: observer.lines(), manifest: text, problems: shown(&diagnostics, &sources) }
}

fn shown(diagnostics: &Diagnostics, sources: &SourceMap) -> Vec<String> {
    let line = |diagnostic: &landform_diagnostics::Diagnostic| {
        let place = diagnostic.subject.map(|span| {
            let file = sources.file(span.file);
            format!("{}:{}: ", file.name, file.line_of(span.start as usize))
        });
        format!("{}{}: {}", place.unwrap_or_default(), diagnostic.summary, diagnostic.detail)
    };
    diagnostics.iter().map(line).collect()
}

fn keys_and_dirs(manifest: &str) -> String {
    let manifest = landform_config::manifest::Manifest::parse(manifest).expect("a manifest");
    let entries = manifest.iter().map(|(key, entry)| {
        let version = entry.version.as_ref().map(|version| format!("@{version}")).unwrap_or_default();
        format!("{key}{version}={}", entry.dir)
    });
    entries.collect::<Vec<_>>().join(" ")
}

fn git(path: &Path, arguments: &[&str]) {
    let output = Command::new("git").current_dir(path).args(arguments).output().expect("git is there");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Makes a folder a repository with one commit, tagged `v1`.
fn make_repository(path: &Path) {
    git(path, &["init", "-q", "-b", "main"]);
    git(path, &["add", "."]);
    git(path, &["-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "-qm", "m"]);
    git(path, &["tag", "v1"]);
}

/// The path of a folder without links.
fn real(folder: &tempfile::TempDir) -> String {
    fs_err::canonicalize(folder.path()).expect("there").display().to_string()
}

/// Local modules, some of them behind links, a package of this machine, and repositories.
fn example() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let at = real(&folder);
    let main = format!(
        r#"
        module "vpc" {{ source = "../mods/vpc" }}
        module "linked" {{ source = "./link/vpc/inner" }}
        module "absolute" {{ source = "{at}/mods/vpc" }}
        module "repo" {{ source = "git::file://{at}/repo//sub?ref=v1&depth=1" }}
        module "whole" {{ source = "git::file://{at}/repo?ref=v1" }}
        "#
    );
    write_files(
        folder.path(),
        &[
            ("root/main.tf", &main),
            ("mods/vpc/main.tf", "module \"inner\" {\n  source = \"./inner\"\n}\n"),
            ("mods/vpc/inner/x.tf", ""),
            ("repo/main.tf", "module \"in\" {\n  source = \"./sub\"\n}\n"),
            ("repo/sub/x.tf", "output \"x\" {\n  value = 1\n}\n"),
        ],
    );
    link(Path::new("../mods"), &folder.path().join("root/link")).expect("a link");
    make_repository(&folder.path().join("repo"));
    folder
}

#[test]
fn modules_of_this_machine() {
    let folder = example();
    let at = real(&folder);
    let outcome = install(folder.path(), VersionPolicy::Keep);
    assert_eq!(outcome.problems, [""; 0]);
    assert_eq!(
        outcome.said.join("\n").replace(&at, "AT"),
        "Initializing modules...
Downloading file://AT/mods/vpc for absolute...
- absolute in .terraform/modules/absolute
- absolute.inner in AT/mods/vpc/inner
- linked in ../mods/vpc/inner
Downloading git::file://AT/repo?ref=v1&depth=1 for repo...
- repo in .terraform/modules/repo/sub
- vpc in ../mods/vpc
- vpc.inner in ../mods/vpc/inner
Downloading git::file://AT/repo?ref=v1 for whole...
- whole in .terraform/modules/whole
- whole.in in .terraform/modules/whole/sub"
    );
    let manifest = outcome.manifest.replace(&at, "AT");
    assert!(
        manifest.contains(r#"{"Key":"repo","Source":"git::file://AT/repo//sub?ref=v1\u0026depth=1","Dir":".terraform/modules/repo/sub"}"#),
        "{manifest}"
    );

    let again = install(folder.path(), VersionPolicy::Keep);
    assert_eq!((again.said.len(), again.problems.len()), (1, 0));
    assert_eq!(again.manifest, outcome.manifest);
    let upgraded = install(folder.path(), VersionPolicy::Upgrade);
    assert_eq!(upgraded.said[0], "Upgrading modules...");
    assert_eq!(upgraded.said[1..], outcome.said[1..]);
    assert_eq!(upgraded.manifest, outcome.manifest);
}

#[test]
fn the_same_as_terraform() {
    let folder = example();
    let run = Command::new("terraform")
        .current_dir(folder.path().join("root"))
        .args(["init", "-no-color", "-backend=false"])
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .output();
    let Ok(output) = run else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let path = folder.path().join("root/.terraform/modules/modules.json");
    let manifest = fs_err::read_to_string(&path).expect("a manifest");
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let said: Vec<&str> =
        lines.lines().filter(|line| line.starts_with("- ") || line.starts_with("Downloading ")).collect();

    let kept = install(folder.path(), VersionPolicy::Keep);
    assert_eq!(kept.said, ["Initializing modules..."], "what Terraform installed is kept");
    assert_eq!(kept.manifest, manifest);
    fs_err::remove_dir_all(folder.path().join("root/.terraform")).expect("removed");
    let fresh = install(folder.path(), VersionPolicy::Keep);
    assert_eq!(fresh.said[1..], said);
    assert_eq!(fresh.manifest, manifest);
}

#[test]
fn what_changes_is_installed_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = |text: &str| write_files(folder.path(), &[("root/main.tf", text)]);
    write_files(folder.path(), &[("a/x.tf", ""), ("b/x.tf", "module \"c\" {\n  source = \"../a\"\n}\n")]);
    root("module \"m\" {\n  source = \"../b\"\n}\n");
    let first = install(folder.path(), VersionPolicy::Keep);
    assert_eq!(keys_and_dirs(&first.manifest), "=. m=../b m.c=../a");
    root("module \"m\" {\n  source = \"../a\"\n}\n");
    let second = install(folder.path(), VersionPolicy::Keep);
    assert_eq!(second.said, ["Initializing modules...", "- m in ../a"]);
    assert_eq!(keys_and_dirs(&second.manifest), "=. m=../a");
    root("module \"n\" {\n  source = \"../a\"\n}\n");
    let third = install(folder.path(), VersionPolicy::Keep);
    assert_eq!(keys_and_dirs(&third.manifest), "=. m=../a n=../a", "Terraform does not forget either");
    root("");
    let none = install(folder.path(), VersionPolicy::Keep);
    assert!(none.said.is_empty() && none.manifest == third.manifest);
}

#[test]
fn what_goes_wrong_with_paths() {
    let folder = tempfile::tempdir().expect("a folder");
    write_files(
        folder.path(),
        &[
            (
                "root/main.tf",
                "module \"nope\" {\n  source = \"./nope/within\"\n}\nmodule \"bad\" {\n  source = \"../bad\"\n}\nmodule \"file\" {\n  \
                 source = \"./main.tf\"\n}\n",
            ),
            ("bad/x.tf", "resource {\n"),
        ],
    );
    let outcome = install(folder.path(), VersionPolicy::Keep);
    assert!(outcome.problems[0].starts_with("../bad/x.tf:1: "), "{:?}", outcome.problems);
    assert_eq!(
        outcome.problems[outcome.problems.len() - 3..],
        [
            "Unreadable module directory: The directory main.tf could not be read for module \"file\" at main.tf:7.",
            "Unreadable module directory: Unable to evaluate directory symlink: lstat nope: no such file or directory",
            "Unreadable module directory: The directory  could not be read for module \"nope\" at main.tf:1."
        ]
    );
    assert_eq!(keys_and_dirs(&outcome.manifest), "=. bad=../bad file=main.tf nope=");
}

#[test]
fn modules_stay_within_their_package() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().display();
    let main = format!("module \"m\" {{\n  source = \"git::file://{at}/repo//sub\"\n}}\n");
    write_files(
        folder.path(),
        &[("root/main.tf", &main), ("repo/sub/x.tf", "module \"out\" {\n  source = \"../../../../../nowhere\"\n}\n")],
    );
    make_repository(&folder.path().join("repo"));
    let outcome = install(folder.path(), VersionPolicy::Keep);
    let expected = format!(
        ".terraform/modules/m/sub/x.tf:1: Local module path escapes module package: The given source directory for \
         module.m.module.out would be outside of its containing package \"git::file://{at}/repo\". Local source addresses \
         starting with \"../\" must stay within the same package that the calling module belongs to."
    );
    assert_eq!(outcome.problems, [expected]);
}

#[test]
fn a_module_that_calls_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    write_files(
        folder.path(),
        &[
            ("root/main.tf", "module \"m\" {\n  source = \"../a\"\n}\n"),
            ("a/x.tf", "module \"a\" {\n  source = \"./\"\n}\n"),
        ],
    );
    let outcome = install(folder.path(), VersionPolicy::Keep);
    assert_eq!(outcome.problems.len(), 1);
    assert!(outcome.problems[0].contains("Module calls nested too deeply"), "{:?}", outcome.problems);
}

#[test]
fn what_goes_wrong_with_addresses() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().display().to_string();
    let main = format!(
        "module \"a\" {{\n  source = \"git::file://{at}/repo//nope\"\n}}\nmodule \"b\" {{\n  source = \
         \"s3::https://s3.amazonaws.com/b/x.zip\"\n}}\nmodule \"c\" {{\n  source = \"file://{at}/nowhere\"\n}}\n"
    );
    write_files(folder.path(), &[("root/main.tf", &main), ("repo/x.tf", "")]);
    make_repository(&folder.path().join("repo"));
    let outcome = install(folder.path(), VersionPolicy::Keep);
    assert_eq!(outcome.problems[0], "Failed to expand subdir globs: subdir \"nope\" not found");
    assert!(
        outcome.problems[1].starts_with(
            "main.tf:4: Failed to download module: Could not download module \"b\" (main.tf:4) source code from \
             \"s3::https://s3.amazonaws.com/b/x.zip\": Amazon S3 sources are not supported"
        ),
        "{:?}",
        outcome.problems
    );
    assert!(outcome.problems[2].contains("source path error"), "{:?}", outcome.problems);
    assert_eq!(keys_and_dirs(&outcome.manifest), "=.");
}

/// An archive with `x.tf` in `pkg-V` and in `pkg-V/sub`.
fn archive(version: &str) -> Vec<u8> {
    let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for name in ["x.tf", "sub/x.tf"] {
        let mut header = tar::Header::new_gnu();
        let text = format!("# {version}\n");
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, format!("pkg-{version}/{name}"), text.as_bytes()).expect("appended");
    }
    builder.into_inner().and_then(flate2::write::GzEncoder::finish).expect("written")
}

/// A registry with `ns/vpc/aws` in versions 1.0.0, 1.2.0, 2.0.0-beta1 and one that is none.
fn registry() -> Server {
    Server::start(|request| match request.path.as_str() {
        "/.well-known/terraform.json" => Answer::text(200, r#"{"modules.v1": "/v1/"}"#),
        "/v1/ns/vpc/aws/versions" => Answer::text(
            200,
            r#"{"modules":[{"versions":[{"version":"1.0.0"},{"version":"1.2.0"},{"version":"2.0.0-beta1"},{"version":"?"}]}]}"#,
        ),
        "/v1/ns/empty/aws/versions" => Answer::text(200, r#"{"modules":[{"versions":[]}]}"#),
        "/v1/ns/broken/aws/versions" => Answer::text(200, r#"{"modules":[]}"#),
        path if path.ends_with("/download") => {
            let version = path.split('/').rev().nth(1).unwrap_or_default().to_owned();
            let location = format!("/packages/{version}//*?archive=tar.gz");
            Answer::text(204, "").header("X-Terraform-Get", &location)
        }
        path => match path.strip_prefix("/packages/") {
            Some(version) => Answer::bytes(200, &archive(version)),
            None => Answer::text(404, ""),
        },
    })
}

#[test]
fn modules_of_a_registry() {
    let server = registry();
    let folder = tempfile::tempdir().expect("a folder");
    let call = |name: &str, sub: &str, version: &str| {
        let host = server.host();
        format!("module \"{name}\" {{\n  source = \"{host}/ns/vpc/aws{sub}\"\n  version = \"{version}\"\n}}\n")
    };
    let main = format!("{}{}{}", call("a", "", "~> 1.0"), call("b", "//sub", "< 1.1"), call("c", "", "2.0.0-beta1"));
    write_files(folder.path(), &[("root/main.tf", &main)]);
    let outcome = install(folder.path(), VersionPolicy::Keep);
    assert_eq!(
        keys_and_dirs(&outcome.manifest),
        "=. a@1.2.0=.terraform/modules/a/pkg-1.2.0 b@1.0.0=.terraform/modules/b/pkg-1.0.0/sub \
         c@2.0.0-beta1=.terraform/modules/c/pkg-2.0.0-beta1"
    );
    let host = server.host();
    assert_eq!(outcome.said[1], format!("Downloading {host}/ns/vpc/aws 1.2.0 for a..."));
    assert_eq!(outcome.said[2], "- a in .terraform/modules/a/pkg-1.2.0");
    assert!(outcome.problems[0].contains("returned an invalid version string \"?\" for module \"a\" (main.tf:1)"));
    let asked = server.paths();
    assert_eq!(asked.iter().filter(|path| path.ends_with("/versions")).count(), 1, "{asked:?}");

    write_files(folder.path(), &[("root/main.tf", &call("a", "", "1.2.0"))]);
    assert_eq!(install(folder.path(), VersionPolicy::Keep).said.len(), 1, "the installed version is still allowed");
    write_files(folder.path(), &[("root/main.tf", &call("a", "", "< 1.2"))]);
    let changed = install(folder.path(), VersionPolicy::Keep);
    assert!(keys_and_dirs(&changed.manifest).contains("a@1.0.0="), "{}", changed.manifest);
    write_files(folder.path(), &[("root/main.tf", &call("a", "", ">= 1"))]);
    assert!(keys_and_dirs(&install(folder.path(), VersionPolicy::Keep).manifest).contains("a@1.0.0="));
    assert!(keys_and_dirs(&install(folder.path(), VersionPolicy::Upgrade).manifest).contains("a@1.2.0="));
}

#[test]
fn what_goes_wrong_with_registries() {
    let server = registry();
    let folder = tempfile::tempdir().expect("a folder");
    for (source, version, expected) in [
        (
            "ns/vpc/aws",
            "9.0",
            "Unresolvable module version constraint: There is no available version of module \"HOST/ns/vpc/aws\" (main.tf:1) which matches the given version constraint. The newest available version is 1.2.0.",
        ),
        (
            "ns/empty/aws",
            "1.0",
            "Module has no versions: Module \"HOST/ns/empty/aws\" (main.tf:1) has no versions available on HOST.",
        ),
        (
            "ns/nope/aws",
            "1.0",
            "Module not found: Module \"m\" (from main.tf:1) cannot be found in the module registry at HOST.",
        ),
        (
            "ns/broken/aws",
            "1.0",
            "Error accessing remote module registry: Failed to retrieve available versions for module \"m\" (main.tf:1) from HOST: the list of versions names no module.",
        ),
    ] {
        let host = server.host();
        let main = format!("module \"m\" {{\n  source = \"{host}/{source}\"\n  version = \"{version}\"\n}}\n");
        write_files(folder.path(), &[("root/main.tf", &main)]);
        let problems = install(folder.path(), VersionPolicy::Keep).problems;
        let last = problems.last().expect("a problem").replace(host, "HOST");
        assert_eq!(last, format!("main.tf:1: {expected}"));
    }
}

#[test]
fn registries_point_to_remote_packages_only() {
    let server = Server::start(|request| match request.path.as_str() {
        "/.well-known/terraform.json" => Answer::text(200, r#"{"modules.v1": "/v1/"}"#),
        path if path.ends_with("/versions") => Answer::text(200, r#"{"modules":[{"versions":[{"version":"1.0.0"}]}]}"#),
        _ => Answer::text(204, "").header("X-Terraform-Get", "other/module/aws"),
    });
    let folder = tempfile::tempdir().expect("a folder");
    let main = format!("module \"m\" {{\n  source = \"{}/ns/vpc/aws\"\n}}\n", server.host());
    write_files(folder.path(), &[("root/main.tf", &main)]);
    let problems = install(folder.path(), VersionPolicy::Keep).problems;
    assert!(problems[0].contains("returned invalid source location \"other/module/aws\" for"), "{problems:?}");
}

#[test]
fn passwords_are_not_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let main = "module \"m\" {\n  source = \"git::http://user:s3cret@127.0.0.1:1/r.git?ref=v1\"\n}\n";
    write_files(folder.path(), &[("root/main.tf", main)]);
    let outcome = install(folder.path(), VersionPolicy::Keep);
    assert!(!format!("{outcome:?}").contains("s3cret"), "{outcome:?}");
    assert!(outcome.said[1].contains("git::http://user:redacted@127.0.0.1:1/r.git?ref=v1"), "{outcome:?}");
}

/// Copies a module into an empty folder.
fn copy(source: &str, folder: &Path) -> (Vec<String>, Vec<String>) {
    let directory = WorkingDirectory::new(folder.join("root"));
    fs_err::create_dir_all(&directory.path).expect("creatable");
    let (network, observer) = (network(), Recorder::default());
    let fetcher = PackageFetcher::new(&network, FetchSettings::default());
    let diagnostics = copy_module(source, &directory, &fetcher, &observer);
    (observer.lines(), shown(&diagnostics, &SourceMap::new()))
}

#[test]
fn a_module_becomes_the_root_module() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().display();
    write_files(
        folder.path(),
        &[
            ("repo/main.tf", "module \"in\" {\n  source = \"./sub\"\n}\n"),
            ("repo/sub/x.tf", ""),
            ("repo/up/x.tf", "module \"m\" {\n  source = \"../sub\"\n}\n"),
        ],
    );
    make_repository(&folder.path().join("repo"));
    let (said, problems) = copy(&format!("git::file://{at}/repo"), folder.path());
    assert_eq!(said, [format!("Copying configuration from \"git::file://{at}/repo\"...")]);
    assert_eq!(problems, [""; 0]);
    assert!(folder.path().join("root/sub/x.tf").exists() && !folder.path().join("root/.git").exists());
    assert!(!folder.path().join("root/.terraform/init-from-module").exists());
    assert_eq!(install(folder.path(), VersionPolicy::Keep).said[1], "- in in sub");

    let (_, problems) = copy("../repo", folder.path());
    assert!(problems[0].starts_with("The working directory already contains files"), "{problems:?}");
    fs_err::remove_dir_all(folder.path().join("root")).expect("removed");
    let (_, problems) = copy("../repo", folder.path());
    assert_eq!(problems, [""; 0]);
    assert!(folder.path().join("root/main.tf").exists());

    fs_err::remove_dir_all(folder.path().join("root")).expect("removed");
    let (_, problems) = copy(&format!("git::file://{at}/repo//up?ref=v1"), folder.path());
    let expected = format!(
        "Root module references parent directory: The requested module \"git::file://{at}/repo//up?ref=v1\" refers to a \
         module via its parent directory. To use this as a new root module this source string must be rewritten as a \
         remote source address, such as \"git::file://{at}/repo//sub?ref=v1\"."
    );
    assert_eq!(problems, [expected]);
}

#[test]
fn what_can_not_become_the_root_module() {
    let folder = tempfile::tempdir().expect("a folder");
    for (source, expected) in [
        ("ns/vpc/aws", "Invalid module source address"),
        ("nonsense", "Invalid module source address"),
        ("../nowhere", "Failed to download module"),
    ] {
        let (_, problems) = copy(source, folder.path());
        assert!(problems[0].starts_with(expected), "{problems:?}");
    }
}
