//! Reads of instances.

use aws_sdk_rds::types::{DbInstance, Filter};

use crate::core::{Aws, Fetch, Result};

/// Instances by resource id and by name.
pub(super) struct Instances;

impl Fetch for Instances {
    type Item = DbInstance;
    /// As many as one page has.
    const CHUNK: usize = 100;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, DbInstance)>> {
        let (ids, names): (Vec<String>, Vec<String>) = keys.into_iter().partition(|key| is_resource_id(key));
        let (mut found, named) =
            futures::try_join!(filtered(cx, "dbi-resource-id", ids), filtered(cx, "db-instance-id", names))?;
        found.extend(named);
        Ok(found)
    }
}

async fn filtered(cx: &Aws, filter: &str, values: Vec<String>) -> Result<Vec<(String, DbInstance)>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter::builder().name(filter).set_values(Some(values)).build();
    let listed = cx.rds().describe_db_instances().filters(filter).into_paginator().items().send();
    let listed = listed.collect::<Result<Vec<_>, _>>().await?;
    let mut found = Vec::with_capacity(2 * listed.len());
    for instance in listed {
        found.extend(instance.dbi_resource_id().map(|id| (id.to_owned(), instance.clone())));
        found.extend(instance.db_instance_identifier().map(|name| (name.to_owned(), instance.clone())));
    }
    Ok(found)
}

/// Whether a key is `db-ABC…` rather than a name, which has no capitals.
fn is_resource_id(key: &str) -> bool {
    key.strip_prefix("db-").is_some_and(|rest| rest.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit()))
        && key.bytes().any(|it| it.is_ascii_uppercase())
}

/// Whether the database of an id is gone, or is one that a blue/green deployment has replaced and put aside as
/// `NAME-old1`: then the one to look at is that under the name.
pub(super) fn is_put_aside(found: Option<&DbInstance>, name: &str) -> bool {
    let Some(found) = found.and_then(|it| it.db_instance_identifier()) else { return true };
    found
        .strip_prefix(name)
        .and_then(|rest| rest.strip_prefix("-old"))
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|it| it.is_ascii_digit()))
}
