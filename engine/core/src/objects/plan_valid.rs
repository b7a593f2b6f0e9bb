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
    if planned_length != config_length {
        let what = if nesting == Nesting::Set { String::new() } else { format!("{what} ") };
        let message =
            format!("{what}count in plan ({planned_length}) disagrees with count in config ({config_length})");
        return fail(path, message, errors);
    }
    if nesting == Nesting::Set {
        // Elements of sets can not be matched up before apply.
        return;
    }
    for (key, planned) in planned.elements() {
        let path = path.index(key.clone());
        match config.get_element(&key) {
            Some(config) => check(prior.get_element(&key).unwrap_or(&Value::NULL), config, planned, &path, errors),
            None => {
                let what = if what == "block" { what } else { "map" };
                let key = key.as_str().unwrap_or_default();
                fail(&path, format!("{what} key {key:?} from plan is not present in config"), errors);
            }
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
    // What the provider decides alone may be there because it is in `ignore_changes`, which means nothing.
    if schema.computed && (config.is_null() || !schema.optional) {
        return;
    }
    if let (Some(nested), false) = (&schema.nested, config.is_null()) {
        return nested_attributes(nested, prior, config, planned, path, errors);
    }
    let message = match (schema.sensitive, config.is_null(), prior.is_null()) {
        (true, true, _) => "sensitive planned value for a non-computed attribute".to_owned(),
        (true, false, true) => "sensitive planned value does not match config value".to_owned(),
        (true, false, false) => "sensitive planned value does not match config value nor prior value".to_owned(),
        (false, true, _) => format!("planned value {} for a non-computed attribute", super::shown(planned)),
        (false, false, _) => {
            let [planned, config] = [planned, config].map(super::shown);
            let prior =
                if prior.is_null() { String::new() } else { format!(" nor prior value {}", super::shown(prior)) };
            format!("planned value {planned} does not match config value {config}{prior}")
        }
    };
    fail(path, message, errors);
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

#[cfg(test)]
mod tests {
    use landform_schema::Nested;
    use landform_values::Type;

    use super::*;

    fn text(text: &str) -> Value {
        Value::from(text)
    }

    fn null() -> Value {
        Value::null(Type::String)
    }

    /// What is said of a plan for an attribute `a`: prior, configured and planned value.
    #[track_caller]
    fn check(attribute: Attribute, [prior, config, planned]: [Value; 3], expected: &[&str]) {
        let schema = Block { attributes: [("a".into(), attribute)].into(), ..Block::default() };
        let object = |value: Value| Value::object([("a", value)]);
        said(&schema, [object(prior), object(config), object(planned)], expected);
    }

    #[track_caller]
    fn said(schema: &Block, [prior, config, planned]: [Value; 3], expected: &[&str]) {
        let found = check_planned(schema, &prior, &config, &planned);
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_configured_is_planned_or_stays() {
        let attribute = || Attribute::of(Type::String).optional();
        check(attribute(), [null(), text("x"), text("x")], &[]);
        check(attribute(), [text("X"), text("x"), text("X")], &[]);
        let differs = ".a: planned value a string of 2 characters does not match config value a string of 1 characters";
        check(attribute(), [null(), text("x"), text("xy")], &[differs]);
        let both = format!("{differs} nor prior value a string of 3 characters");
        check(attribute(), [text("old"), text("x"), text("xy")], &[&both]);
        let hidden = || Attribute { sensitive: true, ..attribute() };
        let differs = ".a: sensitive planned value does not match config value";
        check(hidden(), [null(), text("x"), text("xy")], &[differs]);
        check(hidden(), [text("old"), text("x"), text("xy")], &[&format!("{differs} nor prior value")]);
        let of_both = attribute().computed();
        let differs = ".a: planned value a string of 2 characters does not match config value a string of 1 characters";
        check(of_both, [null(), text("x"), text("xy")], &[differs]);
    }

    #[test]
    fn what_is_not_configured_is_for_the_provider_only_where_it_is_computed() {
        let attribute = || Attribute::of(Type::String).optional();
        check(attribute().computed(), [null(), null(), text("x")], &[]);
        check(Attribute::of(Type::String).computed(), [text("x"), text("x"), text("y")], &[]);
        let not_computed = ".a: planned value a string of 1 characters for a non-computed attribute";
        check(attribute(), [null(), null(), text("x")], &[not_computed]);
        check(attribute(), [text("x"), null(), text("x")], &[not_computed]);
        let hidden = Attribute { sensitive: true, ..attribute() };
        let not_computed = ".a: sensitive planned value for a non-computed attribute";
        check(hidden, [null(), null(), text("x")], &[not_computed]);
    }

    #[test]
    fn what_is_only_written_is_not_kept() {
        let attribute = || Attribute { write_only: true, ..Attribute::of(Type::String).optional() };
        check(attribute(), [null(), text("x"), null()], &[]);
        let kept = ".a: planned value for a write-only attribute must be null";
        check(attribute(), [null(), text("x"), text("x")], &[kept]);
    }

    #[test]
    fn objects_are_there_as_configured() {
        let schema = Block::default();
        let (null, empty) = (Value::null(Type::object::<&str>([])), Value::object::<&str>([]));
        let absent = "planned for absence but config wants existence";
        said(&schema, [null.clone(), empty.clone(), null.clone()], &[absent]);
        let present = "planned for existence but config wants absence";
        said(&schema, [null.clone(), null, empty], &[present]);
    }

    #[test]
    fn nested_attributes_are_as_configured() {
        let attribute = |nesting| Attribute {
            nested: Some(Box::new(NestedAttributes {
                nesting,
                attributes: [
                    ("x".into(), Attribute::of(Type::String).optional()),
                    ("y".into(), Attribute::of(Type::String).computed()),
                ]
                .into(),
            })),
            ..Attribute::of(Type::Dynamic).optional()
        };
        let object = |value: &str| Value::object([("x", text(value))]);
        let map = |key: &str| Value::map(ty(), [(key, object("1"))]);
        let null = || Value::null(ty());
        check(attribute(Nesting::Single), [null(), object("1"), object("1")], &[]);
        let within =
            ".a.x: planned value a string of 2 characters does not match config value a string of 1 characters";
        check(attribute(Nesting::Single), [null(), object("1"), object("12")], &[within]);
        let presence = ".a: planned presence disagrees with config";
        check(attribute(Nesting::Single), [null(), object("1"), null()], &[presence]);
        let with = |x: &str, y: &str| Value::object([("x", text(x)), ("y", text(y))]);
        check(attribute(Nesting::Single), [with("X", "1"), object("x"), with("X", "2")], &[]);
        let absent = ".a: planned value object with 1 elements for a non-computed attribute";
        check(attribute(Nesting::Single), [null(), null(), object("1")], &[absent]);
        let unknown_key = ".a[\"l\"]: map key \"l\" from plan is not present in config";
        check(attribute(Nesting::Map), [null(), map("k"), map("l")], &[unknown_key]);
    }

    /// What is said of blocks `b` with an attribute `x`: prior, configured and planned ones.
    #[track_caller]
    fn check_blocks(nesting: Nesting, values: [Value; 3], expected: &[&str]) {
        let inner =
            Block { attributes: [("x".into(), Attribute::of(Type::String).optional())].into(), ..Block::default() };
        let nested = Nested { nesting, block: inner, min_items: 0, max_items: 0 };
        let schema = Block { blocks: [("b".into(), nested)].into(), ..Block::default() };
        said(&schema, values.map(|value| Value::object([("b", value)])), expected);
    }

    fn ty() -> Type {
        Type::object([("x", Type::String)])
    }

    fn objects(texts: &[&str]) -> Vec<Value> {
        texts.iter().map(|value| Value::object([("x", text(value))])).collect()
    }

    fn list(texts: &[&str]) -> Value {
        Value::list(ty(), objects(texts))
    }

    #[test]
    fn what_is_in_blocks_is_as_configured() {
        let said = |path: &str| {
            format!(
                ".b{path}.x: planned value a string of 2 characters does not match config value a string of 1 characters"
            )
        };
        let object = |value: &str| objects(&[value]).remove(0);
        let map = |key: &str, value: &str| Value::map(ty(), [(key, object(value))]);
        check_blocks(Nesting::List, [Value::NULL, list(&["1"]), list(&["12"])], &[&said("[0]")]);
        check_blocks(Nesting::List, [list(&["X"]), list(&["x"]), list(&["X"])], &[]);
        check_blocks(Nesting::Group, [Value::NULL, object("1"), object("12")], &[&said("")]);
        check_blocks(Nesting::Map, [Value::NULL, map("k", "1"), map("k", "12")], &[&said("[\"k\"]")]);
        let unknown_key = ".b[\"l\"]: block key \"l\" from plan is not present in config";
        check_blocks(Nesting::Map, [Value::NULL, map("k", "1"), map("l", "1")], &[unknown_key]);
    }

    #[test]
    fn there_are_as_many_blocks_as_configured() {
        let check = |nesting, config: Value, planned: Value, expected: &[&str]| {
            check_blocks(nesting, [Value::NULL, config, planned], expected);
        };
        let set = |texts: &[&str]| Value::set(ty(), objects(texts));
        check(Nesting::List, list(&["1"]), list(&["1"]), &[]);
        let count = ".b: block count in plan (2) disagrees with count in config (1)";
        check(Nesting::List, list(&["1"]), list(&["1", "2"]), &[count]);
        // Which is which is not known.
        check(Nesting::Set, set(&["1"]), set(&["2"]), &[]);
        let count = ".b: count in plan (2) disagrees with count in config (1)";
        check(Nesting::Set, set(&["1"]), set(&["1", "2"]), &[count]);
        let null = ".b: attribute representing a list of nested blocks must be empty, not null";
        check(Nesting::List, list(&["1"]), Value::null(Type::list(ty())), &[null]);
        check(Nesting::List, Value::null(Type::list(ty())), Value::null(Type::list(ty())), &[]);
        let unknown = || Value::unknown(Type::list(ty()));
        check(Nesting::List, unknown(), unknown(), &[]);
        check(Nesting::List, list(&["1"]), unknown(), &[]);
        let known = ".b: planned for existence but config wants unknown";
        check(Nesting::List, unknown(), list(&["1"]), &[known]);
    }
}
