//! `aws_db_instance`.

use landform_simulator::Fault;
use landform_values::Value;
use serde_json::{Value as Json, json};

use crate::harness::{Contract, World, told};

pub(super) const KIND: &str = "aws_db_instance";

/// A database with more or other settings.
pub(super) fn database(more: Json) -> Json {
    let mut config = json!({
        "identifier": "data", "engine": "postgres", "instance_class": "db.t4g.micro", "allocated_storage": 20,
        "username": "root", "password": "12345678", "skip_final_snapshot": true, "apply_immediately": true,
    });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

const NOT_TOLD: [&str; 6] = [
    "password",
    "apply_immediately",
    "final_snapshot_identifier",
    "allow_major_version_upgrade",
    "engine_version",
    "password_wo_version",
];

#[tokio::test]
async fn database_instance() {
    let plenty = json!({ "storage_type": "gp3", "allocated_storage": 400, "iops": 12000, "storage_throughput": 500 });
    Contract::new(KIND, database(json!({ "engine_version": "15", "tags": { "Name": "a" } })))
        .needs("group", "aws_db_parameter_group", json!({ "name": "tuned", "family": "postgres15" }))
        .update(database(json!({ "tags": { "Name": "b", "X": "y" }, "instance_class": "db.m7g.large", "engine_version": "15" })))
        .update(database(json!({ "backup_retention_period": 7, "backup_window": "03:00-04:00", "multi_az": true,
            "maintenance_window": "Sun:05:00-Sun:06:00", "deletion_protection": true, "engine_version": "15" })))
        .update(database(json!({ "enabled_cloudwatch_logs_exports": ["postgresql", "upgrade"], "max_allocated_storage": 100,
            "performance_insights_enabled": true, "iam_database_authentication_enabled": true, "engine_version": "15" })))
        .update(database(json!({ "enabled_cloudwatch_logs_exports": ["upgrade"], "copy_tags_to_snapshot": true,
            "auto_minor_version_upgrade": false, "publicly_accessible": true, "parameter_group_name": "${group.id}",
            "engine_version": "15" })))
        .update(database(plenty))
        .update(database(json!({ "engine_version": "16.6", "allow_major_version_upgrade": true, "allocated_storage": 400,
            "parameter_group_name": "default.postgres16" })))
        .replaced_by(database(json!({ "storage_encrypted": true, "allocated_storage": 400 })))
        .replaced_by(database(json!({ "username": "other", "allocated_storage": 400 })))
        .replaced_by(database(json!({ "engine": "mysql", "allocated_storage": 400 })))
        .unseen(&["allow_major_version_upgrade", "engine_version", "password"])
        .unknown_to_import(&NOT_TOLD)
        .import_by("${it.identifier}")
        .hold()
        .await;
}

#[tokio::test]
async fn generated_names() {
    let config = json!({
        "identifier_prefix": "data-", "engine": "mysql", "instance_class": "db.t4g.micro", "allocated_storage": 20,
        "username": "root", "manage_master_user_password": true, "skip_final_snapshot": true, "tags": { "Name": "a" },
    });
    Contract::new(KIND, config).unknown_to_import(&NOT_TOLD).hold().await;
}

#[tokio::test]
async fn a_rename_keeps_the_database() {
    let mut world = World::new().await;
    let made = world.make("it", KIND, database(json!({}))).await;
    let config = world.config(KIND, &database(json!({ "identifier": "renamed" }))).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    assert!(plan.requires_replace.is_empty());
    let renamed = world.apply(KIND, Some(&made), &config, plan).await;
    assert_eq!((renamed.text("id"), renamed.text("identifier")), (made.text("id"), "renamed"));
    assert!(renamed.text("address").starts_with("renamed."));
    world.delete(&renamed).await;
}

#[tokio::test]
async fn many_are_read_at_once() {
    let mut world = World::new().await;
    let mut made = Vec::new();
    for name in ["one", "two", "three"] {
        made.push(world.make(name, KIND, database(json!({ "identifier": name }))).await);
    }
    world.account.reset_calls();
    assert!(world.read(&made).await.iter().all(Option::is_some));
    assert_eq!(world.account.calls().total(), 1, "{}", world.account.calls());
    world.clear().await;
}

#[tokio::test]
async fn passwords() {
    let mut world = World::new().await;
    let write_only = |version: i64, password: &str| {
        let mut config = database(json!({ "password_wo": password, "password_wo_version": version }));
        config.as_object_mut().expect("an object").remove("password");
        config
    };
    let made = world.make("it", KIND, write_only(1, "12345678")).await;
    assert!(made.get("password_wo").is_null());
    // Without another version, nothing is sent.
    let config = world.config(KIND, &write_only(1, "87654321")).await;
    assert_eq!(world.plan(KIND, Some(&made), &config).await.planned, made.value);
    let config = world.config(KIND, &write_only(2, "short")).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    let (_, said) = world.try_apply(KIND, Some(&made), &config, plan).await;
    assert!(told(&said).contains("shorter than 8") && !told(&said).contains("\"short\""), "{}", told(&said));

    let mut managed = database(json!({ "manage_master_user_password": true }));
    managed.as_object_mut().expect("an object").remove("password");
    let config = world.config(KIND, &managed).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    let now = world.apply(KIND, Some(&made), &config, plan).await;
    let secret = now.get("master_user_secret").as_sequence().expect("a list").first().cloned().expect("a secret");
    assert!(secret.get_attribute("secret_arn").and_then(Value::as_str).is_some_and(|arn| arn.contains("rds!db-")));
    let config = world.config(KIND, &database(json!({ "password": "abcdefgh" }))).await;
    let plan = world.plan(KIND, Some(&now), &config).await;
    let now = world.apply(KIND, Some(&now), &config, plan).await;
    assert_eq!(now.get("master_user_secret").length(), Some(0));
    world.delete(&now).await;
}

#[tokio::test]
async fn databases_made_of_others() {
    let mut world = World::new().await;
    let source = world
        .make("source", KIND, database(json!({ "backup_retention_period": 1, "final_snapshot_identifier": "last" })))
        .await;
    let replica = json!({ "identifier": "replica", "instance_class": "db.t4g.small", "replicate_source_db": "data",
        "skip_final_snapshot": true, "apply_immediately": true, "maintenance_window": "sun:05:00-sun:06:00" });
    let made = world.make("replica", KIND, replica.clone()).await;
    assert_eq!((made.text("replicate_source_db"), made.text("maintenance_window")), ("data", "sun:05:00-sun:06:00"));
    let mut alone = replica;
    alone.as_object_mut().expect("an object").remove("replicate_source_db");
    let config = world.config(KIND, &alone).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    let promoted = world.apply(KIND, Some(&made), &config, plan).await;
    assert_eq!(promoted.get("replicate_source_db").as_str().unwrap_or_default(), "");

    let mut last = source.clone();
    last.value = last.value.with_attribute("skip_final_snapshot", false.into());
    world.delete(&last).await;
    let restored = json!({ "identifier": "restored", "instance_class": "db.t4g.small", "snapshot_identifier": "last",
        "skip_final_snapshot": true, "password": "another-one", "max_allocated_storage": 50 });
    let restored = world.make("restored", KIND, restored).await;
    assert_eq!((restored.text("engine"), restored.text("username")), ("postgres", "root"));
    assert_eq!(restored.get("max_allocated_storage"), &Value::number(50_i64));

    let moment = json!([{ "source_db_instance_identifier": "restored", "use_latest_restorable_time": true }]);
    let earlier = json!({ "identifier": "earlier", "instance_class": "db.t4g.small", "restore_to_point_in_time": moment,
        "skip_final_snapshot": true });
    let earlier = world.make("earlier", KIND, earlier).await;
    assert_eq!(earlier.text("engine"), "postgres");
    world.clear().await;
}

#[tokio::test]
async fn a_last_snapshot_is_made_unless_it_is_not_wanted() {
    let world = World::new().await;
    let (nameless, _) = world.try_make(KIND, &database(json!({ "skip_final_snapshot": false }))).await;
    world.account.reset_calls();
    let said = told(&world.try_delete(&nameless).await);
    assert!(said.contains("final_snapshot_identifier"), "{said}");
    assert_eq!(world.account.calls().of("rds.DeleteDBInstance"), 0);

    let (protected, _) =
        world.try_make(KIND, &database(json!({ "identifier": "kept", "deletion_protection": true }))).await;
    let said = told(&world.try_delete(&protected).await);
    assert!(said.contains("Set deletion_protection = false"), "{said}");
}

#[tokio::test]
async fn what_the_service_adds_is_no_difference() {
    let mut world = World::new().await;
    let made = world.make("it", KIND, database(json!({ "max_allocated_storage": 100 }))).await;
    let mut grown = made.clone();
    grown.value = grown.value.with_attribute("allocated_storage", Value::number(35_i64));
    let config = world.config(KIND, &database(json!({ "max_allocated_storage": 100 }))).await;
    assert_eq!(world.plan(KIND, Some(&grown), &config).await.planned, grown.value);
    let larger = database(json!({ "max_allocated_storage": 100, "allocated_storage": 40 }));
    let config = world.config(KIND, &larger).await;
    let planned = world.plan(KIND, Some(&grown), &config).await.planned;
    assert_eq!(planned.get_attribute("allocated_storage"), Some(&Value::number(40_i64)));
    world.clear().await;
}

#[tokio::test]
async fn versions_may_be_said_in_part() {
    let mut world = World::new().await;
    let made = world.make("it", KIND, database(json!({ "engine_version": "15" }))).await;
    assert_eq!((made.text("engine_version"), made.text("engine_version_actual")), ("15", "15.10"));
    let imported = world.import(KIND, "data").await;
    assert_eq!(imported.text("engine_version"), "15.10");
    let config = world.config(KIND, &database(json!({ "engine_version": "15" }))).await;
    let plan = world.plan(KIND, Some(&imported), &config).await;
    assert_eq!(plan.planned.get_attribute("engine_version").and_then(Value::as_str), Some("15.10"));
    // To say which one it is changes nothing.
    let config = world.config(KIND, &database(json!({ "engine_version": "15.10" }))).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    world.account.reset_calls();
    world.apply(KIND, Some(&made), &config, plan).await;
    assert_eq!(world.account.calls().of("rds.ModifyDBInstance"), 0);
    world.clear().await;
}

#[tokio::test]
async fn a_lost_answer_is_no_error() {
    let mut world = World::new().await;
    world.account.fault(&Fault::reset_after("rds.CreateDBInstance").times(1));
    let made = world.make("it", KIND, database(json!({}))).await;
    assert!(made.text("id").starts_with("db-"));
    let (_, said) = world.try_make(KIND, &database(json!({}))).await;
    assert!(told(&said).contains("already exists"), "{}", told(&said));
    world.clear().await;
}

#[tokio::test]
async fn a_blue_green_update_puts_another_database_in_its_place() {
    let mut world = World::new().await;
    let blue_green = json!([{ "enabled": true }]);
    let before = database(json!({ "engine": "mysql", "engine_version": "8.0.40", "backup_retention_period": 1,
        "blue_green_update": blue_green, "deletion_protection": true }));
    let made = world.make("it", KIND, before.clone()).await;
    let mut after = before;
    after["engine_version"] = json!("8.4.3");
    after["instance_class"] = json!("db.m7g.large");
    let config = world.config(KIND, &after).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    assert!(plan.requires_replace.is_empty());
    let now = world.apply(KIND, Some(&made), &config, plan).await;
    assert_ne!(now.text("id"), made.text("id"));
    assert_eq!((now.text("identifier"), now.text("engine_version_actual")), ("data", "8.4.3"));
    assert_eq!(now.text("instance_class"), "db.m7g.large");
    assert_eq!(world.account.objects(), [("rds.instance".to_owned(), "data".to_owned())]);
    // Who still holds the id of the database before finds the one that is in its place.
    let found = world.read_one(&made).await.expect("the database is there");
    assert_eq!(found.text("id"), now.text("id"));
}

#[tokio::test]
async fn data_source() {
    let mut world = World::new().await;
    world.make("one", KIND, database(json!({ "identifier": "one", "tags": { "Name": "a" } }))).await;
    world.make("two", KIND, database(json!({ "identifier": "two", "tags": { "Name": "b" } }))).await;
    let found = world.data(KIND, json!({ "db_instance_identifier": "one" })).await;
    assert_eq!((found.text("id"), found.text("master_username")), ("one", "root"));
    let found = world.data(KIND, json!({ "tags": { "Name": "b" } })).await;
    assert_eq!(found.text("id"), "two");
    for (config, expected) in [
        (json!({ "db_instance_identifier": "none" }), "No database found"),
        (json!({ "tags": { "Owner": "tests" } }), "Several databases found"),
    ] {
        let (_, said) = world.try_data(KIND, config).await;
        assert!(told(&said).contains(expected), "{}", told(&said));
    }
    world.clear().await;
}

#[tokio::test]
async fn invalid_databases() {
    let world = World::new().await;
    let cases = [
        (json!({ "identifier": "Data" }), "lower case"),
        (json!({ "backup_window": "3-4" }), "03:00-04:00"),
        (json!({ "maintenance_window": "03:00-04:00" }), "sun:04:00-sun:05:00"),
        (json!({ "monitoring_interval": 7 }), "must be one of"),
        (json!({ "performance_insights_retention_period": 30 }), "multiple of 31"),
        (json!({ "enabled_cloudwatch_logs_exports": ["all"] }), "must be one of"),
        (json!({ "manage_master_user_password": true }), "password"),
        (json!({ "engine": "oracle-ee", "blue_green_update": [{ "enabled": true }] }), "needs engine mariadb"),
    ];
    for (more, expected) in cases {
        let told = told(&world.validate(KIND, &database(more)).await);
        assert!(told.contains(expected), "{expected}: {told}");
    }
    let bare = json!({ "instance_class": "db.t4g.micro" });
    let config = world.config(KIND, &bare).await;
    let told = told(&world.try_plan(KIND, None, &config).await.diagnostics);
    for expected in ["allocated_storage", "engine", "username", "manage_master_user_password"] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
}
