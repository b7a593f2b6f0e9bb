//! `aws_iam_role`.

use std::time::Duration;

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use crate::harness::{Contract, World, told};

fn trust(service: &str) -> Json {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": { "Service": service } }],
    })
}

fn policy(action: &str) -> String {
    let statement = json!({ "Effect": "Allow", "Action": action, "Resource": "*" });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

fn with(more: Json) -> Json {
    let mut config = json!({ "name": "server", "assume_role_policy": trust("ec2.amazonaws.com").to_string() });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

#[tokio::test]
async fn role() {
    Contract::new("aws_iam_role", with(json!({ "description": "a", "tags": { "Name": "a" } })))
        .update(with(json!({ "description": "b", "max_session_duration": 7200, "tags": { "Name": "b", "X": "y" } })))
        .update(with(json!({ "assume_role_policy": trust("lambda.amazonaws.com").to_string() })))
        .update(with(json!({ "permissions_boundary": "arn:aws:iam::aws:policy/ReadOnlyAccess" })))
        .update(with(json!({ "description": "c" })))
        .replaced_by(with(json!({ "name": "other" })))
        .replaced_by(with(json!({ "path": "/team/" })))
        .hold()
        .await;
}

#[tokio::test]
async fn role_with_all_its_policies() {
    let block = |name: &str, action: &str| json!({ "name": name, "policy": policy(action) });
    let read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let security = "arn:aws:iam::aws:policy/SecurityAudit";
    let both = [block("a", "s3:Get*"), block("b", "s3:List*")];
    Contract::new("aws_iam_role", with(json!({ "inline_policy": both, "managed_policy_arns": [security] })))
        .update(with(json!({ "inline_policy": [block("a", "s3:Put*")], "managed_policy_arns": [read_only] })))
        .update(with(json!({ "inline_policy": [{}], "managed_policy_arns": [read_only, security] })))
        .update(with(json!({ "inline_policy": [{}], "managed_policy_arns": [] })))
        .unknown_to_import(&["inline_policy"])
        .hold()
        .await;
}

#[tokio::test]
async fn names_are_generated() {
    let mut world = World::new().await;
    let config = json!({ "name_prefix": "web-", "assume_role_policy": trust("ec2.amazonaws.com").to_string() });
    let role = world.make("role", "aws_iam_role", config).await;
    assert!(role.text("name").starts_with("web-") && role.text("name").len() == 30, "{}", role.text("name"));
    assert_eq!(role.text("name_prefix"), "web-");
    let config = json!({ "assume_role_policy": trust("ec2.amazonaws.com").to_string() });
    let role = world.make("other", "aws_iam_role", config).await;
    assert!(role.text("name").starts_with("terraform-"), "{}", role.text("name"));
    world.clear().await;
}

#[tokio::test]
async fn the_same_policy_in_other_words_is_no_change() {
    let mut world = World::new().await;
    let role = world.make("role", "aws_iam_role", with(json!({}))).await;
    let account = world.account.number();
    let cases = [
        (r#"{"Statement":{"Principal":{"Service":["ec2.amazonaws.com"]},"Action":"sts:AssumeRole","Effect":"Allow"},"Version":"2012-10-17"}"#.to_owned(), true),
        (r#"{"Statement":{"Principal":{"Service":["ec2.amazonaws.com"]},"Action":"sts:AssumeRole","Effect":"Deny"},"Version":"2012-10-17"}"#.to_owned(), false),
        (format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"AWS":"{account}"}}}}]}}"#), false),
    ];
    for (text, same) in cases {
        let config = world.config("aws_iam_role", &with(json!({ "assume_role_policy": text }))).await;
        let plan = world.plan("aws_iam_role", Some(&role), &config).await;
        assert_eq!(plan.planned == role.value, same, "{text}");
    }
    world.clear().await;
}

#[tokio::test]
async fn one_call_reads_a_role_whose_policies_are_not_managed_with_it() {
    let mut world = World::new().await;
    let role = world.make("role", "aws_iam_role", with(json!({}))).await;
    world.account.reset_calls();
    world.read_one(&role).await.expect("the role is there");
    assert_eq!(world.account.calls().to_string(), "     1  iam.GetRole\n     1  in total");
    world.clear().await;
}

#[tokio::test]
async fn what_others_attached_keeps_a_role_or_goes_with_it() {
    let mut world = World::new().await;
    world.make("role", "aws_iam_role", with(json!({}))).await;
    let attachment = json!({ "role": "${role.name}", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess" });
    world.make("attachment", "aws_iam_role_policy_attachment", attachment).await;
    let inline = json!({ "role": "${role.name}", "name": "extra", "policy": policy("s3:Get*") });
    world.make("inline", "aws_iam_role_policy", inline).await;
    let role = world.object("role").clone();
    let refused = world.try_delete(&role).await;
    let told = told(&refused);
    assert!(told.contains("managed policy arn:aws:iam::aws:policy/ReadOnlyAccess"), "{told}");
    assert!(told.contains("inline policy extra") && told.contains("force_detach_policies"), "{told}");
    let config = world.config("aws_iam_role", &with(json!({ "force_detach_policies": true }))).await;
    let plan = world.plan("aws_iam_role", Some(&role), &config).await;
    let role = world.apply("aws_iam_role", Some(&role), &config, plan).await;
    world.delete(&role).await;
    assert!(world.read_one(world.object("attachment")).await.is_none());
    assert!(world.read_one(world.object("inline")).await.is_none());
}

#[tokio::test]
async fn a_role_that_is_visible_late_gets_its_policies() {
    let world = World::new().await;
    world.account.fault(&Fault::inconsistent("iam.CreateRole", Duration::from_secs(2)));
    let config = with(json!({
        "inline_policy": [{ "name": "a", "policy": policy("s3:Get*") }],
        "managed_policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    }));
    let (_, said) = world.try_make("aws_iam_role", &config).await;
    assert!(said.is_empty(), "{:#?}", said);
}

#[tokio::test]
async fn a_create_that_fails_half_way_keeps_the_role() {
    let world = World::new().await;
    world.account.fault(&Fault::deny("iam.AttachRolePolicy"));
    let config = with(json!({ "managed_policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"] }));
    let (made, said) = world.try_make("aws_iam_role", &config).await;
    assert!(told(&said).contains("iam:AttachRolePolicy"), "{:#?}", said);
    assert_eq!(made.value.get_attribute("id").and_then(|it| it.as_str()), Some("server"));
    assert!(made.value.is_wholly_known());
}

#[tokio::test]
async fn invalid_roles_are_refused_before_anything_happens() {
    let world = World::new().await;
    let cases = [
        (json!({ "assume_role_policy": "{" }), "invalid JSON"),
        (json!({ "assume_role_policy": "arn:aws:iam::1:policy/x" }), "ARN"),
        (json!({ "name": "with space" }), "may only contain"),
        (json!({ "max_session_duration": 60 }), "must be from 3600"),
        (json!({ "name_prefix": "x" }), "Only one of name, name_prefix"),
        (json!({ "permissions_boundary": "ReadOnlyAccess" }), "is not an ARN"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate("aws_iam_role", &with(config)).await);
        assert!(told.contains(expected), "{told}");
    }
}
