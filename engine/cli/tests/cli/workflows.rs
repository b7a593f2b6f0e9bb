//! Whole workflows where one step depends on what another left, recorded from Terraform.

use crate::environment::TestEnvironment;
use crate::planned::check;

#[test]
fn refreshing_takes_outputs_from_a_plan() {
    let root = r#"
variable "v" {
  type    = number
  default = 1
}
resource "terraform_data" "a" {
  input = var.v
}
resource "terraform_data" "b" {
  count = 2
}
output "input" { value = terraform_data.a.input }
output "output" { value = terraform_data.a.output }
output "length" { value = length(terraform_data.b) }
"#;
    let environment = check(
        root,
        &[
            ("refresh", 0, &["Empty or non-existent state", "input = 1", "length = 2"]),
            ("apply -auto-approve", 0, &["3 added"]),
            ("refresh -var=v=2", 0, &["input = 2", "length = 2", "output = 1"]),
            ("refresh one", 1, &["Expected at most one positional argument."]),
        ],
    );
    assert_eq!(environment.state()["outputs"]["input"]["value"], 2);
    assert_eq!(environment.state()["resources"][0]["instances"][0]["attributes"]["input"]["value"], 1);
    fs_err::remove_file(environment.root().join("main.tf")).expect("a file");
    environment.run(&["refresh"]).succeeds().says("length = 2");
    assert_eq!(environment.state_list().len(), 3);
}

#[test]
fn refreshing_alone_reads_what_is_to_be_forgotten() {
    let gone = "main.tf<removed {\n  from = terraform_data.a\n  lifecycle {\n    destroy = false\n  }\n}\n";
    check(
        "resource \"terraform_data\" \"a\" {}\n",
        &[
            ("apply -auto-approve", 0, &["1 added"]),
            (gone, 0, &[]),
            ("plan -refresh-only", 0, &["terraform_data.a: Refreshing state...", "No changes."]),
        ],
    );
}

#[test]
fn a_saved_plan_needs_no_configuration_beside_it() {
    let environment = TestEnvironment::of("resource \"terraform_data\" \"a\" {}\n");
    environment.run(&["plan", "-out=p"]).succeeds();
    environment.write("main.tf", "resource {");
    environment.run(&["apply", "p"]).succeeds().says("1 added");
    environment.run(&["apply", "p"]).fails(&["Saved plan is stale"]);
}

#[test]
fn what_repeats_a_call_is_not_relevant_to_what_it_is_given() {
    let environment = TestEnvironment::new(&[
        (
            "main.tf",
            "resource \"terraform_data\" \"a\" {\n  for_each = toset([\"k\"])\n}\nmodule \"m\" {\n  source = \"./m\"\n  for_each = terraform_data.a\n  x = each.value.id\n}\noutput \"o\" {\n  value = [for it in module.m : it.y]\n}\n",
        ),
        ("m/main.tf", "variable \"x\" {}\noutput \"y\" {\n  value = var.x\n}\n"),
    ]);
    environment.run(&["init"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment.run(&["plan", "-out=p"]).succeeds().says("No changes.");
    let shown = environment.run(&["show", "-json", "p"]).succeeds();
    assert!(!shown.stdout.contains("relevant_attributes"), "{}", shown.stdout);
}

#[test]
fn moves_that_contradict_each_other() {
    let made = "resource \"terraform_data\" \"a\" {}\nresource \"terraform_data\" \"l\" {}\n";
    let moved =
        |from: &str, to: &str| format!("moved {{\n  from = terraform_data.{from}\n  to   = terraform_data.{to}\n}}\n");
    let circle = format!("main.tf<{}{}{}", moved("a", "b"), moved("r", "s"), moved("s", "r"));
    let two = format!("main.tf<{}{}{}", moved("a", "q"), moved("a", "r"), moved("l", "q"));
    check(
        made,
        &[
            ("apply -auto-approve", 0, &["2 added"]),
            (&circle, 0, &[]),
            ("plan", 1, &["terraform_data.a: Refreshing state...", "Cyclic dependency in move statements"]),
            (&two, 0, &[]),
            ("plan", 1, &["terraform_data.l: Refreshing", "terraform_data.q: Refreshing", "Ambiguous move statements"]),
        ],
    );
}

#[test]
fn undeclared_variables_are_told_in_the_order_of_files() {
    check(
        "output \"o\" {\n  value = 1\n}\n",
        &[
            ("terraform.tfvars<zz = 1\n", 0, &[]),
            ("a.auto.tfvars<yy = 1\nzz = 2\n", 0, &[]),
            ("plan", 0, &["\"zz\" but a value was found\nin file \"a.auto.tfvars\"", "variable named \"yy\""]),
        ],
    );
}

#[test]
fn configuration_that_can_not_be_read() {
    let environment = TestEnvironment::of("resource \"terraform_data\" \"a\" {}\n");
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment.write("main.tf", "resource \"terraform_data\" \"a\" {}\nmodule \"m\" {\n  source = \"./m\"\n}\n");
    environment.write("m/main.tf", "");
    let here = ["on main.tf line 2", "not yet installed"];
    let whole = ["on $ROOT/main.tf line 2", "not yet installed"];
    environment.run(&["show"]).fails(&here);
    environment.run(&["show", "-json"]).fails(&here);
    environment.run(&["plan"]).fails(&here);
    for line in
        ["graph", "state show terraform_data.a", "state rm terraform_data.a", "state pull", "taint terraform_data.a"]
    {
        environment.run(&line.split(' ').collect::<Vec<_>>()).fails(&whole);
    }
    environment.run(&["state", "list"]).succeeds().says("terraform_data.a");
    environment.write("main.tf", "resource {");
    environment.run(&["graph"]).fails(&["on main.tf line 1"]);
    environment.run(&["state", "pull"]).fails(&["on $ROOT/main.tf line 1"]);
}

#[test]
fn a_graph_asks_for_no_more_than_it_draws() {
    let root =
        "terraform {\n  required_version = \">= 9\"\n}\nresource \"terraform_data\" \"a\" {\n  input = var.none\n}\n";
    check(
        root,
        &[
            ("graph", 0, &["\"terraform_data.a\" [label=\"terraform_data.a\"]"]),
            ("graph -type=plan", 0, &["[root] terraform_data.a (expand)"]),
            ("graph -type=validate", 1, &["Graph type no longer available", "Use -type=plan instead"]),
            ("plan", 1, &["Unsupported Terraform Core version"]),
        ],
    );
}

#[test]
fn providers_of_called_modules_begin_with_them() {
    let environment = TestEnvironment::new(&[
        ("main.tf", "module \"m\" {\n  source = \"./m\"\n}\n"),
        (
            "m/main.tf",
            "provider \"terraform\" {\n  alias = \"z\"\n}\nresource \"terraform_data\" \"a\" {\n  provider = terraform.z\n}\n",
        ),
    ]);
    environment.run(&["init"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment.run(&["plan", "-destroy", "-out=p"]).succeeds();
    let edge = "module.m.provider[\\\"terraform.io/builtin/terraform\\\"].z\" -> \"[root] module.m (expand)\"";
    environment.run(&["graph", "-plan=p"]).succeeds().says(edge);
}

#[test]
fn states_that_can_not_be_read() {
    let environment = TestEnvironment::of("resource \"terraform_data\" \"a\" {}\n");
    environment.write("terraform.tfstate", "garbage");
    let locked =
        ["Error acquiring the state lock", "Error message: 2 problems:", "to protect the state from being written\nby"];
    for line in ["plan", "apply -auto-approve", "state rm terraform_data.a", "taint terraform_data.a"] {
        environment.run(&line.split(' ').collect::<Vec<_>>()).fails(&locked);
    }
    environment
        .run(&["plan", "-lock=false"])
        .fails(&["Error: Unsupported state file format", "syntax error at byte offset 1"]);
    environment.run(&["state", "list"]).fails(&["Failed to load state: 2 problems:"]);
    environment.run(&["state", "pull"]).fails(&["Failed to refresh state: 2 problems:"]);
    environment.run(&["init"]).fails(&["Error: Error refreshing state: 2 problems:"]);
    environment.run(&["show", "terraform.tfstate"]).fails(&["invalid character 'g' looking for beginning of value"]);
    environment.write("text", "not a plan");
    environment.run(&["show", "text"]).fails(&["invalid character 'o' in literal\nnull (expecting 'u')"]);
    environment.write("terraform.tfstate", "{\"version\": 5}");
    environment
        .run(&["show", "terraform.tfstate"])
        .fails(&["Couldn't show state file", "not supported by Terraform 1.11"]);
}

#[test]
fn warnings_of_configuration_come_before_and_after_an_import() {
    let root = "resource \"terraform_data\" \"a\" {\n  lifecycle {\n    ignore_changes = [\"input\"]\n  }\n}\n";
    let warning = "Quoted references are deprecated";
    check(
        root,
        &[(
            "import terraform_data.a x",
            0,
            &[warning, "Import prepared!", "Import successful!", warning, "one more similar"],
        )],
    );
}
