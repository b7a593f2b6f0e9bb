//! Planning a change of a replication group.

use landform_diagnostics::Diagnostic;
use landform_provider_api::framework::Planning;

use super::replication_group_change::WAITING;
use super::{engine_version, windows};

/// Before this version, encryption of what clients say can not be changed.
const ENCRYPTION_CHANGES: &str = "7.0.5";
/// What a member of a global datastore has from the primary group.
const GLOBAL: [&str; 3] = ["engine", "engine_version", "parameter_group_name"];

/// Replacements, what becomes unknown, and what waits.
pub(super) fn adjust(planning: &mut Planning<'_>) {
    if planning.is_create() {
        return;
    }
    keep_global(planning);
    change_engine(planning);
    change_shards(planning);
    refuse_to_drop_token(planning);
    let actual = text(planning, Side::Prior, "engine_version_actual");
    if planning.changes("transit_encryption_enabled") && engine_version::is_before(&actual, ENCRYPTION_CHANGES) {
        planning.require_replace("transit_encryption_enabled");
    }
    postpone(planning);
}

#[derive(Clone, Copy)]
enum Side {
    Prior,
    Planned,
}

/// The known text, or the empty one.
fn text(planning: &Planning<'_>, side: Side, name: &str) -> String {
    let value = match side {
        Side::Prior => planning.prior(name),
        Side::Planned => planning.planned(name),
    };
    value.as_str().unwrap_or_default().to_owned()
}

fn keep_global(planning: &mut Planning<'_>) {
    if text(planning, Side::Prior, "global_replication_group_id").is_empty() {
        return;
    }
    for name in GLOBAL {
        let prior = planning.prior(name);
        planning.set(name, prior);
    }
}

/// No engine goes back to an earlier version, nor Valkey to Redis.
fn change_engine(planning: &mut Planning<'_>) {
    if planning.changes("engine") {
        let (before, then) = (text(planning, Side::Prior, "engine"), text(planning, Side::Planned, "engine"));
        if before == "valkey" && then == "redis" {
            planning.require_replace("engine");
        } else if then == "valkey" && !planning.changes("engine_version") {
            let detail = "engine_version must be given when engine changes to \"valkey\".";
            planning.report(Diagnostic::error("Missing engine version", detail));
        }
    }
    if planning.changes("engine_version") {
        let then = text(planning, Side::Planned, "engine_version");
        let known = text(planning, Side::Prior, "engine_version");
        let actual = text(planning, Side::Prior, "engine_version_actual");
        if engine_version::goes_back(&known, &actual, &then) {
            planning.require_replace("engine_version");
        }
    }
}

fn change_shards(planning: &mut Planning<'_>) {
    let counts = ["num_cache_clusters", "num_node_groups", "replicas_per_node_group"];
    let has_some = |shards: landform_values::Value| shards.length().is_some_and(|it| it > 0);
    let given = has_some(planning.config("node_group_configuration"));
    // Only a group in the making does not tell of its shards.
    let untold = !has_some(planning.prior("node_group_configuration"));
    if given && planning.changes("node_group_configuration") {
        planning.require_replace("node_group_configuration");
    } else if !given && (untold || counts.iter().any(|name| planning.changes(name))) {
        planning.set_unknown("node_group_configuration");
    }
}

/// A password ends only when user groups take its place.
fn refuse_to_drop_token(planning: &mut Planning<'_>) {
    let dropped = !text(planning, Side::Prior, "auth_token").is_empty() && planning.planned("auth_token").is_null();
    if dropped && text(planning, Side::Planned, "auth_token_update_strategy") != "DELETE" {
        let detail = "auth_token can only be taken away with auth_token_update_strategy = \"DELETE\" and user_group_ids \
                      that take its place. To change it, give another.";
        planning.report(Diagnostic::error("AUTH token can not be taken away", detail));
    }
}

fn postpone(planning: &mut Planning<'_>) {
    if planning.planned("apply_immediately").as_bool() == Some(true) {
        if planning.changes("apply_immediately") {
            engine_version::expect_hurried(planning);
        }
        return;
    }
    let until = windows::maintenance(&text(planning, Side::Planned, "maintenance_window"));
    for name in WAITING {
        if planning.changes(name) && planning.planned(name).is_known() {
            planning.postpone(name, until.clone());
        }
    }
}
