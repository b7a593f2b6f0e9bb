//! What a cluster's plan and configuration know beyond what its attributes say.

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::framework::Planning;
use landform_values::Value;

use super::cluster::Cluster;
use super::cluster_read::is_part;

/// What RDS changes in the maintenance window, unless it is told to do so at once.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ClusterPendingModifiedValues.html>
const WAITING: [&str; 5] =
    ["allocated_storage", "engine_version", "iam_database_authentication_enabled", "iops", "storage_type"];

/// Takes back changes that are none, and says which can not be made in place, at once, or at all.
pub(super) fn adjust(planning: &mut Planning<'_>) {
    if planning.is_create() {
        return;
    }
    keep_snapshot(planning);
    keep_version(planning);
    plan_storage(planning);
    if planning.planned("apply_immediately").as_bool() != Some(true) {
        let window = planning.prior("preferred_maintenance_window");
        let until = format!("the maintenance window ({})", window.as_str().unwrap_or("of the cluster"));
        for name in WAITING.into_iter().filter(|name| planning.changes(name)).collect::<Vec<_>>() {
            planning.postpone(name, until.clone());
        }
    }
    check_global_cluster(planning);
}

/// A version that is given in part holds for each that begins with it.
pub(super) fn keep_version(planning: &mut Planning<'_>) {
    let (prior, config) = (planning.prior("engine_version"), planning.config("engine_version"));
    if prior != config && prior.as_str().zip(config.as_str()).is_some_and(|(prior, asked)| is_part(asked, prior)) {
        planning.set("engine_version", prior);
        let running = planning.prior("engine_version_actual");
        planning.set("engine_version_actual", running);
    }
}

/// That a snapshot is no longer named changes nothing.
fn keep_snapshot(planning: &mut Planning<'_>) {
    let prior = planning.prior("snapshot_identifier");
    if planning.config("snapshot_identifier").is_null() && !prior.is_null() {
        planning.set("snapshot_identifier", prior);
    }
}

/// Only Aurora changes the kind of its storage, and it does not tell of the usual one.
fn plan_storage(planning: &mut Planning<'_>) {
    let (prior, planned) = (planning.prior("storage_type"), planning.planned("storage_type"));
    let nothing = |value: &Value| value.is_null() || value.as_str() == Some("");
    if nothing(&prior) && planned.as_str() == Some("aurora") {
        planning.set("storage_type", prior);
        return;
    }
    let aurora = planning.planned("engine").as_str().is_none_or(|engine| engine.starts_with("aurora"));
    if !aurora && planning.changes("storage_type") {
        planning.require_replace("storage_type");
    }
}

fn check_global_cluster(planning: &mut Planning<'_>) {
    let (prior, planned) = (planning.prior("global_cluster_identifier"), planning.planned("global_cluster_identifier"));
    let Some(planned) = planned.as_str().filter(|it| !it.is_empty()) else { return };
    if planning.changes("global_cluster_identifier") {
        let from = prior.as_str().unwrap_or_default();
        let from = if from.is_empty() { "none".to_owned() } else { format!("{from:?}") };
        let detail = format!(
            "A cluster that exists can not join a global database: it is in {from}, and would be in {planned:?}. Make \
             another cluster in it, or take global_cluster_identifier away."
        );
        planning.report(Diagnostic::error("Invalid global database", detail));
    }
}

/// What is wrong with a configuration.
pub(super) fn problems(cluster: &Cluster) -> Diagnostics {
    let mut found = Diagnostics::new();
    let mut say = |detail: &str| found.push(Diagnostic::error("Invalid cluster", detail));
    for source in &cluster.restore_to_point_in_time {
        let given = |is: bool, unknown: bool| is || unknown;
        let when = given(source.restore_to_time.is_known(), source.restore_to_time.is_unknown());
        let latest = given(source.use_latest_restorable_time.is_true(), source.use_latest_restorable_time.is_unknown());
        if !when && !latest {
            say("restore_to_point_in_time needs restore_to_time, or use_latest_restorable_time = true.");
        }
        if source.restore_to_time.is_known() && source.use_latest_restorable_time.is_true() {
            say("restore_to_point_in_time takes either restore_to_time or use_latest_restorable_time, not both.");
        }
        if source.source_cluster_identifier.is_null() && source.source_cluster_resource_id.is_null() {
            say("restore_to_point_in_time needs source_cluster_identifier or source_cluster_resource_id.");
        }
    }
    if !cluster.s3_import.is_empty() && cluster.master_username.is_null() {
        say("s3_import needs master_username.");
    }
    found
}
