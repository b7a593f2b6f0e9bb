//! Tags of IAM objects.

use aws_sdk_iam::types::Tag;

use crate::core::prelude::*;
use crate::core::tags::Change;

/// Tags to set while an object is made; `None` where there are none, as calls want it.
pub(super) fn on_create(tags: &Attr<Tags>) -> Option<Vec<Tag>> {
    let tags: Vec<Tag> = tags.items().filter_map(|(key, value)| tag(key, value)).collect();
    (!tags.is_empty()).then_some(tags)
}

/// Tags as the service tells them.
pub(super) fn read(tags: &[Tag]) -> Attr<Tags> {
    Attr::Known(tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect())
}

/// Tags to add or overwrite.
pub(super) fn added(change: &Change) -> Vec<Tag> {
    change.added.iter().filter_map(|(key, value)| tag(key, value)).collect()
}

/// A tag; key and value are there, which is all the builder asks for.
fn tag(key: &str, value: &str) -> Option<Tag> {
    Tag::builder().key(key).value(value).build().ok()
}
