//! Evaluations that somebody does not want to wait for.

use landform_diagnostics::SourceMap;

use crate::expr::{Interrupt, compile};
use crate::syntax::parse_expression;
use crate::testing::{Variables, context, show, show_errors};

/// The value and what is said, after an interrupt.
fn interrupted(source: &str) -> (String, String) {
    let sources = SourceMap::new();
    let (expr, _) = parse_expression(&sources, sources.add("test.tf", source));
    let mut variables = Variables::new();
    let (expression, _) = compile(&expr, &mut variables);
    let interrupt = Interrupt::default();
    interrupt.interrupt();
    let (value, found) = expression.evaluate(&variables, &context(&sources).with_interrupt(interrupt));
    (show(&value), show_errors(&found, &sources))
}

/// Sixteen times as many elements as one looks at between two looks for an interrupt, in a loop around them.
const LONG: &str = "[for a in range(1000) : length([for b in range(66) : b])]";

#[test]
fn long_ones_are_given_up() {
    let said = format!(
        "Operation canceled at {LONG:?}: This expression was being evaluated when the operation was interrupted."
    );
    assert_eq!(interrupted(LONG), ("unknown(any)".to_owned(), said));
}

#[test]
fn nothing_hides_that_one_was_given_up() {
    for source in [format!("try({LONG}, 1)"), format!("can({LONG})"), format!("length({LONG})")] {
        assert!(interrupted(&source).1.starts_with("Operation canceled"), "{source}");
    }
}

#[test]
fn short_ones_have_their_value() {
    assert_eq!(interrupted("sum([for a in range(1000) : a])"), ("499500".to_owned(), String::new()));
}
