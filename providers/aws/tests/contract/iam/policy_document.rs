//! `data.aws_iam_policy_document`: the text is the public provider's to the byte.

use serde_json::{Value as Json, json};

use crate::harness::{World, told};

async fn check(config: Json, expected: &str) {
    let world = World::new().await;
    let document = world.data("aws_iam_policy_document", config).await;
    assert_eq!(document.text("json"), expected);
    let minified: Json = serde_json::from_str(document.text("minified_json")).expect("JSON");
    assert_eq!(minified, serde_json::from_str::<Json>(expected).expect("JSON"));
    assert!(!document.text("minified_json").contains('\n'));
    assert!(world.account.calls().total() == 0, "it asks nobody");
}

async fn check_error(config: Json, expected: &str) {
    let world = World::new().await;
    let told = told(&world.try_data("aws_iam_policy_document", config.clone()).await.1);
    assert!(told.contains(expected), "{told}");
}

#[tokio::test]
async fn lists_of_one_are_texts_and_longer_ones_descend() {
    let statement = json!({
        "sid": "1",
        "actions": ["s3:ListAllMyBuckets", "s3:GetBucketLocation"],
        "resources": ["arn:aws:s3:::*"],
        "not_actions": [],
    });
    check(
        json!({ "policy_id": "policy_id", "statement": [statement] }),
        r#"{
  "Version": "2012-10-17",
  "Id": "policy_id",
  "Statement": [
    {
      "Sid": "1",
      "Effect": "Allow",
      "Action": [
        "s3:ListAllMyBuckets",
        "s3:GetBucketLocation"
      ],
      "Resource": "arn:aws:s3:::*"
    }
  ]
}"#,
    )
    .await;
}

#[tokio::test]
async fn an_empty_document() {
    check(json!({}), "{\n  \"Version\": \"2012-10-17\"\n}").await;
}

#[tokio::test]
async fn conditions_principals_and_variables() {
    let conditions = json!([
        { "test": "StringLike", "variable": "s3:prefix", "values": ["home/", "", "home/&{aws:username}/"] },
        { "test": "ArnLike", "variable": "aws:SourceArn", "values": ["arn:aws:sns:*"] },
        { "test": "StringLike", "variable": "aws:x", "values": ["<&>"] },
    ]);
    let principals = json!([
        { "type": "Service", "identifiers": ["ec2.amazonaws.com"] },
        { "type": "AWS", "identifiers": ["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root"] },
    ]);
    let statement = json!({
        "effect": "Deny",
        "not_actions": ["s3:*"],
        "not_resources": ["arn:aws:s3:::bucket/&{aws:username}", "arn:aws:s3:::a"],
        "condition": conditions,
        "principals": principals,
        "not_principals": [{ "type": "*", "identifiers": ["*"] }],
    });
    check(
        json!({ "version": "2012-10-17", "statement": [statement] }),
        r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Deny",
      "NotAction": "s3:*",
      "NotResource": [
        "arn:aws:s3:::bucket/${aws:username}",
        "arn:aws:s3:::a"
      ],
      "Principal": {
        "AWS": [
          "arn:aws:iam::444455556666:root",
          "arn:aws:iam::111122223333:root"
        ],
        "Service": "ec2.amazonaws.com"
      },
      "NotPrincipal": "*",
      "Condition": {
        "ArnLike": {
          "aws:SourceArn": "arn:aws:sns:*"
        },
        "StringLike": {
          "aws:x": "\u003c\u0026\u003e",
          "s3:prefix": [
            "home/",
            "",
            "home/${aws:username}/"
          ]
        }
      }
    }
  ]
}"#,
    )
    .await;
}

#[tokio::test]
async fn blocks_of_one_kind_come_in_the_order_of_their_checksums() {
    let principals: Vec<Json> =
        ["a", "b", "c", "d"].iter().map(|it| json!({ "type": "AWS", "identifiers": [it] })).collect();
    let conditions: Vec<Json> = ["a", "b", "c", "d"]
        .iter()
        .map(|it| json!({ "test": "StringEquals", "variable": "v", "values": [it] }))
        .collect();
    let world = World::new().await;
    let statement = json!({ "actions": ["x"], "principals": principals, "condition": conditions });
    let document = world.data("aws_iam_policy_document", json!({ "statement": [statement] })).await;
    let json: Json = serde_json::from_str(document.text("json")).expect("JSON");
    assert_eq!(json["Statement"][0]["Principal"]["AWS"], json!(PRINCIPALS));
    assert_eq!(json["Statement"][0]["Condition"]["StringEquals"]["v"], json!(CONDITIONS));
}

/// Made with Python's `zlib.crc32`: `sorted(str(crc32(b"identifiers:{%s;};type:AWS;")) …)`.
const PRINCIPALS: [&str; 4] = ["d", "a", "b", "c"];
/// Made with Python's `zlib.crc32`: `sorted(str(crc32(b"test:StringEquals;values:(%s;);variable:v;")) …)`.
const CONDITIONS: [&str; 4] = ["c", "b", "a", "d"];

#[tokio::test]
async fn documents_are_merged_by_sid() {
    let source = r#"{"Version":"2008-10-17","Id":"source","Statement":[
        {"Sid":"Keep","Effect":"Allow","Action":["b","a"],"Resource":["*"]},
        {"Sid":"Replace","Effect":"Allow","Action":"x","Principal":{"AWS":["2","1"]},"Condition":{"Bool":{"k":true}}}]}"#;
    let overriding =
        r#"{"Statement":[{"Sid":"Own","Effect":"Deny","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"z"}]}"#;
    let statements = json!([
        { "sid": "Own", "actions": ["own"], "resources": ["*"] },
        { "sid": "Replace", "actions": ["replaced"], "resources": ["*"] },
    ]);
    check(
        json!({ "source_policy_documents": [source], "override_policy_documents": [overriding], "statement": statements }),
        r#"{
  "Version": "2012-10-17",
  "Id": "source",
  "Statement": [
    {
      "Sid": "Keep",
      "Effect": "Allow",
      "Action": [
        "b",
        "a"
      ],
      "Resource": [
        "*"
      ]
    },
    {
      "Sid": "Replace",
      "Effect": "Allow",
      "Action": "replaced",
      "Resource": "*"
    },
    {
      "Sid": "Own",
      "Effect": "Deny",
      "Action": "*",
      "Resource": "*"
    },
    {
      "Effect": "Deny",
      "Action": "z"
    }
  ]
}"#,
    )
    .await;
}

#[tokio::test]
async fn source_documents_are_written_in_one_form() {
    let source = r#"{"Statement":[{"Effect":"Allow","Action":"x","Principal":{"AWS":["1","3","2"],"Service":"s"},"Condition":{"Bool":{"k":true},"StringLike":{"v":["one"]}}},{"Principal":"*"}]}"#;
    check(
        json!({ "source_policy_documents": [source] }),
        r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "x",
      "Principal": {
        "AWS": [
          "3",
          "2",
          "1"
        ],
        "Service": "s"
      },
      "Condition": {
        "Bool": {
          "k": "true"
        },
        "StringLike": {
          "v": "one"
        }
      }
    },
    {
      "Principal": "*"
    }
  ]
}"#,
    )
    .await;
}

#[tokio::test]
async fn the_id_is_the_checksum_of_the_text() {
    let world = World::new().await;
    let document = world.data("aws_iam_policy_document", json!({})).await;
    // zlib.crc32(b'{\n  "Version": "2012-10-17"\n}')
    assert_eq!(document.text("id"), "1132004489");
    let statement = json!({ "actions": ["x"] });
    let document = world.data("aws_iam_policy_document", json!({ "statement": [statement] })).await;
    assert_eq!(document.text("version"), "2012-10-17");
    assert_eq!(
        document.text("minified_json"),
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"x"}]}"#
    );
}

#[tokio::test]
async fn impossible_documents() {
    let twice = json!([{ "sid": "A", "actions": ["x"] }, { "sid": "A", "actions": ["y"] }]);
    check_error(json!({ "statement": twice }), "sid \"A\" is used twice").await;
    let source = r#"{"Statement":[{"Sid":"A"}]}"#;
    check_error(json!({ "source_policy_documents": [source, source] }), "source_policy_documents[1]: sid \"A\"").await;
    let old = json!([{ "resources": ["&{aws:username}"] }]);
    check_error(json!({ "version": "2008-10-17", "statement": old }), "does not know").await;
    check_error(json!({ "override_policy_documents": ["[]"] }), "override_policy_documents[0]").await;
}
