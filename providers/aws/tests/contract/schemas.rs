//! Schemas are those of the public provider: attributes, blocks, types and flags, but not descriptions.
//!
//! `tests/fixtures/schemas.txt` has a digest of every type of the public provider. Where one differs, the test prints
//! our structure; with `LANDFORM_AWS_SCHEMAS` naming a folder with `resource/TYPE.json` and `data/TYPE.json` (as of
//! `terraform providers schema -json`), it prints the lines that differ.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use landform_provider_api::{Block, Nesting, Provider as _, Schema};
use landform_provider_aws::AwsProvider;
use landform_values::Type;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

#[test]
fn schemas_are_the_public_ones() {
    let expected: BTreeMap<&str, &str> =
        include_str!("../fixtures/schemas.txt").lines().filter_map(|line| line.rsplit_once(' ')).collect();
    let schemas = AwsProvider::new().schemas();
    let resources = schemas.resources.iter().map(|(name, schema)| (format!("resource {name}"), schema));
    let data_sources = schemas.data_sources.iter().map(|(name, schema)| (format!("data {name}"), schema));
    let mut report = String::new();
    for (name, schema) in resources.chain(data_sources) {
        let ours = lines_of(schema);
        let digest = digest(&ours);
        if expected.get(name.as_str()) != Some(&digest.as_str()) {
            let _ = writeln!(report, "{name} differs from the public schema:\n{}", difference(&name, &ours));
        }
    }
    assert!(report.is_empty(), "{report}");
}

fn digest(lines: &[String]) -> String {
    let hash = Sha256::digest(lines.join("\n"));
    hash.iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// One line an attribute or block, as `tests/fixtures/schemas.py` makes them.
fn lines_of(schema: &Schema) -> Vec<String> {
    let mut lines = vec![format!("version {}", schema.version)];
    block_lines("", &schema.block, &mut lines);
    lines.sort();
    lines
}

fn block_lines(path: &str, block: &Block, lines: &mut Vec<String>) {
    for (name, it) in &block.attributes {
        let mut flags = String::new();
        let all = [
            ("required", it.required),
            ("optional", it.optional),
            ("computed", it.computed),
            ("sensitive", it.sensitive),
            ("write_only", it.write_only),
        ];
        for (flag, _) in all.iter().filter(|(_, set)| *set) {
            let _ = write!(flags, " {flag}");
        }
        lines.push(format!("{path}{name} {}{flags}", type_text(&it.ty)));
    }
    for (name, it) in &block.blocks {
        let nesting = match it.nesting {
            Nesting::Single => "single",
            Nesting::Group => "group",
            Nesting::List => "list",
            Nesting::Set => "set",
            Nesting::Map => "map",
        };
        lines.push(format!("{path}{name} block {nesting} {} {}", it.min_items, it.max_items));
        block_lines(&format!("{path}{name}."), &it.block, lines);
    }
}

fn type_text(ty: &Type) -> String {
    match ty {
        Type::List(element) => format!("list({})", type_text(element)),
        Type::Set(element) => format!("set({})", type_text(element)),
        Type::Map(element) => format!("map({})", type_text(element)),
        Type::Object(object) => {
            let attributes: Vec<String> =
                object.iter().map(|(name, ty, _)| format!("{name}={}", type_text(ty))).collect();
            format!("object({})", attributes.join(","))
        }
        Type::Dynamic => "dynamic".into(),
        other => other.to_string(),
    }
}

fn difference(name: &str, ours: &[String]) -> String {
    let Some(theirs) = public_lines(name) else { return ours.join("\n") };
    let missing = theirs.iter().filter(|line| !ours.contains(line)).map(|line| format!("  missing: {line}\n"));
    let extra = ours.iter().filter(|line| !theirs.contains(line)).map(|line| format!("  extra:   {line}\n"));
    missing.chain(extra).collect()
}

#[allow(clippy::disallowed_methods, reason = "a developer says where the public schemas are")]
fn public_lines(name: &str) -> Option<Vec<String>> {
    let (kind, name) = name.split_once(' ')?;
    let path = PathBuf::from(std::env::var_os("LANDFORM_AWS_SCHEMAS")?).join(kind).join(format!("{name}.json"));
    let schema: Json = serde_json::from_str(&fs_err::read_to_string(path).ok()?).ok()?;
    let mut lines = vec![format!("version {}", schema["version"])];
    public_block_lines("", &schema["block"], &mut lines);
    lines.sort();
    Some(lines)
}

fn public_block_lines(path: &str, block: &Json, lines: &mut Vec<String>) {
    for (name, it) in block["attributes"].as_object().into_iter().flatten() {
        let set = ["required", "optional", "computed", "sensitive", "write_only"].into_iter();
        let flags: String = set.filter(|flag| it[flag] == true).map(|flag| format!(" {flag}")).collect();
        lines.push(format!("{path}{name} {}{flags}", public_type(&it["type"])));
    }
    for (name, it) in block["block_types"].as_object().into_iter().flatten() {
        let nesting = it["nesting_mode"].as_str().unwrap_or_default();
        let count = |key: &str| it[key].as_u64().unwrap_or_default();
        lines.push(format!("{path}{name} block {nesting} {} {}", count("min_items"), count("max_items")));
        public_block_lines(&format!("{path}{name}."), &it["block"], lines);
    }
}

fn public_type(json: &Json) -> String {
    match json {
        Json::String(name) => name.clone(),
        Json::Array(parts) if parts.first().is_some_and(|it| it == "object") => {
            let mut attributes: Vec<(&String, &Json)> = parts[1].as_object().into_iter().flatten().collect();
            attributes.sort_by_key(|(name, _)| *name);
            let attributes: Vec<String> =
                attributes.iter().map(|(name, ty)| format!("{name}={}", public_type(ty))).collect();
            format!("object({})", attributes.join(","))
        }
        Json::Array(parts) => format!("{}({})", parts[0].as_str().unwrap_or_default(), public_type(&parts[1])),
        other => other.to_string(),
    }
}
