//! Templates: parsed, compiled, rendered.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| landform_fuzz::template(bytes));
