//! Waiting for tables.

use aws_sdk_dynamodb::operation::update_table::builders::UpdateTableFluentBuilder as Update;
use aws_sdk_dynamodb::types::{
    IndexStatus, PointInTimeRecoveryDescription, PointInTimeRecoveryStatus, SseStatus, TableDescription, TableStatus,
    TimeToLiveDescription, TimeToLiveStatus,
};

use crate::core::prelude::*;

/// A table; `None` when there is none.
pub(super) async fn table(cx: &Aws, name: &str) -> Result<Option<TableDescription>> {
    match cx.dynamodb().describe_table().table_name(name).send().await.map_err(Error::from) {
        Ok(told) => Ok(told.table),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a call failed because others change tables at this moment, or this one is being changed.
pub(super) fn is_busy(error: &Error) -> bool {
    error.is(&["LimitExceededException"]) && error.message().contains("simultaneous")
        || error.is(&["ResourceInUseException"])
            && ["being", "not ACTIVE", "still in use"].iter().any(|it| error.message().contains(it))
}

/// Sends a change as soon as the table can take it, and waits until it is done.
pub(super) async fn update(cx: &Aws, name: &str, timeout: Duration, update: Update) -> Result<TableDescription> {
    let request = update.table_name(name);
    retry_while(timeout, is_busy, || async { Ok(request.clone().send().await?) }).await?;
    active(cx, name, timeout).await
}

/// Waits until a table, all its indexes and its encryption are what they are to be.
pub(super) async fn active(cx: &Aws, name: &str, timeout: Duration) -> Result<TableDescription> {
    wait_until(&format!("DynamoDB table {name} to become active"), timeout, || async {
        let Some(table) = table(cx, name).await? else { return Ok(State::Pending("not visible".into())) };
        Ok(match unsettled(&table) {
            Some(state) => State::Pending(state),
            None => State::Done(table),
        })
    })
    .await
}

/// What of a table is not yet what it is to be.
fn unsettled(table: &TableDescription) -> Option<String> {
    if let Some(status) = table.table_status().filter(|status| {
        !matches!(status, TableStatus::Active | TableStatus::Archived | TableStatus::InaccessibleEncryptionCredentials)
    }) {
        return Some(status.as_str().to_owned());
    }
    let encryption = table.sse_description().and_then(|it| it.status());
    if let Some(status) =
        encryption.filter(|it| matches!(it, SseStatus::Enabling | SseStatus::Disabling | SseStatus::Updating))
    {
        return Some(format!("{} encryption", status.as_str()));
    }
    if table.warm_throughput().and_then(|it| it.status()).is_some_and(|it| *it != TableStatus::Active) {
        return Some("warming up".into());
    }
    let index = table.global_secondary_indexes().iter().find(|index| {
        let warming = index.warm_throughput().and_then(|it| it.status()).is_some_and(|it| *it != IndexStatus::Active);
        index.index_status() != Some(&IndexStatus::Active) || warming
    })?;
    let status = index.index_status().map_or("unknown", IndexStatus::as_str);
    Some(format!("{status} index {}", index.index_name().unwrap_or_default()))
}

/// Waits until there is no such table.
pub(super) async fn gone(cx: &Aws, name: &str, timeout: Duration) -> Result<()> {
    wait_until(&format!("DynamoDB table {name} to be deleted"), timeout, || async {
        Ok(match table(cx, name).await? {
            Some(table) => State::Pending(table.table_status().map_or("there", TableStatus::as_str).to_owned()),
            None => State::Done(()),
        })
    })
    .await
}

/// How items end.
pub(super) async fn time_to_live(cx: &Aws, name: &str) -> Result<Option<TimeToLiveDescription>> {
    Ok(cx.dynamodb().describe_time_to_live().table_name(name).send().await?.time_to_live_description)
}

/// Waits until the end of items is switched on or off.
pub(super) async fn time_to_live_settled(cx: &Aws, name: &str, timeout: Duration) -> Result<()> {
    wait_until(&format!("time to live of DynamoDB table {name} to be set"), timeout, || async {
        let status = time_to_live(cx, name).await?.and_then(|it| it.time_to_live_status);
        Ok(match status {
            Some(status @ (TimeToLiveStatus::Enabling | TimeToLiveStatus::Disabling)) => {
                State::Pending(status.as_str().to_owned())
            }
            _ => State::Done(()),
        })
    })
    .await
}

/// Whether a table can be brought back to any moment. `None` where there are no such backups at all.
pub(super) async fn recovery(cx: &Aws, name: &str) -> Result<Option<PointInTimeRecoveryDescription>> {
    let told = cx.dynamodb().describe_continuous_backups().table_name(name).send().await.map_err(Error::from);
    match told {
        Ok(told) => {
            let backups = told.continuous_backups_description;
            Ok(backups.and_then(|it| it.point_in_time_recovery_description))
        }
        // An archived table has none, and so do services that only speak like DynamoDB.
        Err(error) if error.is(&["UnknownOperationException", "TableNotFoundException"]) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Waits until recovery is as it is to be.
pub(super) async fn recovery_is(
    cx: &Aws,
    name: &str,
    wanted: PointInTimeRecoveryStatus,
    timeout: Duration,
) -> Result<()> {
    wait_until(&format!("point-in-time recovery of DynamoDB table {name} to be set"), timeout, || async {
        let status = recovery(cx, name).await?.and_then(|it| it.point_in_time_recovery_status);
        let status = status.unwrap_or(PointInTimeRecoveryStatus::Disabled);
        Ok(if status == wanted { State::Done(()) } else { State::Pending(status.as_str().to_owned()) })
    })
    .await
}
