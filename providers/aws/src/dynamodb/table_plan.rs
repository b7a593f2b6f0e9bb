//! What a table's plan knows beyond what its attributes say.

use std::collections::BTreeSet;

use landform_diagnostics::Diagnostic;
use landform_provider_api::framework::Planning;
use landform_values::{Type, Value};

/// Takes back changes that are none, and says what can not be.
pub(super) fn adjust(planning: &mut Planning<'_>) {
    if !planning.is_create() {
        for name in ["server_side_encryption", "point_in_time_recovery"] {
            if !is_enabled(&planning.prior(name)) && !is_enabled(&planning.planned(name)) {
                keep(planning, name);
            }
        }
        forget_choice(planning, "point_in_time_recovery", "recovery_period_in_days", Type::Number);
        forget_choice(planning, "server_side_encryption", "kms_key_arn", Type::String);
        keep_time_to_live(planning);
        keep_indexes(planning);
        if planning.changes("attribute") && !planning.changes("global_secondary_index") {
            keep(planning, "attribute");
        }
    }
    if let Some(problem) = unmatched_attributes(planning) {
        planning.report(Diagnostic::error("Invalid attributes", problem));
    }
}

fn keep(planning: &mut Planning<'_>, name: &str) {
    let prior = planning.prior(name);
    planning.set(name, prior);
}

/// Whether the one block of a list says so. Of what is not known yet, nothing is said.
fn is_enabled(blocks: &Value) -> bool {
    if !blocks.is_wholly_known() && !blocks.is_known() {
        return true;
    }
    let enabled = blocks.as_sequence().and_then(<[_]>::first).and_then(|block| block.get_attribute("enabled"));
    enabled.is_some_and(|it| !it.is_known() || it.as_bool() == Some(true))
}

/// What goes with a block being switched on or off is the service's choice, if it is not given.
fn forget_choice(planning: &mut Planning<'_>, name: &str, choice: &str, ty: Type) {
    let first = |blocks: &Value| blocks.as_sequence().and_then(<[_]>::first).cloned();
    let (prior, planned, config) = (planning.prior(name), planning.planned(name), planning.config(name));
    let is_given = first(&config).and_then(|it| it.get_attribute(choice).map(|given| !given.is_null()));
    if is_enabled(&prior) == is_enabled(&planned) || is_given == Some(true) {
        return;
    }
    if let Some(block) = first(&planned) {
        let block = block.with_attribute(choice, Value::unknown(ty));
        planning.set(name, Value::list(block.ty(), [block]));
    }
}

/// The attribute's name has to be given to switch time to live off, and is not told any more afterwards.
fn keep_time_to_live(planning: &mut Planning<'_>) {
    let name = |blocks: &Value| {
        let block = blocks.as_sequence().and_then(<[_]>::first)?.get_attribute("attribute_name")?;
        block.as_str().map(str::to_owned)
    };
    let (prior, planned) = (planning.prior("ttl"), planning.planned("ttl"));
    let off = !is_enabled(&prior) && !is_enabled(&planned);
    if off && name(&prior).is_none_or(|it| it.is_empty()) {
        keep(planning, "ttl");
    }
}

/// A key can be written in two ways: as `hash_key` and `range_key`, or as `key_schema`. After an import both are there.
fn keep_indexes(planning: &mut Planning<'_>) {
    let (prior, planned) = (planning.prior("global_secondary_index"), planning.planned("global_secondary_index"));
    let (Some(before), Some(after)) = (prior.as_sequence(), planned.as_sequence()) else { return };
    let kept: Vec<Value> = after.iter().map(|index| kept_index(before, index)).collect();
    if kept.as_slice() != after {
        planning.set(
            "global_secondary_index",
            Value::set(planned.ty().element().cloned().unwrap_or(index_type(after)), kept),
        );
    }
}

fn index_type(indexes: &[Value]) -> Type {
    indexes.first().map_or(Type::Dynamic, Value::ty)
}

fn kept_index(before: &[Value], index: &Value) -> Value {
    let of = |index: &Value, name: &str| index.get_attribute(name).cloned().unwrap_or(Value::NULL);
    let Some(prior) = before.iter().find(|prior| of(prior, "name") == of(index, "name")) else { return index.clone() };
    let rest = ["range_key", "hash_key", "key_schema", "read_capacity", "write_capacity", "warm_throughput"];
    let mut kept = index.clone();
    for name in rest {
        let (told, wanted) = (of(prior, name), of(index, name));
        let silent = wanted.is_null() || !wanted.is_known();
        let same_keys = of(index, "key_schema") == of(prior, "key_schema");
        if silent && (name != "range_key" || same_keys) {
            kept = kept.with_attribute(name, told);
        }
    }
    let told = prior.as_mapping().map_or_else(Default::default, |it| it.items());
    let unchanged = told.iter().all(|(name, before)| {
        let after = of(&kept, name);
        *before == after || is_nothing(before) && is_nothing(&after)
    });
    if unchanged { prior.clone() } else { index.clone() }
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_sequence().is_some_and(<[_]>::is_empty) || value.as_str() == Some("")
}

/// Every key is an attribute, and every attribute is a key.
fn unmatched_attributes(planning: &Planning<'_>) -> Option<String> {
    let names = ["attribute", "hash_key", "range_key", "global_secondary_index", "local_secondary_index"];
    let configured: Vec<Value> = names.iter().map(|name| planning.config(name)).collect();
    let [attributes, hash_key, range_key, global, local] = configured.as_slice() else { return None };
    if !configured.iter().all(Value::is_wholly_known) || attributes.as_sequence().is_none_or(<[_]>::is_empty) {
        return None;
    }
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let of = |value: &Value, name: &str| value.get_attribute(name).and_then(text);
    let mut keys: BTreeSet<String> = [hash_key, range_key].into_iter().filter_map(text).collect();
    for index in global.as_sequence().unwrap_or_default().iter().chain(local.as_sequence().unwrap_or_default()) {
        keys.extend(["hash_key", "range_key"].into_iter().filter_map(|name| of(index, name)));
        let schema = index.get_attribute("key_schema").and_then(Value::as_sequence).unwrap_or_default();
        keys.extend(schema.iter().filter_map(|key| of(key, "attribute_name")));
    }
    let given: BTreeSet<String> =
        attributes.as_sequence().unwrap_or_default().iter().filter_map(|it| of(it, "name")).collect();
    // Indexes that are not configured here, but exist, have keys too.
    let elsewhere = planning.prior("global_secondary_index");
    let mut known = keys.clone();
    for index in elsewhere.as_sequence().unwrap_or_default() {
        let schema = index.get_attribute("key_schema").and_then(Value::as_sequence).unwrap_or_default();
        known.extend(schema.iter().filter_map(|key| of(key, "attribute_name")));
    }
    let unused: Vec<&String> = given.difference(&known).collect();
    let missing: Vec<&String> = keys.difference(&given).collect();
    match (unused.is_empty(), missing.is_empty()) {
        (false, _) => Some(format!("These attributes are keys of neither the table nor an index: {unused:?}.")),
        (true, false) => Some(format!("These keys have no attribute block: {missing:?}.")),
        (true, true) => None,
    }
}
