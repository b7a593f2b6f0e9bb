//! `landform modules`: the modules that are called, with their sources and versions.

use landform_config::check::check_required_versions;
use landform_config::manifest::Manifest;
use landform_config::{ModuleCall, ModuleTree};
use serde_json::json;

use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Outcome};
use crate::outline::Outline;
use crate::session::Session;
use crate::world::print;

const FLAGS: Flags = &[("json", FlagKind::Bool)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] modules [options]

  Lists the modules that the configuration calls, with their sources and
  installed versions.

Options:

  -json    As JSON.
";

/// Runs it.
pub(crate) fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse(&[FLAGS], arguments).map_err(Failure::flags)?;
    if !parsed.positional.is_empty() {
        return Err(super::too_many("Expected no positional arguments"));
    }
    let (tree, _) = session.load_tree_below(session.load_root_of_this_version()?)?;
    let unsupported = check_required_versions(&tree, &session.view.sources);
    if unsupported.has_errors() {
        return Err(unsupported.into());
    }
    let records = records(&tree, &session.manifest()?, 0);
    if parsed.is("json", false) {
        let mut flat = Vec::new();
        flatten(&records, &mut flat);
        let modules = if flat.is_empty() { serde_json::Value::Null } else { flat.into() };
        print(&format!("{}\n", json!({"format_version": "1.0", "modules": modules})));
    } else if records.is_empty() {
        print("No modules found in configuration.\n");
    } else {
        let mut root = Outline::default();
        records.iter().for_each(|record| root.push(outline(record)));
        print(&format!("\nModules declared by configuration:\n{root}\n"));
    }
    Ok(0)
}

/// A called module.
struct Record {
    key: String,
    source: String,
    version: Option<String>,
    constraints: Option<String>,
    children: Vec<Record>,
}

/// What an element of the tree calls, by name.
fn records(tree: &ModuleTree, manifest: &Manifest, index: usize) -> Vec<Record> {
    let node = tree.node(index);
    let mut records: Vec<Record> = node
        .module
        .module_calls
        .values()
        .zip(&node.children)
        .filter_map(|(call, child)| Some(record(tree, manifest, tree.call((*child)?).unwrap_or(call), (*child)?)))
        .collect();
    records.sort_by(|a, b| a.key.cmp(&b.key));
    records
}

fn record(tree: &ModuleTree, manifest: &Manifest, call: &ModuleCall, index: usize) -> Record {
    let entry = manifest.get(&tree.node(index).path);
    Record {
        key: call.name.to_string(),
        source: call.source.as_ref().map(ToString::to_string).unwrap_or_default(),
        version: entry.and_then(|entry| entry.version.as_ref()).map(ToString::to_string),
        constraints: call.version.as_ref().map(ToString::to_string),
        children: records(tree, manifest, index),
    }
}

fn flatten(records: &[Record], into: &mut Vec<serde_json::Value>) {
    for record in records {
        let version = record.version.as_deref().unwrap_or_default();
        into.push(json!({"key": record.key, "source": record.source, "version": version}));
        flatten(&record.children, into);
    }
}

fn outline(record: &Record) -> Outline {
    let mut text = format!("\"{}\"[{}]", record.key, record.source);
    if let Some(version) = &record.version {
        text.push_str(&format!(" {version}"));
        if let Some(constraints) = record.constraints.as_ref().filter(|constraints| *constraints != version) {
            text.push_str(&format!(" ({constraints})"));
        }
    }
    let mut outline = Outline::new(text);
    record.children.iter().for_each(|child| outline.push(self::outline(child)));
    outline
}
