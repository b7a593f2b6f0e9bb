//! The language beyond Terraform 1.11: what Terraform's main branch and OpenTofu have added since.

use crate::environment::TestEnvironment;

/// Files, commands, and what the last command says or how it fails.
#[track_caller]
fn plans(files: &[(&str, &str)], arguments: &[&str], expected: &[&str]) {
    let environment = TestEnvironment::new(files);
    environment.run(&["init"]).succeeds();
    let ran = environment.run(&[&["plan"], arguments].concat()).succeeds();
    for text in expected {
        assert!(ran.stdout.contains(text), "{text} is not in:\n{}{}", ran.stdout, ran.stderr);
    }
}

#[track_caller]
fn refused(files: &[(&str, &str)], command: &str, expected: &[&str]) {
    TestEnvironment::new(files).run(&[command]).fails(expected);
}

#[track_caller]
fn invalid(text: &str, expected: &[&str]) {
    refused(&[("main.tf", text)], "validate", expected);
}

// Files.

#[test]
fn files_for_opentofu_hide_those_of_the_same_name() {
    let files = [
        ("main.tf", "output \"from\" {\n  value = \"tf\"\n}\n"),
        ("main.tofu", "terraform {\n  required_version = \">= 1.12\"\n}\noutput \"from\" {\n  value = \"tofu\"\n}\n"),
        ("more.tofu.json", r#"{"output": {"more": {"value": "${tofu.workspace}"}}}"#),
        ("more_override.tofu", "output \"from\" {\n  value = \"override\"\n}\n"),
    ];
    plans(&files, &[], &["+ from = \"override\"", "+ more = \"default\""]);
}

#[test]
fn a_language_block_says_what_a_module_is_for() {
    let text =
        "language {\n  edition = tofu2024\n  compatible_with {\n    opentofu = \">= 1.12\"\n    other = 1\n  }\n}\n";
    let environment = TestEnvironment::of(text);
    environment.run(&["validate"]).succeeds();
    environment.write("x_override.tf", "language {}\n");
    environment.run(&["validate"]).fails(&["Invalid language block", "on x_override.tf line 1"]);
    invalid("language {\n  edition = tofu2199\n}\n", &["Unsupported language edition", "on main.tf line 2"]);
    invalid("language {\n  edition = \"x\"\n}\n", &["Invalid language edition"]);
    invalid(
        "language {\n  compatible_with {\n    opentofu = \"nope\"\n  }\n}\n",
        &["Invalid version constraint", "on main.tf line 3"],
    );
}

#[test]
fn encryption_is_refused_rather_than_left_out() {
    let text = "terraform {\n  encryption {\n    state {\n      enforced = true\n    }\n  }\n}\n";
    for command in ["init", "validate", "plan"] {
        refused(&[("main.tf", text)], command, &["State encryption is not supported", "on main.tf line 2"]);
    }
}

// `lifecycle`.

const SWITCHED: &str = r#"
variable "on" {
  type = bool
}
resource "terraform_data" "a" {
  input = "x"
  lifecycle {
    enabled = var.on
  }
}
module "m" {
  source = "./m"
  lifecycle {
    enabled = var.on
  }
}
output "a" {
  value = terraform_data.a != null ? terraform_data.a.output : "none"
}
output "m" {
  value = module.m == null ? "none" : module.m.it
}
"#;

const SWITCHED_MODULE: &str = r#"
resource "terraform_data" "b" {
  input = "y"
}
output "it" {
  value = terraform_data.b.output
}
"#;

#[test]
fn what_is_switched_off_is_null() {
    let environment = TestEnvironment::new(&[("main.tf", SWITCHED), ("m/main.tf", SWITCHED_MODULE)]);
    environment.run(&["init"]).succeeds();
    environment.run(&["apply", "-auto-approve", "-var=on=true"]).succeeds();
    assert_eq!(environment.state_list(), ["terraform_data.a", "module.m.terraform_data.b"]);
    let ran = environment.run(&["apply", "-auto-approve", "-var=on=false"]).succeeds();
    assert!(ran.stdout.contains("2 destroyed"), "{}", ran.stdout);
    assert!(environment.state_list().is_empty());
    assert_eq!(environment.run(&["output", "-raw", "a"]).succeeds().stdout, "none");
    assert_eq!(environment.run(&["output", "-raw", "m"]).succeeds().stdout, "none");
    environment.run(&["plan", "-var=on=false", "-detailed-exitcode"]).succeeds();
    environment.run(&["plan", "-var=on=true", "-out=p"]).succeeds();
    environment.run(&["apply", "p"]).succeeds();
    assert_eq!(environment.state_list(), ["terraform_data.a", "module.m.terraform_data.b"]);
}

#[test]
fn what_may_not_decide_whether_there_is_an_instance() {
    let with = |more: &str, enabled: &str| {
        format!(
            "resource \"terraform_data\" \"o\" {{}}\nresource \"terraform_data\" \"a\" {{\n  {more}\n  lifecycle {{\n    enabled = {enabled}\n  }}\n}}\n"
        )
    };
    invalid(&with("count = 1", "true"), &["Invalid combination of \"enabled\" and \"count\"", "on main.tf line 5"]);
    invalid(&with("for_each = {}", "true"), &["Invalid combination of \"enabled\" and \"for_each\""]);
    let plan = |enabled: &str, expected: &[&str]| refused(&[("main.tf", &with("", enabled))], "plan", expected);
    plan("sensitive(true)", &["Invalid enabled argument", "Sensitive values"]);
    plan("null", &["Invalid enabled argument", "argument value is null"]);
    plan("[]", &["Incorrect value type", "on main.tf line 5"]);
}

#[test]
fn what_prevents_destroying_may_depend_on_variables() {
    let text = r#"
variable "keep" {
  type = bool
}
locals {
  keep = var.keep
}
resource "terraform_data" "a" {
  triggers_replace = var.keep
  lifecycle {
    prevent_destroy = local.keep
  }
}
"#;
    let environment = TestEnvironment::of(text);
    environment.run(&["apply", "-auto-approve", "-var=keep=true"]).succeeds();
    environment.run(&["destroy", "-auto-approve", "-var=keep=true"]).fails(&["Instance cannot be destroyed"]);
    environment.run(&["plan", "-replace=terraform_data.a", "-var=keep=true"]).fails(&["Instance cannot be destroyed"]);
    environment.run(&["apply", "-auto-approve", "-var=keep=false"]).succeeds();
    environment.run(&["destroy", "-auto-approve", "-var=keep=false"]).succeeds();
    invalid(
        "resource \"terraform_data\" \"a\" {\n  lifecycle {\n    prevent_destroy = \"perhaps\"\n  }\n}\n",
        &["Unsuitable value type", "on main.tf line 3"],
    );
    invalid(
        "resource \"terraform_data\" \"a\" {\n  lifecycle {\n    prevent_destroy = var.nope\n  }\n}\n",
        &["Reference to undeclared input variable", "on main.tf line 3"],
    );
}

#[test]
fn what_may_not_be_destroyed_is_forgotten() {
    let with = |trigger: &str| {
        format!(
            "resource \"terraform_data\" \"a\" {{\n  triggers_replace = {trigger}\n  lifecycle {{\n    destroy = false\n  }}\n}}\n"
        )
    };
    let environment = TestEnvironment::of(&with("1"));
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment.write("main.tf", &with("2"));
    let id = || environment.state()["resources"][0]["instances"][0]["attributes"]["id"].clone();
    let old = id();
    let ran = environment.run(&["plan", "-out=p"]).succeeds();
    for text in [
        " # terraform_data.a must be replaced, but the existing object will not be destroyed\n # (destroy = false is set in the configuration)\n +/. resource",
        "Plan: 1 to add, 0 to change, 0 to destroy.",
        "Some objects will no longer be managed by Landform",
    ] {
        assert!(ran.stdout.contains(text), "{text} is not in:\n{}", ran.stdout);
    }
    let json: serde_json::Value =
        serde_json::from_str(&environment.run(&["show", "-json", "p"]).succeeds().stdout).expect("JSON");
    assert_eq!(json["resource_changes"][0]["change"]["actions"], serde_json::json!(["create", "forget"]));
    let ran = environment.run(&["apply", "p"]).succeeds();
    assert!(ran.stdout.contains("Resources: 1 added, 0 changed, 0 destroyed."), "{}", ran.stdout);
    assert_eq!((environment.state_list(), id() == old), (vec!["terraform_data.a".to_owned()], false));
    environment.run(&["plan", "-detailed-exitcode"]).succeeds();
    let ran = environment.run(&["destroy", "-auto-approve"]).succeeds();
    assert!(ran.stdout.contains("will no longer be managed by Landform"), "{}", ran.stdout);
    assert!(environment.state_list().is_empty());
}

// Blocks.

#[test]
fn arguments_named_like_those_of_the_language_stand_in_an_escape_block() {
    let files = [
        (
            "main.tf",
            "module \"m\" {\n  source = \"./m\"\n  _ {\n    given = \"x\"\n  }\n}\noutput \"m\" {\n  value = module.m.it\n}\nresource \"terraform_data\" \"a\" {\n  _ {\n    input = \"y\"\n  }\n}\n",
        ),
        ("m/main.tf", "variable \"given\" {}\noutput \"it\" {\n  value = var.given\n}\n"),
    ];
    plans(&files, &[], &["+ m = \"x\"", "+ input  = \"y\""]);
}

#[test]
fn deprecated_variables_and_outputs_are_warned_of() {
    let files = [
        ("main.tf", "module \"m\" {\n  source = \"./m\"\n  old    = 1\n}\noutput \"m\" {\n  value = module.m.it\n}\n"),
        (
            "m/main.tf",
            "variable \"old\" {\n  default    = 0\n  deprecated = \"Use new.\"\n}\noutput \"it\" {\n  value      = var.old\n  deprecated = \"Use that.\"\n}\n",
        ),
    ];
    plans(&files, &[], &["Warning: ", "Use new.", "Use that."]);
}

#[test]
fn modules_import_what_is_theirs() {
    let module = r#"
variable "id" {}
import {
  to = terraform_data.a
  id = "${var.id}-a"
}
import {
  for_each = { x = 1 }
  to       = terraform_data.b[each.key]
  id       = each.key
}
resource "terraform_data" "a" {}
resource "terraform_data" "b" {
  for_each = { x = 1 }
}
"#;
    let files = [
        ("main.tf", "module \"m\" {\n  source   = \"./m\"\n  for_each = { k = 1 }\n  id       = each.key\n}\n"),
        ("m/main.tf", module),
    ];
    let environment = TestEnvironment::new(&files);
    environment.run(&["init"]).succeeds();
    let ran = environment.run(&["apply", "-auto-approve"]).succeeds();
    assert!(ran.stdout.contains("2 imported, 0 added, 0 changed, 0 destroyed"), "{}", ran.stdout);
    assert_eq!(
        environment.state_list(),
        ["module.m[\"k\"].terraform_data.a", "module.m[\"k\"].terraform_data.b[\"x\"]"]
    );
    environment.write("m/main.tf", "variable \"id\" {}\nimport {\n  to = terraform_data.nope\n  id = \"x\"\n}\n");
    environment.run(&["plan"]).fails(&["Configuration for import target does not exist", "on m/main.tf line 3"]);
}

// Values that are known early.

const SOURCES: &str = r#"
variable "name" {
  type = string
}
locals {
  base = "./modules"
}
module "one" {
  source = "${local.base}/${var.name}"
  inner  = "b"
}
output "one" {
  value = module.one.it
}
"#;

/// Its variable leads on.
const OUTER: &str = r#"
variable "inner" {
  type  = string
  const = true
}
module "two" {
  source = "../${var.inner}"
}
output "it" {
  value = "a${module.two.it}"
}
"#;

#[test]
fn sources_of_modules_are_made_from_variables() {
    let inner = "output \"it\" {\n  value = \"b\"\n}\n";
    let files = [("main.tf", SOURCES), ("modules/a/main.tf", OUTER), ("modules/b/main.tf", inner)];
    let environment = TestEnvironment::new(&files);
    environment.run(&["init"]).fails(&["No value for required variable", "var.name", "on main.tf line 9"]);
    environment.run(&["init", "-var=name=a"]).succeeds();
    environment.run(&["validate", "-var=name=a"]).succeeds();
    environment.run(&["apply", "-auto-approve", "-var=name=a"]).succeeds();
    assert_eq!(environment.run(&["output", "-raw", "one"]).succeeds().stdout, "ab");
    environment.run(&["plan", "-var=name=b"]).fails(&["Unsupported argument"]);
    // A saved plan knows what it was made with.
    environment.run(&["plan", "-var=name=a", "-out=p"]).succeeds();
    environment.run(&["apply", "p"]).succeeds();
    environment.write("terraform.tfvars", "name = \"a\"\n");
    environment.run(&["plan", "-detailed-exitcode"]).succeeds();
}

#[test]
fn what_is_not_known_early_is_no_source() {
    let with = |source: &str, more: &str| {
        format!("resource \"terraform_data\" \"a\" {{}}\nmodule \"m\" {{\n  source = {source}\n}}\n{more}\n")
    };
    let init =
        |source: &str, more: &str, expected: &[&str]| refused(&[("main.tf", &with(source, more))], "init", expected);
    init("terraform_data.a.id", "", &["Value not known early", "on main.tf line 3"]);
    init("local.a", "locals {\n  a = local.b\n  b = local.a\n}\n", &["Cycle: local.a, local.b"]);
    init("local.a", "locals {\n  a = terraform_data.a.id\n}\n", &["Value not known early", "on main.tf line 6"]);
    init("var.s", "variable \"s\" {\n  sensitive = true\n  default = \"./m\"\n}\n", &["made from sensitive values"]);
    init("var.nope", "", &["Reference to undeclared input variable", "on main.tf line 3"]);
    init("local.a", "locals {\n  a = null\n}\n", &["Invalid module source address", "null"]);
    init("local.a", "locals {\n  a = []\n}\n", &["must be a string"]);
    init("local.a", "locals {\n  a = \"m\"\n}\n", &["Invalid module source address", "on main.tf line 3"]);
    invalid(
        "variable \"a\" {\n  const     = true\n  sensitive = true\n}\n",
        &["Invalid combination of \"const\" and \"sensitive\"", "on main.tf line 2"],
    );
}

#[test]
fn constant_variables_are_set_to_what_is_known() {
    let files = [
        (
            "main.tf",
            "resource \"terraform_data\" \"a\" {}\nmodule \"m\" {\n  source = \"./m\"\n  c      = terraform_data.a.id\n}\n",
        ),
        ("m/main.tf", "variable \"c\" {\n  const = true\n}\n"),
    ];
    refused(&files, "init", &["Value not known early", "on main.tf line 4"]);
}

#[test]
fn settings_of_the_backend_are_made_from_variables() {
    let text = r#"
variable "folder" {
  default = "states"
}
locals {
  path = "${var.folder}/${terraform.workspace}.tfstate"
}
terraform {
  backend "local" {
    path = local.path
  }
}
resource "terraform_data" "a" {}
"#;
    let environment = TestEnvironment::of(text);
    environment.run(&["init"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    assert!(environment.has("states/default.tfstate"));
    assert_eq!(environment.state_list(), ["terraform_data.a"]);
    environment.run(&["plan", "-var=folder=other"]).fails(&["Backend initialization required"]);
    environment.write("main.tf", &text.replace("local.path", "terraform_data.a.id"));
    environment.run(&["init", "-reconfigure"]).fails(&["Value not known early", "on main.tf line 10"]);
}

// Provider instances.

const BY_REGION: &str = r#"
variable "regions" {
  type = map(string)
}
variable "off" {
  type    = set(string)
  default = []
}
provider "random" {
  alias    = "by_region"
  for_each = var.regions
}
resource "random_pet" "a" {
  for_each = setsubtract(keys(var.regions), var.off)
  provider = random.by_region[each.key]
}
module "m" {
  source    = "./m"
  providers = { random = random.by_region["eu"] }
}
"#;

const BY_REGION_MODULE: &str = r#"{
  "terraform": {"required_providers": {"random": {"source": "hashicorp/random"}}},
  "resource": {"random_pet": {"b": {}}}
}"#;

#[test]
fn each_instance_of_a_resource_has_an_instance_of_its_provider() {
    let environment = TestEnvironment::new(&[("main.tf", BY_REGION), ("m/main.tf.json", BY_REGION_MODULE)]);
    environment.write("x.auto.tfvars", "regions = { eu = \"1\", us = \"2\" }\n");
    environment.run(&["init"]).succeeds();
    environment.run(&["plan", "-out=p"]).succeeds();
    environment.run(&["apply", "p"]).succeeds();
    let state = environment.state();
    let resource = &state["resources"][0];
    assert!(resource.get("provider").is_none(), "{resource}");
    let providers: Vec<&str> =
        [0, 1].iter().filter_map(|index| resource["instances"][*index]["provider"].as_str()).collect();
    let provider = |key: &str| format!("provider[\"registry.terraform.io/hashicorp/random\"].by_region[{key:?}]");
    assert_eq!(providers, [provider("eu"), provider("us")]);
    environment.run(&["plan", "-detailed-exitcode"]).succeeds();
    environment.run(&["plan", "-var=regions={eu=\"1\"}"]).fails(&[
        "Error: Provider instance not present",
        "random_pet.a[\"us\"]",
        "add the key again",
    ]);
    let ran = environment.run(&["apply", "-auto-approve", "-var=off=[\"us\"]"]).succeeds();
    assert!(ran.stdout.contains("1 destroyed"), "{}", ran.stdout);
    environment.run(&["plan", "-var=regions={eu=\"1\"}", "-detailed-exitcode"]).succeeds();
    environment.run(&["destroy", "-auto-approve"]).succeeds();
    assert!(environment.state_list().is_empty());
}

#[test]
fn json_syntax_chooses_provider_instances() {
    let text = r#"{
      "provider": {"random": [{"alias": "by", "for_each": "${toset([\"a\"])}"}]},
      "resource": {"random_pet": {
        "x": {"for_each": "${toset([\"a\"])}", "provider": "random.by[each.key]"},
        "y": {"provider": "random.by[\"a\"]"}
      }}
    }"#;
    plans(&[("main.tf.json", text)], &[], &["Plan: 2 to add"]);
}

#[test]
fn provider_references_and_instances_belong_together() {
    let with = |provider: &str, resource: &str| {
        format!("provider \"random\" {{\n  {provider}\n}}\nresource \"random_pet\" \"a\" {{\n  {resource}\n}}\n")
    };
    let instances = "alias = \"a\"\n  for_each = { x = 1 }";
    for (provider, resource, expected) in [
        ("for_each = {}", "", "Alias required when using \"for_each\""),
        (instances, "provider = random.a", "requires an instance key"),
        ("alias = \"a\"", "provider = random.a[\"x\"]", "only for a provider configuration that uses for_each"),
        ("", "provider = random[\"x\"]", "Provider name must either stand alone or be followed by a period"),
        (instances, "provider = random.b[\"x\"]", "doesn't declare a provider \"random\" block with alias = \"b\""),
        (instances, "provider = random.a[\"y\"]", "has these keys: \"x\"."),
        (instances, "provider = random.a[each.key]", "Reference to \"each\" in context without for_each"),
        (instances, "provider = random.a[var.nope]", "Reference to undeclared input variable"),
        ("alias = \"a\"\n  for_each = [\"x\"]", "", "it must be a map, or set of strings, and this is of type tuple"),
        ("alias = \"a\"\n  for_each = null", "", "it is null"),
        ("alias = \"a\"\n  for_each = toset([1])", "", "a set must be of strings"),
        ("alias = \"a\"\n  for_each = sensitive({})", "", "it is derived from sensitive values"),
        ("alias = \"a\"\n  for_each = random_pet.a", "", "Value not known early"),
    ] {
        invalid(&with(provider, resource), &[expected]);
    }
    let same = "variable \"all\" {\n  default = {}\n}\nprovider \"random\" {\n  alias = \"a\"\n  for_each = var.all\n}\n\
                resource \"random_pet\" \"a\" {\n  for_each = var.all\n  provider = random.a[each.key]\n}\n";
    let ran = TestEnvironment::of(same).run(&["validate"]).succeeds();
    assert!(ran.stdout.contains("Provider configuration for_each matches resource"), "{}", ran.stdout);
}
