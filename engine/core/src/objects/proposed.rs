//! The proposed new object: configuration laid over the prior object, before the provider has its say.

use std::collections::BTreeMap;

use landform_schema::{Attribute, Block, Nested, NestedAttributes, Nesting};
use landform_values::{Kind, Str, Type, Value};

/// Merges `config` into `prior` (null for a new object): configured attributes win, computed ones are kept.
pub(crate) fn proposed_new(schema: &Block, prior: &Value, config: &Value) -> Value {
    if config.is_null() && prior.is_null() {
        return prior.clone();
    }
    if prior.is_null() { merge_block(schema, &all_null(schema), config) } else { merge_block(schema, prior, config) }
}

/// What an empty configuration block decodes to.
pub(crate) fn empty_config(schema: &Block) -> Value {
    all_null(schema)
}

fn all_null(schema: &Block) -> Value {
    let attributes =
        schema.attributes.iter().map(|(name, attribute)| (name.clone(), Value::null(attribute.ty.clone())));
    let blocks = schema.blocks.iter().map(|(name, nested)| (name.clone(), empty_blocks(nested)));
    Value::object(attributes.chain(blocks))
}

fn empty_blocks(nested: &Nested) -> Value {
    let ty = nested.block.implied_type();
    match nested.nesting {
        Nesting::Single => Value::null(ty),
        Nesting::Group => all_null(&nested.block),
        Nesting::List if ty.has_dynamic() => Value::tuple([]),
        Nesting::List => Value::list(ty, []),
        Nesting::Set => Value::set(ty, []),
        Nesting::Map if ty.has_dynamic() => Value::object::<Str>([]),
        Nesting::Map => Value::map::<Str>(ty, []),
    }
}

fn merge_block(schema: &Block, prior: &Value, config: &Value) -> Value {
    if config.is_null() || !config.is_known() {
        return prior.clone();
    }
    let mut merged = merge_attributes(&schema.attributes, prior, config);
    for (name, nested) in &schema.blocks {
        merged.push((name.clone(), merge_nested(nested, &part(prior, name), &part(config, name))));
    }
    Value::object(merged)
}

/// An attribute or nested block of an object; null where there is none.
fn part(object: &Value, name: &str) -> Value {
    object.get_attribute(name).cloned().unwrap_or(Value::NULL)
}

fn merge_attributes(attributes: &BTreeMap<Str, Attribute>, prior: &Value, config: &Value) -> Vec<(Str, Value)> {
    attributes
        .iter()
        .map(|(name, attribute)| (name.clone(), merge_attribute(attribute, &part(prior, name), &part(config, name))))
        .collect()
}

fn merge_attribute(attribute: &Attribute, prior: &Value, config: &Value) -> Value {
    if attribute.computed && config.is_null() {
        // What could only have come from configuration is gone from it now.
        return if was_configured(attribute, prior) { config.clone() } else { typed(prior, &attribute.ty) };
    }
    match &attribute.nested {
        Some(nested) => merge_nested_attributes(nested, prior, config),
        None => config.clone(),
    }
}

/// The value itself; a null that was made for want of a value gets the attribute's type.
fn typed(value: &Value, ty: &Type) -> Value {
    if value.is_null() && value.ty() == Type::Dynamic { Value::null(ty.clone()) } else { value.clone() }
}

/// Whether an optional nested attribute holds something that only configuration can have put there.
fn was_configured(attribute: &Attribute, prior: &Value) -> bool {
    match &attribute.nested {
        Some(nested) if attribute.optional => holds_configured(nested, prior),
        _ => false,
    }
}

fn holds_configured(nested: &NestedAttributes, value: &Value) -> bool {
    objects_of(nested.nesting, value).iter().any(|object| {
        nested.attributes.iter().any(|(name, attribute)| {
            let Some(inner) = object.get_attribute(name).filter(|inner| !inner.is_null()) else { return false };
            !attribute.computed || attribute.nested.as_ref().is_some_and(|nested| holds_configured(nested, inner))
        })
    })
}

fn objects_of(nesting: Nesting, value: &Value) -> Vec<Value> {
    match nesting {
        Nesting::Single | Nesting::Group => vec![value.clone()],
        _ => value.elements().map(|(_, element)| element.clone()).collect(),
    }
}

fn merge_nested_attributes(nested: &NestedAttributes, prior: &Value, config: &Value) -> Value {
    if config.is_null() || !config.is_known() {
        return config.clone();
    }
    let merge = |prior: &Value, config: &Value| {
        if config.is_null() || !config.is_known() {
            return config.clone();
        }
        Value::object(merge_attributes(&nested.attributes, prior, config))
    };
    let fits = |prior: &Value, config: &Value| fits_attributes(&nested.attributes, prior, config);
    match nested.nesting {
        Nesting::Single | Nesting::Group => merge(prior, config),
        Nesting::List => merge_list(prior, config, &merge),
        Nesting::Map => merge_map(prior, config, &merge),
        Nesting::Set => merge_set(prior, config, &merge, &fits),
    }
}

fn merge_nested(nested: &Nested, prior: &Value, config: &Value) -> Value {
    if !config.is_known() {
        return config.clone();
    }
    let merge = |prior: &Value, config: &Value| proposed_new(&nested.block, prior, config);
    let fits = |prior: &Value, config: &Value| fits_block(&nested.block, prior, config);
    match nested.nesting {
        Nesting::Single if config.is_null() => config.clone(),
        Nesting::Single | Nesting::Group => merge(prior, config),
        Nesting::List => merge_list(prior, config, &merge),
        Nesting::Map => merge_map(prior, config, &merge),
        Nesting::Set => merge_set(prior, config, &merge, &fits),
    }
}

/// Elements go together by index.
fn merge_list(prior: &Value, config: &Value, merge: &dyn Fn(&Value, &Value) -> Value) -> Value {
    let Some(elements) = config.as_sequence() else { return config.clone() };
    let prior = prior.as_sequence().unwrap_or_default();
    let merged = elements.iter().enumerate().map(|(index, element)| match prior.get(index) {
        Some(before) => merge(before, element),
        None => element.clone(),
    });
    match config.kind() {
        Kind::List(list) => Value::list(list.element().clone(), merged),
        _ => Value::tuple(merged),
    }
}

/// Elements go together by key.
fn merge_map(prior: &Value, config: &Value, merge: &dyn Fn(&Value, &Value) -> Value) -> Value {
    let Some(elements) = config.as_mapping() else { return config.clone() };
    let merged = elements.items().iter().map(|(key, element)| match prior.get_attribute(key) {
        Some(before) => (key.clone(), merge(before, element)),
        None => (key.clone(), element.clone()),
    });
    match config.kind() {
        Kind::Map(map) => Value::map(map.element().clone(), merged),
        _ => Value::object(merged),
    }
}

/// An element goes with a prior one that the same configuration may have led to.
fn merge_set(
    prior: &Value,
    config: &Value,
    merge: &dyn Fn(&Value, &Value) -> Value,
    fits: &dyn Fn(&Value, &Value) -> bool,
) -> Value {
    let Kind::Set(set) = config.kind() else { return config.clone() };
    let mut unused: Vec<&Value> = prior.as_sequence().unwrap_or_default().iter().collect();
    let null = Value::null(set.element().clone());
    let merged: Vec<Value> = set
        .items()
        .iter()
        .map(|element| {
            let found = unused.iter().position(|before| fits(before, element)).map(|index| unused.remove(index));
            merge(found.unwrap_or(&null), element)
        })
        .collect();
    Value::set(set.element().clone(), merged)
}

fn fits_block(schema: &Block, prior: &Value, config: &Value) -> bool {
    if prior == config {
        return true;
    }
    if prior.is_null() || config.is_null() || !config.is_known() {
        return false;
    }
    fits_attributes(&schema.attributes, prior, config)
        && schema.blocks.iter().all(|(name, nested)| {
            let (before, wanted) = (part(prior, name), part(config, name));
            fits_many(nested.nesting, &before, &wanted, &|a, b| fits_block(&nested.block, a, b))
        })
}

fn fits_attributes(attributes: &BTreeMap<Str, Attribute>, prior: &Value, config: &Value) -> bool {
    if prior.is_null() || config.is_null() || !config.is_known() {
        return prior == config;
    }
    attributes.iter().all(|(name, attribute)| {
        let (before, wanted) = (part(prior, name), part(config, name));
        if before == wanted || (attribute.computed && wanted.is_null()) {
            return true;
        }
        attribute.nested.as_ref().is_some_and(|nested| {
            fits_many(nested.nesting, &before, &wanted, &|a, b| fits_attributes(&nested.attributes, a, b))
        })
    })
}

/// Nested sets can not be matched up, so any two that are not null fit.
fn fits_many(nesting: Nesting, prior: &Value, config: &Value, fits: &dyn Fn(&Value, &Value) -> bool) -> bool {
    if prior == config {
        return true;
    }
    if prior.is_null() || config.is_null() {
        return false;
    }
    match nesting {
        Nesting::Single | Nesting::Group => fits(prior, config),
        Nesting::Set => true,
        Nesting::List | Nesting::Map => {
            prior.length() == config.length()
                && prior
                    .elements()
                    .all(|(key, before)| config.get_element(&key).is_some_and(|wanted| fits(before, wanted)))
        }
    }
}
