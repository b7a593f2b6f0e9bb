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
}

/// The nodes with a shape and the edges of a graph; `P` is the provider, and resources are called without their type.
fn nodes_and_edges(graph: &str) -> Vec<String> {
    let plain = |line: &str| {
        let line = line.trim().replace("[root] ", "").replace("terraform_data.", "");
        let line = line.replace("provider[\\\"terraform.io/builtin/terraform\\\"]", "P").replace('"', "");
        match line.split_once(" [label = ") {
            Some((name, rest)) => {
                format!("{name}: {}", rest.split("shape = ").last().unwrap_or_default().trim_end_matches(']'))
            }
            None => line,
        }
    };
    graph.lines().map(plain).filter(|line| line.contains(" -> ") || line.contains(": ")).collect()
}

#[test]
fn the_graphs_of_operations() {
    let module = "variable \"input\" {}\nresource \"terraform_data\" \"x\" {\n  input = var.input\n}\noutput \"o\" {\n  value = terraform_data.x.output\n}\n";
    let before = r#"
variable "v" {
  default = "x"
  validation {
    condition     = var.v != ""
    error_message = "Empty."
  }
}
resource "terraform_data" "a" {
  triggers_replace = var.v
}
module "m" {
  source = "./m"
  input  = terraform_data.a.id
}
"#;
    let gone = "resource \"terraform_data\" \"gone\" {\n  input = terraform_data.a.id\n}\n";
    let environment = TestEnvironment::new(&[("main.tf", &format!("{before}{gone}")), ("m/main.tf", module)]);
    environment.run(&["init"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    let check =
        "check \"c\" {\n  assert {\n    condition     = module.m.o != \"\"\n    error_message = \"Empty.\"\n  }\n}\n";
    environment.write("main.tf", &format!("{before}{check}"));
    let graph =
        |arguments: &[&str]| nodes_and_edges(&environment.run(&[&["graph"], arguments].concat()).succeeds().stdout);
    // All as Terraform has it.
    let expected = [
        "module.m.x (expand): box",
        "P: diamond",
        "a (expand): box",
        "gone (orphan): box",
        "var.v: note",
        "check.c (expand) -> check.c (report)",
        "check.c (expand) -> module.m.output.o (expand)",
        "module.m (close) -> module.m.output.o (expand)",
        "module.m.output.o (expand) -> module.m.x (expand)",
        "module.m.x (expand) -> module.m.var.input (expand)",
        "module.m.var.input (expand) -> module.m (expand)",
        "module.m.var.input (expand) -> a (expand)",
        "P (close) -> module.m.x (expand)",
        "P (close) -> gone (orphan)",
        "root -> check.c (expand)",
        "root -> module.m (close)",
        "root -> P (close)",
        "a (expand) -> P",
        "a (expand) -> var.v (validation)",
        "gone (orphan) -> P",
        "var.v (validation) -> var.v",
    ];
    assert_eq!(graph(&["-type=plan"]), expected);
    let expected = [
        "module.m.x (destroy): box",
        "P: diamond",
        "a (destroy): box",
        "gone (destroy): box",
        "module.m.x (destroy) -> P",
        "P (close) -> a (destroy)",
        "root -> P (close)",
        "a (destroy) -> module.m.x (destroy)",
        "a (destroy) -> gone (destroy)",
        "gone (destroy) -> P",
    ];
    assert_eq!(graph(&["-type=plan-destroy"]), expected);
    environment.run(&["plan", "-var=v=y", "-out=p"]).succeeds();
    let expected = [
        "module.m.x: box",
        "module.m.x (expand): box",
        "P: diamond",
        "a: box",
        "a (destroy): box",
        "a (expand): box",
        "gone (destroy): box",
        "var.v: note",
        "check.c (expand) -> module.m.output.o (expand)",
        "module.m (close) -> module.m.output.o (expand)",
        "module.m.output.o (expand) -> module.m.x",
        "module.m.x (expand) -> module.m.var.input (expand)",
        "module.m.x -> module.m.x (expand)",
        "module.m.var.input (expand) -> module.m (expand)",
        "module.m.var.input (expand) -> a",
        "P (close) -> module.m.x",
        "root -> check.c (expand)",
        "root -> module.m (close)",
        "root -> P (close)",
        "a (destroy) -> gone (destroy)",
        "a (expand) -> P",
        "a (expand) -> var.v (validation)",
        "a -> a (destroy)",
        "a -> a (expand)",
        "gone (destroy) -> P",
        "var.v (validation) -> var.v",
    ];
    assert_eq!(graph(&["-plan=p"]), expected);
    let verbose = graph(&["-type=plan-refresh-only", "-verbose", "-module-depth=1"]);
    assert!(verbose.contains(&"P (close): diamond".to_owned()), "{verbose:?}");
    environment.run(&["graph", "-type=nosuch"]).fails(&["must be either \"plan\", \"plan-refresh-only\""]);
    environment.write("main.tf", "locals {\n  a = local.b\n  b = local.a\n}\n");
    environment.run(&["graph", "-type=plan"]).fails(&["Cycle: "]);
    let drawn = graph(&["-type=plan", "-draw-cycles"]);
    assert!(drawn.contains(&"local.a (expand) -> local.b (expand)".to_owned()), "{drawn:?}");
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
