//! Part of Landform.
fn main() {}
