//! What commands print that only look: graph, show, output, providers.

use crate::environment::TestEnvironment;

#[test]
fn the_graph_of_resources() {
    let environment = TestEnvironment::new(&[
        (
            "main.tf",
            r#"
locals {
  id = terraform_data.a.id
}
resource "terraform_data" "a" {}
resource "terraform_data" "b" {
  count = 2
  input = local.id
}
module "m" {
  source     = "./m"
  text       = terraform_data.a.id
  depends_on = [terraform_data.b]
}
"#,
        ),
        ("m/main.tf", "variable \"text\" {}\nresource \"terraform_data\" \"in\" {\n  input = var.text\n}\n"),
    ]);
    environment.run(&["graph"]).fails(&["Module not installed"]);
    environment.run(&["init"]).succeeds();
    let expected = r#"digraph G {
  rankdir = "RL";
  node [shape = rect, fontname = "sans-serif"];
  "terraform_data.a" [label="terraform_data.a"];
  "terraform_data.b" [label="terraform_data.b"];
  subgraph "cluster_module.m" {
    label = "module.m"
    fontname = "sans-serif"
    "module.m.terraform_data.in" [label="terraform_data.in"];
  }
  "terraform_data.b" -> "terraform_data.a";
  "module.m.terraform_data.in" -> "terraform_data.b";
}
"#;
    assert_eq!(environment.run(&["graph"]).succeeds().stdout, expected);
    environment.run(&["graph", "-type=plan"]).fails(&["Unsupported graph type"]);
}

#[test]
fn a_state_for_people_and_for_programs() {
    let environment = TestEnvironment::of("resource \"random_pet\" \"a\" {}\noutput \"o\" {\n  value = [1]\n}\n");
    assert_eq!(environment.run(&["show"]).succeeds().stdout, "No state.\n");
    assert_eq!(environment.run(&["show", "-json"]).succeeds().stdout, "{\"format_version\":\"1.0\"}\n");
    environment.run(&["init"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    let id = environment.state()["resources"][0]["instances"][0]["attributes"]["id"].clone();
    let expected = format!(
        "# random_pet.a:\nresource \"random_pet\" \"a\" {{\n    id        = {id}\n    length    = 2\n    separator = \"-\"\n}}\n\n\nOutputs:\n\no = [\n    1,\n]\n"
    );
    assert_eq!(environment.run(&["show"]).succeeds().stdout, expected);
    let json = environment.run(&["show", "-json"]).succeeds().stdout;
    let shown: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(shown["values"]["root_module"]["resources"][0]["values"]["id"], id);
    assert!(json.ends_with("}\n"), "{json}");
}
