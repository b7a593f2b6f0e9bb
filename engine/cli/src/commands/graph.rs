//! `landform graph`: how resources depend on each other, in the DOT language.

use std::fmt::Write as _;

use landform_addrs::ConfigResource;
use landform_config::ModuleTree;
use landform_core::graph::{
    Cycles, Drawn, GraphNode, GraphNodeKind, OperationGraph, Related, operation_graph, resource_graph,
};
use landform_state::{LocalConfig, State};
use landform_views::quote;

use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Help, Outcome};
use crate::session::Session;
use crate::world::print;
use crate::{backend, plan_file};

const FLAGS: Flags = &[
    ("type", FlagKind::Value),
    ("plan", FlagKind::Value),
    ("draw-cycles", FlagKind::Bool),
    ("module-depth", FlagKind::Number),
    ("verbose", FlagKind::Bool),
];

pub(crate) const HELP: &str = "\
Usage: landform [global options] graph [options]

  Prints how the resources in configuration depend on each other, in the DOT
  language that GraphViz and others draw.

Options:

  -type=TYPE        Everything that an operation goes by, not only resources:
                    plan, plan-refresh-only, plan-destroy or apply.
  -plan=FILE        What applying this saved plan goes by.
  -draw-cycles      Draw what goes round in a circle; it is an error otherwise.
                    With -type.
  -verbose          Show the ends of providers as nodes, too.
  -module-depth=N   Does nothing, as in Terraform.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS], arguments, Help::Before)?;
    args::no_arguments(&parsed)?;
    let given = |name: &str| parsed.value(name).filter(|given| !given.is_empty());
    let plan = given("plan");
    let Some(kind) = given("type").or(plan.map(|_| "apply")) else {
        let tree = session.load_tree_by_whole_paths()?;
        let state = stored(session, &tree).await?;
        let all = resource_graph(&tree, &session.providers(), &session.settings(), &state)?;
        print(&dot(&all));
        return Ok(0);
    };
    let (tree, planned) = match plan {
        None => (session.load_tree_by_whole_paths()?, None),
        Some(path) => {
            if let Err(why) = session.world.read_file(path) {
                return Err(Failure::text(why.replacen("open ", "stat ", 1)));
            }
            let saved = plan_file::read(session, path, plan_file::Generated::Included)?;
            let (tree, planned) = saved.planned(session).await?;
            (tree, Some(planned))
        }
    };
    let state = match &planned {
        Some(planned) => planned.state.clone(),
        None => stored(session, &tree).await?,
    };
    let drawn = match (kind, &planned) {
        ("plan" | "plan-refresh-only", _) => Drawn::Plan(&state),
        ("plan-destroy", _) => Drawn::PlanDestroy(&state),
        ("apply", None) => Drawn::Apply(&state),
        ("apply", Some(planned)) => Drawn::ApplyPlan(planned),
        ("validate" | "eval", _) => return Err(gone(kind)),
        _ => return Err(Failure::error("Unsupported graph type", KINDS)),
    };
    let cycles = if parsed.is("draw-cycles", false) { Cycles::Drawn } else { Cycles::Error };
    let graph = operation_graph(&tree, &session.providers(), &session.settings(), drawn, cycles)?;
    let detail = if parsed.is("verbose", false) { Detail::Verbose } else { Detail::Brief };
    print(&operation_dot(&graph, detail));
    Ok(0)
}

const KINDS: &str =
    "The -type=... argument must be either \"plan\", \"plan-refresh-only\", \"plan-destroy\", or \"apply\".";

/// A graph that older versions drew.
fn gone(kind: &str) -> Failure {
    let detail =
        format!("The graph type {kind:?} is no longer available. Use -type=plan instead to get a similar result.");
    Failure::error("Graph type no longer available", detail)
}

/// The state as it is; nobody is kept from changing it.
async fn stored(session: &Session, tree: &ModuleTree) -> Result<State, Failure> {
    let store = backend::store(session, tree.root(), &LocalConfig::default()).await?;
    Ok(store.read().await?.unwrap_or_default())
}

/// Whether ends of providers have a shape of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Brief,
    Verbose,
}

fn operation_dot(graph: &OperationGraph, detail: Detail) -> String {
    let mut text = String::from("digraph {\n\tcompound = \"true\"\n\tnewrank = \"true\"\n\tsubgraph \"root\" {\n");
    let name = |node: &GraphNode| quote(&format!("[root] {}", node.name));
    for node in &graph.nodes {
        let (label, shape, count) = match &node.kind {
            GraphNodeKind::Resource { label, count } => (label, "box", *count),
            GraphNodeKind::Provider => (&node.name, "diamond", 1),
            GraphNodeKind::ProviderEnd if detail == Detail::Verbose => (&node.name, "diamond", 1),
            GraphNodeKind::RootVariable => (&node.name, "note", 1),
            GraphNodeKind::ProviderEnd | GraphNodeKind::Other => continue,
        };
        let line = format!("\t\t{} [label = {}, shape = \"{shape}\"]\n", name(node), quote(label));
        text.push_str(&line.repeat(count));
    }
    let edge =
        |(from, to): &(usize, usize)| format!("\t\t{} -> {}\n", name(&graph.nodes[*from]), name(&graph.nodes[*to]));
    let mut edges: Vec<String> = graph.edges.iter().map(edge).collect();
    edges.sort_unstable();
    text.extend(edges);
    text + "\t}\n}\n"
}

fn dot(all: &[Related]) -> String {
    let mut text =
        String::from("digraph G {\n  rankdir = \"RL\";\n  node [shape = rect, fontname = \"sans-serif\"];\n");
    if all.is_empty() {
        text.push_str("  /* This configuration does not contain any resources.         */\n");
        text.push_str("  /* For a more detailed graph, try: landform graph -type=plan */\n");
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
