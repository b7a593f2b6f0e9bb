//! JSON syntax: parsing with spans, and what JSON values mean as bodies and expressions.

mod content;
mod expression;
mod parser;
mod scanner;
mod string;

pub(super) use content::{JsonBody, content, just_attributes, missing_item_span, select};
pub use expression::json_expression;
pub(super) use parser::parse;
