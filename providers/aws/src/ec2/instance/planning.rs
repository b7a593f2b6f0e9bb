//! What a plan of `aws_instance` needs beyond what its schema says.

use landform_values::Value;

use crate::core::prelude::*;

/// What of a volume beside the root one can not be changed.
const FIXED: [&str; 8] = [
    "delete_on_termination",
    "encrypted",
    "iops",
    "kms_key_id",
    "snapshot_id",
    "throughput",
    "volume_size",
    "volume_type",
];

/// Adjusts a plan.
pub(super) fn adjust(planning: &mut Planning<'_>) {
    if planning.is_create() {
        return;
    }
    let replaces = planning.planned("user_data_replace_on_change").as_bool() == Some(true);
    for name in ["user_data", "user_data_base64"] {
        if replaces && planning.changes(name) {
            planning.require_replace(name);
        }
    }
    // An instance with network interfaces of its own leaves this to them.
    if planning.planned("network_interface").length().is_some_and(|count| count > 0) {
        planning.set("source_dest_check", planning.prior("source_dest_check"));
    }
    adjust_root(planning);
    adjust_volumes(planning);
}

/// All tags of the root volume change with its own.
fn adjust_root(planning: &mut Planning<'_>) {
    let (prior, planned) = (planning.prior("root_block_device"), planning.planned("root_block_device"));
    let first = |blocks: &Value| blocks.as_sequence().and_then(|it| it.first()).cloned();
    let (Some(before), Some(after)) = (first(&prior), first(&planned)) else { return };
    let changed = before.get_attribute("tags").map(tags) != after.get_attribute("tags").map(tags);
    if let (true, Some(all)) = (changed, after.get_attribute("tags_all")) {
        let after = after.with_attribute("tags_all", Value::unknown(all.ty()));
        planning.set("root_block_device", Value::list(after.ty(), [after]));
    }
}

/// No tags and none given are the same.
fn tags(value: &Value) -> Option<Value> {
    Some(value).filter(|it| !it.is_null() && it.length() != Some(0)).cloned()
}

/// Volumes are known by the name of their device: what is not said of one stays as it is, its tags can change, and
/// anything else makes another instance.
fn adjust_volumes(planning: &mut Planning<'_>) {
    let (prior, planned) = (planning.prior("ebs_block_device"), planning.planned("ebs_block_device"));
    let (Some(before), Some(after)) = (prior.as_sequence(), planned.as_sequence()) else { return };
    let config = planning.config("ebs_block_device");
    if !config.is_known() || config.length().is_none_or(|count| count == 0) {
        return;
    }
    let volumes: Vec<Value> = after
        .iter()
        .map(|it| {
            before.iter().find(|prior| same(prior, it, "device_name")).map_or(it.clone(), |prior| kept(prior, it))
        })
        .collect();
    let fixed = |prior: &Value| {
        let volume = volumes.iter().find(|it| same(prior, it, "device_name"));
        volume.is_some_and(|it| FIXED.iter().all(|name| same(prior, it, name)))
    };
    let others = volumes.len() != before.len() || !before.iter().all(fixed);
    if let Some(ty) = volumes.first().map(Value::ty) {
        planning.set("ebs_block_device", Value::set(ty, volumes));
    }
    if others {
        planning.require_replace("ebs_block_device");
    }
}

fn same(a: &Value, b: &Value, name: &str) -> bool {
    a.get_attribute(name) == b.get_attribute(name)
}

/// A planned volume with what only the existing one knows.
fn kept(prior: &Value, planned: &Value) -> Value {
    let mut kept = planned.clone();
    for name in FIXED.iter().chain(&["volume_id", "tags_all"]) {
        let (before, after) = (prior.get_attribute(name), planned.get_attribute(name));
        let tags_change =
            *name == "tags_all" && prior.get_attribute("tags").map(tags) != planned.get_attribute("tags").map(tags);
        if let (Some(before), Some(after)) = (before, after)
            && !after.is_known()
            && !tags_change
        {
            kept = kept.with_attribute(name, before.clone());
        }
    }
    kept
}

/// Whether an instance type has processors that the image of the other can not run on.
pub(super) fn to_another_architecture(prior: &Value, planned: &Value) -> bool {
    let types = prior.as_str().zip(planned.as_str()).filter(|(a, b)| !a.is_empty() && !b.is_empty());
    types.is_some_and(|(a, b)| has_graviton(a) != has_graviton(b))
}

/// Processors of the Arm architecture have a `g` behind the generation: `t4g`, `m7gd`. The first of all had none.
fn has_graviton(instance_type: &str) -> bool {
    let family = instance_type.split('.').next().unwrap_or_default();
    let options = family.trim_start_matches(|it: char| it.is_ascii_alphabetic());
    let options = options.trim_start_matches(|it: char| it.is_ascii_digit());
    family == "a1" || options.starts_with('g')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn architectures() {
        for (name, arm) in [
            ("t4g.micro", true),
            ("m7gd.large", true),
            ("im4gn.large", true),
            ("g5g.xlarge", true),
            ("a1.large", true),
            ("t3.micro", false),
            ("g5.xlarge", false),
            ("m7i-flex.large", false),
            ("u-6tb1.metal", false),
        ] {
            assert_eq!(has_graviton(name), arm, "{name}");
        }
        let changes = |a: &str, b: &str| to_another_architecture(&Value::from(a), &Value::from(b));
        assert!(changes("t3.micro", "t4g.micro") && !changes("t3.micro", "m5.large") && !changes("", "t4g.micro"));
    }
}
