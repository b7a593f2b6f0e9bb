//! Saved plans.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| landform_fuzz::plan(bytes));
