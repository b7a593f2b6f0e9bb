//! `aws_db_option_group`.

use std::time::Duration;

use landform_simulator::Fault;
use landform_values::Value;
use serde_json::{Value as Json, json};

use super::instance::{KIND as INSTANCE, database};
use crate::harness::{Contract, Object, World, told};
use crate::outside;

const KIND: &str = "aws_db_option_group";

fn group(more: Json) -> Json {
    let mut config = json!({ "name": "audited", "engine_name": "mysql", "major_engine_version": "8.0" });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

/// An option with settings.
fn option(name: &str, settings: &[(&str, &str)]) -> Json {
    let settings: Vec<Json> = settings.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    json!({ "option_name": name, "option_settings": settings })
}

/// A group for Oracle, where options have versions, ports and passwords.
fn agent(more: Json) -> Json {
    let mut option = option("OEM_AGENT", &[("OMS_HOST", "oms.example.com"), ("AGENT_REGISTRATION_PASSWORD", "secret")]);
    option.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    group(json!({ "engine_name": "oracle-ee", "major_engine_version": "19", "option": [option] }))
}

fn options(object: &Object) -> Vec<Value> {
    object.get("option").as_sequence().expect("a set").to_vec()
}

#[tokio::test]
async fn option_group() {
    let audit = "MARIADB_AUDIT_PLUGIN";
    let users = ("SERVER_AUDIT_EXCL_USERS", "root");
    Contract::new(KIND, group(json!({ "tags": { "Name": "a" } })))
        .update(group(json!({ "tags": { "Name": "b", "X": "y" }, "option": [option(audit, &[users])] })))
        .update(group(json!({ "option": [option(audit, &[users, ("SERVER_AUDIT_EVENTS", "CONNECT")])] })))
        .update(group(
            json!({ "option": [option(audit, &[("SERVER_AUDIT_EVENTS", "QUERY")]), option("MEMCACHED", &[])] }),
        ))
        .update(group(json!({ "option": [option(audit, &[("SERVER_AUDIT_FILE_ROTATIONS", "5")])] })))
        .replaced_by(group(json!({ "name": "other" })))
        .replaced_by(group(json!({ "engine_name": "mariadb" })))
        .replaced_by(group(json!({ "major_engine_version": "8.4" })))
        .replaced_by(group(json!({ "option_group_description": "other" })))
        .unknown_to_import(&["skip_destroy"])
        .hold()
        .await;
}

#[tokio::test]
async fn ports_versions_and_groups_of_options() {
    let elsewhere = json!({ "version": "13.1.0.0.v1", "port": 3872, "vpc_security_group_memberships": ["${a.id}"] });
    Contract::new(KIND, agent(elsewhere))
        .needs("vpc", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" }))
        .needs("a", "aws_security_group", json!({ "name": "a", "vpc_id": "${vpc.id}" }))
        .needs("b", "aws_security_group", json!({ "name": "b", "vpc_id": "${vpc.id}" }))
        .update(agent(
            json!({ "version": "13.2.0.0.v1", "port": 3900, "vpc_security_group_memberships": ["${a.id}", "${b.id}"] }),
        ))
        .update(agent(json!({ "vpc_security_group_memberships": ["${b.id}"] })))
        // Nobody tells passwords, and whether a version and a port were asked for.
        .unknown_to_import(&["skip_destroy", "option"])
        .hold()
        .await;
}

#[tokio::test]
async fn changes_of_options_made_outside_are_seen() {
    let mut world = World::new().await;
    let given = json!({ "version": "13.1.0.0.v1", "port": 3872 });
    let made = world.make("it", KIND, agent(given)).await;
    let [before] = options(&made).try_into().expect("one option");
    assert_eq!(before.get_attribute("port"), Some(&Value::number(3872_i64)));
    let rds = outside::rds(&world.account);
    let option = aws_sdk_rds::types::OptionConfiguration::builder().option_name("OEM_AGENT").port(4000);
    let option = option.option_version("13.2.0.0.v1").build();
    rds.modify_option_group().option_group_name("audited").options_to_include(option).send().await.expect("a change");
    let read = world.read_one(&made).await.expect("the group is there");
    let [after] = options(&read).try_into().expect("one option");
    assert_eq!(after.get_attribute("port"), Some(&Value::number(4000_i64)));
    assert_eq!(after.get_attribute("version").and_then(Value::as_str), Some("13.2.0.0.v1"));

    let jvm = aws_sdk_rds::types::OptionConfiguration::builder().option_name("JVM").build();
    let request = rds.modify_option_group().option_group_name("audited").options_to_include(jvm);
    request.options_to_remove("OEM_AGENT").send().await.expect("a change");
    let read = world.read_one(&made).await.expect("the group is there");
    let names: Vec<_> =
        options(&read).iter().filter_map(|it| it.get_attribute("option_name")?.as_str().map(str::to_owned)).collect();
    assert_eq!(names, ["JVM"]);
    world.clear().await;
}

#[tokio::test]
async fn the_options_own_settings_are_no_difference() {
    let mut world = World::new().await;
    let settings = [("SERVER_AUDIT_EVENTS", "CONNECT,QUERY"), ("SERVER_AUDIT_EXCL_USERS", "root")];
    let wanted = group(json!({ "option": [option("MARIADB_AUDIT_PLUGIN", &settings)] }));
    let made = world.make("it", KIND, wanted.clone()).await;
    let read = world.read_one(&made).await.expect("the group is there");
    let config = world.config(KIND, &wanted).await;
    assert_eq!(world.plan(KIND, Some(&read), &config).await.planned, read.value);
    world.clear().await;
}

#[tokio::test]
async fn generated_names() {
    let config = |prefix: &str| json!({ "name_prefix": prefix, "engine_name": "postgres", "major_engine_version": "17", "tags": { "Name": "a" } });
    Contract::new(KIND, config("data-"))
        .replaced_by(config("other-"))
        .unknown_to_import(&["skip_destroy"])
        .hold()
        .await;
}

#[tokio::test]
async fn many_groups_are_listed_at_once() {
    let mut world = World::new().await;
    let mut groups = Vec::new();
    for name in ["one", "two", "three"] {
        groups.push(world.make(name, KIND, group(json!({ "name": name }))).await);
    }
    world.account.reset_calls();
    assert!(world.read(&groups).await.iter().all(Option::is_some));
    let calls = world.account.calls();
    assert_eq!((calls.of("rds.DescribeOptionGroups"), calls.of("rds.ListTagsForResource")), (1, 0), "{calls}");
    world.clear().await;
}

#[tokio::test]
async fn a_lost_answer_is_no_error() {
    let mut world = World::new().await;
    world.account.fault(&Fault::reset_after("rds.CreateOptionGroup").times(1));
    world.make("it", KIND, group(json!({}))).await;
    assert_eq!(world.account.calls().of("rds.CreateOptionGroup"), 2);
    let (_, said) = world.try_make(KIND, &group(json!({}))).await;
    assert!(told(&said).contains("already exists"), "{}", told(&said));
    world.clear().await;
}

#[tokio::test]
async fn a_group_can_be_left_behind() {
    let mut world = World::new().await;
    let group = world.make("group", KIND, group(json!({ "skip_destroy": true }))).await;
    world.delete(&group).await;
    assert_eq!(world.account.objects(), [("rds.option_group".to_owned(), "audited".to_owned())]);
}

#[tokio::test]
async fn what_uses_a_group_is_waited_for_or_named() {
    let mut world = World::new().await;
    let made = world.make("group", KIND, group(json!({}))).await;
    let user = database(json!({ "engine": "mysql", "engine_version": "8.0", "option_group_name": "${group.name}" }));
    let user = world.make("db", INSTANCE, user).await;
    assert_eq!(user.text("option_group_name"), "audited");
    let backup = json!({ "db_instance_identifier": "data", "db_snapshot_identifier": "backup" });
    let (backup, _) = world.try_make("aws_db_snapshot", &backup).await;
    assert_eq!(backup.text("option_group_name"), "audited");

    let said = told(&world.try_delete(&made).await);
    assert!(said.contains("used by DB instance data, DB snapshot backup"), "{said}");
    world.delete(&backup).await;
    let said = told(&world.try_delete(&made).await);
    assert!(said.contains("used by DB instance data."), "{said}");

    // A database on its way out is waited for.
    world.account.transitions_take(Duration::from_secs(2));
    let rds = outside::rds(&world.account);
    rds.delete_db_instance().db_instance_identifier("data").skip_final_snapshot(true).send().await.expect("a delete");
    world.account.reset_calls();
    world.delete(&made).await;
    assert!(world.account.calls().of("rds.DeleteOptionGroup") > 1, "{}", world.account.calls());
    assert_eq!(world.account.objects(), []);
}

#[tokio::test]
async fn a_wait_for_users_ends() {
    let mut world = World::new().await;
    let made = world.make("group", KIND, group(json!({ "timeouts": { "delete": "1s" } }))).await;
    world
        .make(
            "db",
            INSTANCE,
            database(json!({ "engine": "mysql", "engine_version": "8.0", "option_group_name": "audited" })),
        )
        .await;
    world.account.transitions_take(Duration::from_secs(5));
    let rds = outside::rds(&world.account);
    rds.delete_db_instance().db_instance_identifier("data").skip_final_snapshot(true).send().await.expect("a delete");
    let said = told(&world.try_delete(&made).await);
    assert!(said.contains("still used by what is being deleted"), "{said}");
    world.account.transitions_take(Duration::ZERO);
}

#[tokio::test]
async fn invalid_groups() {
    let world = World::new().await;
    let twice = json!([option("MEMCACHED", &[]), option("MEMCACHED", &[("BACKLOG_QUEUE_LIMIT", "1")])]);
    let cases = [
        (group(json!({ "name": "1a" })), "must begin with a letter"),
        (group(json!({ "name": "a.b" })), "may only contain"),
        (group(json!({ "name": "a-" })), "must not end"),
        (group(json!({ "name_prefix": "a-" })), "name_prefix"),
        (group(json!({ "option": twice })), "given twice"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate(KIND, &config).await);
        assert!(told.contains(expected), "{told}");
    }
}
