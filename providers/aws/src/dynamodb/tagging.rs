//! Tags of tables.

use aws_sdk_dynamodb::types::Tag;

use crate::core::prelude::*;
use crate::core::tags::Change;

/// Tags as calls want them; key and value are there, which is all the builder asks for.
pub(super) fn tags_of(tags: &Tags) -> Vec<Tag> {
    tags.iter().filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok()).collect()
}

/// Tags of a table.
pub(super) async fn read(cx: &Aws, arn: &str) -> Result<Tags> {
    let mut tags = Tags::new();
    let mut next = None;
    loop {
        let page = cx.dynamodb().list_tags_of_resource().resource_arn(arn).set_next_token(next).send().await?;
        tags.extend(page.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)));
        next = page.next_token;
        if next.is_none() {
            return Ok(tags);
        }
    }
}

/// Changes the tags of a table.
pub(super) async fn update(cx: &Aws, arn: &str, change: Change) -> Result<()> {
    if !change.removed.is_empty() {
        cx.dynamodb().untag_resource().resource_arn(arn).set_tag_keys(Some(change.removed)).send().await?;
    }
    if !change.added.is_empty() {
        cx.dynamodb().tag_resource().resource_arn(arn).set_tags(Some(tags_of(&change.added))).send().await?;
    }
    Ok(())
}
