//! `data.aws_ami`.

use std::time::Duration;

use aws_sdk_ec2::types::Tag;
use serde_json::{Value as Json, json};

use crate::harness::{World, told};
use crate::outside;

async fn register(world: &World, name: &str) -> String {
    // Images made in the same second are equally recent.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let client = outside::ec2(&world.account);
    let made = client.register_image().name(name).description("of the tests").send().await.expect("an image");
    let id = made.image_id.expect("an id");
    client
        .create_tags()
        .resources(&id)
        .tags(Tag::builder().key("Tier").value("web").build())
        .send()
        .await
        .expect("tags");
    id
}

#[tokio::test]
async fn own_images() {
    let world = World::new().await;
    let first = register(&world, "web-1").await;
    let second = register(&world, "web-2").await;
    register(&world, "database-1").await;

    let found = world.data("aws_ami", json!({ "owners": ["self"], "name_regex": "^web-1$" })).await;
    assert_eq!((found.text("id"), found.text("image_id"), found.text("name")), (&*first, &*first, "web-1"));
    assert_eq!(found.text("arn"), format!("arn:aws:ec2:eu-west-1::image/{first}"));
    assert_eq!(found.text("description"), "of the tests");
    assert_eq!(found.get("tags").length(), Some(1));
    let reasons = found.get("state_reason").as_mapping().expect("a map");
    assert_eq!(reasons.get("code").and_then(|it| it.as_str()), Some("UNSET"));

    let latest =
        json!({ "owners": ["self"], "most_recent": true, "filter": [{ "name": "name", "values": ["web-*"] }] });
    assert_eq!(world.data("aws_ami", latest).await.text("id"), second);
    let by_id = json!({ "filter": [{ "name": "image-id", "values": [first] }], "most_recent": true });
    assert_eq!(world.data("aws_ami", by_id).await.text("id"), first);
}

#[tokio::test]
async fn amazons_images() {
    let world = World::new().await;
    let filters = json!([
        { "name": "name", "values": ["al2023-ami-*"] },
        { "name": "architecture", "values": ["x86_64"] },
        { "name": "virtualization-type", "values": ["hvm"] },
    ]);
    let found = world.data("aws_ami", json!({ "owners": ["amazon"], "most_recent": true, "filter": filters })).await;
    assert!(found.text("name").starts_with("al2023-ami-"), "{}", found.text("name"));
    assert_eq!((found.text("architecture"), found.text("image_owner_alias")), ("x86_64", "amazon"));
    let devices = found.get("block_device_mappings").as_sequence().expect("devices");
    assert!(!devices.is_empty());
    assert!(found.text("root_snapshot_id").starts_with("snap-"));
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let world = World::new().await;
    register(&world, "web-1").await;
    register(&world, "web-2").await;
    let cases: [(Json, &str); 3] = [
        (json!({ "owners": ["self"], "name_regex": "none" }), "No EC2 AMI matched"),
        (json!({ "owners": ["self"] }), "most_recent = true takes the latest one"),
        (json!({ "most_recent": true }), "allow_unsafe_filter = true"),
    ];
    for (config, wanted) in cases {
        let said = told(&world.try_data("aws_ami", config.clone()).await.1);
        assert!(said.contains(wanted), "{config}: {said}");
    }
    world.data("aws_ami", json!({ "most_recent": true, "allow_unsafe_filter": true })).await;
}
