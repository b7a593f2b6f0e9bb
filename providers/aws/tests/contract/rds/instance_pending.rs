//! Changes of databases that wait for the maintenance window, and waits that outlive their timeout.

use std::time::Duration;

use landform_values::Value;
use serde_json::{Value as Json, json};

use super::instance::{KIND, database};
use crate::harness::{Object, World, told};
use crate::outside;

fn later(more: Json) -> Json {
    let mut config = database(json!({ "apply_immediately": false, "maintenance_window": "sun:05:00-sun:06:00" }));
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

fn notes(plan: &landform_provider_api::PlanResponse) -> String {
    plan.notes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

async fn change(world: &World, object: &Object, config: &Json) -> Object {
    let config = world.config(KIND, config).await;
    let plan = world.plan(KIND, Some(object), &config).await;
    world.apply(KIND, Some(object), &config, plan).await
}

/// The window comes: RDS makes what is pending.
async fn let_the_window_pass(world: &World) {
    let rds = outside::rds(&world.account);
    let request = rds.modify_db_instance().db_instance_identifier("data").apply_immediately(true);
    request.send().await.expect("the simulator makes what is pending");
}

#[tokio::test]
async fn a_change_is_postponed_then_pending_then_done() {
    let mut world = World::new().await;
    let made = world.make("it", KIND, later(json!({}))).await;
    let wanted = later(json!({ "instance_class": "db.m7g.large", "allocated_storage": 30, "engine_version": "17.3",
        "copy_tags_to_snapshot": true }));
    let config = world.config(KIND, &wanted).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    for name in ["instance_class", "allocated_storage", "engine_version"] {
        let note = format!("{name} waits for the maintenance window (sun:05:00-sun:06:00)");
        assert!(notes(&plan).contains(&note), "{note}: {}", notes(&plan));
    }
    assert!(!notes(&plan).contains("copy_tags_to_snapshot"), "{}", notes(&plan));

    let object = world.apply(KIND, Some(&made), &config, plan).await;
    let read = world.read_one(&object).await.expect("the database is there");
    assert_eq!((read.text("instance_class"), read.text("engine_version")), ("db.m7g.large", "17.3"));
    assert_eq!(read.text("engine_version_actual"), "17.2");
    let plan = world.plan(KIND, Some(&read), &config).await;
    assert_eq!(plan.planned, read.value, "what is pending is no difference");
    let note = "instance_class is db.t4g.micro until the maintenance window (sun:05:00-sun:06:00), then db.m7g.large";
    assert!(notes(&plan).contains(note), "{}", notes(&plan));

    let_the_window_pass(&world).await;
    let done = world.read_one(&read).await.expect("the database is there");
    assert_eq!(done.text("engine_version_actual"), "17.3");
    let plan = world.plan(KIND, Some(&done), &config).await;
    assert_eq!(plan.planned, done.value);
    assert_eq!(notes(&plan), "");
    world.clear().await;
}

#[tokio::test]
async fn what_is_pending_can_be_taken_back_or_hastened() {
    let mut world = World::new().await;
    let made = world.make("it", KIND, later(json!({ "engine_version": "17.2" }))).await;
    let wanted = later(json!({ "instance_class": "db.m7g.large", "engine_version": "17.3" }));
    let pending = change(&world, &made, &wanted).await;
    let back = change(&world, &pending, &later(json!({ "engine_version": "17.2" }))).await;
    assert_eq!((back.text("instance_class"), back.text("engine_version")), ("db.t4g.micro", "17.2"));
    let config = world.config(KIND, &later(json!({ "engine_version": "17.2" }))).await;
    assert_eq!(notes(&world.plan(KIND, Some(&back), &config).await), "");

    let pending = change(&world, &back, &wanted).await;
    let mut at_once = wanted;
    at_once["apply_immediately"] = json!(true);
    let done = change(&world, &pending, &at_once).await;
    assert_eq!(done.text("engine_version_actual"), "17.3");
    let config = world.config(KIND, &at_once).await;
    assert_eq!(notes(&world.plan(KIND, Some(&done), &config).await), "");
    world.clear().await;
}

#[tokio::test]
async fn parameters_that_wait_for_a_reboot_are_told_of() {
    let mut world = World::new().await;
    world.make("group", "aws_db_parameter_group", json!({ "name": "tuned", "family": "postgres17" })).await;
    let made = world.make("it", KIND, later(json!({}))).await;
    let wanted = later(json!({ "parameter_group_name": "tuned" }));
    let changed = change(&world, &made, &wanted).await;
    let config = world.config(KIND, &wanted).await;
    let plan = world.plan(KIND, Some(&changed), &config).await;
    assert_eq!(plan.planned, changed.value);
    assert!(notes(&plan).contains("parameter_group_name changes with the next reboot"), "{}", notes(&plan));
    outside::rds(&world.account).reboot_db_instance().db_instance_identifier("data").send().await.expect("a reboot");
    let read = world.read_one(&changed).await.expect("the database is there");
    assert_eq!(notes(&world.plan(KIND, Some(&read), &config).await), "");
    world.clear().await;
}

#[tokio::test]
async fn a_wait_that_takes_too_long_goes_on_in_the_next_run() {
    let world = World::new().await;
    world.account.transitions_take(Duration::from_secs(4));
    let wanted = database(json!({ "timeouts": { "create": "1s" } }));
    let (begun, said) = world.try_make(KIND, &wanted).await;
    assert!(told(&said).contains("still creating"), "{}", told(&said));
    assert_eq!(begun.text("status"), "creating");
    assert!(begun.text("id").starts_with("db-") && begun.get("address").is_null());

    let config = world.config(KIND, &wanted).await;
    let plan = world.plan(KIND, Some(&begun), &config).await;
    assert!(plan.unfinished, "the next run goes on");
    assert!(plan.requires_replace.is_empty());
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (made, said) = world.try_apply(KIND, Some(&begun), &config, plan).await;
    assert!(said.is_empty(), "{}", told(&said));
    assert_eq!((made.text("status"), made.text("id")), ("available", begun.text("id")));
    assert!(made.get("endpoint").as_str().is_some_and(|it| it.ends_with(":5432")), "{:?}", made.get("endpoint"));
    assert_eq!(world.account.calls().of("rds.CreateDBInstance"), 1);
    let plan = world.plan(KIND, Some(&made), &config).await;
    assert!(!plan.unfinished && plan.planned == made.value);
}

#[tokio::test]
async fn changes_at_once_are_waited_for() {
    let mut world = World::new().await;
    let made = world.make("it", KIND, database(json!({}))).await;
    world.account.transitions_take(Duration::from_secs(2));
    let changed = change(&world, &made, &database(json!({ "instance_class": "db.m7g.large" }))).await;
    assert_eq!(changed.get("status"), &Value::from("available"));
    world.account.transitions_take(Duration::ZERO);
    world.clear().await;
}
