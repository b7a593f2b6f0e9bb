//! Looking for EC2 objects by what they were made with.

use aws_sdk_ec2::types::Filter;

use super::filters::Filters;
use super::loads::List;
use crate::core::prelude::*;
use crate::core::traces::under;

/// Objects that pass all filters, as candidates for the planned one.
pub(super) async fn like<M: Model, L: List>(planned: &M, cx: &Aws, filters: Vec<Filter>) -> Result<Vec<M>> {
    let found = L::list(cx, filters).await?;
    Ok(under(planned, found.into_iter().map(|(id, _)| id)))
}

/// Objects that pass these filters and have all these tags.
pub(super) async fn tagged<M: Model, L: List>(
    planned: &M,
    cx: &Aws,
    filters: Filters,
    tags: &Attr<Tags>,
) -> Result<Traces<M>> {
    let filters = filters.with_tags(tags).build().unwrap_or_default();
    Ok(Traces::Tagged(like::<M, L>(planned, cx, filters).await?))
}
