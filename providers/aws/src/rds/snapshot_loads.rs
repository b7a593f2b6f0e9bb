//! Reads of snapshots.

use aws_sdk_rds::types::{DbSnapshot, Filter};

use crate::core::{Aws, Fetch, Result};

/// Snapshots by name.
pub(super) struct Snapshots;

impl Fetch for Snapshots {
    type Item = DbSnapshot;
    /// As many as one page has.
    const CHUNK: usize = 100;

    /// Names that match nothing are no error.
    async fn fetch(cx: &Aws, names: Vec<String>) -> Result<Vec<(String, DbSnapshot)>> {
        let filter = Filter::builder().name("db-snapshot-id").set_values(Some(names)).build();
        let listed = cx.rds().describe_db_snapshots().filters(filter).into_paginator().items().send();
        let listed = listed.collect::<Result<Vec<_>, _>>().await?;
        let by_name = |snapshot: DbSnapshot| Some((snapshot.db_snapshot_identifier()?.to_owned(), snapshot));
        Ok(listed.into_iter().filter_map(by_name).collect())
    }
}
