//! Tags of buckets. S3 only knows how to replace all tags of a bucket.

use aws_sdk_s3::types::{Tag, Tagging};
use landform_provider_api::framework::Context as _;

use super::absent::present;
use crate::core::prelude::*;

/// Tags as calls want them; key and value are there, which is all the builder asks for.
pub(super) fn tags_of<'a>(tags: impl IntoIterator<Item = (&'a String, &'a String)>) -> Vec<Tag> {
    tags.into_iter().filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok()).collect()
}

/// Tags as the service tells them.
pub(super) fn read(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

/// All tags of a bucket.
pub(super) async fn all(cx: &Aws, bucket: &str) -> Result<Tags> {
    let told = present(cx.s3().get_bucket_tagging().bucket(bucket).send().await)?;
    Ok(told.map(|told| read(told.tag_set())).unwrap_or_default())
}

/// Makes the tags of a bucket the planned ones. Tags that are left alone stay.
pub(super) async fn update(cx: &Aws, bucket: &str, planned: &Attr<Tags>) -> Result<()> {
    let mut tags = all(cx, bucket).await?;
    tags.retain(|key, _| cx.tag_rules().ignores(key));
    tags.extend(planned.get().unwrap_or_default());
    if tags.is_empty() {
        cx.s3().delete_bucket_tagging().bucket(bucket).send().await?;
        return Ok(());
    }
    let tagging = Tagging::builder().set_tag_set(Some(tags_of(&tags))).build()?;
    cx.s3().put_bucket_tagging().bucket(bucket).tagging(tagging).send().await?;
    Ok(())
}
