//! `aws_elasticache_parameter_group`.

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use super::{outside, with};
use crate::harness::{Contract, World, told};

const KIND: &str = "aws_elasticache_parameter_group";

fn group(parameters: &[(&str, &str)]) -> Json {
    let parameters: Vec<Json> =
        parameters.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    json!({ "name": "Cache", "family": "redis7", "parameter": parameters })
}

#[tokio::test]
async fn parameter_group() {
    let some = group(&[("timeout", "10"), ("maxmemory-policy", "noeviction")]);
    let other = group(&[("timeout", "20"), ("maxmemory-samples", "5")]);
    Contract::new(KIND, with(&some, json!({ "tags": { "Name": "a" } })))
        .update(with(&some, json!({ "tags": { "Name": "b", "X": "y" } })))
        .update(other.clone())
        .update(group(&[]))
        .replaced_by(with(&some, json!({ "family": "valkey8" })))
        .replaced_by(with(&some, json!({ "description": "other" })))
        .replaced_by(with(&some, json!({ "name": "other" })))
        .hold()
        .await;
}

#[tokio::test]
async fn many_parameters_are_set_in_parts() {
    let names = [
        "acllog-max-len",
        "active-defrag-cycle-max",
        "active-defrag-cycle-min",
        "active-defrag-ignore-bytes",
        "active-defrag-max-scan-fields",
        "active-defrag-threshold-lower",
        "active-defrag-threshold-upper",
        "client-query-buffer-limit",
        "hll-sparse-max-bytes",
        "lfu-decay-time",
        "lfu-log-factor",
        "list-compress-depth",
        "maxmemory-samples",
        "min-replicas-max-lag",
        "min-replicas-to-write",
        "repl-backlog-size",
        "repl-backlog-ttl",
        "reserved-memory-percent",
        "set-max-intset-entries",
        "slowlog-log-slower-than",
        "slowlog-max-len",
        "tcp-keepalive",
        "timeout",
    ];
    let mut world = World::new().await;
    let all: Vec<(&str, &str)> = names.iter().map(|name| (*name, "7")).collect();
    let made = world.make("g", KIND, group(&all)).await;
    assert_eq!(made.get("parameter").length(), Some(names.len()));
    assert_eq!(world.account.calls().of("elasticache.ModifyCacheParameterGroup"), 2);
    world.clear().await;
}

#[tokio::test]
async fn a_create_that_fails_half_way_keeps_the_group() {
    let world = World::new().await;
    world.account.fault(&Fault::deny("elasticache.ModifyCacheParameterGroup"));
    let (made, said) = world.try_make(KIND, &group(&[("timeout", "10")])).await;
    assert!(told(&said).contains("elasticache:ModifyCacheParameterGroup"), "{said:#?}");
    assert_eq!(made.text("id"), "cache");
}

#[tokio::test]
async fn a_lost_answer_is_neither_an_error_nor_somebody_elses_group() {
    let mut world = World::new().await;
    world.account.fault(&Fault::reset_after("elasticache.CreateCacheParameterGroup").times(1));
    world.make("g", KIND, group(&[("timeout", "10")])).await;
    let (again, said) = world.try_make(KIND, &group(&[])).await;
    assert!(told(&said).contains("CacheParameterGroupAlreadyExists") && again.value.is_null(), "{said:#?}");
    world.clear().await;
}

#[tokio::test]
async fn who_uses_a_group_is_named() {
    let mut world = World::new().await;
    let made = world.make("g", KIND, group(&[])).await;
    let cache = outside(&world.account);
    let cluster = cache.create_cache_cluster().cache_cluster_id("other").engine("redis").num_cache_nodes(1);
    let cluster = cluster.cache_node_type("cache.t4g.micro").cache_parameter_group_name("cache");
    cluster.send().await.expect("a cluster");
    let said = told(&world.try_delete(&made).await);
    assert!(said.contains("used by these cache clusters: other"), "{said}");
    cache.delete_cache_cluster().cache_cluster_id("other").send().await.expect("deleted");
    world.clear().await;
}

#[tokio::test]
async fn unknown_parameters_are_refused_by_the_service() {
    let world = World::new().await;
    let (_, said) = world.try_make(KIND, &group(&[("unheard-of", "1")])).await;
    assert!(told(&said).contains("unheard-of doesn't exist"), "{said:#?}");
}
