//! When objects move to other storage and when they end.

use aws_sdk_s3::primitives::{DateTime, DateTimeFormat};
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, ExpirationStatus, LifecycleExpiration, LifecycleRule as Remote,
    LifecycleRuleAndOperator, LifecycleRuleFilter, NoncurrentVersionExpiration, NoncurrentVersionTransition,
    Transition as RemoteTransition, TransitionStorageClass,
};
use landform_provider_api::framework::Check;

use super::tagging;
use crate::core::checks::listed;
use crate::core::names;
use crate::core::prelude::*;

/// When objects move to other storage and when they end.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LifecycleRule {
    /// Days after which parts of unfinished uploads end.
    #[attr(optional)]
    abort_incomplete_multipart_upload_days: Attr<i64>,
    /// Whether the rule holds.
    #[attr(required)]
    enabled: Attr<bool>,
    /// Name of the rule.
    #[attr(optional, computed, check = length(0..=255))]
    id: Attr<String>,
    /// What the names of objects begin with that the rule is for.
    #[attr(optional)]
    prefix: Attr<String>,
    /// Tags of the objects that the rule is for.
    #[attr(optional)]
    tags: Attr<Tags>,
    /// When objects end.
    #[block(list, max = 1)]
    expiration: Vec<Expiration>,
    /// When old versions end.
    #[block(list, max = 1)]
    noncurrent_version_expiration: Vec<NoncurrentExpiration>,
    /// When old versions move.
    #[block(set)]
    noncurrent_version_transition: Vec<NoncurrentTransition>,
    /// When objects move.
    #[block(set)]
    transition: Vec<Transition>,
}

/// When objects end.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Expiration {
    /// The day: `2026-01-31`.
    #[attr(optional, check = day())]
    date: Attr<String>,
    /// Days after they were made.
    #[attr(optional, check = between(0..=i64::MAX))]
    days: Attr<i64>,
    /// Whether a delete marker ends that hides nothing.
    #[attr(optional)]
    expired_object_delete_marker: Attr<bool>,
}

/// When old versions end.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NoncurrentExpiration {
    /// Days after they became old.
    #[attr(optional, check = between(1..=i64::MAX))]
    days: Attr<i64>,
}

/// When old versions move.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NoncurrentTransition {
    /// Days after they became old.
    #[attr(optional, check = between(0..=i64::MAX))]
    days: Attr<i64>,
    /// Where they move to.
    #[attr(required, check = listed(TransitionStorageClass::values()))]
    storage_class: Attr<String>,
}

/// When objects move.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Transition {
    /// The day: `2026-01-31`.
    #[attr(optional, check = day())]
    date: Attr<String>,
    /// Days after they were made.
    #[attr(optional, check = between(0..=i64::MAX))]
    days: Attr<i64>,
    /// Where they move to.
    #[attr(required, check = listed(TransitionStorageClass::values()))]
    storage_class: Attr<String>,
}

fn day() -> Check {
    Check::text(|text| match time_of(text) {
        Some(_) => Ok(()),
        None => Err(format!("{text:?} is not a day such as \"2026-01-31\"")),
    })
}

fn time_of(day: &str) -> Option<DateTime> {
    DateTime::from_str(&format!("{day}T00:00:00Z"), DateTimeFormat::DateTime).ok()
}

fn day_of(time: &DateTime) -> String {
    crate::core::time::text(time).chars().take("2026-01-31".len()).collect()
}

/// As the service tells them.
pub(super) fn read(rules: &[Remote]) -> Vec<LifecycleRule> {
    rules.iter().map(read_rule).collect()
}

fn read_rule(rule: &Remote) -> LifecycleRule {
    let filter = rule.filter();
    let and = filter.and_then(LifecycleRuleFilter::and);
    // The first form of lifecycle rules has its prefix outside of the filter.
    #[expect(deprecated, reason = "rules of the first form are still told so")]
    let plain = rule.prefix();
    let prefix = plain.or_else(|| filter?.prefix()).or_else(|| and?.prefix());
    let tags: Vec<_> = filter
        .and_then(LifecycleRuleFilter::tag)
        .cloned()
        .into_iter()
        .chain(and.into_iter().flat_map(|it| it.tags().to_vec()))
        .collect();
    let tags = tagging::read(&tags);
    let abort = rule.abort_incomplete_multipart_upload();
    LifecycleRule {
        abort_incomplete_multipart_upload_days: abort.and_then(|it| it.days_after_initiation()).into(),
        enabled: (rule.status() == &ExpirationStatus::Enabled).into(),
        id: rule.id().into(),
        prefix: prefix.into(),
        tags: (!tags.is_empty()).then_some(tags).into(),
        expiration: rule.expiration().map(read_expiration).into_iter().collect(),
        noncurrent_version_expiration: rule
            .noncurrent_version_expiration()
            .map(|it| NoncurrentExpiration { days: it.noncurrent_days().into() })
            .into_iter()
            .collect(),
        noncurrent_version_transition: rule.noncurrent_version_transitions().iter().map(read_noncurrent).collect(),
        transition: rule.transitions().iter().map(read_transition).collect(),
    }
}

fn read_expiration(it: &LifecycleExpiration) -> Expiration {
    Expiration {
        date: it.date().map(day_of).into(),
        days: it.days().into(),
        expired_object_delete_marker: it.expired_object_delete_marker().into(),
    }
}

fn read_noncurrent(it: &NoncurrentVersionTransition) -> NoncurrentTransition {
    NoncurrentTransition {
        days: it.noncurrent_days().into(),
        storage_class: it.storage_class().map(TransitionStorageClass::as_str).into(),
    }
}

fn read_transition(it: &RemoteTransition) -> Transition {
    Transition {
        date: it.date().map(day_of).into(),
        days: it.days().into(),
        storage_class: it.storage_class().map(TransitionStorageClass::as_str).into(),
    }
}

/// As the service wants them.
pub(super) fn write(rules: &[LifecycleRule]) -> Result<Vec<Remote>> {
    rules.iter().map(write_rule).collect()
}

fn write_rule(rule: &LifecycleRule) -> Result<Remote> {
    let status = if rule.enabled.is_true() { ExpirationStatus::Enabled } else { ExpirationStatus::Disabled };
    let id = rule.id.param().unwrap_or_else(|| names::given_or_new(&Attr::Null, &"tf-s3-lifecycle-".into()));
    let abort = rule.abort_incomplete_multipart_upload_days.get_i32().filter(|days| *days > 0);
    let abort = abort.map(|days| AbortIncompleteMultipartUpload::builder().days_after_initiation(days).build());
    let old_end = rule.noncurrent_version_expiration.first();
    let old_end =
        old_end.map(|it| NoncurrentVersionExpiration::builder().set_noncurrent_days(it.days.get_i32()).build());
    let old_moves: Vec<_> = rule.noncurrent_version_transition.iter().map(write_noncurrent).collect();
    let moves: Vec<_> = rule.transition.iter().map(write_transition).collect();
    let mut end = rule.expiration.first().map(write_expiration);
    // A rule must do something; this does nothing.
    if abort.is_none() && end.is_none() && old_end.is_none() && old_moves.is_empty() && moves.is_empty() {
        end = Some(LifecycleExpiration::builder().expired_object_delete_marker(false).build());
    }
    Ok(Remote::builder()
        .id(id)
        .status(status)
        .filter(write_filter(rule))
        .set_abort_incomplete_multipart_upload(abort)
        .set_expiration(end)
        .set_noncurrent_version_expiration(old_end)
        .set_noncurrent_version_transitions((!old_moves.is_empty()).then_some(old_moves))
        .set_transitions((!moves.is_empty()).then_some(moves))
        .build()?)
}

fn write_filter(rule: &LifecycleRule) -> LifecycleRuleFilter {
    let prefix = rule.prefix.as_str();
    let tags = tagging::tags_of(rule.tags.items());
    if tags.is_empty() {
        return LifecycleRuleFilter::builder().prefix(prefix).build();
    }
    let and = LifecycleRuleAndOperator::builder().prefix(prefix).set_tags(Some(tags)).build();
    LifecycleRuleFilter::builder().and(and).build()
}

fn write_expiration(it: &Expiration) -> LifecycleExpiration {
    let builder = LifecycleExpiration::builder();
    let days = it.days.get_i32().filter(|days| *days > 0);
    match (it.date.text().and_then(time_of), days) {
        (Some(date), _) => builder.date(date).build(),
        (None, Some(days)) => builder.days(days).build(),
        (None, None) => builder.expired_object_delete_marker(it.expired_object_delete_marker.is_true()).build(),
    }
}

fn write_noncurrent(it: &NoncurrentTransition) -> NoncurrentVersionTransition {
    let class = TransitionStorageClass::from(it.storage_class.as_str());
    NoncurrentVersionTransition::builder().set_noncurrent_days(it.days.get_i32()).storage_class(class).build()
}

fn write_transition(it: &Transition) -> RemoteTransition {
    let date = it.date.text().and_then(time_of);
    let days = if date.is_some() { None } else { Some(it.days.get_i32().unwrap_or_default()) };
    let class = TransitionStorageClass::from(it.storage_class.as_str());
    RemoteTransition::builder().set_date(date).set_days(days).storage_class(class).build()
}
