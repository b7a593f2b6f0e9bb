//! Configuration in JSON syntax, and JSON as values and types.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| landform_fuzz::json(bytes));
