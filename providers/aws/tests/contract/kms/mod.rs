//! Keys.

mod alias;
mod key;
