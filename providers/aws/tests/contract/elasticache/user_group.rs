//! `aws_elasticache_user_group`.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::with;
use crate::harness::{Contract, World, told};

const KIND: &str = "aws_elasticache_user_group";

fn group(more: Json) -> Json {
    with(&json!({ "user_group_id": "team", "engine": "REDIS", "user_ids": ["default"] }), more)
}

fn user(id: &str) -> Json {
    json!({
        "user_id": id, "user_name": id, "engine": "REDIS", "access_string": "on ~* +@all",
        "no_password_required": true,
    })
}

#[tokio::test]
async fn user_group() {
    Contract::new(KIND, group(json!({ "tags": { "Name": "a" } })))
        .needs("app", "aws_elasticache_user", user("app"))
        .needs("job", "aws_elasticache_user", user("job"))
        .update(group(json!({ "tags": { "Name": "b", "X": "y" } })))
        .update(group(json!({ "user_ids": ["default", "${app.id}", "${job.id}"] })))
        .update(group(json!({ "user_ids": ["default", "${job.id}"] })))
        .replaced_by(group(json!({ "user_group_id": "other" })))
        .hold()
        .await;
}

#[tokio::test]
async fn states_are_waited_for() {
    let mut world = World::new().await;
    world.account.transitions_take(Duration::from_millis(400));
    world.make("app", "aws_elasticache_user", user("app")).await;
    world.make("g", KIND, group(json!({ "user_ids": ["default", "${app.id}"] }))).await;
    world.clear().await;
    assert!(world.account.objects().is_empty(), "{:?}", world.account.objects());
}

#[tokio::test]
async fn caches_use_groups() {
    let mut world = World::new().await;
    let made = world.make("g", KIND, group(json!({}))).await;
    world.make("h", KIND, group(json!({ "user_group_id": "others" }))).await;
    let cache = |groups: Json| {
        json!({
            "replication_group_id": "cache", "description": "-", "node_type": "cache.t4g.micro", "apply_immediately": true,
            "transit_encryption_enabled": true, "user_group_ids": groups,
        })
    };
    let kind = "aws_elasticache_replication_group";
    let used = world.make("cache", kind, cache(json!(["${g.id}"]))).await;
    let said = told(&world.try_delete(&made).await);
    assert!(said.contains("used by these replication groups: cache"), "{said}");
    let config = world.config(kind, &cache(json!(["${h.id}"]))).await;
    let plan = world.plan(kind, Some(&used), &config).await;
    let changed = world.apply(kind, Some(&used), &config, plan).await;
    assert_eq!(changed.get("user_group_ids").length(), Some(1));
    world.clear().await;
}

#[tokio::test]
async fn redis_wants_a_default_user() {
    let mut world = World::new().await;
    world.make("app", "aws_elasticache_user", user("app")).await;
    let (_, said) = world.try_make(KIND, &group(json!({ "user_ids": ["${app.id}"] }))).await;
    assert!(told(&said).contains("DefaultUserRequired"), "{said:#?}");
    world.clear().await;
}
