//! What data sources look for.

use aws_sdk_ec2::types::Filter as Remote;

use super::loads::filter;
use crate::core::prelude::*;

/// A filter of the service's own; see the describe call of each type.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Filter {
    /// Its name.
    #[attr(required)]
    name: Attr<String>,
    /// The values of which one must match.
    #[attr(required)]
    values: Attr<BTreeSet<String>>,
}

/// Filters in the making.
#[derive(Debug, Default)]
pub(super) struct Filters(Vec<Remote>);

impl Filters {
    /// What the configuration's own filters say.
    pub(super) fn of(filters: &[Filter]) -> Self {
        let remote = filters.iter().map(|it| filter(it.name.as_str(), it.values.items().cloned().collect()));
        Self(remote.collect())
    }

    /// Those that have this value, if there is one.
    pub(super) fn with(mut self, name: &str, value: Option<String>) -> Self {
        self.0.extend(value.map(|value| filter(name, vec![value])));
        self
    }

    /// Those that have all these tags.
    pub(super) fn with_tags(mut self, tags: &Attr<Tags>) -> Self {
        self.0.extend(tags.items().map(|(key, value)| filter(&format!("tag:{key}"), vec![value.clone()])));
        self
    }

    /// As calls want them: none at all rather than no filters.
    pub(super) fn build(self) -> Option<Vec<Remote>> {
        (!self.0.is_empty()).then_some(self.0)
    }
}
