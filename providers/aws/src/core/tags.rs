//! How the tags of an object change.

use landform_provider_api::framework::{Attr, Tags};

/// From the tags of an object to those planned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// Keys to remove.
    pub(crate) removed: Vec<String>,
    /// Tags to add or to overwrite.
    pub(crate) added: Tags,
}

impl Change {
    /// What leads from one to the other.
    pub(crate) fn between(prior: &Attr<Tags>, planned: &Attr<Tags>) -> Self {
        let has = |tags: &Attr<Tags>, key: &str| tags.known().is_some_and(|tags| tags.contains_key(key));
        let removed = prior.items().map(|(key, _)| key).filter(|key| !has(planned, key)).cloned().collect();
        let is_new = |key: &str, value: &str| prior.known().and_then(|tags| tags.get(key)).is_none_or(|it| it != value);
        let added = planned.items().filter(|(key, value)| is_new(key, value));
        Self { removed, added: added.map(|(key, value)| (key.clone(), value.clone())).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Attr<Tags> {
        Attr::Known(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn only_what_differs_changes() {
        let change =
            Change::between(&tags(&[("a", "1"), ("b", "2"), ("c", "3")]), &tags(&[("a", "1"), ("b", "x"), ("d", "4")]));
        assert_eq!(change.removed, ["c"]);
        assert_eq!(Attr::Known(change.added), tags(&[("b", "x"), ("d", "4")]));
        assert_eq!(Change::between(&Attr::Null, &Attr::Null), Change::default());
        assert_eq!(Change::between(&tags(&[("a", "")]), &tags(&[("a", "")])), Change::default());
    }
}
