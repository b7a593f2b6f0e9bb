//! `aws_s3_bucket`.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use landform_simulator::{Account, Fault};
use landform_values::Value;
use serde_json::{Value as Json, json};

use super::unique;
use crate::harness::{Contract, Object, World, told};
use crate::simulator;

fn with(name: &str, more: Json) -> Json {
    let mut config = json!({ "bucket": name });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

#[tokio::test]
async fn bucket() {
    let name = unique("bucket");
    Contract::new("aws_s3_bucket", with(&name, json!({ "tags": { "Name": "a" } })))
        .update(with(&name, json!({ "tags": { "Name": "b", "X": "y" } })))
        .update(with(&name, json!({ "force_destroy": true })))
        .replaced_by(with("other", json!({})))
        .replaced_by(with(&name, json!({ "object_lock_enabled": true })))
        .unknown_to_import(&["force_destroy", "acl"])
        .hold()
        .await;
}

#[tokio::test]
async fn a_bucket_in_the_first_region() {
    let world = World::with(json!({ "region": "us-east-1" })).await;
    let name = unique("first");
    let (_, said) = world.try_make("aws_s3_bucket", &with(&name, json!({}))).await;
    assert!(said.is_empty(), "{:#?}", said);
    let (again, said_again) = world.try_make("aws_s3_bucket", &with(&name, json!({}))).await;
    assert!(told(&said_again).contains("in this account already"), "{:#?}", said_again);
    assert!(again.value.is_null());
}

#[tokio::test]
async fn what_a_bucket_is_read_with() {
    let mut world = World::new().await;
    let name = unique("plain");
    let bucket = world.make("b", "aws_s3_bucket", with(&name, json!({}))).await;
    assert_eq!(bucket.text("arn"), format!("arn:aws:s3:::{name}"));
    assert_eq!(bucket.text("bucket_domain_name"), format!("{name}.s3.amazonaws.com"));
    assert_eq!(bucket.text("bucket_regional_domain_name"), format!("{name}.s3.eu-west-1.amazonaws.com"));
    assert_eq!(bucket.text("bucket_region"), "eu-west-1");
    assert_eq!(bucket.text("bucket_namespace"), "global");
    assert_eq!(bucket.text("hosted_zone_id"), "Z1BKCTXD74EZPE");
    assert_eq!(bucket.text("request_payer"), "BucketOwner");
    let first = |name: &str, attribute: &str| {
        let blocks = bucket.get(name).as_sequence().expect("blocks");
        blocks.first().and_then(|it| it.get_attribute(attribute)).cloned().unwrap_or(Value::NULL)
    };
    assert_eq!(first("versioning", "enabled"), Value::from(false));
    assert_eq!(first("grant", "type"), Value::from("CanonicalUser"));
    let rule = first("server_side_encryption_configuration", "rule");
    assert_eq!(rule.as_sequence().map(<[_]>::len), Some(1));
    world.clear().await;
}

/// The parts that have types of their own by now, still set on the bucket itself.
#[tokio::test]
async fn parts() {
    let name = unique("parts");
    let cors =
        json!([{ "allowed_methods": ["GET"], "allowed_origins": ["https://example.com"], "max_age_seconds": 60 }]);
    let site = json!([{ "index_document": "index.html", "error_document": "error.html" }]);
    let lifecycle = json!([{
        "id": "logs",
        "enabled": true,
        "prefix": "logs/",
        "expiration": [{ "days": 90 }],
        "transition": [{ "days": 30, "storage_class": "STANDARD_IA" }, { "days": 60, "storage_class": "GLACIER" }],
        "noncurrent_version_expiration": [{ "days": 10 }],
        "abort_incomplete_multipart_upload_days": 7,
    }]);
    let policy = |name: &str| {
        let statement = json!({
            "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket", "Resource": format!("arn:aws:s3:::{name}"),
        });
        json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
    };
    Contract::new("aws_s3_bucket", with(&name, json!({ "versioning": [{ "enabled": true }], "cors_rule": cors })))
        .update(with(&name, json!({ "versioning": [{ "enabled": false }], "website": site })))
        .update(with(&name, json!({ "lifecycle_rule": lifecycle, "policy": policy(&name) })))
        .update(with(
            &name,
            json!({ "server_side_encryption_configuration": [{ "rule": [{ "bucket_key_enabled": true,
                "apply_server_side_encryption_by_default": [{ "sse_algorithm": "aws:kms" }] }] }] }),
        ))
        .update(with(&name, json!({ "website": [{ "redirect_all_requests_to": "https://example.com" }] })))
        .update(with(
            &name,
            json!({ "website": [{ "index_document": "i", "routing_rules": ROUTING }], "acceleration_status": "Enabled" }),
        ))
        .unknown_to_import(&["acl"])
        .hold()
        .await;
}

const ROUTING: &str = r#"[{"Redirect":{"ReplaceKeyPrefixWith":"documents/"},"Condition":{"KeyPrefixEquals":"docs/"}}]"#;

#[tokio::test]
async fn a_site_has_an_endpoint() {
    let mut world = World::new().await;
    let name = unique("site");
    let site = with(&name, json!({ "website": [{ "index_document": "index.html" }] }));
    let bucket = world.make("b", "aws_s3_bucket", site).await;
    assert_eq!(bucket.text("website_domain"), "s3-website-eu-west-1.amazonaws.com");
    assert_eq!(bucket.text("website_endpoint"), format!("{name}.s3-website-eu-west-1.amazonaws.com"));
    world.clear().await;
}

#[tokio::test]
async fn grants_and_locks_from_the_start() {
    let name = unique("locked");
    let group = json!({
        "type": "Group", "permissions": ["READ_ACP", "WRITE"], "uri": "http://acs.amazonaws.com/groups/s3/LogDelivery",
    });
    let lock = json!([{ "object_lock_enabled": "Enabled",
        "rule": [{ "default_retention": [{ "mode": "GOVERNANCE", "days": 3 }] }] }]);
    Contract::new("aws_s3_bucket", with(&name, json!({ "grant": [group], "object_lock_configuration": lock })))
        .unknown_to_import(&["acl"])
        .hold()
        .await;
}

/// What somebody else puts into a bucket.
async fn fill(account: &Account, bucket: &str) {
    let credentials = Credentials::new(account.access_key_id(), account.secret_access_key(), None, None, "test");
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(simulator::endpoint())
        .region(Region::new("eu-west-1"))
        .credentials_provider(credentials)
        .force_path_style(true)
        .build();
    let s3 = Client::from_conf(config);
    for n in 0..3 {
        for key in ["a".to_owned(), format!("b/{n} <&>")] {
            s3.put_object().bucket(bucket).key(key).send().await.expect("an object is put");
        }
    }
    s3.delete_object().bucket(bucket).key("a").send().await.expect("an object is marked as deleted");
}

async fn filled(world: &mut World, name: &str, force: bool) -> Object {
    let bucket = world.make("b", "aws_s3_bucket", with(name, json!({ "force_destroy": force }))).await;
    let versioned = json!({ "bucket": name, "versioning_configuration": [{ "status": "Enabled" }] });
    world.make("v", "aws_s3_bucket_versioning", versioned).await;
    fill(&world.account, name).await;
    bucket
}

#[tokio::test]
async fn a_bucket_with_objects_is_kept() {
    let mut world = World::new().await;
    let name = unique("kept");
    let bucket = filled(&mut world, &name, false).await;
    let refused = world.try_delete(&bucket).await;
    let told = told(&refused);
    assert!(
        told.contains("BucketNotEmpty") && told.contains("a (delete marker)") && told.contains("force_destroy = true"),
        "{told}"
    );
    assert!(world.read_one(&bucket).await.is_some());
}

#[tokio::test]
async fn a_bucket_goes_with_all_its_objects_versions_and_markers() {
    let mut world = World::new().await;
    let name = unique("emptied");
    let bucket = filled(&mut world, &name, true).await;
    world.delete(&bucket).await;
    assert!(world.read_one(&bucket).await.is_none());
}

#[tokio::test]
async fn names_are_generated() {
    let mut world = World::new().await;
    let bucket = world.make("a", "aws_s3_bucket", json!({ "bucket_prefix": "logs-" })).await;
    assert!(bucket.text("bucket").starts_with("logs-") && bucket.text("bucket").len() == 31);
    assert_eq!(bucket.text("bucket_prefix"), "logs-");
    let bucket = world.make("b", "aws_s3_bucket", json!({})).await;
    assert!(bucket.text("bucket").starts_with("terraform-"));
    world.clear().await;
}

#[tokio::test]
async fn a_bucket_is_made_with_its_tags() {
    let mut world = World::new().await;
    world.account.fault(&Fault::deny("s3.PutBucketTagging"));
    let bucket = world.make("b", "aws_s3_bucket", with(&unique("tagged"), json!({ "tags": { "A": "b" } }))).await;
    let read = world.read_one(&bucket).await.expect("the bucket is there");
    assert_eq!(read.get("tags"), bucket.get("tags"));
    world.clear().await;
}

#[tokio::test]
async fn a_create_that_fails_half_way_keeps_the_bucket() {
    let world = World::new().await;
    let name = unique("half");
    world.account.fault(&Fault::deny("s3.PutBucketCors"));
    let cors = json!([{ "allowed_methods": ["GET"], "allowed_origins": ["*"] }]);
    let (made, said) = world.try_make("aws_s3_bucket", &with(&name, json!({ "cors_rule": cors }))).await;
    assert!(told(&said).contains("s3:PutBucketCors"), "{:#?}", said);
    assert_eq!(made.value.get_attribute("id").and_then(|it| it.as_str()), Some(name.as_str()));
    assert!(made.value.is_wholly_known());
}

#[tokio::test]
async fn invalid_buckets() {
    let world = World::new().await;
    let cases = [
        (json!({ "bucket": "a--usw2-az1--x-s3" }), "directory buckets"),
        (json!({ "bucket": "x".repeat(64) }), "0 to 63 characters"),
        (json!({ "bucket": "a", "bucket_prefix": "b" }), "Only one of"),
        (json!({ "acl": "open" }), "must be one of"),
        (json!({ "website": [{ "index_document": "a", "redirect_all_requests_to": "b" }] }), "Only one of"),
        (json!({ "lifecycle_rule": [{ "enabled": true, "expiration": [{ "date": "soon" }] }] }), "is not a day"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate("aws_s3_bucket", &config).await);
        assert!(told.contains(expected), "{told}");
    }
}
