//! What a cluster's plan knows beyond what its attributes say.

use landform_diagnostics::Diagnostic;
use landform_provider_api::framework::Planning;
use landform_values::Value;

/// Says what can not be changed, and what can not be at all.
pub(super) fn adjust(planning: &mut Planning<'_>) {
    if planning.changes("encryption_config") && is_empty(&planning.planned("encryption_config")) {
        planning.require_replace("encryption_config");
    }
    if needs_other_nodes(&planning.prior("compute_config"), &planning.planned("compute_config")) {
        planning.require_replace("compute_config");
    }
    let parts = ["compute_config", "kubernetes_network_config", "storage_config"];
    if (planning.is_create() || parts.iter().any(|part| planning.changes(part))) && is_half_automatic(planning) {
        let detail = "compute_config.enabled, kubernetes_network_config.elastic_load_balancing.enabled and \
                      storage_config.block_storage.enabled must all be true, or none of them.";
        planning.report(Diagnostic::error("Invalid auto mode", detail));
    }
}

fn is_empty(blocks: &Value) -> bool {
    blocks.as_sequence().is_some_and(<[_]>::is_empty)
}

/// What is at the end of a path through lists of one block.
fn at(blocks: &Value, path: &[&str]) -> Option<Value> {
    let Some((name, rest)) = path.split_first() else { return Some(blocks.clone()) };
    let block = blocks.as_sequence()?.first()?;
    at(block.get_attribute(name)?, rest)
}

/// The role of nodes that EKS manages can not be exchanged: only given, or taken away with the nodes.
fn needs_other_nodes(prior: &Value, planned: &Value) -> bool {
    let text = |blocks: &Value| at(blocks, &["node_role_arn"]).and_then(|it| it.as_str().map(str::to_owned));
    let (had, gets) = (text(prior).unwrap_or_default(), text(planned).unwrap_or_default());
    let Some(role) = at(planned, &["node_role_arn"]) else { return false };
    let is_on = at(planned, &["enabled"]).is_some_and(|it| it.as_bool() == Some(true));
    let has_pools = at(planned, &["node_pools"]).is_some_and(|it| !it.is_null() && !is_empty(&it));
    let goes = gets.is_empty() && role.is_known() && !(is_on && has_pools);
    !had.is_empty() && had != gets && !goes
}

/// Whether some parts of EKS's auto mode are on, and others off. Of what is not known yet, nothing is said.
fn is_half_automatic(planning: &Planning<'_>) -> bool {
    let switches: [(&str, &[&str]); 3] = [
        ("compute_config", &["enabled"]),
        ("kubernetes_network_config", &["elastic_load_balancing", "enabled"]),
        ("storage_config", &["block_storage", "enabled"]),
    ];
    let wanted = switches.map(|(name, path)| {
        let (planned, config) = (planning.planned(name), planning.config(name));
        match at(&planned, path) {
            Some(value) if value.is_known() => Some(value.as_bool() == Some(true)),
            // Computed and not given: off.
            _ if at(&config, path).is_none_or(|value| value.is_null()) && config.is_known() => Some(false),
            _ => None,
        }
    });
    let known: Vec<bool> = wanted.into_iter().flatten().collect();
    known.contains(&true) && known.contains(&false)
}
