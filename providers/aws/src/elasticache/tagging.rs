//! Tags of ElastiCache's objects.

use aws_sdk_elasticache::types::Tag;

use crate::core::prelude::*;
use crate::core::tags::Change;

/// Tags to set while an object is made; `None` where there are none, as calls want it.
pub(super) fn on_create(tags: &Attr<Tags>) -> Option<Vec<Tag>> {
    let tags: Vec<Tag> = tags.items().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    (!tags.is_empty()).then_some(tags)
}

/// Tags as the service tells them, but for those that AWS itself sets.
pub(super) async fn read(cx: &Aws, arn: &str) -> Result<Tags> {
    let told = cx.elasticache().list_tags_for_resource().resource_name(arn).send().await?;
    let tags = told.tag_list.unwrap_or_default().into_iter();
    let tags = tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())));
    Ok(tags.filter(|(key, _)| !key.starts_with("aws:")).collect())
}

/// Changes the tags of an object to those planned.
pub(super) async fn update(cx: &Aws, arn: &str, prior: &Attr<Tags>, planned: &Attr<Tags>) -> Result<()> {
    let Change { removed, added } = Change::between(prior, planned);
    if !removed.is_empty() {
        cx.elasticache().remove_tags_from_resource().resource_name(arn).set_tag_keys(Some(removed)).send().await?;
    }
    if !added.is_empty() {
        let tags = on_create(&Attr::Known(added));
        cx.elasticache().add_tags_to_resource().resource_name(arn).set_tags(tags).send().await?;
    }
    Ok(())
}
