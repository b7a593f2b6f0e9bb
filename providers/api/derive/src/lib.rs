//! `#[derive(Model)]`: from a struct to a schema, a decoder and an encoder.
//!
//! On the struct, `#[model(…)]`:
//!
//! | | |
//! |---|---|
//! | `name = "aws_vpc"` | the type's name; without it the struct is a nested block or an object within an attribute |
//! | `version = 1` | the schema version |
//! | `identity = "base64"` | the attribute that identifies an object, for types without `id` |
//! | `strict` | null and zero values differ |
//! | `deprecated = "…"` | why not to use it |
//! | `conflicts("a", "b")`, `exactly_one(…)`, `at_least_one(…)`, `together(…)`, `needs("a", "b")` | what may be given together |
//!
//! On a field of type `Attr<T>`, `#[attr(…)]`:
//!
//! | | |
//! |---|---|
//! | `required`, `optional`, `computed`, `sensitive`, `write_only` | the schema's flags |
//! | `id`, `region`, `tags`, `tags_all` | the usual attributes with the usual flags, unless flags are given |
//! | `replace`, `replace_if = function` | a change forces replacement; the function gets both values |
//! | `after_update`, `after_update("a", "b")` | an update (of `a` or `b`) may change this computed attribute |
//! | `default = value` | what holds when it is not given |
//! | `same = json` | when two texts mean the same: a function of `framework::same`, or any path |
//! | `normal = cidr` | the form in which a text is planned and stored: a function of `framework::normal`, or any path |
//! | `check = one_of(["a"])` | a demand: of `framework::check`, or any expression; may be repeated |
//! | `name = "type"`, `deprecated = "…"` | |
//!
//! On a field of type `Vec<Model>` or `Option<Model>`, `#[block(…)]`: `list`, `set` or `single`, `min = 1`, `max = 1`,
//! `computed`, `kept` (by an existing object, when not given), `replace`, `name`, `deprecated`. On a field of type `Timeouts`, `#[timeouts(create = "10m", delete = "5m")]`.
//! On a field of type `Pending`, which is no part of the schema, `#[pending]`.
//!
//! An `Attr` of a list, set or map of such structs is an attribute that configurations may write as blocks; the options
//! on their fields hold for each object, and what an object does not say is the zero value of its type, unless `strict`.
//!
//! Doc comments are descriptions.

mod emit;
mod parse;

use proc_macro::TokenStream;

/// Makes a model of a struct; see the crate's documentation.
#[proc_macro_derive(Model, attributes(model, attr, block, timeouts, pending))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    match parse::Struct::parse(&input) {
        Ok(model) => emit::emit(&model).into(),
        Err(error) => error.to_compile_error().into(),
    }
}
