//! What a provider may plan, given configuration and prior object.

use landform_schema::{Attribute, Block, NestedAttributes, Nesting};
use landform_values::{Path, PathError, Value};

/// Lists every place where `planned` breaks the rules: a configured value must be planned as it is (or as it was
/// before), and what is not computed must be null where configuration is.
pub(crate) fn check_planned(schema: &Block, prior: &Value, config: &Value, planned: &Value) -> Vec<PathError> {
    let mut errors = Vec::new();
    block(schema, prior, config, planned, &Path::root(), &mut errors);
    errors
}

fn fail(path: &Path, message: impl Into<String>, errors: &mut Vec<PathError>) {
    errors.push(PathError { path: path.clone(), message: message.into() });
}

fn part(object: &Value, name: &str) -> Value {
    object.get_attribute(name).cloned().unwrap_or(Value::NULL)
}

fn block(schema: &Block, prior: &Value, config: &Value, planned: &Value, path: &Path, errors: &mut Vec<PathError>) {
    if planned.is_null() && !config.is_null() {
        return fail(path, "planned for absence but config wants existence", errors);
    }
    if config.is_null() && !planned.is_null() {
        return fail(path, "planned for existence but config wants absence", errors);
    }
    if planned.is_null() {
        return;
    }
    for (name, schema) in &schema.attributes {
        let path = path.attribute(name.clone());
        attribute(schema, &part(prior, name), &part(config, name), &part(planned, name), &path, errors);
    }
    for (name, nested) in &schema.blocks {
        let path = path.attribute(name.clone());
        let check = |prior: &Value, config: &Value, planned: &Value, path: &Path, errors: &mut Vec<PathError>| {
            block(&nested.block, prior, config, planned, path, errors);
        };
        let values = [&part(prior, name), &part(config, name), &part(planned, name)];
        many(nested.nesting, "block", values, &path, errors, &check);
    }
}

type Check<'a> = &'a dyn Fn(&Value, &Value, &Value, &Path, &mut Vec<PathError>);

fn many(
    nesting: Nesting,
    what: &str,
    [prior, config, planned]: [&Value; 3],
    path: &Path,
    errors: &mut Vec<PathError>,
    check: Check<'_>,
) {
    if matches!(nesting, Nesting::Single | Nesting::Group) {
        return check(prior, config, planned, path, errors);
    }
    if !planned.is_known() || !config.is_known() {
        if planned.is_known() {
            fail(path, "planned for existence but config wants unknown", errors);
        }
        return;
    }
    if planned.is_null() && !config.is_null() {
        return fail(path, format!("attribute representing a list of nested {what}s must be empty, not null"), errors);
    }
    let (planned_length, config_length) = (planned.length().unwrap_or(0), config.length().unwrap_or(0));
    if planned_length != config_length && nesting != Nesting::Set {
        let message =
            format!("{what} count in plan ({planned_length}) disagrees with count in config ({config_length})");
        return fail(path, message, errors);
    }
    if nesting == Nesting::Set {
        // Elements of sets can not be matched up before apply; the count must fit.
        if planned_length != config_length {
            let message = format!("count in plan ({planned_length}) disagrees with count in config ({config_length})");
            fail(path, message, errors);
        }
        return;
    }
    for (key, planned) in planned.elements() {
        let path = path.index(key.clone());
        match config.get_element(&key) {
            Some(config) => check(prior.get_element(&key).unwrap_or(&Value::NULL), config, planned, &path, errors),
            None => fail(&path, format!("{what} key {key:?} from plan is not present in config"), errors),
        }
    }
}

fn attribute(
    schema: &Attribute,
    prior: &Value,
    config: &Value,
    planned: &Value,
    path: &Path,
    errors: &mut Vec<PathError>,
) {
    if schema.write_only {
        if !planned.is_null() {
            fail(path, "planned value for a write-only attribute must be null", errors);
        }
        return;
    }
    if planned == config {
        return;
    }
    if planned == prior && !prior.is_null() && !config.is_null() {
        // The provider holds that both mean the same.
        return;
    }
    if schema.computed && config.is_null() {
        return;
    }
    if let (Some(nested), false) = (&schema.nested, config.is_null()) {
        return nested_attributes(nested, prior, config, planned, path, errors);
    }
    let hidden = schema.sensitive;
    if config.is_null() {
        let shown = if hidden { "sensitive value".to_owned() } else { super::shown(planned) };
        let message = format!("planned value {shown} for a non-computed attribute");
        return fail(path, message, errors);
    }
    if prior.is_null() || planned != prior {
        let message = if hidden {
            "sensitive planned value does not match config value".to_owned()
        } else if prior.is_null() {
            format!("planned value {} does not match config value {}", super::shown(planned), super::shown(config))
        } else {
            format!(
                "planned value {} does not match config value {} nor prior value {}",
                super::shown(planned),
                super::shown(config),
                super::shown(prior)
            )
        };
        fail(path, message, errors);
    }
}

fn nested_attributes(
    nested: &NestedAttributes,
    prior: &Value,
    config: &Value,
    planned: &Value,
    path: &Path,
    errors: &mut Vec<PathError>,
) {
    let check = |prior: &Value, config: &Value, planned: &Value, path: &Path, errors: &mut Vec<PathError>| {
        if planned.is_null() != config.is_null() {
            return fail(path, "planned presence disagrees with config", errors);
        }
        for (name, schema) in &nested.attributes {
            let path = path.attribute(name.clone());
            attribute(schema, &part(prior, name), &part(config, name), &part(planned, name), &path, errors);
        }
    };
    many(nested.nesting, "attribute", [prior, config, planned], path, errors, &check);
}
