//! Blocks of `aws_rds_cluster`.

use aws_sdk_rds::types::{
    MasterUserSecret, ScalingConfiguration, ScalingConfigurationInfo, ServerlessV2ScalingConfiguration,
    ServerlessV2ScalingConfigurationInfo,
};
use landform_provider_api::framework::Check;

use crate::core::prelude::*;

/// The other cluster that this one is a copy of, and of which moment.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PointInTime {
    /// The moment: `2026-01-31T12:00:00Z`.
    #[attr(optional, replace, check = moment())]
    pub(super) restore_to_time: Attr<String>,
    /// How it is copied: `full-copy` or `copy-on-write`.
    #[attr(optional, replace, check = one_of(["full-copy", "copy-on-write"]))]
    pub(super) restore_type: Attr<String>,
    /// Name or ARN of the other cluster.
    #[attr(optional, replace)]
    pub(super) source_cluster_identifier: Attr<String>,
    /// Resource id of the other cluster, which may be deleted already.
    #[attr(optional, replace)]
    pub(super) source_cluster_resource_id: Attr<String>,
    /// Whether it is copied as it was last.
    #[attr(optional, replace)]
    pub(super) use_latest_restorable_time: Attr<bool>,
}

fn moment() -> Check {
    use aws_smithy_types::DateTime;
    use aws_smithy_types::date_time::Format;
    Check::text(|text| {
        let wrong = |_| format!("{text:?} is not a time such as 2026-01-31T12:00:00Z");
        DateTime::from_str(text, Format::DateTime).map(|_| ()).map_err(wrong)
    })
}

/// How a cluster of mode `serverless` grows and shrinks.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scaling {
    /// Whether it pauses when nobody is connected.
    #[attr(optional, default = true)]
    auto_pause: Attr<bool>,
    /// Most capacity units.
    #[attr(optional, default = 16_i64)]
    max_capacity: Attr<i64>,
    /// Fewest capacity units.
    #[attr(optional, default = 1_i64)]
    min_capacity: Attr<i64>,
    /// How long it looks for a moment to change, in seconds.
    #[attr(optional, check = between(60..=600))]
    seconds_before_timeout: Attr<i64>,
    /// After how many seconds it pauses.
    #[attr(optional, default = 300_i64, check = between(300..=86400))]
    seconds_until_auto_pause: Attr<i64>,
    /// What happens if no such moment comes.
    #[attr(optional, default = "RollbackCapacityChange",
        check = one_of(["ForceApplyCapacityChange", "RollbackCapacityChange"]))]
    timeout_action: Attr<String>,
}

impl Scaling {
    pub(super) fn wanted(scaling: &[Self]) -> Option<ScalingConfiguration> {
        let it = scaling.first()?;
        let wanted = ScalingConfiguration::builder()
            .set_auto_pause(it.auto_pause.get())
            .set_max_capacity(it.max_capacity.get_i32())
            .set_min_capacity(it.min_capacity.get_i32())
            .set_seconds_before_timeout(it.seconds_before_timeout.get_i32())
            .set_seconds_until_auto_pause(it.seconds_until_auto_pause.get_i32())
            .set_timeout_action(it.timeout_action.param());
        Some(wanted.build())
    }

    pub(super) fn told(remote: Option<&ScalingConfigurationInfo>) -> Vec<Self> {
        let told = remote.filter(|it| it.max_capacity().is_some()).map(|it| Self {
            auto_pause: it.auto_pause().into(),
            max_capacity: it.max_capacity().into(),
            min_capacity: it.min_capacity().into(),
            seconds_before_timeout: it.seconds_before_timeout().into(),
            seconds_until_auto_pause: it.seconds_until_auto_pause().into(),
            timeout_action: it.timeout_action().into(),
        });
        told.into_iter().collect()
    }
}

/// How databases of class `db.serverless` grow and shrink.
#[derive(Model, Clone, Debug, Default, PartialEq)]
pub(super) struct Serverless {
    /// Most capacity units.
    #[attr(required, check = units(0.5))]
    max_capacity: Attr<f64>,
    /// Fewest capacity units; 0 lets it pause.
    #[attr(required, check = units(0.0))]
    min_capacity: Attr<f64>,
    /// After how many seconds it pauses.
    #[attr(optional, computed, check = between(300..=86400))]
    seconds_until_auto_pause: Attr<i64>,
}

fn units(least: f64) -> Check {
    Check::new(move |value| {
        let Some(units) = value.as_number() else { return Ok(()) };
        let fine = (least..=256.0).contains(&units.to_f64());
        if fine { Ok(()) } else { Err(format!("must be from {least} to 256, not {units}")) }
    })
}

impl Serverless {
    pub(super) fn wanted(scaling: &[Self]) -> Option<ServerlessV2ScalingConfiguration> {
        let it = scaling.first()?;
        let wanted = ServerlessV2ScalingConfiguration::builder()
            .set_max_capacity(it.max_capacity.get())
            .set_min_capacity(it.min_capacity.get())
            .set_seconds_until_auto_pause(it.seconds_until_auto_pause.get_i32());
        Some(wanted.build())
    }

    pub(super) fn told(remote: Option<&ServerlessV2ScalingConfigurationInfo>) -> Vec<Self> {
        let told = remote.map(|it| Self {
            max_capacity: it.max_capacity().into(),
            min_capacity: it.min_capacity().into(),
            seconds_until_auto_pause: it.seconds_until_auto_pause().into(),
        });
        told.into_iter().collect()
    }
}

/// The secret that holds the master user's password.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct MasterSecret {
    /// Key that encrypts the secret.
    #[attr(computed)]
    kms_key_id: Attr<String>,
    /// ARN of the secret.
    #[attr(computed)]
    secret_arn: Attr<String>,
    /// State of the secret.
    #[attr(computed)]
    secret_status: Attr<String>,
}

impl MasterSecret {
    pub(super) fn told(remote: Option<&MasterUserSecret>) -> Vec<Self> {
        let told = remote.map(|it| Self {
            kms_key_id: it.kms_key_id().into(),
            secret_arn: it.secret_arn().into(),
            secret_status: it.secret_status().into(),
        });
        told.into_iter().collect()
    }
}
