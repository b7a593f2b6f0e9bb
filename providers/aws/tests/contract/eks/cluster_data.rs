//! `data.aws_eks_cluster` and `data.aws_eks_cluster_auth`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{cluster, world};
use crate::harness::{World, told};

#[tokio::test]
async fn cluster_by_name() {
    let mut world = world().await;
    world.make("group", "aws_security_group", json!({ "name": "extra", "vpc_id": "${vpc.id}" })).await;
    let network = json!([{ "subnet_ids": ["${a.id}", "${b.id}"], "security_group_ids": ["${group.id}"] }]);
    let more = json!({ "enabled_cluster_log_types": ["api"], "tags": { "Name": "a" }, "vpc_config": network });
    let config = cluster(more);
    let made = world.make("cluster", "aws_eks_cluster", config).await;
    let data = world.data("aws_eks_cluster", json!({ "name": "main" })).await;
    let same = [
        "access_config",
        "arn",
        "certificate_authority",
        "compute_config",
        "created_at",
        "enabled_cluster_log_types",
        "endpoint",
        "id",
        "identity",
        "kubernetes_network_config",
        "platform_version",
        "role_arn",
        "status",
        "storage_config",
        "upgrade_policy",
        "version",
        "vpc_config",
    ];
    for name in same {
        assert_eq!(data.get(name), made.get(name), "{name}");
    }
    assert_eq!(data.get("tags"), made.get("tags_all"));
    let (_, said) = world.try_data("aws_eks_cluster", json!({ "name": "other" })).await;
    assert!(told(&said).contains("no EKS cluster \"other\""), "{}", told(&said));
    world.clear().await;
}

/// The parts of the query of a token's URL.
fn parts_of(token: &str) -> (String, BTreeMap<String, String>) {
    let encoded = token.strip_prefix("k8s-aws-v1.").expect("the prefix of tokens");
    let url = String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).expect("base64 without padding")).expect("text");
    let (endpoint, query) = url.split_once('?').expect("a query");
    let pairs = query.split('&').map(|pair| pair.split_once('=').expect("name=value"));
    (endpoint.to_owned(), pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let pad = |byte: u8| block.map(|it| it ^ byte);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The signature as AWS makes it: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
fn signature(secret: &str, host: &str, cluster: &str, query: &BTreeMap<String, String>) -> String {
    let signed = query.iter().filter(|(name, _)| *name != "X-Amz-Signature");
    let signed: Vec<String> = signed.map(|(name, value)| format!("{name}={value}")).collect();
    let request = format!(
        "GET\n/\n{}\nhost:{host}\nx-k8s-aws-id:{cluster}\n\nhost;x-k8s-aws-id\n{}",
        signed.join("&"),
        hex(&Sha256::digest(b""))
    );
    let time = &query["X-Amz-Date"];
    let (day, region) = (&time[..8], "eu-west-1");
    let scope = format!("{day}/{region}/sts/aws4_request");
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", hex(&Sha256::digest(request.as_bytes())));
    let parts = [day.as_bytes(), region.as_bytes(), b"sts", b"aws4_request"];
    let key = parts.iter().fold(format!("AWS4{secret}").into_bytes(), |key, part| hmac(&key, part));
    hex(&hmac(&key, text.as_bytes()))
}

#[tokio::test]
async fn a_token_is_a_signed_question_who_one_is() {
    let account = crate::simulator::new_account();
    let world = World::configure(&account, json!({})).await.unwrap_or_else(|said| panic!("{said:?}"));
    let data = world.data("aws_eks_cluster_auth", json!({ "name": "main" })).await;
    assert_eq!(data.text("id"), "main");
    let (endpoint, query) = parts_of(data.text("token"));
    assert_eq!(endpoint, format!("{}/", crate::simulator::endpoint()));
    let names: Vec<&str> = query.keys().map(String::as_str).collect();
    let expected = [
        "Action",
        "Version",
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-Signature",
        "X-Amz-SignedHeaders",
    ];
    assert_eq!(names, expected, "authenticators take nothing else");
    assert_eq!((query["Action"].as_str(), query["X-Amz-Expires"].as_str()), ("GetCallerIdentity", "60"));
    assert_eq!(query["X-Amz-SignedHeaders"], "host%3Bx-k8s-aws-id");
    assert!(query["X-Amz-Credential"].starts_with(&account.access_key_id()), "{}", query["X-Amz-Credential"]);
    let host = endpoint.trim_start_matches("http://").trim_end_matches('/');
    assert_eq!(query["X-Amz-Signature"], signature(account.secret_access_key(), host, "main", &query));
    assert_ne!(query["X-Amz-Signature"], signature(account.secret_access_key(), host, "other", &query));
}

#[tokio::test]
async fn a_token_of_a_session_says_so_and_is_for_the_public_service() {
    let account = crate::simulator::new_account();
    let config = json!({ "token": "session+token/=", "endpoints": null, "skip_credentials_validation": true, "skip_requesting_account_id": true });
    let world = World::configure(&account, config).await.unwrap_or_else(|said| panic!("{said:?}"));
    let data = world.data("aws_eks_cluster_auth", json!({ "name": "main" })).await;
    let (endpoint, query) = parts_of(data.text("token"));
    assert_eq!(endpoint, "https://sts.eu-west-1.amazonaws.com/");
    assert_eq!(query["X-Amz-Security-Token"], "session%2Btoken%2F%3D");
    let host = "sts.eu-west-1.amazonaws.com";
    assert_eq!(query["X-Amz-Signature"], signature(account.secret_access_key(), host, "main", &query));
}
