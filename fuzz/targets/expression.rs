//! Expressions and type constraints: parsed, compiled, evaluated, shown.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| landform_fuzz::expression(bytes));
