//! Objects of many types together: what reading them costs, and that they leave each other alone.

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use crate::harness::{Object, World, endpoints};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}"#;
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"*"}]}"#;

type Made = (&'static str, &'static str, Json);

/// As `examples/state-backend`.
fn state_backend(bucket: &str) -> Vec<Made> {
    let encryption = json!({ "bucket_key_enabled": true, "apply_server_side_encryption_by_default": [
        { "sse_algorithm": "aws:kms", "kms_master_key_id": "${key.arn}" }] });
    vec![
        ("bucket", "aws_s3_bucket", json!({ "bucket": bucket, "force_destroy": false })),
        (
            "versioning",
            "aws_s3_bucket_versioning",
            json!({ "bucket": "${bucket.id}", "versioning_configuration": [{ "status": "Enabled" }] }),
        ),
        ("key", "aws_kms_key", json!({ "deletion_window_in_days": 30, "enable_key_rotation": true })),
        ("alias", "aws_kms_alias", json!({ "name": "alias/state", "target_key_id": "${key.key_id}" })),
        (
            "encryption",
            "aws_s3_bucket_server_side_encryption_configuration",
            json!({ "bucket": "${bucket.id}", "rule": [encryption] }),
        ),
        (
            "access",
            "aws_s3_bucket_public_access_block",
            json!({ "bucket": "${bucket.id}", "block_public_acls": true, "block_public_policy": true,
                "ignore_public_acls": true, "restrict_public_buckets": true }),
        ),
        (
            "table",
            "aws_dynamodb_table",
            json!({ "name": "locks", "billing_mode": "PAY_PER_REQUEST", "hash_key": "LockID",
                "attribute": [{ "name": "LockID", "type": "S" }], "point_in_time_recovery": [{ "enabled": true }],
                "server_side_encryption": [{ "enabled": true, "kms_key_arn": "${key.arn}" }] }),
        ),
    ]
}

/// What belongs to the flow log of `examples/network`.
fn flow_log() -> Vec<Made> {
    vec![
        ("key", "aws_kms_key", json!({ "deletion_window_in_days": 7, "enable_key_rotation": true })),
        ("alias", "aws_kms_alias", json!({ "name": "alias/flow-logs", "target_key_id": "${key.key_id}" })),
        (
            "group",
            "aws_cloudwatch_log_group",
            json!({ "name": "/vpc/flow-log", "retention_in_days": 30, "kms_key_id": "${key.arn}" }),
        ),
        ("role", "aws_iam_role", json!({ "name_prefix": "flow-log-", "assume_role_policy": TRUST })),
        ("policy", "aws_iam_role_policy", json!({ "name": "deliver", "role": "${role.id}", "policy": POLICY })),
    ]
}

async fn make_all(world: &mut World, all: &[Made]) {
    for (name, kind, config) in all {
        world.make(name, kind, config.clone()).await;
    }
}

/// Reads all that was made until nothing that one says of another is old, then once more, counting calls.
async fn read_all(world: &World) -> Vec<Object> {
    let objects: Vec<Object> = world.objects().cloned().collect();
    let settled: Vec<Object> = world.read(&objects).await.into_iter().flatten().collect();
    world.account.reset_calls();
    let again: Vec<Object> = world.read(&settled).await.into_iter().flatten().collect();
    assert_eq!(again.len(), objects.len());
    for (a, b) in settled.iter().zip(&again) {
        assert_eq!(a.value, b.value, "{} reads the same", a.kind);
    }
    again
}

#[tokio::test]
async fn nothing_changes_without_a_change() {
    for (all, most) in [(state_backend("together-state"), 24), (flow_log(), 7)] {
        let mut world = World::new().await;
        make_all(&mut world, &all).await;
        let read = read_all(&world).await;
        let calls = world.account.calls();
        assert!(calls.total() <= most, "{} objects cost too many calls:\n{calls}", all.len());
        for ((_, kind, config), object) in all.iter().zip(&read) {
            let config = world.config(kind, config).await;
            let plan = world.plan(kind, Some(object), &config).await;
            assert_eq!(plan.planned, object.value, "{kind} has nothing to change");
        }
        world.clear().await;
    }
}

#[tokio::test]
async fn tags_of_all_services_cost_one_call() {
    let mut world = World::new().await;
    make_all(&mut world, &state_backend("together-tags")).await;
    for name in ["a", "b", "c"] {
        world.make(name, "aws_cloudwatch_log_group", json!({ "name": name })).await;
    }
    let read = read_all(&world).await;
    let calls = world.account.calls();
    assert_eq!(calls.of("tagging.GetResources"), 1, "{calls}");
    let own =
        ["kms.ListResourceTags", "logs.ListTagsForResource", "s3.GetBucketTagging", "dynamodb.ListTagsOfResource"];
    assert!(own.iter().all(|operation| calls.of(operation) == 0), "{calls}");

    let others = World::configure(&world.account, json!({})).await.expect("a configured provider");
    let group = world.object("b").clone();
    let config = json!({ "name": "b", "tags": { "Owner": "somebody else" } });
    let config = others.config("aws_cloudwatch_log_group", &config).await;
    let plan = others.plan("aws_cloudwatch_log_group", Some(&group), &config).await;
    others.apply("aws_cloudwatch_log_group", Some(&group), &config, plan).await;
    world.account.reset_calls();
    let now: Vec<Object> = world.read(&read).await.into_iter().flatten().collect();
    let changed = now.iter().zip(&read).filter(|(now, before)| now.value != before.value);
    let changed: Vec<&str> = changed.map(|(now, _)| now.text("id")).collect();
    assert_eq!(changed, ["b"]);
    assert_eq!(world.account.calls().of("logs.ListTagsForResource"), 1, "a change is confirmed by its own service");
    world.clear().await;
}

#[tokio::test]
async fn who_can_not_ask_for_all_tags_asks_for_each() {
    let mut unreachable = endpoints();
    unreachable["resourcegroupstaggingapi"] = json!("http://127.0.0.1:1");
    let mut unnamed = endpoints();
    unnamed["resourcegroupstaggingapi"] = json!(null);
    for endpoints in [endpoints(), unreachable, unnamed] {
        let mut world =
            World::with(json!({ "default_tags": [{ "tags": { "A": "b" } }], "endpoints": [endpoints] })).await;
        make_all(&mut world, &flow_log()).await;
        world.account.fault(&Fault::deny("tagging.GetResources"));
        let read = read_all(&world).await;
        let calls = world.account.calls();
        assert_eq!((calls.of("kms.ListResourceTags"), calls.of("logs.ListTagsForResource")), (1, 1), "{calls}");
        assert_eq!(calls.of("tagging.GetResources"), 0, "it is not asked twice");
        assert_eq!(read[0].get("tags_all").length(), Some(1));
        world.clear().await;
    }
}
