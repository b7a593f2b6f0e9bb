//! Tags of all that EKS has.

use std::collections::HashMap;

use crate::core::prelude::*;
use crate::core::tags::Change;

/// Tags as creates want them.
pub(super) fn on_create(tags: &Attr<Tags>) -> Option<HashMap<String, String>> {
    let tags: HashMap<_, _> = tags.items().map(|(key, value)| (key.clone(), value.clone())).collect();
    (!tags.is_empty()).then_some(tags)
}

/// Tags as the service tells them.
pub(super) fn read(tags: Option<&HashMap<String, String>>) -> Attr<Tags> {
    tags.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect::<Tags>().into()
}

/// Changes the tags of an object.
pub(super) async fn update(cx: &Aws, arn: &str, prior: &Attr<Tags>, planned: &Attr<Tags>) -> Result<()> {
    let change = Change::between(prior, planned);
    if !change.removed.is_empty() {
        cx.eks().untag_resource().resource_arn(arn).set_tag_keys(Some(change.removed)).send().await?;
    }
    if !change.added.is_empty() {
        let added = change.added.into_iter().collect();
        cx.eks().tag_resource().resource_arn(arn).set_tags(Some(added)).send().await?;
    }
    Ok(())
}
