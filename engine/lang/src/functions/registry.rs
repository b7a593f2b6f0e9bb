//! All functions, by name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::entry::Function;
use super::{
    cidr, collections, conversion, crypto, csv, datetime, encoding, filesystem, format, json, marking, numeric, paths,
    predictions, regex, strings, template, yaml,
};

static FUNCTIONS: LazyLock<BTreeMap<&'static str, Function>> = LazyLock::new(|| {
    let families = [
        numeric::functions(),
        strings::functions(),
        format::functions(),
        regex::functions(),
        collections::functions(),
        encoding::functions(),
        csv::functions(),
        json::functions(),
        yaml::functions(),
        filesystem::functions(),
        paths::functions(),
        template::functions(),
        datetime::functions(),
        crypto::functions(),
        cidr::functions(),
        conversion::functions(),
        marking::functions(),
        predictions::functions(),
    ];
    families.into_iter().flatten().map(|function| (function.name, function)).collect()
});

/// The function with a name, which may begin with `core::`.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.get(name.strip_prefix("core::").unwrap_or(name))
}

/// The names of all functions, in order, without `core::`.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.keys().copied()
}

/// All functions that are documented, by name.
pub(super) fn documented() -> impl Iterator<Item = &'static Function> {
    FUNCTIONS.values().filter(|function| !function.hidden)
}
