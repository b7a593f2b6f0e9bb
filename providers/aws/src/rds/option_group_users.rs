//! What uses an option group, so that it can not be deleted.
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithOptionGroups.html>

use aws_sdk_rds::types::{DbInstance, DbSnapshot, OptionGroupMembership};

use crate::core::{Aws, Error, Result};

/// States of a membership that end by themselves.
const LEAVING: [&str; 2] = ["pending-removal", "removing"];

/// How the state of a group is called that RDS refuses to delete, if what uses it goes away by itself. What stays is named.
pub(super) async fn passing(cx: &Aws, group: &str, refused: Error) -> Result<String> {
    let (databases, snapshots) = futures::try_join!(databases(cx, group), snapshots(cx, group))?;
    let staying: Vec<String> = databases.into_iter().chain(snapshots).collect();
    if staying.is_empty() {
        return Ok("used by what is being deleted".into());
    }
    Err(refused.hint(format!(
        "It is used by {}. Give databases another group, and delete snapshots, before.",
        staying.join(", ")
    )))
}

async fn databases(cx: &Aws, group: &str) -> Result<Vec<String>> {
    let listed = cx.rds().describe_db_instances().into_paginator().items().send();
    let listed = listed.collect::<Result<Vec<_>, _>>().await?;
    let staying = listed.iter().filter(|database| stays(database, group));
    Ok(staying.filter_map(|it| it.db_instance_identifier()).map(|name| format!("DB instance {name}")).collect())
}

fn stays(database: &DbInstance, group: &str) -> bool {
    let holds = |it: &OptionGroupMembership| {
        it.option_group_name() == Some(group) && it.status().is_none_or(|status| !LEAVING.contains(&status))
    };
    database.db_instance_status() != Some("deleting") && database.option_group_memberships().iter().any(holds)
}

/// Those that RDS has made go away with their databases.
async fn snapshots(cx: &Aws, group: &str) -> Result<Vec<String>> {
    let listed = cx.rds().describe_db_snapshots().snapshot_type("manual").into_paginator().items().send();
    let listed = listed.collect::<Result<Vec<_>, _>>().await?;
    let staying = listed.iter().filter(|it: &&DbSnapshot| it.option_group_name() == Some(group));
    let staying = staying.filter(|it| it.status() != Some("deleting"));
    Ok(staying.filter_map(|it| it.db_snapshot_identifier()).map(|name| format!("DB snapshot {name}")).collect())
}
