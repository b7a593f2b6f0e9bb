//! Modules as configuration.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::model::{Call, Data, Module, Output, Repetition, Resource};

/// Texts by the paths of their files.
pub(super) type Files = BTreeMap<String, String>;

/// What data sources read.
const SHARED: &str = r#"{
  "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "5c4f0a0e-5f6c-4f9a-8c53-7a1c1c3f2a11",
  "outputs": {
    "text": { "value": "shared", "type": "string" },
    "list": { "value": ["x", "y"], "type": ["list", "string"] },
    "secret": { "value": "hidden", "type": "string", "sensitive": true }
  },
  "resources": []
}
"#;

/// A root module, with blocks that say what was moved and the like.
pub(super) fn root(module: &Module, blocks: &[String]) -> Files {
    let mut files = Files::from([("shared.json".to_owned(), SHARED.to_owned())]);
    add_module(module, "", &mut files);
    files.insert("changes.tf".to_owned(), blocks.concat());
    files
}

fn add_module(module: &Module, folder: &str, files: &mut Files) {
    let mut blocks = vec![
        variable("value", &module.value, module.is_sensitive),
        variable("number", module.number, false),
        variable("switch", module.switch, false),
        block(
            "locals",
            &[argument("list", module.list), argument("map", module.map), argument("text", r#""${var.number}-text""#)],
        ),
    ];
    blocks.extend(module.data.iter().map(data));
    blocks.extend(module.resources.iter().map(resource));
    blocks.extend(module.calls.iter().map(call));
    blocks.extend(module.outputs.iter().map(output));
    blocks.extend(module.check.iter().map(|check| block("check \"check\"", &[condition("assert", Some(check))])));
    files.insert(format!("{folder}main.tf"), blocks.join("\n"));
    for call in &module.calls {
        add_module(&call.module, &format!("{folder}{}/", call.folder), files);
    }
}

fn variable(name: &str, default: &str, is_sensitive: bool) -> String {
    block(&format!("variable \"{name}\""), &[argument("default", default), argument("sensitive", is_sensitive)])
}

fn data(data: &Data) -> String {
    let body = [
        argument("backend", "\"local\""),
        argument("config", "{ path = \"${path.root}/shared.json\" }"),
        list("depends_on", data.depends_on.as_ref()),
    ];
    block("data \"terraform_remote_state\" \"shared\"", &body)
}

fn resource(resource: &Resource) -> String {
    let lifecycle = [
        lines(resource.lifecycle),
        list("replace_triggered_by", resource.replaced_with.as_ref()),
        condition("precondition", resource.precondition),
        condition("postcondition", resource.postcondition),
    ];
    let body = [
        repetition(resource.repetition),
        argument("input", &resource.input),
        resource.triggers.as_ref().map(|triggers| argument("triggers_replace", triggers)).unwrap_or_default(),
        list("depends_on", resource.depends_on.as_ref()),
        block("provisioner \"local-exec\"", &[lines(resource.provisioner)]),
        block("lifecycle", &lifecycle),
    ];
    block(&format!("resource \"terraform_data\" \"{}\"", resource.name), &body)
}

fn call(call: &Call) -> String {
    let body = [
        argument("source", format!("\"./{}\"", call.folder)),
        repetition(call.repetition),
        call.value.as_ref().map(|value| argument("value", value)).unwrap_or_default(),
        list("depends_on", call.depends_on.as_ref()),
    ];
    block(&format!("module \"{}\"", call.name), &body)
}

fn output(output: &Output) -> String {
    let body = [argument("value", &output.value), argument("sensitive", output.is_sensitive)];
    block(&format!("output \"{}\"", output.name), &body)
}

fn repetition(repetition: Repetition) -> String {
    match repetition {
        Repetition::None => String::new(),
        Repetition::Count(count) => argument("count", count),
        Repetition::ForEach(each) => argument("for_each", each),
    }
}

fn condition(kind: &str, condition: Option<impl Display>) -> String {
    let condition =
        condition.map(|condition| argument("condition", condition) + "error_message = \"It does not hold.\"\n");
    block(kind, &condition.into_iter().collect::<Vec<_>>())
}

fn argument(name: &str, value: impl Display) -> String {
    format!("{name} = {value}\n")
}

/// A list of one item, if there is one.
fn list(name: &str, item: Option<impl Display>) -> String {
    item.map(|item| argument(name, format!("[{item}]"))).unwrap_or_default()
}

/// Arguments with commas between them, each in a line.
fn lines(arguments: Option<&str>) -> String {
    arguments.map(|arguments| arguments.replace(", ", "\n") + "\n").unwrap_or_default()
}

/// A block; nothing if it would be empty.
fn block(head: &str, body: &[String]) -> String {
    let body: String = body.concat().lines().map(|line| format!("  {line}\n")).collect();
    if body.is_empty() { body } else { format!("{head} {{\n{body}}}\n") }
}
