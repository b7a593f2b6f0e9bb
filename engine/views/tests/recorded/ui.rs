//! The JSON stream, compared line by line. Terraform's order is that of its walk, so lines are compared sorted.

use std::time::Duration;

use landform_addrs::ResourceInstance;
use landform_values::{Type, Value};
use landform_views::json::ui::{ChangeCounts, Message, Summary, plan_messages};
use landform_views::progress::{Event, EventKind, Operation};
use serde_json::Value as Json;

use crate::cases::{self, Step};
use crate::{as_terraform, mode, parse, reader};

/// The recorded lines of one kind, with the documents.
fn recorded_lines(step: &Step<'_>, wanted: impl Fn(&Json) -> bool) -> Vec<(Json, &'static str)> {
    let lines = step.get("ui.jsonl").unwrap_or_default().lines();
    lines.map(|line| (parse(line), line)).filter(|(json, _)| wanted(json)).collect()
}

fn is_of(kinds: &[&str]) -> impl Fn(&Json) -> bool {
    move |json| kinds.iter().any(|kind| json["type"] == *kind)
}

fn line(message: &Message, recorded: &Json) -> String {
    let line = message.line(recorded["@timestamp"].as_str().expect("a time"));
    as_terraform(line.strip_suffix('\n').expect("a line"))
}

/// Compares messages with recorded lines of the same number, each with the time of the other.
fn check_sorted(step: &Step<'_>, messages: Vec<Message>, recorded: &[(Json, &'static str)]) {
    let time = "2026-01-01T00:00:00.000000Z";
    let mut actual: Vec<String> = messages.iter().map(|message| as_terraform(&message.line(time))).collect();
    let at_one_time =
        |(json, line): &(Json, &str)| line.replace(json["@timestamp"].as_str().expect("a time"), time) + "\n";
    let mut expected: Vec<String> = recorded.iter().map(at_one_time).collect();
    actual.sort();
    expected.sort();
    assert_eq!(actual, expected, "{}", step.describe());
}

#[test]
fn messages_about_plans() {
    let reader = reader();
    let mut compared = 0;
    for case in cases::all() {
        for step in case.steps().filter(|step| step.line.starts_with("plan") && step.get("ui.jsonl").is_some()) {
            let plan = reader.plan(&parse(step.get("plan.json").expect("recorded too")), mode(&step));
            let kinds = ["resource_drift", "planned_change", "change_summary", "outputs"];
            let mut recorded = recorded_lines(&step, is_of(&kinds));
            // Nothing is summed up when planning failed.
            if plan.errored {
                recorded.retain(|(json, _)| json["type"] == "planned_change");
                let changes = plan.resource_changes.iter().map(Message::planned_change);
                check_sorted(&step, changes.collect(), &recorded);
            } else {
                check_sorted(&step, plan_messages(&plan).collect(), &recorded);
            }
            compared += recorded.len();
        }
    }
    assert!(compared > 50, "{compared}");
}

#[test]
fn messages_about_progress() {
    let mut kinds = std::collections::BTreeSet::new();
    for case in cases::all() {
        for step in case.steps() {
            for (json, expected) in recorded_lines(&step, |json| json["hook"].is_object()) {
                let message = progress(&json);
                assert_eq!(line(&message, &json), expected, "{}", step.describe());
                kinds.insert(json["type"].as_str().expect("a kind").to_owned());
            }
        }
    }
    let all = [
        "apply_complete",
        "apply_errored",
        "apply_progress",
        "apply_start",
        "ephemeral_op_complete",
        "ephemeral_op_start",
        "provision_complete",
        "provision_errored",
        "provision_progress",
        "provision_start",
        "refresh_complete",
        "refresh_start",
    ];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), all);
}

fn progress(json: &Json) -> Message {
    let hook = &json["hook"];
    let text = |name: &str| hook[name].as_str().unwrap_or_default();
    let address: ResourceInstance =
        hook["resource"]["addr"].as_str().and_then(|text| text.parse().ok()).expect("an address");
    let object = match hook["id_key"].as_str() {
        Some(key) => Value::object([(key, Value::from(text("id_value")))]),
        None => Value::null(Type::Dynamic),
    };
    let elapsed = Duration::from_secs(hook["elapsed_seconds"].as_u64().unwrap_or_default());
    let operation = || operation(text("action"));
    let kind = match json["type"].as_str().expect("a kind") {
        "apply_start" | "ephemeral_op_start" => EventKind::Start(operation(), &object),
        "apply_progress" => EventKind::Progress(operation(), &object, elapsed),
        "apply_complete" | "ephemeral_op_complete" => EventKind::Complete(operation(), &object, elapsed),
        "apply_errored" => EventKind::Errored(operation(), elapsed),
        "provision_start" => EventKind::ProvisionStart(text("provisioner")),
        "provision_progress" => EventKind::ProvisionOutput(text("provisioner"), text("output")),
        "provision_complete" => EventKind::ProvisionComplete(text("provisioner")),
        "provision_errored" => EventKind::ProvisionErrored(text("provisioner")),
        "refresh_start" => EventKind::RefreshStart(&object),
        "refresh_complete" => EventKind::RefreshComplete(&object),
        other => panic!("kind {other}"),
    };
    Event { address: &address, deposed: None, kind }.message().expect("programs are told")
}

fn operation(name: &str) -> Operation {
    match name {
        "create" => Operation::Create,
        "read" => Operation::Read,
        "update" => Operation::Update,
        "delete" => Operation::Delete,
        "open" => Operation::Open,
        "close" => Operation::Close,
        other => panic!("action {other}"),
    }
}

#[test]
fn messages_after_apply() {
    let reader = reader();
    let mut compared = 0;
    for case in cases::all() {
        for step in case.steps().filter(|step| step.line.starts_with("apply") && step.get("ui.jsonl").is_some()) {
            let state = reader.state(&parse(step.get("state.json").expect("recorded too")));
            for (json, expected) in recorded_lines(&step, is_of(&["version", "change_summary", "outputs"])) {
                let message = match json["type"].as_str() {
                    Some("version") => Message::version("1.11.4"),
                    Some("outputs") if json["outputs"].to_string().contains("action") => continue,
                    Some("outputs") => Message::outputs(&state.outputs),
                    _ => summary(&json["changes"]),
                };
                assert_eq!(line(&message, &json), expected, "{}", step.describe());
                compared += 1;
            }
        }
    }
    assert!(compared > 10, "{compared}");
}

fn summary(json: &Json) -> Message {
    let count = |name: &str| json[name].as_u64().and_then(|count| usize::try_from(count).ok()).expect("a count");
    let counts =
        ChangeCounts { add: count("add"), change: count("change"), import: count("import"), remove: count("remove") };
    let summary = match json["operation"].as_str() {
        Some("plan") => Summary::Plan,
        Some("apply") => Summary::Apply,
        Some("destroy") => Summary::Destroy,
        other => panic!("operation {other:?}"),
    };
    Message::change_summary(counts, summary)
}
