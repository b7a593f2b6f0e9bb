//! Configuration in native syntax: read, checked, formatted.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| landform_fuzz::hcl(bytes));
