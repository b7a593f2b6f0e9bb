//! Tags of RDS's objects.

use aws_sdk_rds::types::Tag;

use crate::core::prelude::*;
use crate::core::tags::Change;

/// Tags as calls want them; none for none.
pub(super) fn on_create(tags: &Attr<Tags>) -> Option<Vec<Tag>> {
    let tags = tags.known().filter(|tags| !tags.is_empty())?;
    Some(written(tags))
}

fn written(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// Tags as answers have them.
pub(super) fn told(tags: &[Tag]) -> Tags {
    let pair = |tag: &Tag| (tag.key().unwrap_or_default().to_owned(), tag.value().unwrap_or_default().to_owned());
    tags.iter().map(pair).collect()
}

/// Tags of an object.
pub(super) async fn read(cx: &Aws, arn: &str) -> Result<Tags> {
    Ok(told(cx.rds().list_tags_for_resource().resource_name(arn).send().await?.tag_list()))
}

/// Changes the tags of an object.
pub(super) async fn update(cx: &Aws, arn: &str, prior: &Attr<Tags>, planned: &Attr<Tags>) -> Result<()> {
    let change = Change::between(prior, planned);
    if !change.removed.is_empty() {
        let request = cx.rds().remove_tags_from_resource().resource_name(arn);
        request.set_tag_keys(Some(change.removed)).send().await?;
    }
    if !change.added.is_empty() {
        cx.rds().add_tags_to_resource().resource_name(arn).set_tags(Some(written(&change.added))).send().await?;
    }
    Ok(())
}
