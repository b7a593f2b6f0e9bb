//! `landform graph`: how resources depend on each other, in the DOT language.

use std::fmt::Write as _;

use landform_addrs::ConfigResource;
use landform_core::graph::{Related, resource_graph};
use landform_views::quote;

use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Help, Outcome};
use crate::session::Session;
use crate::world::print;

const FLAGS: Flags = &[
    ("type", FlagKind::Value),
    ("plan", FlagKind::Value),
    ("draw-cycles", FlagKind::Bool),
    ("module-depth", FlagKind::Value),
    ("verbose", FlagKind::Bool),
];

pub(crate) const HELP: &str = "\
Usage: landform [global options] graph [options]

  Prints how the resources in configuration depend on each other, in the DOT
  language that GraphViz and others draw.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS], arguments, Help::Before)?;
    args::no_arguments(&parsed)?;
    if parsed.value("type").or(parsed.value("plan")).is_some_and(|given| !given.is_empty()) {
        return Err(Failure::error(
            "Unsupported graph type",
            "Landform draws the relationships of resources in configuration. The steps of an operation are not drawn: leave -type and -plan out.",
        ));
    }
    let (tree, _) = session.load_tree()?;
    let all = resource_graph(&tree, &session.providers(), &session.settings())?;
    print(&dot(&all));
    Ok(0)
}

fn dot(all: &[Related]) -> String {
    let mut text =
        String::from("digraph G {\n  rankdir = \"RL\";\n  node [shape = rect, fontname = \"sans-serif\"];\n");
    if all.is_empty() {
        text.push_str("  /* This configuration does not contain any resources. */\n");
    }
    for module in all.chunk_by(|a, b| a.resource.module == b.resource.module) {
        write_module(&mut text, module);
    }
    for Related { resource, depends_on } in all {
        let from = name(resource);
        for needed in depends_on {
            let _ = writeln!(text, "  {from} -> {};", name(needed));
        }
    }
    text + "}\n"
}

/// The resources of one module; those of a called one in a box.
fn write_module(text: &mut String, resources: &[Related]) {
    let Some(module) = resources.first().map(|first| &first.resource.module) else { return };
    let indent = if module.is_root() { "  " } else { "    " };
    if !module.is_root() {
        let _ = writeln!(text, "  subgraph {} {{", quote(&format!("cluster_{module}")));
        let _ = writeln!(text, "    label = {}\n    fontname = \"sans-serif\"", quote(&module.to_string()));
    }
    for Related { resource, .. } in resources {
        let _ = writeln!(text, "{indent}{} [label={}];", name(resource), quote(&resource.resource.to_string()));
    }
    if !module.is_root() {
        text.push_str("  }\n");
    }
}

fn name(resource: &ConfigResource) -> String {
    quote(&resource.to_string())
}
