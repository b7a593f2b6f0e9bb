//! Whether and how long objects can not be deleted.

use aws_sdk_s3::types::{
    DefaultRetention, ObjectLockConfiguration as Remote, ObjectLockEnabled, ObjectLockRetentionMode, ObjectLockRule,
};

use crate::core::checks::listed;
use crate::core::prelude::*;

/// Whether and how long objects can not be deleted.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ObjectLock {
    /// `Enabled`.
    #[attr(optional, replace, check = listed(ObjectLockEnabled::values()), deprecated = "Use the top-level object_lock_enabled.")]
    object_lock_enabled: Attr<String>,
    /// What holds for new objects.
    #[block(list, max = 1, deprecated = "Use aws_s3_bucket_object_lock_configuration instead.")]
    rule: Vec<Rule>,
}

/// What holds for new objects.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rule {
    /// How long they can not be deleted.
    #[block(list, min = 1, max = 1)]
    default_retention: Vec<Retention>,
}

/// How long objects can not be deleted.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Retention {
    /// Days.
    #[attr(optional, check = between(1..=i64::MAX))]
    days: Attr<i64>,
    /// `GOVERNANCE` or `COMPLIANCE`.
    #[attr(required, check = listed(ObjectLockRetentionMode::values()))]
    mode: Attr<String>,
    /// Years.
    #[attr(optional, check = between(1..=i64::MAX))]
    years: Attr<i64>,
}

/// Whether it is to be on.
pub(super) fn is_enabled(locks: &[ObjectLock]) -> bool {
    locks.first().is_some_and(|lock| lock.object_lock_enabled.text() == Some(ObjectLockEnabled::Enabled.as_str()))
}

/// As the service tells it.
pub(super) fn read(lock: Option<&Remote>) -> Vec<ObjectLock> {
    let Some(lock) = lock else { return Vec::new() };
    let retention = lock.rule().and_then(|rule| rule.default_retention());
    let rule = retention.map(|it| Rule {
        default_retention: vec![Retention {
            days: it.days().filter(|days| *days > 0).into(),
            mode: it.mode().map(ObjectLockRetentionMode::as_str).into(),
            years: it.years().filter(|years| *years > 0).into(),
        }],
    });
    let enabled = lock.object_lock_enabled().map(ObjectLockEnabled::as_str).into();
    vec![ObjectLock { object_lock_enabled: enabled, rule: rule.into_iter().collect() }]
}

/// As the service wants it. It can be changed, but not taken away.
pub(super) fn write(locks: &[ObjectLock]) -> Option<Remote> {
    let lock = locks.first()?;
    let retention = lock.rule.first().and_then(|rule| rule.default_retention.first());
    let rule = retention.map(|it| {
        let retention = DefaultRetention::builder()
            .set_days(it.days.get_i32().filter(|days| *days > 0))
            .mode(ObjectLockRetentionMode::from(it.mode.as_str()))
            .set_years(it.years.get_i32().filter(|years| *years > 0));
        ObjectLockRule::builder().default_retention(retention.build()).build()
    });
    let enabled = lock.object_lock_enabled.text().map(ObjectLockEnabled::from);
    Some(Remote::builder().set_object_lock_enabled(enabled).set_rule(rule).build())
}
