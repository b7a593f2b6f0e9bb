//! Schemas are those of the public provider, descriptions apart.

use std::fmt::Write as _;

use landform_provider_api::Schema;

use crate::world::PROVIDER;

/// `kind type version`, then a line an attribute: `name type flags`.
const PUBLIC: &str = include_str!("schemas.txt");

#[test]
fn schemas_are_the_public_ones() {
    let schemas = PROVIDER.schemas();
    assert!(schemas.data_sources.is_empty() && schemas.functions.is_empty());
    assert!(schemas.provider.block.attributes.is_empty() && schemas.provider.block.blocks.is_empty());
    let mut ours = String::new();
    for (kind, schemas) in [("ephemeral", &schemas.ephemeral), ("resource", &schemas.resources)] {
        for (name, schema) in schemas {
            let _ = writeln!(ours, "{kind} {name} {}\n{}", schema.version, attributes(schema));
        }
    }
    assert_eq!(ours.trim(), PUBLIC.trim());
}

fn attributes(schema: &Schema) -> String {
    assert!(schema.block.blocks.is_empty());
    let mut lines = String::new();
    for (name, it) in &schema.block.attributes {
        let flags = [
            ("required", it.required),
            ("optional", it.optional),
            ("computed", it.computed),
            ("sensitive", it.sensitive),
            ("write-only", it.write_only),
            ("deprecated", it.deprecated.is_some()),
        ];
        let flags: String = flags.iter().filter(|(_, set)| *set).map(|(flag, _)| format!(" {flag}")).collect();
        let _ = writeln!(lines, "  {name} {}{flags}", it.ty);
        assert!(it.description.is_some(), "{name} is described");
    }
    lines
}
