//! Texts and documents, compared with those that Terraform 1.11.4 made of the same plans and states.
//!
//! The plans and states are read from Terraform's documents; see `tests/README.md`.

mod cases;
mod deferred;
mod identity;
mod impact;
mod markdown;
mod pending;
mod read_plan;
mod read_schema;
mod read_value;
mod ui;

use std::collections::BTreeMap;

use cases::{SCHEMAS, Step, recorded, sections};
use landform_addrs::ProviderAddr;
use landform_plan::Mode;
use landform_views::Style;
use landform_views::json::{PlanContext, write_plan, write_provider_schemas, write_state};
use landform_views::plan::{self, PlanOptions};
use landform_views::{output, state};
use read_plan::Reader;
use serde_json::Value as Json;

fn reader() -> Reader {
    let document = recorded(&sections(SCHEMAS), "0 schemas.json").expect("recorded");
    Reader(read_schema::providers(&parse(document)))
}

fn parse(text: &str) -> Json {
    serde_json::from_str(text).expect("JSON")
}

fn mode(step: &Step<'_>) -> Mode {
    let has = |flag| step.line.contains(flag);
    match (has("-destroy"), has("-refresh-only")) {
        (true, _) => Mode::Destroy,
        (_, true) => Mode::RefreshOnly,
        _ => Mode::Normal,
    }
}

/// Compares what `render` makes of each recorded section of a name; all that differ are told.
fn check(name: &str, render: impl Fn(&Step<'_>, &str) -> String) {
    let mut compared = 0;
    let mut differences = Vec::new();
    for case in cases::all() {
        for step in case.steps() {
            let Some(expected) = step.get(name) else { continue };
            compared += 1;
            let actual = render(&step, expected);
            if actual != expected {
                let difference =
                    similar::TextDiff::from_lines(by_lines(expected), by_lines(&actual)).unified_diff().to_string();
                differences.push(format!("{}\n{difference}", step.describe()));
            }
        }
    }
    assert!(compared > 0, "nothing recorded as {name}");
    assert!(differences.is_empty(), "{} of {compared} differ:\n{}", differences.len(), differences.join("\n"));
}

/// JSON with more lines, so that differences are short.
fn by_lines(text: &str) -> String {
    if text.starts_with('{') { text.replace(",\"", ",\n\"") } else { text.to_owned() }
}

#[test]
fn plan_documents() {
    let reader = reader();
    check("plan.json", |step, recorded| {
        let document = parse(recorded);
        let plan = reader.plan(&document, mode(step));
        let version = "1.11.4";
        let context =
            PlanContext { engine_version: version, state_version: version, configuration: &document["configuration"] };
        let mut text = Vec::new();
        write_plan(&plan, &context, &mut text).expect("memory takes everything");
        let written = String::from_utf8(text).expect("UTF-8") + "\n";
        if steady(&written) == steady(recorded) { recorded.to_owned() } else { written }
    });
}

/// The document of a plan without what Terraform does differently from run to run, and without one slip of it: it does
/// not say which planned values of a replaced object are sensitive by their schema. Landform does.
fn steady(document: &str) -> String {
    let mut json = parse(document);
    if let Some(attributes) = json["relevant_attributes"].as_array_mut() {
        attributes.sort_by_cached_key(|item| (item["resource"].to_string(), item["attribute"].to_string()));
    }
    let changes = json["resource_changes"].as_array().cloned().unwrap_or_default();
    let replaced = changes.into_iter().filter(|change| change["change"]["actions"].as_array().map_or(0, Vec::len) == 2);
    let replaced = replaced.map(|change| (change["address"].to_string(), change["change"]["after_sensitive"].clone()));
    steady_module(&mut json["planned_values"]["root_module"], &replaced.collect());
    json.to_string()
}

fn steady_module(module: &mut Json, replaced: &BTreeMap<String, Json>) {
    for resource in module["resources"].as_array_mut().into_iter().flatten() {
        if let Some(sensitive) = replaced.get(&resource["address"].to_string()) {
            resource["sensitive_values"] = sensitive.clone();
        }
    }
    if let Some(children) = module["child_modules"].as_array_mut() {
        children.sort_by_cached_key(|child| child["address"].to_string());
        children.iter_mut().for_each(|child| steady_module(child, replaced));
    }
}

#[test]
fn state_documents() {
    let reader = reader();
    check("state.json", |_, recorded| {
        let state = reader.state(&parse(recorded));
        let mut text = Vec::new();
        write_state(&state, "1.11.4", &mut text).expect("memory takes everything");
        String::from_utf8(text).expect("UTF-8") + "\n"
    });
}

/// In the words of Terraform, without the block that it does not have.
fn as_terraform(text: &str) -> String {
    let text = text.replace("Landform", "Terraform").replace("landform", "terraform");
    let Some((before, block)) = text.split_once("Destroys and replacements:\n") else { return text };
    let lines = block.split_inclusive('\n').skip_while(|line| line.starts_with(' '));
    let rest: String = lines.collect();
    before.to_owned() + rest.strip_prefix('\n').expect("a blank line ends the block")
}

fn plan_text(name: &str, color: bool) {
    let reader = reader();
    check(name, |step, _| {
        let plan = reader.plan(&parse(step.get("plan.json").expect("recorded too")), mode(step));
        let style = Style { color, ..Style::default() };
        as_terraform(&plan::human(&plan, &PlanOptions { style, automation: false }))
    });
}

#[test]
fn plan_texts() {
    plan_text("plan.txt", false);
}

#[test]
fn plan_texts_with_colours() {
    plan_text("plan.color", true);
}

fn state_text(name: &str, color: bool) {
    let reader = reader();
    check(name, |step, _| {
        let found = reader.state(&parse(step.get("state.json").expect("recorded too")));
        let mut text = Vec::new();
        state::write(&found, &Style { color, ..Style::default() }, &mut text).expect("memory takes everything");
        String::from_utf8(text).expect("UTF-8")
    });
}

#[test]
fn state_texts() {
    state_text("state.txt", false);
}

#[test]
fn state_texts_with_colours() {
    state_text("state.color", true);
}

#[test]
fn outputs_after_apply() {
    let reader = reader();
    check("outputs.txt", |step, _| {
        let found = reader.state(&parse(step.get("state.json").expect("recorded too")));
        output::after_apply(&found.outputs, &Style::default())
    });
}

#[test]
fn outputs_as_json() {
    let reader = reader();
    check("output.json", |step, _| {
        let found = reader.state(&parse(step.get("state.json").expect("recorded too")));
        output::json(&found.outputs, None).expect("all outputs")
    });
}

#[test]
fn provider_schemas() {
    let expected = recorded(&sections(SCHEMAS), "0 schemas.json").expect("recorded");
    let providers = reader().0;
    let addresses: Vec<ProviderAddr> =
        providers.keys().map(|name| ProviderAddr::parse_source(name).expect("an address")).collect();
    let mut text = Vec::new();
    write_provider_schemas(addresses.iter().zip(providers.values()), &mut text).expect("memory takes everything");
    assert_eq!(String::from_utf8(text).expect("UTF-8") + "\n", expected);
}
