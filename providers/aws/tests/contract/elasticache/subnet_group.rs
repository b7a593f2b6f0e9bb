//! `aws_elasticache_subnet_group`.

use landform_simulator::Fault;
use serde_json::json;

use super::{SUBNETS, make_subnet_group, outside, with};
use crate::harness::{Contract, World, told};

const KIND: &str = "aws_elasticache_subnet_group";

#[tokio::test]
async fn subnet_group() {
    let group = json!({ "name": "Cache", "subnet_ids": ["${a.id}", "${b.id}"] });
    let mut contract = Contract::new(KIND, with(&group, json!({ "tags": { "Name": "a" } })));
    for (name, kind, config) in &SUBNETS[..3] {
        contract = contract.needs(name, kind, serde_json::from_str(config).expect("a configuration"));
    }
    contract
        .update(with(&group, json!({ "subnet_ids": ["${b.id}"], "tags": { "Name": "b", "X": "y" } })))
        .update(with(&group, json!({ "description": "other" })))
        .replaced_by(with(&group, json!({ "name": "other" })))
        .hold()
        .await;
}

#[tokio::test]
async fn a_lost_answer_is_neither_an_error_nor_somebody_elses_group() {
    let mut world = World::new().await;
    world.account.fault(&Fault::reset_after("elasticache.CreateCacheSubnetGroup").times(1));
    make_subnet_group(&mut world).await;
    let (again, said) = world.try_make(KIND, &json!({ "name": "private", "subnet_ids": ["${a.id}"] })).await;
    assert!(told(&said).contains("CacheSubnetGroupAlreadyExists") && again.value.is_null(), "{said:#?}");
    world.clear().await;
}

#[tokio::test]
async fn who_uses_a_group_is_named() {
    let mut world = World::new().await;
    make_subnet_group(&mut world).await;
    let cache = outside(&world.account);
    let cluster = cache.create_cache_cluster().cache_cluster_id("other").engine("redis").num_cache_nodes(1);
    let cluster = cluster.cache_node_type("cache.t4g.micro").cache_subnet_group_name("private");
    cluster.send().await.expect("a cluster");
    let said = told(&world.try_delete(world.object("subnets")).await);
    assert!(said.contains("used by these cache clusters: other"), "{said}");
    cache.delete_cache_cluster().cache_cluster_id("other").send().await.expect("deleted");
    world.clear().await;
}

#[tokio::test]
async fn many_groups_cost_one_call() {
    let mut world = World::new().await;
    make_subnet_group(&mut world).await;
    let more = json!({ "name": "more", "subnet_ids": ["${a.id}"] });
    let more = world.make("more", KIND, more).await;
    let groups = [world.object("subnets").clone(), more];
    world.account.reset_calls();
    assert!(world.read(&groups).await.iter().all(Option::is_some));
    let calls = world.account.calls();
    assert_eq!((calls.total(), calls.of("elasticache.DescribeCacheSubnetGroups")), (2, 1), "{calls}");
    world.clear().await;
}
