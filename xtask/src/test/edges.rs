//! Which crate may depend on which: the layers of the design, held by a check.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::Result;
use crate::workspace;

/// Each crate with all that it may depend on, of this workspace. What is below a crate comes before it.
const ALLOWED: &[(&str, &[&str])] = &[
    ("landform-addrs", &[]),
    ("landform-diagnostics", &[]),
    ("landform-values", &["addrs", "diagnostics"]),
    ("landform-schema", &["diagnostics", "values"]),
    ("landform-lang", &["addrs", "diagnostics", "values", "schema"]),
    ("landform-config", &["addrs", "diagnostics", "values", "schema", "lang"]),
    ("landform-install", &["addrs", "diagnostics", "values", "schema", "lang", "config"]),
    ("landform-plan", &["addrs", "diagnostics", "values", "schema"]),
    ("landform-views", &["addrs", "diagnostics", "values", "schema", "plan"]),
    ("landform-provider-derive", &[]),
    ("landform-provider-api", &["diagnostics", "values", "schema", "provider-derive"]),
    ("landform-provider-aws", PROVIDER),
    ("landform-provider-builtin", PROVIDER),
    ("landform-provider-random", PROVIDER),
    ("landform-provision", PROVIDER),
    ("landform-state", &["addrs", "diagnostics", "values", "schema"]),
    ("landform-core", &["addrs", "diagnostics", "values", "schema", "lang", "config", "plan", "provider-api", "state"]),
    ("landform-cli", &["*"]),
    ("landform-simulator", &[]),
    ("xtask", &["simulator"]),
];

const PROVIDER: &[&str] = &["diagnostics", "values", "schema", "provider-api"];

/// Only what talks to AWS knows its SDK.
const MAY_USE_AWS: [&str; 2] = ["landform-provider-aws", "landform-state"];

/// Every dependency of every crate of the workspace is one that the table allows.
pub(crate) fn check() -> Result<()> {
    let arguments = ["metadata", "--no-deps", "--format-version", "1", "--locked"];
    let metadata: Value = serde_json::from_str(&workspace::output(workspace::cargo().args(arguments))?)?;
    let crates = dependencies(&metadata);
    let problems: Vec<String> = crates.iter().flat_map(|(name, edges)| problems_of(name, edges)).collect();
    if problems.is_empty() {
        println!("{} crates, {} edges", crates.len(), crates.values().map(Vec::len).sum::<usize>());
        return Ok(());
    }
    Err(problems.join("\n").into())
}

struct Edge {
    to: String,
    is_for_tests: bool,
}

fn dependencies(metadata: &Value) -> BTreeMap<String, Vec<Edge>> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let edge = |dependency: &Value| Edge {
        to: text(&dependency["name"]),
        is_for_tests: dependency["kind"].as_str() == Some("dev"),
    };
    let packages = list(&metadata["packages"]);
    packages.iter().map(|p| (text(&p["name"]), list(&p["dependencies"]).iter().map(edge).collect())).collect()
}

fn problems_of(name: &str, edges: &[Edge]) -> Vec<String> {
    let Some((_, allowed)) = ALLOWED.iter().find(|(crate_name, _)| *crate_name == name) else {
        return vec![format!("{name} is not in the table of xtask/src/test/edges.rs: what may it depend on?")];
    };
    edges.iter().filter_map(|edge| problem_of(name, allowed, edge)).collect()
}

fn problem_of(name: &str, allowed: &[&str], edge: &Edge) -> Option<String> {
    let to = edge.to.as_str();
    if to.starts_with("aws-") && !MAY_USE_AWS.contains(&name) {
        return Some(format!("{name} depends on {to}: only {} may", MAY_USE_AWS.join(" and ")));
    }
    let short = to.strip_prefix("landform-")?;
    let is_allowed = allowed.contains(&"*") || allowed.contains(&short) || (edge.is_for_tests && short == "simulator");
    (!is_allowed).then(|| format!("{name} depends on {to}, which the layers do not allow"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(name: &str, to: &str, is_for_tests: bool) -> Vec<String> {
        problems_of(name, &[Edge { to: to.to_owned(), is_for_tests }])
    }

    #[test]
    fn layers_hold() {
        assert_eq!(problems("landform-lang", "landform-values", false), [""; 0]);
        assert_eq!(
            problems("landform-lang", "landform-state", false),
            ["landform-lang depends on landform-state, which the layers do not allow"]
        );
    }

    #[test]
    fn the_sdk_stays_where_aws_is() {
        assert_eq!(problems("landform-provider-aws", "aws-sdk-ec2", false), [""; 0]);
        assert_eq!(problems("landform-cli", "aws-sdk-ec2", false).len(), 1);
    }

    #[test]
    fn the_simulator_is_for_tests() {
        assert_eq!(problems("landform-state", "landform-simulator", true), [""; 0]);
        assert_eq!(problems("landform-state", "landform-simulator", false).len(), 1);
    }

    #[test]
    fn a_new_crate_has_to_be_placed() {
        assert_eq!(problems("landform-new", "serde", false).len(), 1);
    }
}
