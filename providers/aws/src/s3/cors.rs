//! Rules for access from other sites.

use aws_sdk_s3::types::CorsRule as Remote;

use crate::core::prelude::*;

/// A rule for access from other sites.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CorsRule {
    /// Headers that requests may have.
    #[attr(optional)]
    allowed_headers: Attr<Vec<String>>,
    /// Methods that requests may have.
    #[attr(required)]
    allowed_methods: Attr<Vec<String>>,
    /// Sites that requests may come from.
    #[attr(required)]
    allowed_origins: Attr<Vec<String>>,
    /// Headers of answers that may be seen.
    #[attr(optional)]
    expose_headers: Attr<Vec<String>>,
    /// Seconds that browsers may remember the rule.
    #[attr(optional)]
    max_age_seconds: Attr<i64>,
}

/// As the service tells them.
pub(super) fn read(rules: &[Remote]) -> Vec<CorsRule> {
    let list = |items: &[String]| (!items.is_empty()).then(|| items.to_vec()).into();
    let rules = rules.iter().map(|rule| CorsRule {
        allowed_headers: list(rule.allowed_headers()),
        allowed_methods: list(rule.allowed_methods()),
        allowed_origins: list(rule.allowed_origins()),
        expose_headers: list(rule.expose_headers()),
        max_age_seconds: rule.max_age_seconds().into(),
    });
    rules.collect()
}

/// As the service wants them.
pub(super) fn write(rules: &[CorsRule]) -> Result<Vec<Remote>> {
    let rules = rules.iter().map(|rule| {
        let built = Remote::builder()
            .set_allowed_headers(rule.allowed_headers.get())
            .set_allowed_methods(Some(rule.allowed_methods.get().unwrap_or_default()))
            .set_allowed_origins(Some(rule.allowed_origins.get().unwrap_or_default()))
            .set_expose_headers(rule.expose_headers.get())
            .set_max_age_seconds(rule.max_age_seconds.get_i32());
        Ok(built.build()?)
    });
    rules.collect()
}
