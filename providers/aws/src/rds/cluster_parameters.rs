//! The parameters of a cluster's group.

use super::parameters::{Changes, Parameter, is_used, told};
use crate::core::prelude::*;

/// How long a change that waits for a restart may be in the way of taking a parameter back.
const PATIENCE: Duration = Duration::from_secs(180);

/// Those of a cluster's group.
pub(super) async fn read(cx: &Aws, group: &str, known: &[Parameter]) -> Result<Vec<Parameter>> {
    told(known, |source| async move {
        let request = cx.rds().describe_db_cluster_parameters().db_cluster_parameter_group_name(group);
        let request = request.set_source(source);
        Ok(request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?)
    })
    .await
}

/// Changes those of a cluster's group.
pub(super) async fn change(cx: &Aws, group: &str, prior: &[Parameter], planned: &[Parameter]) -> Result<()> {
    let changes = Changes::between(prior, planned);
    for set in changes.set {
        let request = cx.rds().modify_db_cluster_parameter_group().db_cluster_parameter_group_name(group);
        request.set_parameters(Some(set)).send().await?;
    }
    for reset in changes.reset {
        let request = cx.rds().reset_db_cluster_parameter_group().db_cluster_parameter_group_name(group);
        let request = request.reset_all_parameters(false).set_parameters(Some(reset));
        retry_while(PATIENCE, has_pending_changes, || async { Ok(request.clone().send().await?) }).await?;
    }
    Ok(())
}

fn has_pending_changes(error: &Error) -> bool {
    is_used(error) && error.message().contains("has pending changes")
}
