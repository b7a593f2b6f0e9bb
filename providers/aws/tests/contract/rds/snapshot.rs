//! `aws_db_snapshot`.

use std::time::Duration;

use landform_simulator::Fault;
use landform_values::Value;
use serde_json::{Value as Json, json};

use super::instance::{KIND as INSTANCE, database};
use crate::harness::{Contract, World, told};
use crate::outside;

const KIND: &str = "aws_db_snapshot";

fn snapshot(more: Json) -> Json {
    let mut config = json!({ "db_instance_identifier": "${db.identifier}", "db_snapshot_identifier": "before" });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

#[tokio::test]
async fn database_snapshot() {
    Contract::new(KIND, snapshot(json!({ "tags": { "Name": "a" }, "shared_accounts": ["111111111111"] })))
        .needs("db", INSTANCE, database(json!({})))
        .needs("other", INSTANCE, database(json!({ "identifier": "other" })))
        .update(snapshot(
            json!({ "tags": { "Name": "b", "X": "y" }, "shared_accounts": ["222222222222", "333333333333"] }),
        ))
        .update(snapshot(json!({ "shared_accounts": ["all"] })))
        .update(snapshot(json!({ "tags": { "Name": "c" } })))
        .replaced_by(snapshot(json!({ "db_snapshot_identifier": "after" })))
        .replaced_by(snapshot(json!({ "db_instance_identifier": "${other.identifier}" })))
        .hold()
        .await;
}

#[tokio::test]
async fn names_do_not_tell_capitals() {
    let config = snapshot(json!({ "db_snapshot_identifier": "Before-2026", "db_instance_identifier": "DATA" }));
    let database = database(json!({}));
    Contract::new(KIND, config).needs("db", INSTANCE, database).import_by("${it.db_snapshot_identifier}").hold().await;
}

#[tokio::test]
async fn it_keeps_what_the_database_was() {
    let mut world = World::new().await;
    world.make("db", INSTANCE, database(json!({ "storage_type": "gp3", "allocated_storage": 400 }))).await;
    let made = world.make("snapshot", KIND, snapshot(json!({}))).await;
    assert_eq!((made.text("id"), made.text("status"), made.text("snapshot_type")), ("before", "available", "manual"));
    assert_eq!((made.text("engine"), made.text("storage_type")), ("postgres", "gp3"));
    assert_eq!((made.get("allocated_storage"), made.get("iops")), (&Value::number(400_i64), &Value::number(3000_i64)));
    assert_eq!(made.get("port"), &Value::number(5432_i64));
    assert!(made.text("db_snapshot_arn").ends_with(":snapshot:before") && made.text("vpc_id").starts_with("vpc-"));
    assert_eq!(made.get("encrypted"), &Value::from(false));
    world.clear().await;
}

#[tokio::test]
async fn many_are_read_at_once() {
    let mut world = World::new().await;
    world.make("db", INSTANCE, database(json!({}))).await;
    let mut made = Vec::new();
    for name in ["one", "two", "three"] {
        made.push(world.make(name, KIND, snapshot(json!({ "db_snapshot_identifier": name }))).await);
    }
    world.account.reset_calls();
    assert!(world.read(&made).await.iter().all(Option::is_some));
    let calls = world.account.calls();
    assert_eq!((calls.of("rds.DescribeDBSnapshots"), calls.of("rds.DescribeDBSnapshotAttributes")), (1, 3), "{calls}");
    assert_eq!(calls.total(), 4, "{calls}");
    world.clear().await;
}

#[tokio::test]
async fn a_lost_answer_is_no_error() {
    let mut world = World::new().await;
    world.make("db", INSTANCE, database(json!({}))).await;
    world.account.fault(&Fault::reset_after("rds.CreateDBSnapshot").times(1));
    world.make("snapshot", KIND, snapshot(json!({}))).await;
    assert_eq!(world.account.calls().of("rds.CreateDBSnapshot"), 2);
    let (_, said) = world.try_make(KIND, &snapshot(json!({}))).await;
    assert!(told(&said).contains("snapshot before of DB instance data"), "{}", told(&said));
    world.clear().await;
}

#[tokio::test]
async fn a_database_that_is_busy_has_no_snapshot_made() {
    let world = World::new().await;
    world.account.transitions_take(Duration::from_secs(20));
    world.try_make(INSTANCE, &database(json!({ "timeouts": { "create": "0s" } }))).await;
    let (none, said) = world.try_make(KIND, &snapshot(json!({ "db_instance_identifier": "data" }))).await;
    assert!(none.value.is_null() && told(&said).contains("try again once it is"), "{}", told(&said));
}

#[tokio::test]
async fn it_is_shared_once_it_is_ready() {
    let mut world = World::new().await;
    world.make("db", INSTANCE, database(json!({}))).await;
    world.account.transitions_take(Duration::from_secs(4));
    let wanted = snapshot(json!({ "shared_accounts": ["111111111111"], "timeouts": { "create": "1s" } }));
    let (begun, said) = world.try_make(KIND, &wanted).await;
    assert!(told(&said).contains("still creating"), "{}", told(&said));
    assert_eq!((begun.text("status"), begun.get("shared_accounts").length()), ("creating", Some(0)));

    let config = world.config(KIND, &wanted).await;
    let plan = world.plan(KIND, Some(&begun), &config).await;
    assert!(plan.unfinished && plan.requires_replace.is_empty());
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (made, said) = world.try_apply(KIND, Some(&begun), &config, plan).await;
    assert!(said.is_empty(), "{}", told(&said));
    assert_eq!((made.text("status"), made.get("shared_accounts").length()), ("available", Some(1)));
    assert_eq!(world.account.calls().of("rds.CreateDBSnapshot"), 1);
    world.delete(&made).await;
    world.account.transitions_take(Duration::ZERO);
    world.clear().await;
}

#[tokio::test]
async fn what_an_interrupted_run_was_making_is_waited_for() {
    let mut world = World::new().await;
    world.make("db", INSTANCE, database(json!({}))).await;
    let wanted = snapshot(json!({ "shared_accounts": ["111111111111"] }));
    let config = world.config(KIND, &wanted).await;
    assert!(world.find(KIND, &config).await.is_none());

    world.account.transitions_take(Duration::from_secs(6));
    world.try_make(KIND, &snapshot(json!({ "timeouts": { "create": "0s" } }))).await;
    let found = world.find(KIND, &config).await.expect("it is found while it is being made");
    assert_eq!(found.text("status"), "creating");
    let plan = world.plan(KIND, Some(&found), &config).await;
    assert!(plan.unfinished && plan.requires_replace.is_empty());
    let (made, said) = world.try_apply(KIND, Some(&found), &config, plan).await;
    assert!(said.is_empty(), "{}", told(&said));
    assert_eq!((made.text("status"), made.get("shared_accounts").length()), ("available", Some(1)));

    // One that is ready is not.
    let found = world.find(KIND, &config).await.expect("it is found");
    let plan = world.plan(KIND, Some(&found), &config).await;
    assert!(!plan.unfinished && plan.planned == found.value);
    world.delete(&made).await;
    world.account.transitions_take(Duration::ZERO);
    world.clear().await;
}

#[tokio::test]
async fn one_that_is_being_made_is_deleted_once_it_is_ready() {
    let world = World::new().await;
    let (database, _) = world.try_make(INSTANCE, &database(json!({}))).await;
    world.account.transitions_take(Duration::from_secs(2));
    let wanted =
        json!({ "db_instance_identifier": "data", "db_snapshot_identifier": "s", "timeouts": { "create": "0s" } });
    let (mut begun, _) = world.try_make(KIND, &wanted).await;
    begun.value = begun.value.with_attribute("timeouts", Value::null(begun.get("timeouts").ty()));
    world.delete(&begun).await;
    world.account.transitions_take(Duration::ZERO);
    world.delete(&database).await;
    assert_eq!(world.account.objects(), []);
}

#[tokio::test]
async fn what_rds_makes_by_itself_can_be_read() {
    let mut world = World::new().await;
    world.make("db", INSTANCE, database(json!({ "backup_retention_period": 1 }))).await;
    let rds = outside::rds(&world.account);
    let listed = rds.describe_db_snapshots().snapshot_type("automated").send().await.expect("the snapshots");
    let name = listed.db_snapshots()[0].db_snapshot_identifier().expect("a name").to_owned();
    let imported = world.import(KIND, &name).await;
    assert_eq!((imported.text("snapshot_type"), imported.get("shared_accounts").length()), ("automated", Some(0)));
    let said = told(&world.try_delete(&imported).await);
    assert!(said.contains("Only manual snapshots"), "{said}");
    world.clear().await;
}

#[tokio::test]
async fn invalid_snapshots() {
    let world = World::new().await;
    for name in ["1a", "a--b", "a-", "a_b"] {
        let config = json!({ "db_instance_identifier": "data", "db_snapshot_identifier": name });
        let told = told(&world.validate(KIND, &config).await);
        assert!(told.contains("must begin with a letter"), "{name}: {told}");
    }
}
