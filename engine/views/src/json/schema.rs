//! `providers schema -json`, format 1.0.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use landform_addrs::ProviderAddr;
use landform_schema::{
    Attribute, Block, FunctionSchema, IdentityAttribute, IdentitySchema, Nested, NestedAttributes, Nesting,
    ProviderSchemas, Schema,
};
use landform_values::Str;
use landform_values::json::encode_type;

use super::functions::{self, FunctionSignature};
use super::writer::{Fields, JsonWriter};

/// Writes the schemas of providers. The document ends without a line break.
pub fn write_provider_schemas<'a>(
    providers: impl IntoIterator<Item = (&'a ProviderAddr, &'a ProviderSchemas)>,
    sink: &mut dyn io::Write,
) -> io::Result<()> {
    let mut writer = JsonWriter::new(sink);
    writer.object(|object| {
        object.key("format_version").string("1.0");
        provider_schemas(object, providers);
    });
    writer.finish()
}

/// The member with the schemas, left out where there are none.
pub(super) fn provider_schemas<'a>(
    object: &mut Fields<'_, '_>,
    providers: impl IntoIterator<Item = (&'a ProviderAddr, &'a ProviderSchemas)>,
) {
    let sorted: BTreeMap<String, (&ProviderAddr, &ProviderSchemas)> =
        providers.into_iter().map(|found| (found.0.to_string(), found)).collect();
    if !sorted.is_empty() {
        object.key("provider_schemas").object(|object| {
            for (name, (address, schemas)) in &sorted {
                provider(object.key(name), address, schemas);
            }
        });
    }
}

fn provider(writer: &mut JsonWriter<'_>, address: &ProviderAddr, schemas: &ProviderSchemas) {
    writer.object(|object| {
        let own = &schemas.provider;
        // The provider that is part of the engine has no configuration at all, rather than an empty one.
        if address.is_builtin() && own.block == Block::default() {
            object.key("provider").object(|object| object.key("version").integer(own.version));
        } else {
            schema(object.key("provider"), own);
        }
        all(object, "resource_schemas", &schemas.resources, |writer, found: &Arc<Schema>| schema(writer, found));
        all(object, "data_source_schemas", &schemas.data_sources, |writer, found| schema(writer, found));
        all(object, "ephemeral_resource_schemas", &schemas.ephemeral, |writer, found| schema(writer, found));
        all(object, "functions", &schemas.functions, |writer, found: &FunctionSchema| {
            functions::signature(writer, &FunctionSignature::from(found));
        });
        identities(object, &schemas.resources);
    });
}

fn identities(object: &mut Fields<'_, '_>, resources: &BTreeMap<Str, Arc<Schema>>) {
    let identities = resources.iter().filter_map(|(kind, schema)| Some((kind.clone(), schema.identity.as_ref()?)));
    all(object, "resource_identity_schemas", &identities.collect(), |writer, form: &&IdentitySchema| {
        writer.object(|object| {
            object.key("version").integer(form.version);
            all(object, "attributes", &form.attributes, identity_attribute);
        });
    });
}

fn identity_attribute(writer: &mut JsonWriter<'_>, attribute: &IdentityAttribute) {
    writer.object(|object| {
        object.key("type").raw(&encode_type(&attribute.ty));
        object.text("description", attribute.description.as_deref().unwrap_or_default());
        object.flag("required_for_import", attribute.required_for_import);
        object.flag("optional_for_import", !attribute.required_for_import);
    });
}

/// A member for each, left out where there are none.
fn all<'s, T>(
    object: &mut Fields<'_, 's>,
    name: &str,
    items: &BTreeMap<Str, T>,
    write: impl Fn(&mut JsonWriter<'s>, &T),
) {
    if !items.is_empty() {
        object.key(name).object(|object| items.iter().for_each(|(name, item)| write(object.key(name), item)));
    }
}

fn schema(writer: &mut JsonWriter<'_>, schema: &Schema) {
    writer.object(|object| {
        object.key("version").integer(schema.version);
        block(object.key("block"), &schema.block);
    });
}

fn block(writer: &mut JsonWriter<'_>, block: &Block) {
    writer.object(|object| {
        all(object, "attributes", &block.attributes, attribute);
        all(object, "block_types", &block.blocks, nested_block);
        description(object, block.description.as_deref());
        object.flag("deprecated", block.deprecated);
    });
}

/// Terraform calls a text plain where there is none.
fn description(object: &mut Fields<'_, '_>, text: Option<&str>) {
    object.text("description", text.unwrap_or_default());
    object.key("description_kind").string(if text.is_some() { "markdown" } else { "plain" });
}

fn nested_block(writer: &mut JsonWriter<'_>, nested: &Nested) {
    writer.object(|object| {
        object.key("nesting_mode").string(nesting(nested.nesting));
        block(object.key("block"), &nested.block);
        for (name, count) in [("min_items", nested.min_items), ("max_items", nested.max_items)] {
            if count > 0 {
                object.key(name).raw(&count.to_string());
            }
        }
    });
}

fn attribute(writer: &mut JsonWriter<'_>, attribute: &Attribute) {
    writer.object(|object| {
        match &attribute.nested {
            Some(nested) => nested_attributes(object.key("nested_type"), nested),
            None => object.key("type").raw(&encode_type(&attribute.ty)),
        }
        description(object, attribute.description.as_deref());
        object.flag("deprecated", attribute.deprecated.is_some());
        object.flag("required", attribute.required);
        object.flag("optional", attribute.optional);
        object.flag("computed", attribute.computed);
        object.flag("sensitive", attribute.sensitive);
        object.flag("write_only", attribute.write_only);
    });
}

fn nested_attributes(writer: &mut JsonWriter<'_>, nested: &NestedAttributes) {
    writer.object(|object| {
        all(object, "attributes", &nested.attributes, attribute);
        object.key("nesting_mode").string(nesting(nested.nesting));
    });
}

fn nesting(nesting: Nesting) -> &'static str {
    match nesting {
        Nesting::Single => "single",
        Nesting::Group => "group",
        Nesting::List => "list",
        Nesting::Set => "set",
        Nesting::Map => "map",
    }
}
