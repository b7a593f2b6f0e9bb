//! Reads of CloudWatch Logs.

use std::collections::BTreeSet;

use aws_sdk_cloudwatchlogs::types::LogGroup;

use crate::core::{Aws, Error, Fetch, Result, one_by_one};

/// Log groups by name.
pub(super) struct LogGroups;

impl Fetch for LogGroups {
    type Item = LogGroup;
    /// So many identifiers does one call take.
    /// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html>
    const CHUNK: usize = 50;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, LogGroup)>> {
        if keys.len() == 1 {
            return by_prefix(cx, keys).await;
        }
        let wanted: BTreeSet<&String> = keys.iter().collect();
        let request = cx.logs().describe_log_groups().set_log_group_identifiers(Some(keys.clone()));
        let groups = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        match groups.map_err(Error::from) {
            Ok(groups) => Ok(named(groups).filter(|(name, _)| wanted.contains(name)).collect()),
            // It is told nowhere what an identifier does that does not exist.
            Err(error) if error.is_missing() => by_prefix(cx, keys).await,
            Err(error) => Err(error),
        }
    }
}

async fn by_prefix(cx: &Aws, names: Vec<String>) -> Result<Vec<(String, LogGroup)>> {
    one_by_one(names, |name| async move {
        let mut pages = cx.logs().describe_log_groups().log_group_name_prefix(&name).into_paginator().items().send();
        // They come in order of their names, so the group that is named like the prefix comes first.
        let first = pages.next().await.transpose()?;
        Ok(first.filter(|group| group.log_group_name() == Some(&name)))
    })
    .await
}

fn named(groups: Vec<LogGroup>) -> impl Iterator<Item = (String, LogGroup)> {
    groups.into_iter().filter_map(|group| Some((group.log_group_name()?.to_owned(), group)))
}
