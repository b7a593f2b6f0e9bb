//! `aws_dynamodb_table`.

use landform_simulator::Fault;
use landform_values::Value;
use serde_json::{Value as Json, json};

use crate::harness::{Contract, World, told};

fn attribute(name: &str) -> Json {
    json!({ "name": name, "type": "S" })
}

fn with(more: Json) -> Json {
    let mut config = json!({
        "name": "locks", "billing_mode": "PAY_PER_REQUEST", "hash_key": "LockID", "attribute": [attribute("LockID")],
    });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

#[tokio::test]
async fn table() {
    let key = |key: Option<&str>| match key {
        Some(key) => json!([{ "enabled": true, "kms_key_arn": key }]),
        None => json!([{ "enabled": true }]),
    };
    Contract::new("aws_dynamodb_table", with(json!({ "tags": { "Name": "a" } })))
        .needs("key", "aws_kms_key", json!({}))
        .update(with(json!({ "tags": { "Name": "b", "X": "y" }, "point_in_time_recovery": [{ "enabled": true }] })))
        .update(with(json!({ "point_in_time_recovery": [{ "enabled": true, "recovery_period_in_days": 7 }] })))
        .update(with(json!({ "point_in_time_recovery": [{ "enabled": false }], "server_side_encryption": key(Some("${key.arn}")) })))
        .update(with(json!({ "server_side_encryption": key(None), "ttl": [{ "attribute_name": "end", "enabled": true }] })))
        .update(with(json!({ "server_side_encryption": [{ "enabled": false }], "ttl": [{ "attribute_name": "end", "enabled": false }] })))
        .update(with(json!({ "stream_enabled": true, "stream_view_type": "NEW_IMAGE" })))
        .update(with(json!({ "stream_enabled": true, "stream_view_type": "KEYS_ONLY", "table_class": "STANDARD_INFREQUENT_ACCESS" })))
        .update(with(json!({ "stream_enabled": false, "deletion_protection_enabled": true })))
        .update(with(json!({ "on_demand_throughput": [{ "max_read_request_units": 10, "max_write_request_units": 5 }] })))
        .update(with(json!({ "billing_mode": "PROVISIONED", "read_capacity": 5, "write_capacity": 6 })))
        .update(with(json!({ "billing_mode": "PROVISIONED", "read_capacity": 7, "write_capacity": 6 })))
        .update(with(json!({})))
        .replaced_by(with(json!({ "name": "other" })))
        .replaced_by(with(json!({ "hash_key": "Other", "attribute": [attribute("Other")] })))
        .replaced_by(with(json!({ "range_key": "Part", "attribute": [attribute("LockID"), attribute("Part")] })))
        .hold()
        .await;
}

fn indexed(more: Json) -> Json {
    let mut config = with(json!({
        "billing_mode": "PROVISIONED", "read_capacity": 1, "write_capacity": 1, "range_key": "a",
        "attribute": [attribute("LockID"), attribute("a"), attribute("b"), attribute("c")],
    }));
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

fn index(name: &str, key: &str, units: i64) -> Json {
    json!({
        "name": name, "hash_key": key, "range_key": "a", "projection_type": "INCLUDE", "non_key_attributes": ["x", "w"],
        "read_capacity": units, "write_capacity": units,
    })
}

#[tokio::test]
async fn table_with_indexes() {
    let local = json!({ "name": "local", "range_key": "c", "projection_type": "KEYS_ONLY" });
    let with = |indexes: Json| indexed(json!({ "local_secondary_index": [local], "global_secondary_index": indexes }));
    let other = json!({ "name": "other", "range_key": "b", "projection_type": "KEYS_ONLY" });
    let mut wider = index("g", "b", 3);
    wider["projection_type"] = json!("ALL");
    wider["non_key_attributes"] = json!([]);
    Contract::new("aws_dynamodb_table", with(json!([index("g", "b", 1)])))
        .update(with(json!([index("g", "b", 3)])))
        .update(with(json!([index("g", "b", 3), index("h", "c", 1)])))
        .update(with(json!([wider])))
        .replaced_by(indexed(
            json!({ "local_secondary_index": [other], "global_secondary_index": [index("h", "c", 1)] }),
        ))
        .hold()
        .await;
}

#[tokio::test]
async fn keys_of_indexes_can_be_written_in_two_ways() {
    let schema = json!({
        "name": "g", "projection_type": "ALL", "read_capacity": 1, "write_capacity": 1,
        "key_schema": [{ "attribute_name": "b", "key_type": "HASH" }, { "attribute_name": "c", "key_type": "RANGE" }],
    });
    let keys = json!({
        "name": "g", "projection_type": "ALL", "read_capacity": 1, "write_capacity": 1, "hash_key": "b", "range_key": "c",
    });
    for way in [schema, keys] {
        let config = indexed(json!({ "global_secondary_index": [way] }));
        Contract::new("aws_dynamodb_table", config).hold().await;
    }
}

#[tokio::test]
async fn table_with_everything_from_the_start() {
    let config = with(json!({
        "point_in_time_recovery": [{ "enabled": true, "recovery_period_in_days": 10 }],
        "server_side_encryption": [{ "enabled": true }],
        "ttl": [{ "attribute_name": "end", "enabled": true }],
        "stream_enabled": true,
        "stream_view_type": "NEW_AND_OLD_IMAGES",
        "table_class": "STANDARD_INFREQUENT_ACCESS",
        "on_demand_throughput": [{ "max_read_request_units": -1, "max_write_request_units": 5 }],
        "warm_throughput": [{ "read_units_per_second": 13000, "write_units_per_second": 5000 }],
    }));
    Contract::new("aws_dynamodb_table", config).hold().await;
}

#[tokio::test]
async fn what_is_off_may_be_written_or_not() {
    let off = with(json!({
        "point_in_time_recovery": [{ "enabled": false }],
        "server_side_encryption": [{ "enabled": false }],
        "ttl": [{ "attribute_name": "end", "enabled": false }],
    }));
    Contract::new("aws_dynamodb_table", off.clone()).hold().await;
    let mut world = World::new().await;
    let table = world.make("t", "aws_dynamodb_table", with(json!({}))).await;
    let config = world.config("aws_dynamodb_table", &off).await;
    let plan = world.plan("aws_dynamodb_table", Some(&table), &config).await;
    assert_eq!(plan.planned, table.value);
    world.clear().await;
}

#[tokio::test]
async fn replicas() {
    let stream = json!({ "stream_enabled": true, "stream_view_type": "NEW_AND_OLD_IMAGES" });
    let with = |replicas: Json| {
        let mut config = with(json!({ "replica": replicas, "tags": { "Name": "a" } }));
        config.as_object_mut().expect("an object").extend(stream.as_object().expect("an object").clone());
        config
    };
    let there = |region: &str, recovers: bool| json!({ "region_name": region, "propagate_tags": true, "point_in_time_recovery": recovers });
    Contract::new("aws_dynamodb_table", with(json!([there("us-east-1", false)])))
        .update(with(json!([there("us-east-1", true), there("eu-central-1", false)])))
        .update(with(json!([there("eu-central-1", false)])))
        .unknown_to_import(&["replica"])
        .hold()
        .await;
}

#[tokio::test]
async fn a_protected_table_says_how_to_delete_it() {
    let mut world = World::new().await;
    let table = world.make("t", "aws_dynamodb_table", with(json!({ "deletion_protection_enabled": true }))).await;
    let told = told(&world.try_delete(&table).await);
    assert!(told.contains("deletion_protection_enabled = false"), "{told}");
}

#[tokio::test]
async fn a_create_that_fails_half_way_keeps_the_table() {
    let world = World::new().await;
    world.account.fault(&Fault::deny("dynamodb.UpdateContinuousBackups"));
    let config = with(json!({ "point_in_time_recovery": [{ "enabled": true }] }));
    let (made, said) = world.try_make("aws_dynamodb_table", &config).await;
    assert!(told(&said).contains("dynamodb:UpdateContinuousBackups"), "{:#?}", said);
    assert_eq!(made.value.get_attribute("id").and_then(|it| it.as_str()), Some("locks"));
}

#[tokio::test]
async fn the_stream_is_told_when_it_changes() {
    let mut world = World::new().await;
    let table = world.make("t", "aws_dynamodb_table", with(json!({}))).await;
    let config = with(json!({ "stream_enabled": true, "stream_view_type": "KEYS_ONLY" }));
    let config = world.config("aws_dynamodb_table", &config).await;
    let plan = world.plan("aws_dynamodb_table", Some(&table), &config).await;
    let planned = |name: &str| plan.planned.get_attribute(name).cloned().unwrap_or(Value::NULL);
    assert!(!planned("stream_arn").is_known() && !planned("stream_label").is_known());
    assert!(planned("arn").is_known() && planned("id").is_known());
    world.clear().await;
}

#[tokio::test]
async fn invalid_tables() {
    let world = World::new().await;
    let cases = [
        (with(json!({ "read_capacity": 5 })), "can not be given"),
        (with(json!({ "billing_mode": "PROVISIONED", "read_capacity": 0, "write_capacity": 1 })), "at least 1"),
        (with(json!({ "stream_enabled": true })), "stream_view_type is required"),
        (with(json!({ "stream_view_type": "KEYS_ONLY" })), "when stream_enabled is true"),
        (with(json!({ "ttl": [{ "enabled": true }] })), "ttl.attribute_name is required"),
        (with(json!({ "replica": [{ "region_name": "us-east-1", "consistency_mode": "STRONG" }] })), "two replicas"),
        (with(json!({ "restore_date_time": "yesterday" })), "is not a moment"),
        (with(json!({ "table_class": "COLD" })), "must be one of"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate("aws_dynamodb_table", &config).await);
        assert!(told.contains(expected), "{told}");
    }
    let planned = [
        (with(json!({ "attribute": [attribute("LockID"), attribute("unused")] })), "unused"),
        (with(json!({ "range_key": "missing" })), "missing"),
    ];
    for (config, expected) in planned {
        let config = world.config("aws_dynamodb_table", &config).await;
        let told = told(&world.try_plan("aws_dynamodb_table", None, &config).await.diagnostics);
        assert!(told.contains(expected), "{told}");
    }
}
