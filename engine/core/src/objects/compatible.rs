//! Whether an applied object keeps what its plan promised.

use landform_schema::{Attribute, Block, Nesting};
use landform_values::{Path, PathError, Type, Value};

/// Lists every place where `applied` differs from what `planned` said would be known.
pub(crate) fn check_applied(schema: &Block, planned: &Value, applied: &Value) -> Vec<PathError> {
    let mut errors = Vec::new();
    block(schema, planned, applied, &Path::root(), &mut errors);
    errors
}

fn fail(path: &Path, message: impl Into<String>, errors: &mut Vec<PathError>) {
    errors.push(PathError { path: path.clone(), message: message.into() });
}

fn block(schema: &Block, planned: &Value, applied: &Value, path: &Path, errors: &mut Vec<PathError>) {
    if planned.is_null() != applied.is_null() {
        let message = if planned.is_null() { "was absent, but now present" } else { "was present, but now absent" };
        return fail(path, message, errors);
    }
    if planned.is_null() {
        return;
    }
    for (name, attribute) in &schema.attributes {
        let (Some(before), Some(after)) = (planned.get_attribute(name), applied.get_attribute(name)) else { continue };
        attribute_value(attribute, before, after, &path.attribute(name.clone()), errors);
    }
    for (name, nested) in &schema.blocks {
        let (Some(before), Some(after)) = (planned.get_attribute(name), applied.get_attribute(name)) else { continue };
        let path = path.attribute(name.clone());
        if !before.is_known() {
            continue;
        }
        match nested.nesting {
            Nesting::Single | Nesting::Group => block(&nested.block, before, after, &path, errors),
            Nesting::Set => sets(before, after, &path, errors),
            Nesting::List | Nesting::Map => {
                let (expected, found) = (before.length().unwrap_or(0), after.length().unwrap_or(0));
                if expected != found {
                    fail(&path, format!("block count changed from {expected} to {found}"), errors);
                    continue;
                }
                for (key, element) in before.elements() {
                    let null = Value::NULL;
                    let found = after.get_element(&key).unwrap_or(&null);
                    block(&nested.block, element, found, &path.index(key), errors);
                }
            }
        }
    }
}

fn attribute_value(attribute: &Attribute, planned: &Value, applied: &Value, path: &Path, errors: &mut Vec<PathError>) {
    let mut found = Vec::new();
    values(planned, applied, path, &mut found);
    if attribute.sensitive && !found.is_empty() {
        return fail(path, "inconsistent values for sensitive attribute", errors);
    }
    errors.append(&mut found);
}

/// An unknown value may become anything of its type; everything else must stay.
fn values(planned: &Value, applied: &Value, path: &Path, errors: &mut Vec<PathError>) {
    if planned == applied {
        return;
    }
    if let Some(unknown) = planned.as_unknown() {
        if unknown.not_null && applied.is_null() {
            fail(path, "final value must not be null", errors);
        } else if !applied.is_null() && applied.ty() != unknown.ty && !unknown.ty.has_dynamic() {
            fail(path, format!("wrong final value type: {} required", unknown.ty.friendly_name()), errors);
        }
        return;
    }
    if planned.is_null() {
        return fail(path, format!("was null, but now {}", super::shown(applied)), errors);
    }
    if applied.is_null() {
        return fail(path, format!("was {}, but now null", super::shown(planned)), errors);
    }
    match planned.ty() {
        Type::Set(_) => sets(planned, applied, path, errors),
        Type::List(_) | Type::Tuple(_) | Type::Map(_) | Type::Object(_) => items(planned, applied, path, errors),
        _ => {
            let (before, after) = (super::shown(planned), super::shown(applied));
            fail(path, format!("was {before}, but now {after}"), errors);
        }
    }
}

fn items(planned: &Value, applied: &Value, path: &Path, errors: &mut Vec<PathError>) {
    for (key, before) in planned.elements() {
        let path = step(planned, path, key.clone());
        match applied.get_element(&key) {
            Some(after) => values(before, after, &path, errors),
            None => fail(&path, "element has vanished", errors),
        }
    }
    for (key, _) in applied.elements() {
        if planned.get_element(&key).is_none() {
            fail(&step(planned, path, key), "new element has appeared", errors);
        }
    }
}

fn step(container: &Value, path: &Path, key: Value) -> Path {
    match (container.kind(), key.as_shared_str()) {
        (landform_values::Kind::Object(_), Some(name)) => path.attribute(name.clone()),
        _ => path.index(key),
    }
}

/// Elements of sets have no identity: each planned one needs an applied one that it may have become, each applied one a
/// planned one, and there may only be fewer, where unknown elements turned out equal.
fn sets(planned: &Value, applied: &Value, path: &Path, errors: &mut Vec<PathError>) {
    let (Some(before), Some(after)) = (planned.as_sequence(), applied.as_sequence()) else {
        return fail(path, "was present, but now absent", errors);
    };
    let may_become = |planned: &Value, applied: &Value| {
        let mut found = Vec::new();
        values(planned, applied, path, &mut found);
        found.is_empty()
    };
    if let Some(lost) = before.iter().find(|element| !after.iter().any(|found| may_become(element, found))) {
        let shown = super::shown(lost);
        let message = format!("planned set element {shown} does not correlate with any element in actual");
        return fail(path, message, errors);
    }
    if let Some(new) = after.iter().find(|element| !before.iter().any(|planned| may_become(planned, element))) {
        let shown = super::shown(new);
        let message = format!("actual set element {shown} does not correlate with any element in plan");
        fail(path, message, errors);
    }
    if after.len() > before.len() {
        let message = format!("length changed from {} to {}", before.len(), after.len());
        fail(path, message, errors);
    }
}

#[cfg(test)]
mod tests {
    use landform_schema::Nested;

    use super::*;

    fn list(items: &[&str]) -> Value {
        Value::list(Type::String, items.iter().map(|item| Value::from(*item)))
    }

    fn set(items: impl IntoIterator<Item = Value>) -> Value {
        Value::set(Type::String, items)
    }

    /// What is said of an attribute `a` that was planned as one value and became another.
    #[track_caller]
    fn check(planned: &Value, applied: &Value, expected: &[&str]) {
        let attribute = Attribute::of(planned.ty()).optional();
        check_attribute(attribute, planned, applied, expected);
    }

    #[track_caller]
    fn check_attribute(attribute: Attribute, planned: &Value, applied: &Value, expected: &[&str]) {
        let schema = Block { attributes: [("a".into(), attribute)].into(), ..Block::default() };
        let object = |value: &Value| Value::object([("a", value.clone())]);
        let found = check_applied(&schema, &object(planned), &object(applied));
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_known_stays() {
        let (x, null) = (Value::from("x"), Value::null(Type::String));
        check(&x, &x, &[]);
        check(&x, &Value::from("xy"), &[".a: was a string of 1 characters, but now a string of 2 characters"]);
        check(&x, &null, &[".a: was a string of 1 characters, but now null"]);
        check(&null, &x, &[".a: was null, but now a string of 1 characters"]);
        let (x, null) = (list(&["x"]), Value::null(Type::list(Type::String)));
        check(&x, &null, &[".a: was list of string with 1 elements, but now null"]);
        check(&null, &x, &[".a: was null, but now list of string with 1 elements"]);
    }

    #[test]
    fn what_is_unknown_becomes_something_of_its_type() {
        let unknown = Value::unknown(Type::String);
        check(&unknown, &Value::from("x"), &[]);
        check(&unknown, &Value::null(Type::String), &[]);
        check(&unknown, &Value::NULL, &[]);
        check(&Value::dynamic(), &list(&["x"]), &[]);
        check(&Value::unknown(Type::list(Type::Dynamic)), &list(&["x"]), &[]);
        check(&unknown, &Value::from(true), &[".a: wrong final value type: string required"]);
        let not_null = Value::unknown_not_null(Type::String);
        check(&not_null, &Value::null(Type::String), &[".a: final value must not be null"]);
    }

    #[test]
    fn elements_stay() {
        check(&list(&["x"]), &list(&["x", "y"]), &[".a[1]: new element has appeared"]);
        check(&list(&["x", "y"]), &list(&["x"]), &[".a[1]: element has vanished"]);
        let differs = "was a string of 1 characters, but now a string of 2 characters";
        check(&list(&["x"]), &list(&["xy"]), &[&format!(".a[0]: {differs}")]);
        let tuple = |text: &str| Value::tuple([Value::from(true), Value::from(text)]);
        check(&tuple("x"), &tuple("xy"), &[&format!(".a[1]: {differs}")]);
        let object = |text: &str| Value::object([("k", Value::from(text))]);
        check(&object("x"), &object("xy"), &[&format!(".a.k: {differs}")]);
        let map = |key: &str| Value::map(Type::String, [(key, Value::from("x"))]);
        let both = [".a[\"k\"]: element has vanished", ".a[\"l\"]: new element has appeared"];
        check(&map("k"), &map("l"), &both);
    }

    #[test]
    fn elements_of_sets_are_found_again() {
        let (x, y, unknown) = (|| Value::from("x"), || Value::from("y"), || Value::unknown(Type::String));
        check(&set([x(), unknown()]), &set([x(), y()]), &[]);
        check(&set([x(), unknown()]), &set([x()]), &[]);
        let new = ".a: actual set element a string of 1 characters does not correlate with any element in plan";
        let length = ".a: length changed from 1 to 2";
        check(&set([x()]), &set([x(), y()]), &[new, length]);
        check(&set([unknown()]), &set([x(), y()]), &[length]);
        let lost = ".a: planned set element a string of 1 characters does not correlate with any element in actual";
        check(&set([x(), y()]), &set([x()]), &[lost]);
        check(&set([x()]), &Value::unknown(Type::set(Type::String)), &[".a: was present, but now absent"]);
    }

    #[test]
    fn of_what_is_sensitive_no_more_is_said() {
        let attribute = Attribute { sensitive: true, ..Attribute::of(Type::String).optional() };
        let expected = [".a: inconsistent values for sensitive attribute"];
        check_attribute(attribute.clone(), &Value::from("x"), &Value::from("y"), &expected);
        check_attribute(attribute, &Value::from("x"), &Value::from("x"), &[]);
    }

    #[test]
    fn blocks_stay() {
        let check = |nesting, planned: Value, applied: Value, expected: &[&str]| {
            let inner = Block { attributes: [("a".into(), Attribute::of(Type::String))].into(), ..Block::default() };
            let nested = Nested { nesting, block: inner, min_items: 0, max_items: 0 };
            let schema = Block { blocks: [("b".into(), nested)].into(), ..Block::default() };
            let object = |value: Value| Value::object([("b", value)]);
            let found = check_applied(&schema, &object(planned), &object(applied));
            assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
        };
        let ty = || Type::object([("a", Type::String)]);
        let object = |text: &str| Value::object([("a", Value::from(text))]);
        let list = |texts: &[&str]| Value::list(ty(), texts.iter().map(|text| object(text)));
        check(Nesting::Single, object("x"), Value::null(ty()), &[".b: was present, but now absent"]);
        check(Nesting::Single, Value::null(ty()), object("x"), &[".b: was absent, but now present"]);
        check(Nesting::List, list(&["x"]), list(&["x", "y"]), &[".b: block count changed from 1 to 2"]);
        let inner = ".b[0].a: was a string of 1 characters, but now a string of 2 characters";
        check(Nesting::List, list(&["x"]), list(&["xy"]), &[inner]);
        check(Nesting::List, list(&["x"]), list(&["xy", "y"]), &[".b: block count changed from 1 to 2"]);
        check(Nesting::List, Value::unknown(Type::list(ty())), list(&["x"]), &[]);
        check(Nesting::Group, object("x"), object("xy"), &[&inner.replace("[0]", "")]);
        let map = |key: &str, text: &str| Value::map(ty(), [(key, object(text))]);
        check(Nesting::Map, map("k", "x"), map("k", "xy"), &[&inner.replace('0', "\"k\"")]);
        check(Nesting::Map, map("k", "x"), map("l", "x"), &[".b[\"k\"]: was present, but now absent"]);
        let set = |text: &str| Value::set(ty(), [object(text)]);
        let lost = ".b: planned set element object with 1 elements does not correlate with any element in actual";
        check(Nesting::Set, set("x"), set("y"), &[lost]);
    }
}
