//! Changing a table. DynamoDB makes one change at a time; the order is the one in which each of them is possible.

use aws_sdk_dynamodb::types::{
    BillingMode, PointInTimeRecoverySpecification, PointInTimeRecoveryStatus, StreamSpecification, TableClass,
    TimeToLiveSpecification,
};

use super::indexes::{self, Change as IndexChange};
use super::table::Table;
use super::throughput::{change_of_on_demand, provisioned, write_warm};
use super::{tagging, waiting};
use crate::core::prelude::*;
use crate::core::tags::Change;

impl Table {
    /// Changes what differs.
    pub(super) async fn change(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let timeout = self.timeouts.update();
        let (id, billing) = (self.id.as_str(), self.billing());
        let request = || cx.dynamodb().update_table();
        let changes = indexes::changes(&prior.global_secondary_index, &self.global_secondary_index, &billing)?;
        for change in &changes {
            if let IndexChange::Delete(update) = change {
                waiting::update(cx, id, timeout, request().global_secondary_index_updates(update.clone())).await?;
            }
        }
        if self.table_class.is_known() && self.table_class != prior.table_class {
            let class = TableClass::from(self.table_class.as_str());
            waiting::update(cx, id, timeout, request().table_class(class)).await?;
        }
        self.change_table(prior, &changes, cx).await?;
        for change in &changes {
            if let IndexChange::Warm(update) = change {
                waiting::update(cx, id, timeout, request().global_secondary_index_updates(update.clone())).await?;
            }
        }
        for change in &changes {
            if let IndexChange::Create(update) = change {
                let request = request().set_attribute_definitions(Some(self.definitions()?));
                waiting::update(cx, id, timeout, request.global_secondary_index_updates(update.clone())).await?;
            }
        }
        self.change_the_rest(prior, cx).await
    }

    /// What DynamoDB takes in one call: what is paid for, streams, protection and what indexes can do.
    async fn change_table(&self, prior: &Self, changes: &[IndexChange], cx: &Aws) -> Result<()> {
        let billing = self.billing();
        let mut request = cx.dynamodb().update_table();
        let mut differs = false;
        if billing != prior.billing() || self.has_other_capacity(prior) {
            differs = true;
            let throughput = provisioned(&billing, &self.read_capacity, &self.write_capacity)?;
            request = request.billing_mode(billing).set_provisioned_throughput(throughput);
        }
        if self.deletion_protection_enabled.is_true() != prior.deletion_protection_enabled.is_true() {
            differs = true;
            request = request.deletion_protection_enabled(self.deletion_protection_enabled.is_true());
        }
        let bounds = change_of_on_demand(&self.billing(), &prior.on_demand_throughput, &self.on_demand_throughput);
        if let Some(bounds) = bounds {
            differs = true;
            request = request.on_demand_throughput(bounds);
        }
        if let Some(stream) = self.stream_change(prior, cx).await? {
            differs = true;
            request = request.stream_specification(stream);
        }
        for change in changes {
            if let IndexChange::Capacity(update) = change {
                differs = true;
                request = request.global_secondary_index_updates(update.clone());
            }
        }
        if differs {
            waiting::update(cx, self.id.as_str(), self.timeouts.update(), request).await?;
        }
        Ok(())
    }

    fn has_other_capacity(&self, prior: &Self) -> bool {
        let differs = |planned: &Attr<i64>, prior: &Attr<i64>| planned.is_known() && planned != prior;
        self.billing() == BillingMode::Provisioned
            && (differs(&self.read_capacity, &prior.read_capacity)
                || differs(&self.write_capacity, &prior.write_capacity))
    }

    /// The stream to set. One with another view needs the old one to end first.
    async fn stream_change(&self, prior: &Self, cx: &Aws) -> Result<Option<StreamSpecification>> {
        let (was, is) = (prior.stream_enabled.is_true(), self.stream_enabled.is_true());
        let off = || StreamSpecification::builder().stream_enabled(false).build();
        let other_view = was && is && self.stream_view_type.text() != prior.stream_view_type.text();
        if other_view {
            let request = cx.dynamodb().update_table().stream_specification(off()?);
            waiting::update(cx, self.id.as_str(), self.timeouts.update(), request).await?;
        }
        match (was, is) {
            (true, false) => Ok(Some(off()?)),
            (false, true) => self.stream(),
            _ if other_view => self.stream(),
            _ => Ok(None),
        }
    }

    /// What DynamoDB takes only on its own.
    async fn change_the_rest(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let (id, timeout) = (self.id.as_str(), self.timeouts.update());
        if self.server_side_encryption != prior.server_side_encryption {
            self.change_encryption(cx).await?;
        }
        if self.ttl != prior.ttl {
            self.set_time_to_live(cx, timeout).await?;
        }
        self.change_replicas(prior, cx).await?;
        let change = Change::between(&prior.tags_all, &self.tags_all);
        let retag = change != Change::default() || self.replica != prior.replica;
        tagging::update(cx, self.arn.as_str(), change).await?;
        if retag {
            self.tag_replicas(cx).await?;
        }
        if self.point_in_time_recovery != prior.point_in_time_recovery {
            self.set_recovery(cx, timeout).await?;
        }
        if let Some(warm) = self.warm_throughput.first().filter(|_| self.warm_throughput != prior.warm_throughput) {
            let warm = write_warm(&warm.read_units_per_second, &warm.write_units_per_second);
            waiting::update(cx, id, timeout, cx.dynamodb().update_table().warm_throughput(warm)).await?;
        }
        Ok(())
    }

    async fn change_encryption(&self, cx: &Aws) -> Result<()> {
        let Some(encryption) = self.encryption() else { return Ok(()) };
        let request = cx.dynamodb().update_table();
        let updates = self.encryption_of_replicas(&encryption, cx)?;
        let request = if updates.is_empty() {
            request.sse_specification(encryption)
        } else {
            request.set_replica_updates(Some(updates))
        };
        waiting::update(cx, self.id.as_str(), self.timeouts.update(), request).await?;
        Ok(())
    }

    /// Switches the end of items on or off. DynamoDB wants the attribute for both.
    pub(super) async fn set_time_to_live(&self, cx: &Aws, timeout: Duration) -> Result<()> {
        let Some(planned) = self.ttl.first() else { return Ok(()) };
        let id = self.id.as_str();
        let specification = TimeToLiveSpecification::builder()
            .attribute_name(planned.attribute_name.as_str())
            .enabled(planned.enabled.is_true())
            .build()?;
        cx.dynamodb().update_time_to_live().table_name(id).time_to_live_specification(specification).send().await?;
        waiting::time_to_live_settled(cx, id, timeout).await
    }

    /// Makes a table one that can, or can not, be brought back to any moment.
    pub(super) async fn set_recovery(&self, cx: &Aws, timeout: Duration) -> Result<()> {
        let Some(planned) = self.point_in_time_recovery.first() else { return Ok(()) };
        let days = planned.recovery_period_in_days.get_i32().filter(|days| *days > 0);
        set_recovery(cx, self.id.as_str(), planned.enabled.is_true().then_some(days), timeout).await
    }
}

/// Makes a table in the context's region one that can be brought back to any moment, so many days back if that is said;
/// or one that can not, for `None`.
pub(super) async fn set_recovery(cx: &Aws, id: &str, days: Option<Option<i32>>, timeout: Duration) -> Result<()> {
    let specification = PointInTimeRecoverySpecification::builder()
        .point_in_time_recovery_enabled(days.is_some())
        .set_recovery_period_in_days(days.flatten())
        .build()?;
    let request = cx.dynamodb().update_continuous_backups().table_name(id);
    let request = request.point_in_time_recovery_specification(specification);
    // Of a new table, the backups are being prepared for a while.
    let preparing = |error: &Error| error.is(&["ContinuousBackupsUnavailableException"]) || waiting::is_busy(error);
    retry_while(timeout, preparing, || async { Ok(request.clone().send().await?) }).await?;
    let wanted = if days.is_some() { PointInTimeRecoveryStatus::Enabled } else { PointInTimeRecoveryStatus::Disabled };
    waiting::recovery_is(cx, id, wanted, timeout).await
}
