//! Where credentials come from, and which roles are assumed with them.

use std::collections::BTreeMap;
use std::process::Command;

use landform_simulator::{Account, Fault};
use serde_json::{Value as Json, json};

use super::listener::Listener;
use super::{identity, identity_with};
use crate::harness::{World, told};
use crate::simulator;

fn role(account: &Account, name: &str) -> String {
    format!("arn:aws:iam::{}:role/{name}", account.number())
}

/// A file of this name with this content.
fn file(name: &str, content: &str) -> String {
    let path = format!("{}/{name}", env!("CARGO_TARGET_TMPDIR"));
    fs_err::write(&path, content).expect("a file is written");
    path
}

fn keys(account: &Account) -> String {
    let (id, secret) = (account.access_key_id(), account.secret_access_key());
    format!("aws_access_key_id = {id}\naws_secret_access_key = {secret}\n")
}

/// What processes and metadata services answer.
fn answer(account: &Account) -> String {
    json!({
        "Version": 1, "Code": "Success", "Type": "AWS-HMAC", "Token": "t", "Expiration": "2099-01-01T00:00:00Z",
        "AccessKeyId": account.access_key_id(), "SecretAccessKey": account.secret_access_key(),
        "SessionToken": "t", "LastUpdated": "2020-01-01T00:00:00Z",
    })
    .to_string()
}

#[tokio::test]
async fn roles_are_assumed_one_after_the_other() {
    let [here, there, beyond] = [(); 3].map(|()| simulator::new_account());
    let first = json!({
        "role_arn": role(&there, "first"), "session_name": "one", "external_id": "x", "duration": "1h",
        "policy": "{}", "policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"], "source_identity": "me",
        "tags": { "A": "b" }, "transitive_tag_keys": ["A"],
    });
    let world = World::configure(&here, json!({ "assume_role": [first] })).await.expect("a configured provider");
    let expected = format!("{} arn:aws:sts::{0}:assumed-role/first/one", there.number());
    assert_eq!(identity(&world).await, expected);

    let second = json!({ "role_arn": role(&beyond, "second"), "session_name": "two" });
    let config = json!({ "assume_role": [first, second] });
    let world = World::configure(&here, config).await.expect("a configured provider");
    let expected = format!("{} arn:aws:sts::{0}:assumed-role/second/two", beyond.number());
    assert_eq!(identity(&world).await, expected);
}

#[tokio::test]
async fn a_session_is_opened_once() {
    let account = simulator::new_account();
    let config = json!({ "assume_role": [{ "role_arn": role(&account, "r") }] });
    let mut world = World::configure(&account, config).await.expect("a configured provider");
    identity(&world).await;
    world.make("group", "aws_cloudwatch_log_group", json!({ "name": "g" })).await;
    world.make("elsewhere", "aws_cloudwatch_log_group", json!({ "name": "g", "region": "eu-central-1" })).await;
    world.clear().await;
    assert_eq!(account.calls().of("sts.AssumeRole"), 1);
}

#[tokio::test]
async fn a_role_that_can_not_be_assumed_is_named() {
    let account = simulator::new_account();
    account.fault(&Fault::deny("sts.AssumeRole"));
    let config = json!({ "assume_role": [{ "role_arn": role(&account, "secret-room") }] });
    let said = World::configure(&account, config).await.err().as_ref().map(told).unwrap_or_default();
    for part in ["Cannot assume IAM Role", "role/secret-room", "sts:AssumeRole", "AccessDenied"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[tokio::test]
async fn roles_are_assumed_with_a_web_identity() {
    let [there, beyond] = [(); 2].map(|()| simulator::new_account());
    let expected = format!("{} arn:aws:sts::{0}:assumed-role/web/w", there.number());
    let token = file("web-identity-token", "header.payload.signature\n");
    for source in [json!({ "web_identity_token": "a.b.c" }), json!({ "web_identity_token_file": token })] {
        let mut web = json!({ "role_arn": role(&there, "web"), "session_name": "w", "duration": "20m" });
        web.as_object_mut().expect("an object").extend(source.as_object().expect("an object").clone());
        assert_eq!(identity_with(json!({ "assume_role_with_web_identity": [web] })).await, expected, "{source}");
        let further = json!([{ "role_arn": role(&beyond, "further"), "session_name": "f" }]);
        let config = json!({ "assume_role_with_web_identity": [web], "assume_role": further });
        assert!(identity_with(config).await.starts_with(beyond.number()));
    }
    let missing = json!({ "role_arn": role(&there, "web"), "web_identity_token_file": "/nowhere/token" });
    let said = identity_with(json!({ "assume_role_with_web_identity": [missing] })).await;
    assert!(said.contains("Cannot assume IAM Role") && said.contains("/nowhere/token"), "{said}");
}

#[tokio::test]
async fn profiles() {
    let [one, two, three] = [(); 3].map(|()| simulator::new_account());
    let process = format!("[profile tool]\ncredential_process = printf '%s' '{}'\n", answer(&three));
    let config = file("profiles.config", &format!("[profile one]\n{}{process}", keys(&one)));
    let credentials = file("profiles.credentials", &format!("[two]\n{}", keys(&two)));
    let with = |profile: &str| json!({ "profile": profile, "shared_config_files": [config], "shared_credentials_files": [credentials] });
    for (profile, account) in [("one", &one), ("two", &two), ("tool", &three)] {
        let said = identity_with(with(profile)).await;
        assert!(said.starts_with(account.number()), "{profile}: {said}");
    }
    let said = identity_with(with("four")).await;
    assert!(said.contains("\"four\"") && said.contains("They have: one, tool, two."), "{said}");
}

/// The rest is the environment's: each case is this test once more, in a process with that environment and nothing else.
#[tokio::test]
async fn the_environment() {
    const CONFIG: &str = "LANDFORM_TEST_CONFIG";
    #[expect(clippy::disallowed_methods, reason = "tests talk to the processes they start")]
    let given = std::env::var(CONFIG);
    if let Ok(config) = given {
        let config: Json = serde_json::from_str(&config).expect("a configuration");
        file("identity", &identity_with(config).await);
        return;
    }
    for (name, environment, config, expected) in cases() {
        let me = std::env::current_exe().expect("a test has a file");
        let mut child = Command::new(me);
        child.args(["--exact", "provider::credentials::the_environment"]);
        child.env_clear().envs(environment).env(CONFIG, config.to_string());
        child.env("LANDFORM_SIMULATOR", simulator::endpoint().trim_start_matches("http://"));
        let output = child.output().expect("a test can be started");
        assert!(output.status.success(), "{name}: {output:?}");
        let said = fs_err::read_to_string(format!("{}/identity", env!("CARGO_TARGET_TMPDIR"))).expect("it is written");
        for part in expected {
            assert!(said.contains(&part), "{name}: {part}: {said}");
        }
    }
}

type Case = (&'static str, BTreeMap<&'static str, String>, Json, Vec<String>);

fn cases() -> Vec<Case> {
    let [keyed, profiled] = [(); 2].map(|()| simulator::new_account());
    let credentials = file("environment.credentials", &format!("[p]\n{}[default]\n{}", keys(&profiled), keys(&keyed)));
    let none = [("AWS_EC2_METADATA_DISABLED", "true".to_owned()), ("HOME", "/nowhere".to_owned())];
    let with = |more: &[(&'static str, String)]| none.iter().chain(more).cloned().collect::<BTreeMap<_, _>>();
    let own_keys = [("AWS_ACCESS_KEY_ID", keyed.access_key_id()), ("AWS_SECRET_ACCESS_KEY", "s".to_owned())];
    let files = ("AWS_SHARED_CREDENTIALS_FILE", credentials.clone());
    let profile = ("AWS_PROFILE", "p".to_owned());
    let is = |account: &Account| vec![format!("{} arn", account.number())];
    let tried =
        ["No valid credential sources found", "AWS_ACCESS_KEY_ID", "web identity token", "profile", "container"];
    let mut cases: Vec<Case> = vec![
        ("nothing", with(&[]), json!({}), tried.map(str::to_owned).to_vec()),
        ("keys", with(&own_keys), json!({}), is(&keyed)),
        ("default profile", with(std::slice::from_ref(&files)), json!({}), is(&keyed)),
        ("profile", with(&[files.clone(), profile.clone()]), json!({}), is(&profiled)),
        (
            "keys win over a profile of the environment",
            with(&[own_keys[0].clone(), own_keys[1].clone(), files.clone(), profile]),
            json!({}),
            is(&keyed),
        ),
        (
            "a profile of the configuration wins over keys",
            with(&own_keys),
            json!({ "profile": "p", "shared_credentials_files": [credentials] }),
            is(&profiled),
        ),
        (
            "missing profile",
            with(&[files, ("AWS_PROFILE", "q".to_owned())]),
            json!({}),
            vec!["Missing profile".to_owned(), "\"q\"".to_owned(), "default, p".to_owned()],
        ),
    ];
    cases.extend(services());
    cases
}

/// What is asked over the network.
fn services() -> Vec<Case> {
    let [contained, instance, web] = [(); 3].map(|()| simulator::new_account());
    let container = Listener::start(vec![("GET /keys", answer(&contained))]);
    let metadata = Listener::start(vec![
        ("PUT /latest/api/token", "token".to_owned()),
        ("security-credentials/server", answer(&instance)),
        ("security-credentials-extended/server", answer(&instance)),
        ("security-credentials", "server".to_owned()),
    ]);
    let home = ("HOME", "/nowhere".to_owned());
    let off = ("AWS_EC2_METADATA_DISABLED", "true".to_owned());
    let is = |account: &Account| vec![format!("{} arn", account.number())];
    let token = file("environment-token", "a.b.c");
    vec![
        (
            "container",
            [home.clone(), off.clone(), ("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{}/keys", container.url()))]
                .into(),
            json!({}),
            is(&contained),
        ),
        (
            "instance metadata",
            [home.clone()].into(),
            json!({ "ec2_metadata_service_endpoint": metadata.url() }),
            is(&instance),
        ),
        (
            "instance metadata that is not to be asked",
            [home.clone()].into(),
            json!({ "ec2_metadata_service_endpoint": metadata.url(), "skip_metadata_api_check": "true" }),
            vec!["No valid credential sources found".to_owned()],
        ),
        (
            "web identity",
            [
                home,
                off,
                ("AWS_WEB_IDENTITY_TOKEN_FILE", token),
                ("AWS_ROLE_ARN", role(&web, "web")),
                ("AWS_ROLE_SESSION_NAME", "w".to_owned()),
                ("AWS_ENDPOINT_URL", simulator::endpoint()),
            ]
            .into(),
            json!({}),
            vec!["assumed-role/web/w".to_owned()],
        ),
    ]
}
