//! Tags of EC2 objects.

use aws_sdk_ec2::types::{ResourceType, Tag, TagSpecification};

use crate::core::prelude::*;

/// Tags to set while an object is made; `None` where there are none, as calls want it.
pub(super) fn on_create(kind: ResourceType, tags: &Attr<Tags>) -> Option<Vec<TagSpecification>> {
    list(tags).map(|tags| vec![TagSpecification::builder().resource_type(kind).set_tags(Some(tags)).build()])
}

/// Tags as calls want them; `None` where there are none.
pub(super) fn list(tags: &Attr<Tags>) -> Option<Vec<Tag>> {
    let tags: Vec<Tag> = tags.items().map(|(key, value)| tag(key, value)).collect();
    (!tags.is_empty()).then_some(tags)
}

/// Tags as the service tells them, but for those that AWS itself sets and nobody else may.
pub(super) fn read(tags: Option<&[Tag]>) -> Attr<Tags> {
    let tags = tags.unwrap_or_default().iter();
    let tags = tags.filter_map(|tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned())));
    let tags = tags.filter(|(key, _)| !key.starts_with("aws:"));
    Attr::Known(tags.collect())
}

/// Changes the tags of an object to those planned.
pub(super) async fn update(cx: &Aws, id: &str, prior: &Attr<Tags>, planned: &Attr<Tags>) -> Result<()> {
    let empty = Tags::new();
    let (prior, planned) = (prior.known().unwrap_or(&empty), planned.known().unwrap_or(&empty));
    let gone: Vec<Tag> =
        prior.keys().filter(|key| !planned.contains_key(*key)).map(|key| Tag::builder().key(key).build()).collect();
    let new: Vec<Tag> = planned
        .iter()
        .filter(|(key, value)| prior.get(*key) != Some(value))
        .map(|(key, value)| tag(key, value))
        .collect();
    if !gone.is_empty() {
        cx.ec2().delete_tags().resources(id).set_tags(Some(gone)).send().await?;
    }
    if !new.is_empty() {
        cx.ec2().create_tags().resources(id).set_tags(Some(new)).send().await?;
    }
    Ok(())
}

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build()
}
