//! Providers by tables, and the lock file beside Terraform.

use std::path::Path;
use std::process::Command;

use landform_addrs::ProviderAddr;
use landform_config::load::MemoryFiles;
use landform_config::load_tree;
use landform_config::manifest::Manifest;
use landform_config::version::Version;
use landform_diagnostics::{Diagnostics, SourceMap};
use proptest::prelude::*;

use super::lock_file::parse;
use super::*;
use crate::modules::{VersionPolicy, WorkingDirectory};
use crate::testing::{Recorder, write_files};

const LOCK_FILE: &str = ".terraform.lock.hcl";

fn native() -> Vec<NativeProvider> {
    let provider = |name: &str, version: &str| NativeProvider {
        addr: ProviderAddr::hashicorp(name),
        version: version.parse().expect("a version"),
    };
    vec![provider("aws", "6.47.0"), provider("random", "3.7.2")]
}

/// The requirements of modules in memory, of which the root module lies at the top.
fn requirements(files: &str) -> Requirements {
    let sources = SourceMap::new();
    let (tree, diagnostics) = load_tree(".", &Manifest::default(), &sources, &MemoryFiles::from_archive(files));
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    Requirements::of_tree(&tree.expect("a tree"))
}

/// A root module that requires providers: names and constraints, `-` for none.
fn requiring(providers: &[(&str, &str)]) -> Requirements {
    let entry = |(name, version): &(&str, &str)| match *version {
        "-" => format!("    {name} = {{}}\n"),
        version => format!("    {name} = {{ version = \"{version}\" }}\n"),
    };
    let entries: String = providers.iter().map(entry).collect();
    requirements(&format!("-- main.tf --\nterraform {{\n  required_providers {{\n{entries}  }}\n}}\n"))
}

fn shown(diagnostics: &Diagnostics) -> Vec<String> {
    diagnostics.iter().map(|found| format!("{}: {}", found.summary, found.detail)).collect()
}

/// What a run says, complains of, and leaves as the lock file (empty for none).
fn run(
    requirements: &Requirements,
    lock_file: &str,
    policy: VersionPolicy,
    mode: LockFileMode,
) -> (Vec<String>, Vec<String>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    if !lock_file.is_empty() {
        write_files(folder.path(), &[(LOCK_FILE, lock_file)]);
    }
    let (native, observer) = (native(), Recorder::default());
    let installer = ProviderInstaller { native: &native, observer: &observer, mode, policy };
    let directory = WorkingDirectory::new(folder.path());
    let diagnostics = installer.install(requirements, &directory, &SourceMap::new());
    let text = fs_err::read_to_string(folder.path().join(LOCK_FILE)).unwrap_or_default();
    (observer.lines(), shown(&diagnostics), text)
}

fn init(requirements: &Requirements, lock_file: &str) -> (Vec<String>, Vec<String>, String) {
    run(requirements, lock_file, VersionPolicy::Keep, LockFileMode::Update)
}

/// A lock file's text from entries: name, version, constraints, hashes.
fn locked(entries: &[(&str, &str, &str, &[&str])]) -> String {
    let mut locks = Locks::default();
    for (name, version, constraints, hashes) in entries {
        let hashes = hashes.iter().map(|hash| (*hash).to_owned()).collect();
        let lock = ProviderLock::new(version.parse().expect("a version"), (*constraints).to_owned(), hashes);
        locks.insert(ProviderAddr::hashicorp(*name), lock);
    }
    locks.to_text()
}

#[test]
fn what_a_tree_requires() {
    let found = requirements(
        r#"
-- main.tf --
terraform {
  required_providers {
    aws    = { source = "hashicorp/aws", version = "~> 6.0" }
    mine   = { source = "example.com/me/mine" }
  }
}
provider "random" {
  version = "~> 3.1"
}
resource "mine_thing" "a" {}
resource "null_resource" "a" {}
data "http" "a" {}
ephemeral "tls_key" "a" {}
resource "terraform_data" "a" {}
import {
  to = local_file.a
  id = "x"
}
module "m" {
  source = "./m"
}
-- m/main.tf --
terraform {
  required_providers {
    amazon = { source = "hashicorp/aws", version = ">= 6.1" }
  }
}
resource "amazon_vpc" "a" {}
"#,
    );
    let lines = found.iter().map(|(provider, requirement)| {
        let by: Vec<&str> = requirement.required_by.iter().map(String::as_str).collect();
        format!("{} [{}] {}", provider.for_display(), requirement.constraints.normalized(), by.join(", "))
    });
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            "example.com/me/mine [] the root module",
            "hashicorp/aws [~> 6.0, >= 6.1.0] module.m, the root module",
            "hashicorp/http [] the root module",
            "hashicorp/local [] the root module",
            "hashicorp/null [] the root module",
            "hashicorp/random [~> 3.1] the root module",
            "hashicorp/tls [] the root module",
            "terraform.io/builtin/terraform [] the root module",
        ]
    );
}

#[test]
fn a_first_run() {
    let requirements = requirements(
        "-- main.tf --\nterraform {\n  required_providers {\n    aws = { version = \"~>6.0\" }\n  }\n}\nresource \"random_id\" \"a\" {}\nresource \"terraform_data\" \"a\" {}\n",
    );
    let (said, problems, lock_file) = init(&requirements, "");
    assert_eq!(problems, [""; 0]);
    assert_eq!(
        said[..6],
        [
            "Initializing provider plugins...",
            "- Finding hashicorp/aws versions matching \"~> 6.0\"...",
            "- Finding latest version of hashicorp/random...",
            "- terraform.io/builtin/terraform is built in to Landform",
            "- hashicorp/aws v6.47.0 is built in to Landform",
            "- hashicorp/random v3.7.2 is built in to Landform",
        ]
    );
    assert!(said[6].starts_with("Landform has created a lock file"), "{said:?}");
    assert_eq!(lock_file, locked(&[("aws", "6.47.0", "~> 6.0", &[]), ("random", "3.7.2", "", &[])]));
    let (said, problems, again) = init(&requirements, &lock_file);
    assert_eq!((said.len(), problems.len()), (6, 0));
    assert_eq!(said[1], "- Reusing previous version of hashicorp/aws from the dependency lock file");
    assert_eq!(again, lock_file);
}

#[test]
fn nothing_to_lock() {
    let (said, problems, lock_file) = init(&Requirements::default(), "");
    assert_eq!((said.len(), problems.len(), lock_file.as_str()), (1, 0, ""));
}

#[test]
fn what_was_locked_stays() {
    let hashes: &[&str] = &["h1:a=", "zh:b"];
    // Comments and odd spacing show that the file is not even written again.
    let odd = format!("# ours\n{}", locked(&[("aws", "6.47.0", "~> 6.0", hashes)]).replace(" = ", "  =  "));
    let (_, problems, after) = init(&requiring(&[("aws", "~> 6.0")]), &odd);
    assert_eq!((problems.len(), after), (0, odd.clone()));
    let (_, problems, after) = init(&requiring(&[("aws", ">= 6.40, < 7")]), &odd);
    assert_eq!((problems.len(), after), (0, odd), "constraints are hints");

    let older = locked(&[("aws", "6.10.0", "", hashes)]);
    let (said, problems, after) = init(&requiring(&[("aws", "~> 6.0")]), &older);
    assert_eq!((problems.len(), after), (0, older));
    assert_eq!(
        said[2],
        "- hashicorp/aws v6.47.0 is built in to Landform and used in place of v6.10.0, which the dependency lock file \
         selects"
    );
}

#[test]
fn versions_far_from_the_locked_one() {
    for (locked_version, warned) in [("6.47.0", false), ("6.46.1", false), ("6.48.0", true), ("5.90.0", true)] {
        let before = locked(&[("aws", locked_version, "", &["h1:a"])]);
        let (_, problems, after) = init(&requiring(&[("aws", ">= 5")]), &before);
        assert_eq!(after, before);
        let warnings = problems.iter().filter(|problem| problem.starts_with("Provider version differs from")).count();
        assert_eq!((warnings, problems.len()), (usize::from(warned), usize::from(warned)), "{problems:?}");
    }
}

#[test]
fn providers_come_and_go() {
    let before = locked(&[("null", "3.2.4", "", &["h1:n"]), ("aws", "6.47.0", "~> 6.0", &["h1:a"])]);
    let wanted = requiring(&[("aws", "~> 6.1"), ("random", "-")]);
    let (said, problems, after) = init(&wanted, &before);
    assert_eq!(problems, [""; 0]);
    assert!(said.last().is_some_and(|line| line.starts_with("Landform has made some changes")), "{said:?}");
    assert_eq!(after, locked(&[("aws", "6.47.0", "~> 6.0", &["h1:a"]), ("random", "3.7.2", "", &[])]));

    let (_, problems, after) = run(&wanted, &before, VersionPolicy::Keep, LockFileMode::ReadOnly);
    assert_eq!(after, before);
    assert!(problems[0].starts_with("Provider dependency changes detected: "), "{problems:?}");
    let kept = locked(&[("aws", "6.47.0", "", &[])]);
    let (_, problems, _) = run(&requiring(&[("aws", "-")]), &kept, VersionPolicy::Keep, LockFileMode::ReadOnly);
    assert_eq!(problems, [""; 0]);
}

#[test]
fn upgrades() {
    let upgrade =
        |before: &str| run(&requiring(&[("aws", "~> 6.0")]), before, VersionPolicy::Upgrade, LockFileMode::Update);
    let (said, problems, after) = upgrade(&locked(&[("aws", "6.10.0", "", &["h1:a"])]));
    assert_eq!((problems.len(), after), (0, locked(&[("aws", "6.47.0", "~> 6.0", &[])])));
    assert_eq!(said[1], "- Finding hashicorp/aws versions matching \"~> 6.0\"...");
    let same = locked(&[("aws", "6.47.0", "", &["h1:a"])]);
    assert_eq!(upgrade(&same).2, same, "hashes of the same version stay right");
    let newer = locked(&[("aws", "6.50.0", "", &["h1:a"])]);
    assert_eq!(upgrade(&newer).2, newer, "an upgrade does not go back");
    let (_, problems, after) = upgrade(&locked(&[("aws", "5.0.0", "", &["h1:a"])]));
    assert_eq!((problems.len(), after), (0, locked(&[("aws", "6.47.0", "~> 6.0", &[])])));
    let (said, problems, _) = run(&requiring(&[]), "", VersionPolicy::Upgrade, LockFileMode::ReadOnly);
    assert_eq!((said.len(), problems), (0, vec!["The -upgrade flag conflicts with -lockfile=readonly.: ".to_owned()]));
}

#[test]
fn what_can_not_be_used() {
    let detail = |providers: &[(&str, &str)], lock_file: &str| {
        let (_, problems, after) = init(&requiring(providers), lock_file);
        assert_eq!(after, lock_file, "nothing is written");
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems.into_iter().next().unwrap_or_default()
    };
    assert_eq!(
        detail(&[("aws", "~> 6.20")], &locked(&[("aws", "6.10.0", "", &[])])),
        "Failed to query available provider packages: Could not retrieve the list of available versions for provider \
         hashicorp/aws: locked provider registry.terraform.io/hashicorp/aws 6.10.0 does not match configured version \
         constraint ~> 6.20; must use landform init -upgrade to allow selection of new versions\n\nhashicorp/aws is \
         required by the root module."
    );
    assert_eq!(
        detail(&[("helm", "-")], ""),
        "Failed to query available provider packages: Could not retrieve the list of available versions for provider \
         hashicorp/helm: provider registry.terraform.io/hashicorp/helm is not built in to Landform, which can not install \
         provider plugins yet\n\nhashicorp/helm is required by the root module.\n\nProviders built in to Landform:\n  - \
         hashicorp/aws v6.47.0\n  - hashicorp/random v3.7.2"
    );
    assert!(detail(&[("awss", "-")], "").contains("Did you intend to use hashicorp/aws?"));
}

#[test]
fn a_version_that_the_constraints_do_not_allow_is_used_all_the_same() {
    let warning = "Provider version differs from the version constraints: The configuration asks for hashicorp/aws ~> 5.0, \
                   but v6.47.0 is built in to Landform and is used in its place. hashicorp/aws is required by the root \
                   module. Where the versions differ in what the configuration uses, plans tell: look at the first one \
                   with care, or change the version constraints so that they allow 6.47.0.";
    for lock_file in [String::new(), locked(&[("aws", "5.90.0", "~> 5.0", &["h1:a"])])] {
        for policy in [VersionPolicy::Keep, VersionPolicy::Upgrade] {
            let (_, problems, after) = run(&requiring(&[("aws", "~> 5.0")]), &lock_file, policy, LockFileMode::Update);
            assert_eq!((problems, after), (vec![warning.to_owned()], lock_file.clone()), "what is locked stays");
        }
    }
}

#[test]
fn special_providers() {
    let with = |source: &str, version: &str| {
        requirements(&format!(
            "-- main.tf --\nterraform {{\n  required_providers {{\n    x = {{\n      source = \"{source}\"\n      {version}\n    }}\n  }}\n}}\n"
        ))
    };
    let (_, problems, _) = init(&with("terraform.io/builtin/terraform", "version = \"1.0\""), "");
    assert_eq!(
        problems,
        [
            "Invalid dependency on built-in provider: Cannot use terraform.io/builtin/terraform: built-in providers do not \
          support explicit version constraints."
        ]
    );
    let (_, problems, _) = init(&with("terraform.io/builtin/other", ""), "");
    assert!(problems[0].ends_with("this Landform release has no built-in provider named \"other\"."), "{problems:?}");
    let mut old = Requirements::default();
    old.add_state([ProviderAddr { namespace: "-".into(), ..ProviderAddr::hashicorp("aws") }]);
    let (said, problems, _) = init(&old, "");
    assert!(said.is_empty() && problems[0].starts_with("Invalid legacy provider address: "), "{problems:?}");
    let mut state = Requirements::default();
    state.add_state([ProviderAddr::hashicorp("aws"), ProviderAddr::hashicorp("helm")]);
    let (_, problems, _) = init(&state, "");
    assert!(problems[0].contains("hashicorp/helm is required by the state."), "{problems:?}");
}

#[test]
fn what_is_no_lock_file() {
    let provider = |body: &str| format!("provider \"registry.terraform.io/hashicorp/aws\" {{\n{body}\n}}\n");
    for (text, summary, detail) in [
        ("provider {".to_owned(), "Unclosed configuration block", ""),
        ("other \"x\" {}\n".to_owned(), "Unsupported block type", ""),
        ("provider \"a/b/c/d\" {}\n".to_owned(), "Invalid provider source address", "hostname/namespace/type"),
        (
            "provider \"aws\" {}\n".to_owned(),
            "Non-normalized provider source address",
            "registry.terraform.io/hashicorp/aws",
        ),
        (
            "provider \"terraform.io/builtin/terraform\" {}\n".to_owned(),
            "Invalid provider source address",
            "Cannot lock",
        ),
        (provider(""), "Missing required argument", "\"version\""),
        (
            provider("version = \"1\""),
            "Invalid provider version number",
            "must be written in normalized form: \"1.0.0\"",
        ),
        (provider("version = \"x\""), "Invalid provider version number", "is invalid"),
        (provider("version = null"), "Missing required argument", "must contain a \"version\" argument"),
        (provider("version = \"1.0.0\"\nconstraints = null"), "Unsuitable value type", ""),
        (provider("version = x"), "Variables not allowed", ""),
        (
            provider("version = \"1.0.0\"\nconstraints = \"~>1.0\""),
            "Invalid provider version constraints",
            "normalized form: \"~> 1.0\"",
        ),
        (provider("version = \"1.0.0\"\nconstraints = \"?\""), "Invalid provider version constraints", "are invalid"),
        (provider("version = \"1.0.0\"\nhashes = []"), "Invalid provider hash set", ""),
        (provider("version = \"1.0.0\"\nhashes = [\"x\"]"), "Invalid provider hash string", "Cannot interpret \"x\""),
        (provider("version = \"1.0.0\"\nhashes = \"x\""), "Invalid expression", ""),
        (format!("{0}{0}", provider("version = \"1.0.0\"")), "Duplicate provider lock", "at .terraform.lock.hcl:1."),
        ("module \"x\" {}\n".to_owned(), "Dependency locks for modules are not yet supported", ""),
    ] {
        let sources = SourceMap::new();
        let (_, diagnostics) = parse(sources.add(LOCK_FILE, text.as_str()), &sources);
        let first = diagnostics.iter().next().unwrap_or_else(|| panic!("no problem in {text}"));
        assert_eq!(first.summary, summary, "{text}: {}", first.detail);
        assert!(first.detail.contains(detail), "{text}: {}", first.detail);
    }
}

#[test]
fn a_bad_lock_file_stops_the_run() {
    let (said, problems, after) = init(&requiring(&[("aws", "-")]), "provider {");
    assert!(said.is_empty() && !problems.is_empty() && after == "provider {");
}

proptest! {
    #[test]
    fn texts_survive_a_round_trip(
        entries in prop::collection::vec(
            (
                "[a-z]{1,8}",
                (0..50u64, 0..50u64, 0..50u64),
                prop::sample::select(vec!["", "~> 6.0", ">= 1.0.0, < 2.0.0", "1.2.3", "!= 2.0.0-beta1"]),
                prop::collection::vec("(h1|zh):[a-zA-Z0-9+/=]{4,12}", 0..4),
            ),
            0..5,
        ),
    ) {
        let mut locks = Locks::default();
        for (name, (major, minor, patch), constraints, hashes) in entries {
            let lock = ProviderLock::new(Version::new(major, minor, patch), constraints.to_owned(), hashes);
            locks.insert(ProviderAddr::hashicorp(name), lock);
        }
        let sources = SourceMap::new();
        let (read, diagnostics) = parse(sources.add(LOCK_FILE, locks.to_text()), &sources);
        prop_assert!(diagnostics.is_empty(), "{:?}", diagnostics);
        prop_assert_eq!(read, locks);
    }
}

/// Terraform's `init` in a folder, with packages from a mirror beside it. `None` where there is no Terraform.
fn terraform_init(root: &Path, arguments: &[&str]) -> Option<String> {
    let above = root.parent().expect("a folder above");
    let mirror = above.join("mirror");
    write_files(
        above,
        &[("rc", &format!("provider_installation {{\n  filesystem_mirror {{\n    path = {mirror:?}\n  }}\n}}\n"))],
    );
    for (name, version) in [("aws", "6.47.0"), ("aws", "6.50.0"), ("random", "3.7.2")] {
        // The platform is that of the machine; a package for each that tests are likely to run on.
        for platform in ["linux_amd64", "linux_arm64", "darwin_arm64"] {
            let path = format!(
                "mirror/registry.terraform.io/hashicorp/{name}/{version}/{platform}/terraform-provider-{name}_v{version}"
            );
            write_files(above, &[(&path, &format!("#!/bin/sh\n# {name} {version}\n"))]);
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            fs_err::set_permissions(above.join(path), mode).expect("executable");
        }
    }
    let output = Command::new("terraform")
        .current_dir(root)
        .args(["init", "-no-color"])
        .args(arguments)
        .env("TF_CLI_CONFIG_FILE", above.join("rc"))
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .ok()?;
    let said =
        [&output.stdout[..], &output.stderr[..]].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat();
    assert!(output.status.success(), "{said}");
    Some(said)
}

const BOTH: &str =
    "terraform {\n  required_providers {\n    aws = { version = \"~>6.0,<6.50\" }\n    random = {}\n  }\n}\n";

#[test]
fn terraform_goes_on_where_landform_began() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    write_files(&root, &[("main.tf", BOTH)]);
    let directory = WorkingDirectory::new(&root);
    let wanted = requirements(&format!("-- main.tf --\n{BOTH}"));
    let native = native();
    let init = || {
        let observer = Recorder::default();
        let installer = ProviderInstaller {
            native: &native,
            observer: &observer,
            mode: LockFileMode::Update,
            policy: VersionPolicy::Keep,
        };
        let diagnostics = installer.install(&wanted, &directory, &SourceMap::new());
        assert_eq!(shown(&diagnostics), [""; 0]);
        fs_err::read_to_string(root.join(LOCK_FILE)).expect("a lock file")
    };
    let ours = init();
    let Some(said) = terraform_init(&root, &["-lockfile=readonly"]) else { return };
    assert!(said.contains("Provider lock file not updated"), "{said}");
    assert!(said.contains("Reusing previous version of hashicorp/aws from the dependency lock file"), "{said}");
    terraform_init(&root, &[]).expect("as before");
    let theirs = fs_err::read_to_string(root.join(LOCK_FILE)).expect("a lock file");
    let without_hashes: String = theirs
        .lines()
        .filter(|line| !line.contains("h1:") && !["  hashes = [", "  ]"].contains(line))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(without_hashes, ours, "the same but for hashes");
    assert!(theirs.contains("h1:"), "{theirs}");
    assert_eq!(init(), theirs, "Landform keeps what Terraform learned");
    let sources = SourceMap::new();
    let (read, diagnostics) = parse(sources.add(LOCK_FILE, theirs.as_str()), &sources);
    assert!(diagnostics.is_empty());
    assert_eq!(read.to_text(), theirs, "the same text as Terraform's");
}
