//! Planning a change of a cache cluster.

use landform_provider_api::framework::Planning;

use super::engine_version::{self, MEMCACHED};
use super::windows;

/// The attributes whose change may wait for the maintenance window.
const WAITING: [&str; 3] = ["engine_version", "node_type", "num_cache_nodes"];

/// Replacements, and what waits.
pub(super) fn adjust(planning: &mut Planning<'_>) {
    if planning.is_create() {
        return;
    }
    let text = |value: landform_values::Value| value.as_str().unwrap_or_default().to_owned();
    if planning.changes("engine_version") {
        let known = text(planning.prior("engine_version"));
        let actual = text(planning.prior("engine_version_actual"));
        if engine_version::goes_back(&known, &actual, &text(planning.planned("engine_version"))) {
            planning.require_replace("engine_version");
        }
    }
    // The nodes of Memcached stay what they are.
    if planning.changes("node_type") && text(planning.prior("engine")) == MEMCACHED {
        planning.require_replace("node_type");
    }
    if planning.planned("apply_immediately").as_bool() == Some(true) {
        if planning.changes("apply_immediately") {
            expect_hurried(planning);
        }
        return;
    }
    let until = windows::maintenance(&text(planning.planned("maintenance_window")));
    for name in WAITING {
        if planning.changes(name) && planning.planned(name).is_known() {
            planning.postpone(name, until.clone());
        }
    }
}

/// What hurrying a change that waits makes uncertain.
fn expect_hurried(planning: &mut Planning<'_>) {
    engine_version::expect_hurried(planning);
    let count = planning.prior("num_cache_nodes").as_number().and_then(|it| it.to_i64());
    let there = planning.prior("cache_nodes").length().and_then(|it| i64::try_from(it).ok());
    if count != there {
        planning.set_unknown("cache_nodes");
    }
}
