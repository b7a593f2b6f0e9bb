//! `lifecycle.ignore_changes`: configuration as it would be had nothing changed at some paths.

use landform_schema::Block;
use landform_values::{Kind, Marks, Path, Step, Type, Value};

/// What `ignore_changes` names.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum IgnoreChanges {
    /// Nothing.
    #[default]
    Nothing,
    /// `all`: the configuration has no say any more.
    All,
    /// These parts of the configuration.
    Paths(Vec<Path>),
}

/// The configuration with each ignored part as it is in the prior object, marks included.
pub(crate) fn ignore_changes(ignored: &IgnoreChanges, schema: &Block, prior: &Value, config: &Value) -> Value {
    match ignored {
        _ if prior.is_null() => config.clone(),
        IgnoreChanges::Nothing => config.clone(),
        IgnoreChanges::All => all_from_prior(schema, prior, config),
        IgnoreChanges::Paths(paths) => {
            paths.iter().fold(config.clone(), |config, path| from_prior(&config, prior, &path.0))
        }
    }
}

/// Every configurable attribute as it was; what only the provider can set stays unset.
fn all_from_prior(schema: &Block, prior: &Value, config: &Value) -> Value {
    let mut result = config.clone();
    for (name, attribute) in &schema.attributes {
        if attribute.computed && !attribute.optional {
            continue;
        }
        if let Some(before) = prior.get_attribute(name) {
            result = result.with_attribute(name, before.clone());
        }
    }
    schema.blocks.keys().fold(result, |result, name| match prior.get_attribute(name) {
        Some(before) => result.with_attribute(name, before.clone()),
        None => result,
    })
}

/// Replaces what a path leads to in `config` by what it leads to in `prior`.
fn from_prior(config: &Value, prior: &Value, steps: &[Step]) -> Value {
    let Some((step, rest)) = steps.split_first() else { return prior.clone() };
    let key = match step {
        Step::Attribute(name) => Value::from(name.clone()),
        Step::Index(key) => key.clone(),
    };
    let is_map = |value: &Value| matches!(value.ty(), Type::Map(_));
    if is_map(config) || is_map(prior) {
        return map_element_from_prior(config, prior, &key, rest);
    }
    // Of an object of no given type, Terraform keeps all where an element is named as of a map.
    if matches!(step, Step::Index(key) if key.as_str().is_some()) {
        return prior.clone();
    }
    let (Some(before), Some(wanted)) = (prior.get_element(&key), config.get_element(&key)) else {
        return config.clone();
    };
    let replaced = from_prior(wanted, &part(prior, before, config), rest);
    replace_item(config, &key, replaced)
}

/// A map's element also appears or vanishes with the prior one.
fn map_element_from_prior(config: &Value, prior: &Value, key: &Value, rest: &[Step]) -> Value {
    let Some(name) = key.as_str() else { return config.clone() };
    if !config.is_known() || !prior.is_known() {
        return config.clone();
    }
    let Type::Map(element) = (if config.is_null() { prior.ty() } else { config.ty() }) else { return config.clone() };
    let mut items: Vec<_> = config.as_mapping().map(|map| map.items().to_vec()).unwrap_or_default();
    items.retain(|(candidate, _)| &**candidate != name);
    if let Some(before) = prior.get_attribute(name) {
        let before = part(prior, before, config);
        let replaced = match config.get_attribute(name) {
            Some(wanted) => from_prior(wanted, &before, rest),
            None => before,
        };
        items.push((name.into(), replaced));
    }
    let is_null = items.is_empty() && (prior.is_null() || config.is_null());
    let map = if is_null { Value::null(Type::Map(element)) } else { Value::map((*element).clone(), items) };
    map.with_marks(config.marks())
}

/// A part of the prior value: what hides the whole hides it, too, unless the whole stays hidden.
fn part(prior: &Value, before: &Value, config: &Value) -> Value {
    if config.marks().is_sensitive() { before.clone() } else { before.clone().with_marks(prior.marks()) }
}

fn replace_item(container: &Value, key: &Value, item: Value) -> Value {
    let (container, marks): (Value, Marks) = container.clone().unmark();
    let replaced = match container.kind() {
        Kind::Object(_) => container.with_attribute(key.as_str().unwrap_or_default(), item),
        Kind::List(_) | Kind::Tuple(_) => {
            let wanted = key.as_number().and_then(landform_values::Number::to_usize);
            let counter = std::cell::Cell::new(0);
            container.map_items(&|current| {
                let index = counter.replace(counter.get() + 1);
                if Some(index) == wanted { item.clone() } else { current.clone() }
            })
        }
        _ => container,
    };
    replaced.with_marks(&marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(items: &[(&str, &str)]) -> Value {
        Value::map(Type::String, items.iter().map(|(key, value)| (*key, Value::from(*value))))
    }

    fn object(name: &str, tags: Value) -> Value {
        Value::object([("name", Value::from(name)), ("tags", tags)])
    }

    fn check(path: Path, prior: Value, config: Value, expected: Value) {
        let ignored = IgnoreChanges::Paths(vec![path]);
        assert_eq!(ignore_changes(&ignored, &Block::default(), &prior, &config), expected);
    }

    #[test]
    fn an_attribute_keeps_its_prior_value() {
        check(
            Path::root().attribute("name"),
            object("old", tags(&[])),
            object("new", tags(&[("a", "1")])),
            object("old", tags(&[("a", "1")])),
        );
    }

    #[test]
    fn a_map_element_keeps_its_value_and_its_absence() {
        let path = Path::root().attribute("tags").index("k");
        check(
            path.clone(),
            object("n", tags(&[("k", "old")])),
            object("n", tags(&[("k", "new")])),
            object("n", tags(&[("k", "old")])),
        );
        check(
            path.clone(),
            object("n", tags(&[("k", "old")])),
            object("n", tags(&[])),
            object("n", tags(&[("k", "old")])),
        );
        check(
            path,
            object("n", tags(&[])),
            object("n", tags(&[("k", "new"), ("l", "x")])),
            object("n", tags(&[("l", "x")])),
        );
    }

    #[test]
    fn what_is_ignored_is_as_hidden_as_before() {
        let hidden = |value: &str| Value::from(value).with_marks(&Marks::sensitive());
        let named = |name: Value| Value::object([("name", name)]);
        let path = Path::root().attribute("name");
        check(path.clone(), named(hidden("old")), named("new".into()), named(hidden("old")));
        check(path.clone(), named("old".into()), named(hidden("new")), named("old".into()));
        let within = path.clone().attribute("first");
        let first = |first: Value| named(Value::object([("first", first)]));
        let hidden_whole =
            |text: &str| named(Value::object([("first", Value::from(text))]).with_marks(&Marks::sensitive()));
        check(within.clone(), hidden_whole("old"), first("new".into()), first(hidden("old")));
        // What is hidden as a whole needs no more.
        check(within, hidden_whole("old"), hidden_whole("new"), hidden_whole("old"));
        let none = || named(Value::null(tags(&[]).ty().clone()).with_marks(&Marks::sensitive()));
        check(path.index("k"), none(), none(), none());
    }

    #[test]
    fn a_new_object_is_as_configured() {
        check(Path::root().attribute("name"), Value::NULL, object("new", tags(&[])), object("new", tags(&[])));
    }
}
