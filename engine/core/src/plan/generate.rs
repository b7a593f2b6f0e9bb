//! Configuration for objects that are imported and have none: a block is written of what is there.

use landform_addrs::{ResourceInstance, ResourceMode};
use landform_config::{Import, ModuleTree};
use landform_lang::syntax::format;
use landform_schema::{Attribute, Block, Nested, Nesting};
use landform_state::State;
use landform_values::{Kind, Value, json};

use super::Planner;
use super::managed::Instance;
use crate::drift::accept::literal::{key, literal};

/// Empty blocks for what import blocks of the root module name and nothing declares, as the text of a file; empty when
/// there is nothing to do. Only single resources of the root module get one.
pub fn unwritten_blocks(tree: &ModuleTree, state: &State) -> String {
    let root = tree.root();
    let is_unwritten = |import: &&Import| {
        let declared = root.resources.contains_key(&import.resource.resource);
        let single = import.static_to.as_ref().filter(|_| import.for_each.is_none() && !declared);
        single.is_some_and(|address| {
            let plain = address.module.is_root() && address.key == landform_addrs::InstanceKey::None;
            plain && address.resource.mode == ResourceMode::Managed && state.current(address).is_none()
        })
    };
    let block = |import: &Import| {
        let resource = &import.resource.resource;
        let provider = import.provider.as_ref().map(|provider| format!("  provider = {}\n", provider.text()));
        format!("resource {:?} {:?} {{\n{}}}\n", resource.kind, resource.name, provider.unwrap_or_default())
    };
    root.imports.iter().filter(is_unwritten).map(block).collect()
}

/// A file of generated blocks, each with the id that it was imported by.
pub fn generated_file<'a>(blocks: impl IntoIterator<Item = (String, &'a str)>) -> String {
    const HEAD: &str = "# __generated__ by Terraform\n\
                        # Please review these resources and move them into your main configuration files.\n";
    let blocks = blocks.into_iter();
    let blocks = blocks.map(|(id, block)| format!("\n# __generated__ by Terraform from {id:?}\n{block}\n"));
    format!("{HEAD}{}", blocks.collect::<String>())
}

impl Planner<'_> {
    /// Whether an instance's block is still to be written.
    pub(super) fn is_unwritten(&self, instance: &Instance<'_>) -> bool {
        self.options.unwritten == Some(instance.compiled.span.file)
    }
}

/// The block for an object, and the configuration that it is.
pub(super) fn generate(
    address: &ResourceInstance,
    provider: Option<&str>,
    block: &Block,
    object: &Value,
) -> (String, Value) {
    let (object, _) = object.clone().unmark_deep();
    let mut text = format!("resource {:?} {:?} {{\n", address.resource.kind, address.resource.name);
    text.extend(provider.map(|provider| format!("provider = {provider}\n")));
    write_block(block, &object, Depth::Top, &mut text);
    text.push('}');
    (format(&text), config_of(block, &object, Depth::Top))
}

/// Whether a block is the resource itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Top,
    Nested,
}

/// What is written: what may be given and is not out of date. An `id` that may be given is there for old reasons only.
fn is_written(name: &str, attribute: &Attribute, depth: Depth) -> bool {
    let given = attribute.required || attribute.optional;
    let old_id = depth == Depth::Top && name == "id" && attribute.optional && attribute.computed;
    given && !old_id && attribute.deprecated.is_none()
}

fn write_block(block: &Block, object: &Value, depth: Depth, text: &mut String) {
    for (name, attribute) in block.attributes.iter().filter(|(name, attribute)| is_written(name, attribute, depth)) {
        let value = object.get_attribute(name).cloned().unwrap_or(Value::NULL);
        let written = if attribute.sensitive { "null # sensitive".to_owned() } else { expression(&value) };
        text.push_str(&format!("{name} = {written}\n"));
    }
    for (name, nested) in &block.blocks {
        let Some(value) = object.get_attribute(name).filter(|value| !value.is_null()) else { continue };
        let mut write = |label: String, value: &Value| {
            text.push_str(&format!("{name}{label} {{\n"));
            write_block(&nested.block, value, Depth::Nested, text);
            text.push_str("}\n");
        };
        match (nested.nesting, value.kind()) {
            (Nesting::Single | Nesting::Group, _) => write(String::new(), value),
            (Nesting::Map, Kind::Map(items) | Kind::Object(items)) => {
                items.items().iter().for_each(|(label, value)| write(format!(" {}", key(label)), value));
            }
            (_, Kind::List(items) | Kind::Set(items) | Kind::Tuple(items)) => {
                items.items().iter().for_each(|value| write(String::new(), value));
            }
            _ => {}
        }
    }
}

/// A value as people would write it: documents of JSON by what they hold.
fn expression(value: &Value) -> String {
    let decoded = value.as_str().and_then(|text| json::decode_implied(text).ok());
    match decoded.filter(|decoded| decoded.as_sequence().is_some() || decoded.as_mapping().is_some()) {
        Some(decoded) => format!("jsonencode({})", literal(&decoded, "")),
        None => literal(value, ""),
    }
}

/// What the written block evaluates to.
fn config_of(block: &Block, object: &Value, depth: Depth) -> Value {
    let attributes = block.attributes.iter().map(|(name, attribute)| {
        let written = is_written(name, attribute, depth) && !attribute.sensitive;
        let value = object.get_attribute(name).filter(|_| written).cloned();
        (name.clone(), value.unwrap_or_else(|| Value::null(attribute.ty.clone())))
    });
    let blocks = block.blocks.iter().map(|(name, nested)| {
        let value = object.get_attribute(name).cloned().unwrap_or(Value::NULL);
        (name.clone(), config_of_blocks(nested, &value))
    });
    Value::object(attributes.chain(blocks))
}

fn config_of_blocks(nested: &Nested, value: &Value) -> Value {
    match nested.nesting {
        _ if value.is_null() => value.clone(),
        Nesting::Single | Nesting::Group => config_of(&nested.block, value, Depth::Nested),
        _ => value.map_items(&|item| config_of(&nested.block, item, Depth::Nested)),
    }
}
