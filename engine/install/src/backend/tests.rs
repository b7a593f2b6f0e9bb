//! Records beside Terraform's own, and what follows from them.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use landform_config::early::Early;
use landform_config::load::{DiskFiles, MemoryFiles};
use landform_config::{Module, load_module};
use landform_diagnostics::{Diagnostics, SourceMap};
use landform_schema::{Attribute, Block, NestedAttributes, Nesting};
use landform_values::Type;

use super::*;
use crate::modules::WorkingDirectory;
use crate::testing::write_files;

/// The version of Terraform that the recorded files are from.
const VERSION: &str = "1.11.4";

fn text() -> Attribute {
    Attribute::of(Type::String).optional()
}

fn local() -> Block {
    Block { attributes: [("path".into(), text()), ("workspace_dir".into(), text())].into(), ..Block::default() }
}

fn nested(names: &[&str]) -> Attribute {
    let attributes = names.iter().map(|name| ((*name).into(), text())).collect();
    text().nested(NestedAttributes { nesting: Nesting::Single, attributes })
}

/// The attributes of Terraform's `s3` backend.
fn s3() -> Block {
    let texts = "acl access_key custom_ca_bundle dynamodb_endpoint dynamodb_table ec2_metadata_service_endpoint \
                 ec2_metadata_service_endpoint_mode endpoint http_proxy https_proxy iam_endpoint kms_key_id no_proxy profile \
                 region retry_mode secret_key shared_credentials_file sse_customer_key sts_endpoint sts_region token \
                 workspace_key_prefix";
    let truths = "encrypt force_path_style insecure skip_credentials_validation skip_metadata_api_check \
                  skip_region_validation skip_requesting_account_id skip_s3_checksum use_dualstack_endpoint \
                  use_fips_endpoint use_lockfile use_path_style";
    let sets = "allowed_account_ids forbidden_account_ids shared_config_files shared_credentials_files";
    let named = |names: &'static str, attribute: Attribute| {
        names.split_whitespace().map(move |name| (name.into(), attribute.clone()))
    };
    let attributes = named(texts, text())
        .chain(named(truths, Attribute::of(Type::Bool).optional()))
        .chain(named(sets, Attribute::of(Type::set(Type::String)).optional()))
        .chain(named("bucket key", Attribute::of(Type::String).required()))
        .chain(named("max_retries", Attribute::of(Type::Number).optional()))
        .chain(named("endpoints", nested(&["dynamodb", "iam", "s3", "sso", "sts"])))
        .chain(named("assume_role", nested(&["role_arn"])))
        .chain(named("assume_role_with_web_identity", nested(&["role_arn"])));
    Block { attributes: attributes.collect(), ..Block::default() }
}

fn shown(diagnostics: &Diagnostics) -> Vec<String> {
    diagnostics.iter().map(|found| format!("{}: {}", found.summary, found.detail)).collect()
}

/// A root module whose `terraform` block holds a text.
fn module(block: &str, sources: &SourceMap) -> Module {
    let text = format!("terraform {{\n{block}\n}}\n");
    let (module, diagnostics) = load_module(".", sources, &MemoryFiles::new([("main.tf", text.as_str())]));
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    module.expect("readable")
}

fn decode(
    module: Module,
    overrides: &BackendOverrides,
    schema: &Block,
    sources: &SourceMap,
) -> (Option<BackendConfig>, Diagnostics) {
    let module = Arc::new(module);
    let backend = module.backend.as_ref().expect("a backend");
    decode_backend((&module, backend), overrides, schema, &Early::with_defaults(".", sources))
}

/// A backend of a block, with `-backend-config` options, and files that they may name.
fn configured(
    block: &str,
    schema: &Block,
    options: &[&str],
    files: &[(&str, &str)],
) -> Result<BackendConfig, Vec<String>> {
    let sources = SourceMap::new();
    let module = module(block, &sources);
    let options: Vec<String> = options.iter().map(|option| (*option).to_owned()).collect();
    let files = MemoryFiles::new(files.iter().copied());
    let (overrides, mut diagnostics) = parse_backend_overrides(&options, schema, &files, &sources);
    let (config, found) = decode(module, &overrides, schema, &sources);
    diagnostics.extend(found);
    config.filter(|_| !diagnostics.has_errors()).ok_or_else(|| shown(&diagnostics))
}

fn local_with(block: &str, options: &[&str]) -> BackendConfig {
    configured(&format!("backend \"local\" {{\n{block}\n}}"), &local(), options, &[]).expect("a configuration")
}

/// The configuration as JSON.
fn json(config: &BackendConfig, schema: &Block) -> String {
    landform_values::json::encode(&config.value, &schema.implied_type()).expect("known")
}

fn written(record: Option<&BackendRecord>, folder: &Path) -> String {
    write_record(record, &WorkingDirectory::new(folder), VERSION).expect("writable");
    fs_err::read_to_string(folder.join(".terraform/terraform.tfstate")).unwrap_or_default()
}

#[test]
fn hashes_are_those_of_terraform() {
    for (block, hash) in [("path = \"s/x.tfstate\"", 514_347_324), ("", 666_019_178)] {
        assert_eq!(local_with(block, &[]).hash, hash, "{block}");
    }
    assert_eq!(local_with("", &["path=x"]).hash, 666_019_178, "options are not part of it");
}

#[test]
fn a_record_of_the_s3_backend() {
    let block = r#"
  backend "s3" {
    bucket                      = "landform-states"
    key                         = "network/terraform.tfstate"
    region                      = "us-east-1"
    encrypt                     = true
    use_lockfile                = true
    skip_credentials_validation = true
    skip_requesting_account_id  = true
    skip_metadata_api_check     = true
    skip_s3_checksum            = true
    use_path_style              = true
    max_retries                 = 2
    access_key                  = "AKIDEXAMPLE"
    secret_key                  = "se\"cret<>"
    shared_config_files = ["b", "a"]
    assume_role_with_web_identity = null
    endpoints = {
      s3 = "http://127.0.0.1:18765"
    }
  }
"#;
    let recorded = include_str!("testdata/s3.json");
    let schema = s3();
    let config = configured(block, &schema, &[], &[]).expect("a configuration");
    assert!(!format!("{config:?}").contains("cret"));
    let record = BackendRecord::new(&config, &schema).expect("of the schema's type");
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(written(Some(&record), folder.path()), recorded);
    let read = read_record(&WorkingDirectory::new(folder.path())).expect("readable").expect("a record");
    assert!(!format!("{read:?}").contains("cret"));
    assert_eq!(read.config(&schema).expect("of the schema's type"), config.value);
    let again = plan_init(Some((&config, &schema)), Some(&read), InitMode::Normal);
    assert_eq!(again, Ok(BackendStep::Keep { config: config.value, rewrite: None }));
}

#[test]
fn records_are_written_and_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let directory = WorkingDirectory::new(folder.path());
    assert_eq!(read_record(&directory), Ok(None));
    assert_eq!(written(None, folder.path()), "");
    let config = local_with("", &["path=a.tfstate", "workspace_dir=<w>&"]);
    let record = BackendRecord::new(&config, &local()).expect("of the schema's type");
    assert_eq!(
        written(Some(&record), folder.path()),
        r#"{
  "version": 3,
  "terraform_version": "1.11.4",
  "backend": {
    "type": "local",
    "config": {
      "path": "a.tfstate",
      "workspace_dir": "\u003cw\u003e\u0026"
    },
    "hash": 666019178
  }
}"#
    );
    let read = read_record(&directory).expect("readable").expect("a record");
    assert_eq!(read.config(&local()).expect("of the schema's type"), config.value);
    assert_eq!(written(None, folder.path()), "{\n  \"version\": 3,\n  \"terraform_version\": \"1.11.4\"\n}");
    assert_eq!(read_record(&directory), Ok(None));
}

#[test]
fn what_is_no_record() {
    let folder = tempfile::tempdir().expect("a folder");
    for (text, expected) in [
        ("", "Failed to load state: invalid syntax: "),
        ("{}", "Failed to load state: invalid syntax: no format version number: "),
        (
            r#"{"version": 4, "terraform_version": "9.9"}"#,
            "Failed to load state: unsupported backend state version 4; you may need to use Terraform CLI v9.9 to work in \
             this directory: ",
        ),
        (r#"{"version": 3, "remote": {}}"#, "Failed to load state: this working directory uses legacy remote state"),
        (r#"{"version": 3, "backend": []}"#, "Failed to load state: invalid syntax: "),
    ] {
        write_files(folder.path(), &[(".terraform/terraform.tfstate", text)]);
        let problems = read_record(&WorkingDirectory::new(folder.path())).expect_err(text);
        assert!(shown(&problems)[0].starts_with(expected), "{problems:?}");
    }
    let other = r#"{"version": 3, "backend": {"type": "local", "config": {"bucket": "b"}, "hash": 1}}"#;
    write_files(folder.path(), &[(".terraform/terraform.tfstate", other)]);
    let record = read_record(&WorkingDirectory::new(folder.path())).expect("readable").expect("a record");
    let problems = shown(&record.config(&local()).expect_err("of another schema"));
    assert!(problems[0].starts_with("Failed to decode current backend config: "), "{problems:?}");
}

#[test]
fn options_complete_the_block() {
    let files = [("b.hcl", "path = \"file\"\n"), ("b.json", r#"{"workspace_dir": "json"}"#)];
    for (options, expected) in [
        (&[][..], r#"{"path":"own","workspace_dir":null}"#),
        (&[""], r#"{"path":"own","workspace_dir":null}"#),
        (&["path=given"], r#"{"path":"given","workspace_dir":null}"#),
        (&["path=a=b"], r#"{"path":"a=b","workspace_dir":null}"#),
        (&["b.hcl"], r#"{"path":"file","workspace_dir":null}"#),
        (&["b.hcl", "path=later"], r#"{"path":"later","workspace_dir":null}"#),
        (&["path=earlier", "b.hcl", "b.json"], r#"{"path":"file","workspace_dir":"json"}"#),
        (&["path=1", "path=2"], r#"{"path":"2","workspace_dir":null}"#),
    ] {
        let block = "backend \"local\" {\n  path = \"own\"\n}";
        let config = configured(block, &local(), options, &files).expect("a configuration");
        assert_eq!(json(&config, &local()), expected, "{options:?}");
        assert_eq!(config.is_overridden, !options.is_empty());
    }
    let schema = s3();
    let options = ["max_retries=3", "encrypt=true", "shared_config_files=[\"x\"]", "endpoints={s3=\"http://x\"}"];
    let config = configured("backend \"s3\" {}", &schema, &options, &[]).expect("a configuration");
    let value = json(&config, &schema);
    for part in [r#""max_retries":3"#, r#""encrypt":true"#, r#""shared_config_files":["x"]"#, r#""s3":"http://x""#] {
        assert!(value.contains(part), "{value}");
    }
}

#[test]
fn what_goes_wrong_with_blocks_and_options() {
    let problems = |block: &str, options: &[&str]| {
        let files = [("bad.hcl", "foo = 1\n"), ("worse.hcl", "foo {"), ("var.hcl", "bucket = var.x\n")];
        configured(&format!("backend \"s3\" {{\n{block}\n}}"), &s3(), options, &files).expect_err("a problem")
    };
    assert_eq!(
        problems("bucket = var.x\nfoo = 1", &[]).iter().map(|line| line.split(':').next()).collect::<Vec<_>>(),
        [Some("Unsupported argument"), Some("Reference to undeclared input variable")]
    );
    assert_eq!(
        problems("", &["foo=1", "nofile", "bad.hcl", "encrypt=s3cret"]),
        [
            "Invalid backend configuration argument: The backend configuration argument \"foo\" given on the command line \
             is not expected for the selected backend type.",
            "Failed to read file: The file \"nofile\" could not be read.",
            "Unsupported argument: An argument named \"foo\" is not expected here.",
            "Invalid backend configuration value: Invalid backend configuration argument -backend-config=\"encrypt\": a \
             bool is required",
        ]
    );
    assert_eq!(
        problems("", &["var.hcl"])[0],
        "Reference to undeclared input variable: There is no input variable named \"x\" in this module."
    );
    assert!(problems("", &["worse.hcl"])[0].starts_with("Unclosed configuration block"));
    assert!(!problems("", &["shared_config_files=["]).is_empty());
}

#[test]
fn what_init_has_to_do() {
    let schema = local();
    let own = local_with("path = \"a\"", &[]);
    let record = |config: &BackendConfig| BackendRecord::new(config, &schema).expect("of the schema's type");
    let plan = |config: Option<&BackendConfig>, record: Option<&BackendRecord>, mode: InitMode| {
        plan_init(config.map(|config| (config, &schema)), record, mode).map_err(|problems| shown(&problems)[0].clone())
    };
    let recorded = record(&own);
    use InitMode::{Migrate, Normal, Reconfigure};
    for mode in [Normal, Reconfigure, Migrate] {
        assert_eq!(plan(None, None, mode), Ok(BackendStep::Local));
        assert_eq!(plan(Some(&own), None, mode), Ok(BackendStep::Configure));
    }
    let keep = |config: &BackendConfig, rewrite| Ok(BackendStep::Keep { config: config.value.clone(), rewrite });
    let changed = |result: Result<BackendStep, String>| {
        assert!(result.as_ref().is_err_and(|text| text.starts_with("Backend configuration changed: ")), "{result:?}");
    };
    assert_eq!(plan(Some(&own), Some(&recorded), Normal), keep(&own, None));
    assert_eq!(plan(Some(&own), Some(&recorded), Migrate), keep(&own, None));
    assert_eq!(plan(Some(&own), Some(&recorded), Reconfigure), Ok(BackendStep::Configure));

    // What moves from the block to an option is no change; the hash is.
    let moved = local_with("", &["path=a"]);
    let rehashed = BackendRecord { hash: moved.hash, ..recorded.clone() };
    assert_eq!(plan(Some(&moved), Some(&recorded), Normal), keep(&own, Some(rehashed.clone())));
    assert_eq!(plan(Some(&moved), Some(&rehashed), Normal), keep(&own, None));
    // Without the option, the recorded configuration stays.
    let bare = local_with("", &[]);
    assert_eq!(plan(Some(&bare), Some(&rehashed), Normal), keep(&own, None));
    changed(plan(Some(&local_with("", &[""])), Some(&rehashed), Normal));

    let other = local_with("path = \"b\"", &[]);
    changed(plan(Some(&other), Some(&recorded), Normal));
    assert_eq!(plan(Some(&other), Some(&recorded), Migrate), Ok(BackendStep::Change { previous: recorded.clone() }));
    assert_eq!(plan(Some(&other), Some(&recorded), Reconfigure), Ok(BackendStep::Configure));
    let other_kind = BackendConfig { kind: "s3".into(), ..own.clone() };
    changed(plan(Some(&other_kind), Some(&recorded), Normal));

    changed(plan(None, Some(&recorded), Normal));
    assert_eq!(plan(None, Some(&recorded), Migrate), Ok(BackendStep::Unset { previous: recorded.clone() }));
    assert_eq!(plan(None, Some(&recorded), Reconfigure), Ok(BackendStep::Forget));
}

#[test]
fn what_other_commands_need() {
    let schema = local();
    let own = local_with("path = \"a\"", &[]);
    let check = |config: Option<&BackendConfig>, record: Option<&BackendRecord>| {
        check_initialized(config.map(|config| (config, &schema)), record).map_err(|problems| {
            let text = shown(&problems)[0].clone();
            let reason = text.split("\n\n").next().unwrap_or_default();
            reason.replace(": Reason: ", " | ")
        })
    };
    let recorded = BackendRecord::new(&own, &schema).expect("of the schema's type");
    assert_eq!(check(None, None), Ok(None));
    assert_eq!(check(Some(&own), Some(&recorded)), Ok(Some(own.value.clone())));
    let foreign = BackendRecord { hash: 1, ..recorded.clone() };
    assert_eq!(check(Some(&own), Some(&foreign)), Ok(Some(own.value.clone())), "the hash of another tool does no harm");
    const REQUIRED: &str = "Backend initialization required, please run \"landform init\"";
    assert_eq!(
        check(None, Some(&recorded)),
        Err(format!("{REQUIRED} | Unsetting the previously set backend \"local\""))
    );
    assert_eq!(
        check(Some(&own), None),
        Err(format!("{REQUIRED} | Initial configuration of the requested backend \"local\""))
    );
    const CHANGED: &str = "Backend initialization required: please run \"landform init\"";
    let other = local_with("path = \"b\"", &[]);
    assert_eq!(
        check(Some(&other), Some(&recorded)),
        Err(format!("{CHANGED} | Backend configuration block has changed"))
    );
    let other = BackendConfig { kind: "s3".into(), ..own.clone() };
    assert_eq!(
        check(Some(&other), Some(&recorded)),
        Err(format!("{CHANGED} | Backend type changed from \"local\" to \"s3\""))
    );
}

#[test]
fn the_same_record_as_terraform() {
    let folder = tempfile::tempdir().expect("a folder");
    let block = "terraform {\n  backend \"local\" {\n    path = \"é\\\"<x>\\\\.tfstate\"\n  }\n}\n";
    write_files(folder.path(), &[("main.tf", block)]);
    let run = |program: &str| {
        let output = Command::new(program)
            .current_dir(folder.path())
            .args(["init", "-no-color", "-backend-config=workspace_dir=w"])
            .env("TF_CLI_CONFIG_FILE", "/dev/null")
            .env("CHECKPOINT_DISABLE", "1")
            .output()
            .ok()?;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs_err::read_to_string(folder.path().join(".terraform/terraform.tfstate")).ok()
    };
    let Some(theirs) = run("terraform") else { return };
    let sources = SourceMap::new();
    let (module, _) = load_module(".", &sources, &DiskFiles::new(folder.path()));
    let module = module.expect("readable");
    let schema = local();
    let options = ["workspace_dir=w".to_owned()];
    let (overrides, _) = parse_backend_overrides(&options, &schema, &DiskFiles::new(folder.path()), &sources);
    let (config, diagnostics) = decode(module, &overrides, &schema, &sources);
    assert!(diagnostics.is_empty());
    let config = config.expect("no error");
    let record = read_record(&WorkingDirectory::new(folder.path())).expect("readable");
    let step = plan_init(Some((&config, &schema)), record.as_ref(), InitMode::Normal);
    assert_eq!(step, Ok(BackendStep::Keep { config: config.value.clone(), rewrite: None }));
    fs_err::remove_dir_all(folder.path().join(".terraform")).expect("removed");
    let ours = BackendRecord::new(&config, &schema).expect("of the schema's type");
    let version: serde_json::Value = serde_json::from_str(&theirs).expect("JSON");
    let version = version["terraform_version"].as_str().expect("a version");
    write_record(Some(&ours), &WorkingDirectory::new(folder.path()), version).expect("writable");
    let text = fs_err::read_to_string(folder.path().join(".terraform/terraform.tfstate")).expect("written");
    assert_eq!(text, theirs);
    assert_eq!(run("terraform").as_deref(), Some(text.as_str()), "Terraform leaves it as it is");
}
