//! How AWS is reached, what is tagged, which accounts are managed.

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use super::listener::Listener;
use super::{identity, identity_with};
use crate::harness::{World, told};
use crate::simulator;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}"#;

#[tokio::test]
async fn accounts_are_allowed_and_forbidden() {
    let account = simulator::new_account();
    let id = account.number();
    let cases = [
        (json!({ "allowed_account_ids": [id] }), true),
        (json!({ "allowed_account_ids": ["111122223333"] }), false),
        (json!({ "forbidden_account_ids": ["111122223333"] }), true),
        (json!({ "forbidden_account_ids": [id] }), false),
        (json!({ "forbidden_account_ids": [id], "skip_requesting_account_id": true }), true),
    ];
    for (config, fine) in cases {
        match World::configure(&account, config.clone()).await {
            Ok(_) => assert!(fine, "{config} keeps {id} out"),
            Err(said) => assert!(!fine && told(&said).contains(id), "{config}: {said:#?}"),
        }
    }
}

#[tokio::test]
async fn tags_of_all_and_tags_of_others() {
    let account = simulator::new_account();
    let ignoring = json!({
        "default_tags": [{ "tags": { "Owner": "tests", "Stage": "dev" } }],
        "ignore_tags": [{ "keys": ["Cost"], "key_prefixes": ["scan:"] }],
    });
    let mut ours = World::configure(&account, ignoring).await.expect("a configured provider");
    let theirs = World::configure(&account, json!({})).await.expect("a configured provider");
    let tagged = |tags: Json| json!({ "name": "server", "assume_role_policy": TRUST, "tags": tags });
    let own = tagged(json!({ "Name": "a", "Stage": "live" }));
    let role = ours.make("role", "aws_iam_role", own.clone()).await;
    let all = json!({ "Name": "a", "Owner": "tests", "Stage": "live", "Cost": "1", "scan:last": "today" });
    let config = theirs.config("aws_iam_role", &tagged(all)).await;
    let plan = theirs.plan("aws_iam_role", Some(&role), &config).await;
    theirs.apply("aws_iam_role", Some(&role), &config, plan).await;

    let read = ours.read_one(&role).await.expect("the role is there");
    assert_eq!(read.value, role.value, "tags that are ignored are not seen");
    let config = ours.config("aws_iam_role", &tagged(json!({ "Stage": "test" }))).await;
    let plan = ours.plan("aws_iam_role", Some(&read), &config).await;
    let changed = ours.apply("aws_iam_role", Some(&read), &config, plan).await;
    let seen = theirs.read_one(&changed).await.expect("the role is there");
    let tags: Vec<&str> =
        seen.get("tags_all").as_mapping().expect("a map").items().iter().map(|(key, _)| &**key).collect();
    assert_eq!(tags, ["Cost", "Owner", "Stage", "scan:last"], "tags that are ignored stay");
    ours.clear().await;
}

#[tokio::test]
async fn calls_are_repeated_as_often_as_is_said() {
    for (config, calls) in [
        (json!({ "max_retries": 0 }), 1),
        (json!({ "max_retries": 2 }), 3),
        (json!({ "max_retries": 1, "retry_mode": "adaptive" }), 2),
        (json!({ "max_retries": 4, "token_bucket_rate_limiter_capacity": 12 }), 3),
    ] {
        let account = simulator::new_account();
        account.fault(&Fault::throttle("sts.GetCallerIdentity"));
        let world = World::configure(&account, config.clone()).await.expect("a configured provider");
        let said = identity(&world).await;
        assert!(said.contains("Throttling"), "{said}");
        assert_eq!(account.calls().of("sts.GetCallerIdentity"), calls, "{config}");
    }
}

#[tokio::test]
async fn products_are_named_to_aws() {
    let listener = Listener::start(Vec::new());
    let config = json!({
        "access_key": "a", "secret_key": "b", "endpoints": [{ "sts": listener.url() }],
        "user_agent": ["shop/1.2 (team a)", "other/3"],
    });
    identity_with(config).await;
    let heard = listener.heard().join("\n").to_ascii_lowercase();
    assert!(heard.contains("shop/1.2 (team a) other/3"), "{heard}");
    assert!(heard.contains("landform"), "{heard}");
}

/// Without custom endpoints, a proxy hears where calls are meant for.
#[tokio::test]
async fn proxies_and_endpoints() {
    let cases = [
        (json!({}), "sts.eu-west-1.amazonaws.com:443"),
        (json!({ "region": "us-east-1", "use_fips_endpoint": true }), "sts-fips.us-east-1.amazonaws.com:443"),
        (json!({ "use_dualstack_endpoint": true }), "sts.eu-west-1.api.aws:443"),
        (json!({ "sts_region": "eu-central-1" }), "sts.eu-central-1.amazonaws.com:443"),
        (json!({ "region": "cn-north-1" }), "sts.cn-north-1.amazonaws.com.cn:443"),
    ];
    for (mut config, host) in cases {
        let listener = Listener::start(Vec::new());
        let own = json!({ "access_key": "a", "secret_key": "b", "endpoints": [], "https_proxy": listener.url() });
        config.as_object_mut().expect("an object").extend(own.as_object().expect("an object").clone());
        identity_with(config.clone()).await;
        let heard = listener.heard();
        let first = heard.first().and_then(|it| it.lines().next());
        assert_eq!(first, Some(format!("CONNECT {host} HTTP/1.1").as_str()), "{config}");
    }
}

#[tokio::test]
async fn a_proxy_for_http_and_hosts_without_it() {
    let account = simulator::new_account();
    let listener = Listener::start(Vec::new());
    let world = World::configure(&account, json!({ "http_proxy": listener.url(), "max_retries": 0 })).await;
    identity(&world.expect("a configured provider")).await;
    let expected = format!("POST {}/ HTTP/1.1", simulator::endpoint());
    assert!(listener.heard()[0].starts_with(&expected), "{:?}", listener.heard());

    let listener = Listener::start(Vec::new());
    let config = json!({ "http_proxy": listener.url(), "no_proxy": "127.0.0.1" });
    let said = identity(&World::configure(&account, config).await.expect("a configured provider")).await;
    assert!(said.starts_with(account.number()), "{said}");
    assert!(listener.heard().is_empty());
}

#[tokio::test]
async fn buckets_are_named_in_the_path_or_in_the_host() {
    for (path_style, host) in
        [(true, "s3.eu-west-1.amazonaws.com"), (false, "in-path-or-host.s3.eu-west-1.amazonaws.com")]
    {
        let listener = Listener::start(Vec::new());
        let config = json!({
            "endpoints": [], "https_proxy": listener.url(), "max_retries": 0, "s3_use_path_style": path_style,
        });
        let world = World::configure(&simulator::new_account(), config).await.expect("a configured provider");
        let (_, said) = world.try_make("aws_s3_bucket", &json!({ "bucket": "in-path-or-host" })).await;
        assert!(said.has_errors());
        assert!(listener.heard()[0].starts_with(&format!("CONNECT {host}:443 ")), "{:?}", listener.heard());
    }
}

#[tokio::test]
async fn configurations_that_can_not_be() {
    let nowhere = format!("{}/nowhere", env!("CARGO_TARGET_TMPDIR"));
    let no_bundle = format!("{}/no-bundle.pem", env!("CARGO_TARGET_TMPDIR"));
    fs_err::write(&no_bundle, "not a certificate").expect("a file is written");
    let empty = format!("{}/empty", env!("CARGO_TARGET_TMPDIR"));
    fs_err::write(&empty, "").expect("a file is written");
    let bad_bundle = format!("{}/bad-bundle.pem", env!("CARGO_TARGET_TMPDIR"));
    let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    fs_err::write(&bad_bundle, pem).expect("a file is written");
    let cases = [
        (json!({ "custom_ca_bundle": bad_bundle }), "Invalid certificate bundle"),
        (json!({ "region": "moon" }), "\"moon\" is not the name of an AWS region"),
        (json!({ "custom_ca_bundle": nowhere }), "Unreadable certificate bundle"),
        (json!({ "custom_ca_bundle": no_bundle }), "there is no certificate in it"),
        (json!({ "http_proxy": "not a url" }), "Invalid proxy"),
        (json!({ "max_retries": -1 }), "max_retries is a number from 0"),
        (json!({ "insecure": true }), "custom_ca_bundle"),
        (json!({ "secret_key": null }), "can only be given together"),
        (json!({ "profile": "x", "shared_config_files": [nowhere] }), "Unreadable shared configuration"),
        (
            json!({ "profile": "x", "shared_config_files": [no_bundle], "shared_credentials_files": [empty] }),
            "Unreadable shared configuration",
        ),
        (
            json!({ "profile": "x", "shared_config_files": [empty], "shared_credentials_files": [empty] }),
            "no profile at all",
        ),
        (json!({ "assume_role": [{ "role_arn": "r", "duration": "soon" }] }), "not a duration"),
        (json!({ "assume_role_with_web_identity": [{ "role_arn": "r" }] }), "web_identity_token_file"),
    ];
    for (config, expected) in cases {
        let said = World::configure(&simulator::new_account(), config.clone()).await.err();
        let said = said.as_ref().map(told).unwrap_or_default();
        assert!(said.contains(expected), "{config}: {said}");
    }
    let elsewhere = json!({ "region": "moon", "skip_region_validation": true });
    assert!(World::configure(&simulator::new_account(), elsewhere).await.is_ok());
}
