//! The parameters of a cluster's group.

use super::parameters::{AT_ONCE, Parameter};
use crate::core::prelude::*;

/// How long a change that waits for a restart may be in the way of taking a parameter back.
const PATIENCE: Duration = Duration::from_secs(180);

/// The parameters that somebody has set. One that is known to be set here, and is the engine's default, RDS does not count
/// among them: `known` says which to ask for.
pub(super) async fn read(cx: &Aws, group: &str, known: &[Parameter]) -> Result<Vec<Parameter>> {
    let request = cx.rds().describe_db_cluster_parameters().db_cluster_parameter_group_name(group);
    let listed = request.clone().source("user").into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
    let mut found: Vec<Parameter> = listed.iter().map(Parameter::of).collect();
    let is_told = |found: &[Parameter], it: &Parameter| found.iter().any(|told| told.is_named(it.name.as_str()));
    let untold: Vec<&Parameter> = known.iter().filter(|it| !is_told(&found, it)).collect();
    if !untold.is_empty() {
        let all = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
        let all: BTreeSet<(String, Attr<String>)> = all.iter().map(Parameter::of).map(|it| key(&it)).collect();
        let defaults: Vec<Parameter> = untold.into_iter().filter(|it| all.contains(&key(it))).cloned().collect();
        found.extend(defaults);
    }
    found.sort_by(|a, b| a.name.as_str().cmp(b.name.as_str()));
    Ok(found)
}

/// A parameter with its value, whatever the case of its name.
fn key(parameter: &Parameter) -> (String, Attr<String>) {
    (parameter.name.as_str().to_lowercase(), parameter.value.clone())
}

/// Sets what differs and takes back what is no longer given.
pub(super) async fn change(cx: &Aws, group: &str, prior: &[Parameter], planned: &[Parameter]) -> Result<()> {
    let mut set: Vec<&Parameter> = planned.iter().filter(|it| !prior.contains(it)).collect();
    set.sort_by_key(|it| it.turn());
    for some in set.chunks(AT_ONCE) {
        let request = cx.rds().modify_db_cluster_parameter_group().db_cluster_parameter_group_name(group);
        request.set_parameters(Some(some.iter().map(|it| it.written()).collect())).send().await?;
    }
    let gone = |it: &&Parameter| !planned.iter().any(|planned| planned.is_named(it.name.as_str()));
    let gone: Vec<&Parameter> = prior.iter().filter(gone).collect();
    for some in gone.chunks(AT_ONCE) {
        let request = cx.rds().reset_db_cluster_parameter_group().db_cluster_parameter_group_name(group);
        let request = request.reset_all_parameters(false);
        let request = request.set_parameters(Some(some.iter().map(|it| it.named_only()).collect()));
        retry_while(PATIENCE, has_pending_changes, || async { Ok(request.clone().send().await?) }).await?;
    }
    Ok(())
}

fn has_pending_changes(error: &Error) -> bool {
    error.is(&["InvalidDBParameterGroupState", "InvalidDBParameterGroupStateFault"])
        && error.message().contains("has pending changes")
}
