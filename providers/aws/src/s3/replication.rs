//! Where a bucket's objects are copied to.

use aws_sdk_s3::types::{
    AccessControlTranslation, DeleteMarkerReplication, DeleteMarkerReplicationStatus, Destination as RemoteDestination,
    EncryptionConfiguration, Metrics as RemoteMetrics, MetricsStatus, OwnerOverride,
    ReplicationConfiguration as Remote, ReplicationRule, ReplicationRuleAndOperator, ReplicationRuleFilter,
    ReplicationRuleStatus, ReplicationTime as RemoteTime, ReplicationTimeStatus, ReplicationTimeValue,
    SourceSelectionCriteria, SseKmsEncryptedObjects, SseKmsEncryptedObjectsStatus, StorageClass,
};

use super::tagging;
use crate::core::checks::listed;
use crate::core::prelude::*;

/// Where a bucket's objects are copied to.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Replication {
    /// ARN of the role that copies them.
    #[attr(required)]
    role: Attr<String>,
    /// Which objects are copied where.
    #[block(set, min = 1)]
    rules: Vec<Rule>,
}

/// Which objects are copied where.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rule {
    /// Whether deletes are copied too: `Enabled`.
    #[attr(optional, check = one_of(["Enabled"]))]
    delete_marker_replication_status: Attr<String>,
    /// Name of the rule.
    #[attr(optional, check = length(0..=255))]
    id: Attr<String>,
    /// What the names of objects begin with that the rule is for.
    #[attr(optional, check = length(0..=1024))]
    prefix: Attr<String>,
    /// Which rule wins: the one with the highest number.
    #[attr(optional)]
    priority: Attr<i64>,
    /// `Enabled` or `Disabled`.
    #[attr(required, check = listed(ReplicationRuleStatus::values()))]
    status: Attr<String>,
    /// Where they are copied to.
    #[block(list, min = 1, max = 1)]
    destination: Vec<Destination>,
    /// Which objects the rule is for.
    #[block(list, max = 1)]
    filter: Vec<Filter>,
    /// Which further objects the rule is for.
    #[block(list, max = 1)]
    source_selection_criteria: Vec<Criteria>,
}

/// Which objects a rule is for.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    /// What their names begin with.
    #[attr(optional, check = length(0..=1024))]
    prefix: Attr<String>,
    /// Their tags.
    #[attr(optional)]
    tags: Attr<Tags>,
}

/// Which further objects a rule is for.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Criteria {
    /// Those encrypted with a key of KMS.
    #[block(list, max = 1)]
    sse_kms_encrypted_objects: Vec<KmsObjects>,
}

/// Objects encrypted with a key of KMS.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KmsObjects {
    /// Whether they are copied.
    #[attr(required)]
    enabled: Attr<bool>,
}

/// Where objects are copied to.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Destination {
    /// Account that the copies belong to.
    #[attr(optional)]
    account_id: Attr<String>,
    /// ARN of the bucket.
    #[attr(required, check = arn())]
    bucket: Attr<String>,
    /// Key that encrypts the copies.
    #[attr(optional)]
    replica_kms_key_id: Attr<String>,
    /// How the copies are stored.
    #[attr(optional, check = listed(StorageClass::values()))]
    storage_class: Attr<String>,
    /// Who owns the copies.
    #[block(list, max = 1)]
    access_control_translation: Vec<Translation>,
    /// Whether there are metrics.
    #[block(list, max = 1)]
    metrics: Vec<Metrics>,
    /// Whether copying takes 15 minutes at most.
    #[block(list, max = 1)]
    replication_time: Vec<Time>,
}

/// Who owns the copies.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Translation {
    /// `Destination`.
    #[attr(required, check = listed(OwnerOverride::values()))]
    owner: Attr<String>,
}

/// Whether there are metrics.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Metrics {
    /// Minutes after which copying counts as late.
    #[attr(optional, default = 15_i64, check = between(10..=15))]
    minutes: Attr<i64>,
    /// `Enabled` or `Disabled`.
    #[attr(optional, default = "Enabled", check = listed(MetricsStatus::values()))]
    status: Attr<String>,
}

/// Whether copying takes 15 minutes at most.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Time {
    /// Minutes: 15.
    #[attr(optional, default = 15_i64, check = between(15..=15))]
    minutes: Attr<i64>,
    /// `Enabled` or `Disabled`.
    #[attr(optional, default = "Enabled", check = listed(ReplicationTimeStatus::values()))]
    status: Attr<String>,
}

/// As the service tells it.
pub(super) fn read(configuration: Option<&Remote>) -> Vec<Replication> {
    let read = configuration
        .map(|it| Replication { role: it.role().into(), rules: it.rules().iter().map(read_rule).collect() });
    read.into_iter().collect()
}

fn read_rule(rule: &ReplicationRule) -> Rule {
    let delete = rule.delete_marker_replication().and_then(|it| it.status());
    let enabled = delete.filter(|status| **status == DeleteMarkerReplicationStatus::Enabled);
    let kms = rule.source_selection_criteria().and_then(|it| it.sse_kms_encrypted_objects());
    let criteria = kms.map(|it| Criteria {
        sse_kms_encrypted_objects: vec![KmsObjects {
            enabled: (it.status() == &SseKmsEncryptedObjectsStatus::Enabled).into(),
        }],
    });
    // The first form of replication rules has its prefix outside of the filter.
    #[expect(deprecated, reason = "rules of the first form are still told so")]
    let prefix = rule.prefix();
    Rule {
        delete_marker_replication_status: enabled.map(DeleteMarkerReplicationStatus::as_str).into(),
        id: rule.id().into(),
        prefix: prefix.into(),
        priority: rule.priority().into(),
        status: rule.status().as_str().into(),
        destination: rule.destination().map(read_destination).into_iter().collect(),
        filter: rule.filter().map(read_filter).into_iter().collect(),
        source_selection_criteria: criteria.into_iter().collect(),
    }
}

fn read_filter(filter: &ReplicationRuleFilter) -> Filter {
    let and = filter.and();
    let tags: Vec<_> =
        filter.tag().cloned().into_iter().chain(and.into_iter().flat_map(|it| it.tags().to_vec())).collect();
    let tags = tagging::read(&tags);
    Filter { prefix: filter.prefix().or_else(|| and?.prefix()).into(), tags: (!tags.is_empty()).then_some(tags).into() }
}

fn read_destination(it: &RemoteDestination) -> Destination {
    let minutes = |value: Option<&ReplicationTimeValue>| value.and_then(|it| it.minutes()).into();
    Destination {
        account_id: it.account().into(),
        bucket: it.bucket().into(),
        replica_kms_key_id: it.encryption_configuration().and_then(|it| it.replica_kms_key_id()).into(),
        storage_class: it.storage_class().map(StorageClass::as_str).into(),
        access_control_translation: it
            .access_control_translation()
            .map(|it| Translation { owner: it.owner().as_str().into() })
            .into_iter()
            .collect(),
        metrics: it
            .metrics()
            .map(|it| Metrics { minutes: minutes(it.event_threshold()), status: it.status().as_str().into() })
            .into_iter()
            .collect(),
        replication_time: it
            .replication_time()
            .map(|it| Time { minutes: minutes(it.time()), status: it.status().as_str().into() })
            .into_iter()
            .collect(),
    }
}

/// As the service wants it.
pub(super) fn write(replication: &Replication) -> Result<Remote> {
    let rules = replication.rules.iter().map(write_rule).collect::<Result<Vec<_>>>()?;
    Ok(Remote::builder().role(replication.role.as_str()).set_rules(Some(rules)).build()?)
}

fn write_rule(rule: &Rule) -> Result<ReplicationRule> {
    let destination = rule.destination.first().map(write_destination).transpose()?;
    let kms = rule.source_selection_criteria.first().and_then(|it| it.sse_kms_encrypted_objects.first());
    let criteria = kms.map(|it| {
        let enabled = it.enabled.is_true();
        let status =
            if enabled { SseKmsEncryptedObjectsStatus::Enabled } else { SseKmsEncryptedObjectsStatus::Disabled };
        SseKmsEncryptedObjects::builder().status(status).build()
    });
    let criteria =
        criteria.transpose()?.map(|it| SourceSelectionCriteria::builder().sse_kms_encrypted_objects(it).build());
    let builder = ReplicationRule::builder()
        .set_id(rule.id.param())
        .status(ReplicationRuleStatus::from(rule.status.as_str()))
        .set_destination(destination)
        .set_source_selection_criteria(criteria);
    let Some(filter) = rule.filter.first() else {
        #[expect(deprecated, reason = "without a filter, the rule is of the first form")]
        return Ok(builder.prefix(rule.prefix.as_str()).build()?);
    };
    let copies_deletes = rule.delete_marker_replication_status.text().is_some();
    let status =
        if copies_deletes { DeleteMarkerReplicationStatus::Enabled } else { DeleteMarkerReplicationStatus::Disabled };
    Ok(builder
        .filter(write_filter(filter))
        .priority(rule.priority.get_i32().unwrap_or_default())
        .delete_marker_replication(DeleteMarkerReplication::builder().status(status).build())
        .build()?)
}

fn write_filter(filter: &Filter) -> ReplicationRuleFilter {
    let prefix = filter.prefix.as_str();
    let tags = tagging::tags_of(filter.tags.items());
    if tags.is_empty() {
        return ReplicationRuleFilter::builder().prefix(prefix).build();
    }
    let and = ReplicationRuleAndOperator::builder().prefix(prefix).set_tags(Some(tags)).build();
    ReplicationRuleFilter::builder().and(and).build()
}

fn write_destination(it: &Destination) -> Result<RemoteDestination> {
    let minutes = |minutes: &Attr<i64>| ReplicationTimeValue::builder().set_minutes(minutes.get_i32()).build();
    let key = it.replica_kms_key_id.text();
    let owner = it
        .access_control_translation
        .first()
        .map(|it| AccessControlTranslation::builder().owner(OwnerOverride::from(it.owner.as_str())).build());
    let metrics = it.metrics.first().map(|it| {
        let status = MetricsStatus::from(it.status.as_str());
        RemoteMetrics::builder().status(status).event_threshold(minutes(&it.minutes)).build()
    });
    let time = it.replication_time.first().map(|it| {
        let status = ReplicationTimeStatus::from(it.status.as_str());
        RemoteTime::builder().status(status).time(minutes(&it.minutes)).build()
    });
    Ok(RemoteDestination::builder()
        .set_account(it.account_id.param())
        .bucket(it.bucket.as_str())
        .set_encryption_configuration(key.map(|key| EncryptionConfiguration::builder().replica_kms_key_id(key).build()))
        .set_storage_class(it.storage_class.text().map(StorageClass::from))
        .set_access_control_translation(owner.transpose()?)
        .set_metrics(metrics.transpose()?)
        .set_replication_time(time.transpose()?)
        .build()?)
}
