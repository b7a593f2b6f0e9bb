//! Whatever is written, evaluation ends with a value and does not panic.

use proptest::prelude::*;

use super::evaluate;

/// Source text of expressions that are likely to make sense.
fn expression() -> impl Strategy<Value = String> {
    let names = [
        "object",
        "list",
        "set",
        "map",
        "objects",
        "empty",
        "nothing",
        "no_list",
        "secret",
        "secrets",
        "secret_item",
        "yes",
        "unknown",
        "unknown_text",
        "unknown_number",
        "unknown_bool",
        "unknown_list",
        "unknown_map",
        "unknown_object",
        "unknown_objects",
        "sure_object",
        "unknown_secret",
    ];
    let leaf = prop_oneof![
        proptest::sample::select(names.to_vec()).prop_map(|name| format!("var.{name}")),
        proptest::sample::select(vec!["x", "y", "null", "true", "0", "1", "2.5", "1e40", "\"a\"", "\"0\"", "[]", "{}"])
            .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let two = (inner.clone(), inner.clone());
        let three = (inner.clone(), inner.clone(), inner.clone());
        let operator =
            proptest::sample::select(vec!["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||"]);
        prop_oneof![
            (two.clone(), operator).prop_map(|((a, b), operator)| format!("({a}) {operator} ({b})")),
            three.clone().prop_map(|(a, b, c)| format!("({a}) ? ({b}) : ({c})")),
            three.clone().prop_map(|(a, b, c)| format!("[for x, y in ({a}): ({b}) if ({c})]")),
            three.clone().prop_map(|(a, b, c)| format!("{{for x in ({a}): ({b}) => ({c})...}}")),
            three.prop_map(|(a, b, c)| format!("{{for y in ({a}): ({b}) => ({c})}}")),
            two.clone().prop_map(|(a, b)| format!("[({a}), ({b})]")),
            two.clone().prop_map(|(a, b)| format!("{{({a}) = ({b}), a = ({a})}}")),
            two.clone().prop_map(|(a, b)| format!("({a})[({b})]")),
            two.clone().prop_map(|(a, b)| format!("try(({a}), ({b}))")),
            two.prop_map(|(a, b)| format!("\"p${{{a}}}%{{for x in ({b})}}${{x}}%{{endfor}}\"")),
            inner.clone().prop_map(|a| format!("({a})[*].a")),
            inner.clone().prop_map(|a| format!("({a}).*.b[0]")),
            inner.clone().prop_map(|a| format!("({a}).a")),
            inner.clone().prop_map(|a| format!("!({a})")),
            inner.clone().prop_map(|a| format!("-({a})")),
            inner.clone().prop_map(|a| format!("can({a})")),
            inner.prop_map(|a| format!("try(({a})...)")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn evaluation_never_panics(source in expression()) {
        let (value, diagnostics, _) = evaluate(&source);
        // Types are built from scratch: this walks the whole value.
        let ty = value.ty();
        prop_assert!(value.has_type(&ty), "{source}: {value:?}");
        let (again, same, _) = evaluate(&source);
        prop_assert_eq!((value, diagnostics), (again, same));
    }

    #[test]
    fn secrets_never_show(source in expression()) {
        let (_, diagnostics, _) = evaluate(&source.replace("\"a\"", "var.secret"));
        for diagnostic in &diagnostics {
            let values = diagnostic.extra().map(|extra| extra.values.clone()).unwrap_or_default();
            prop_assert!(values.iter().all(|value| !value.statement.contains("\"s\"")), "{source}: {diagnostic:?}");
            prop_assert!(!diagnostic.detail.contains("\"s\""), "{source}: {diagnostic:?}");
        }
    }
}
