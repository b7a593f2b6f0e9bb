//! Plans of instances: what is no difference, what waits for the maintenance window, and what is missing.

use landform_diagnostics::Diagnostic;
use landform_provider_api::framework::Planning;
use landform_values::{Number, Value};

use super::blue_green;
use super::instance_read::{satisfies, window};

/// What RDS changes in the maintenance window unless it is told to do so at once.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html>
const IN_THE_WINDOW: [&str; 14] = [
    "allocated_storage",
    "ca_cert_identifier",
    "db_subnet_group_name",
    "dedicated_log_volume",
    "domain",
    "iam_database_authentication_enabled",
    "identifier",
    "instance_class",
    "iops",
    "license_model",
    "multi_az",
    "option_group_name",
    "storage_throughput",
    "storage_type",
];

pub(super) fn adjust(planning: &mut Planning<'_>) {
    if planning.is_create() {
        demand_what_a_new_one_needs(planning);
        return;
    }
    keep_what_is_no_difference(planning);
    if is_true(&planning.planned("blue_green_update").elements().next().map_or(Value::NULL, |(_, it)| enabled(it))) {
        blue_green::plan(planning);
    } else if !is_true(&planning.planned("apply_immediately")) {
        postpone(planning);
    }
}

fn enabled(block: &Value) -> Value {
    block.get_attribute("enabled").cloned().unwrap_or(Value::NULL)
}

fn is_true(value: &Value) -> bool {
    value.as_bool() == Some(true)
}

fn number(value: &Value) -> i64 {
    value.as_number().and_then(Number::to_i64).unwrap_or_default()
}

fn is_given(value: &Value) -> bool {
    !value.is_known() || !value.is_null() && value.as_str() != Some("") && value.length() != Some(0)
}

/// A database that is made from another takes these from there.
fn has_source(planning: &Planning<'_>) -> bool {
    ["replicate_source_db", "snapshot_identifier", "restore_to_point_in_time"]
        .iter()
        .any(|source| is_given(&planning.config(source)))
}

fn demand_what_a_new_one_needs(planning: &mut Planning<'_>) {
    if has_source(planning) {
        return;
    }
    for name in ["allocated_storage", "engine", "username"] {
        if !is_given(&planning.config(name)) {
            let detail = format!("{name} must be given for a database that is not made from another one.");
            planning.report(Diagnostic::error("Missing setting of a database", detail));
        }
    }
    let passwords = ["password", "password_wo", "manage_master_user_password"];
    if !passwords.iter().any(|name| is_given(&planning.config(name))) {
        let detail = "One of manage_master_user_password, password_wo and password must be given for a database that is \
                      not made from another one.";
        planning.report(Diagnostic::error("Missing password of a database", detail));
    }
}

fn keep_what_is_no_difference(planning: &mut Planning<'_>) {
    let (size, wanted) = (number(&planning.prior("allocated_storage")), number(&planning.planned("allocated_storage")));
    let bound = number(&planning.planned("max_allocated_storage"));
    if size > wanted && bound > wanted && planning.planned("allocated_storage").is_known() {
        // The service has added storage.
        keep(planning, "allocated_storage");
        if !planning.changes("storage_type") {
            keep_unless_given(planning, &["iops", "storage_throughput"]);
        }
    }
    let size = number(&planning.planned("allocated_storage"));
    if number(&planning.prior("max_allocated_storage")) == 0 && size > 0 && bound == size {
        keep(planning, "max_allocated_storage");
    }
    let (prior, config) = (planning.prior("engine_version"), planning.config("engine_version"));
    if let (Some(version), Some(wanted)) = (prior.as_str(), config.as_str())
        && satisfies(version, wanted)
    {
        keep(planning, "engine_version");
        keep_unless_given(planning, &["engine_version_actual", "option_group_name", "parameter_group_name"]);
    }
    // What is pending comes about at once.
    let actual = planning.prior("engine_version_actual");
    let runs = prior.as_str().is_none_or(|version| satisfies(actual.as_str().unwrap_or_default(), version));
    if !runs && planning.changes("apply_immediately") && is_true(&planning.planned("apply_immediately")) {
        planning.set_unknown("engine_version_actual");
    }
    if has_source(planning) {
        keep(planning, "character_set_name");
    }
    // A database from an encrypted one is encrypted, said or not.
    if planning.config("storage_encrypted").is_null() && is_true(&planning.prior("storage_encrypted")) {
        keep(planning, "storage_encrypted");
    }
}

fn keep(planning: &mut Planning<'_>, name: &str) {
    let prior = planning.prior(name);
    planning.set(name, prior);
}

fn keep_unless_given(planning: &mut Planning<'_>, names: &[&str]) {
    for name in names {
        if planning.config(name).is_null() {
            keep(planning, name);
        }
    }
}

fn postpone(planning: &mut Planning<'_>) {
    let prior = planning.prior("maintenance_window");
    let until = window(prior.as_str().unwrap_or("not known"));
    for name in IN_THE_WINDOW {
        if planning.changes(name) && planning.planned(name).is_known() {
            planning.postpone(name, until.clone());
        }
    }
    let actual = planning.prior("engine_version_actual");
    let wanted = planning.planned("engine_version");
    let runs = wanted.as_str().is_some_and(|wanted| satisfies(actual.as_str().unwrap_or_default(), wanted));
    if planning.changes("engine_version") && !runs {
        planning.postpone("engine_version", until.clone());
    }
    // To keep backups longer takes no pause, to begin or to end them does.
    let (before, after) = (planning.prior("backup_retention_period"), planning.planned("backup_retention_period"));
    if after.is_known() && (number(&before) == 0) != (number(&after) == 0) {
        planning.postpone("backup_retention_period", until);
    }
}
