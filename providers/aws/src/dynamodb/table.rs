//! `aws_dynamodb_table`.

use aws_sdk_dynamodb::types::{BillingMode, MultiRegionConsistency, ScalarAttributeType, StreamViewType, TableClass};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::Value;

use super::indexes::{GlobalIndex, LocalIndex};
use super::replicas::{Replica, Witness};
use super::restoring::Import;
use super::throughput::{OnDemand, TableWarm};
use super::{table_plan, waiting};
use crate::core::checks::listed;
use crate::core::prelude::*;
use crate::core::traces::named;

/// A table.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_dynamodb_table", version = 1)]
#[model(conflicts("import_table", "restore_source_name", "restore_source_table_arn", "restore_backup_arn"))]
#[model(conflicts("read_capacity", "on_demand_throughput"), conflicts("write_capacity", "on_demand_throughput"))]
pub(super) struct Table {
    /// ARN of the table.
    #[attr(computed)]
    pub(super) arn: Attr<String>,
    /// What is paid for: `PROVISIONED` or `PAY_PER_REQUEST`.
    #[attr(optional, default = "PROVISIONED", check = listed(BillingMode::values()))]
    pub(super) billing_mode: Attr<String>,
    /// Whether the table is kept from being deleted.
    #[attr(optional)]
    pub(super) deletion_protection_enabled: Attr<bool>,
    /// Attribute that parts the table.
    #[attr(optional, computed, replace)]
    pub(super) hash_key: Attr<String>,
    /// Name of the table.
    #[attr(id)]
    pub(super) id: Attr<String>,
    /// Name of the table.
    #[attr(required, replace, check = length(1..=255))]
    pub(super) name: Attr<String>,
    /// Attribute that orders a part.
    #[attr(optional, replace)]
    pub(super) range_key: Attr<String>,
    /// Reads a second.
    #[attr(optional, computed, after_update("billing_mode"))]
    pub(super) read_capacity: Attr<i64>,
    /// Region of the table.
    #[attr(region)]
    region: Attr<String>,
    /// ARN of the backup that the table is made from.
    #[attr(optional, replace_if = to_another, check = arn())]
    pub(super) restore_backup_arn: Attr<String>,
    /// Moment of the other table that this one is made from: `2026-01-31T12:00:00Z`.
    #[attr(optional, replace, check = super::restoring::moment())]
    pub(super) restore_date_time: Attr<String>,
    /// Name of the table that this one is made from.
    #[attr(optional, replace_if = to_another)]
    pub(super) restore_source_name: Attr<String>,
    /// ARN of the table that this one is made from.
    #[attr(optional, replace_if = to_another, check = arn())]
    pub(super) restore_source_table_arn: Attr<String>,
    /// Whether this table is made from the other one as it is now.
    #[attr(optional, replace)]
    pub(super) restore_to_latest_time: Attr<bool>,
    /// ARN of the stream of changes.
    #[attr(computed, after_update("stream_enabled", "stream_view_type"))]
    pub(super) stream_arn: Attr<String>,
    /// Whether there is a stream of changes.
    #[attr(optional)]
    pub(super) stream_enabled: Attr<bool>,
    /// When the stream of changes was made.
    #[attr(computed, after_update("stream_enabled", "stream_view_type"))]
    pub(super) stream_label: Attr<String>,
    /// What the stream of changes tells.
    #[attr(optional, computed, check = stream_view())]
    pub(super) stream_view_type: Attr<String>,
    /// How the table is stored.
    #[attr(optional, default = "STANDARD", check = listed(TableClass::values()))]
    pub(super) table_class: Attr<String>,
    /// Tags of the table.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the table with the provider's default tags.
    #[attr(tags_all)]
    pub(super) tags_all: Attr<Tags>,
    /// Writes a second.
    #[attr(optional, computed, after_update("billing_mode"))]
    pub(super) write_capacity: Attr<i64>,
    /// Attributes that are keys.
    #[block(set, computed)]
    pub(super) attribute: Vec<Attribute>,
    /// Indexes over all of the table.
    #[block(set, computed)]
    pub(super) global_secondary_index: Vec<GlobalIndex>,
    /// The region that decides when two others do not agree.
    #[block(list, max = 1, computed)]
    pub(super) global_table_witness: Vec<Witness>,
    /// Where the table is filled from.
    #[block(list, max = 1)]
    pub(super) import_table: Vec<Import>,
    /// Indexes over the parts of the table.
    #[block(set, replace)]
    pub(super) local_secondary_index: Vec<LocalIndex>,
    /// Bounds of what is paid for by request.
    #[block(list, max = 1)]
    pub(super) on_demand_throughput: Vec<OnDemand>,
    /// Whether the table can be brought back to any moment.
    #[block(list, max = 1, computed)]
    pub(super) point_in_time_recovery: Vec<Recovery>,
    /// The table in other regions.
    #[block(set)]
    pub(super) replica: Vec<Replica>,
    /// How the table is encrypted.
    #[block(list, max = 1, computed)]
    pub(super) server_side_encryption: Vec<Encryption>,
    /// How long operations may take.
    #[timeouts(create = "30m", update = "60m", delete = "10m")]
    pub(super) timeouts: Timeouts,
    /// How items end.
    #[block(list, max = 1, computed)]
    pub(super) ttl: Vec<TimeToLive>,
    /// What the table can do at once.
    #[block(list, max = 1, computed)]
    pub(super) warm_throughput: Vec<TableWarm>,
}

/// An attribute that is a key.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Attribute {
    /// Name of the attribute.
    #[attr(required)]
    pub(super) name: Attr<String>,
    /// Text (`S`), number (`N`) or bytes (`B`).
    #[attr(required, name = "type", check = listed(ScalarAttributeType::values()))]
    pub(super) kind: Attr<String>,
}

/// Whether a table can be brought back to any moment.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Recovery {
    /// Whether it can.
    #[attr(required)]
    pub(super) enabled: Attr<bool>,
    /// How many days back.
    #[attr(optional, computed, check = between(1..=35))]
    pub(super) recovery_period_in_days: Attr<i64>,
}

/// How a table is encrypted.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Encryption {
    /// Whether with a key in the table's account.
    #[attr(required)]
    pub(super) enabled: Attr<bool>,
    /// ARN of the key; without, it is the one that AWS keeps for DynamoDB.
    #[attr(optional, computed, check = arn())]
    pub(super) kms_key_arn: Attr<String>,
}

/// How items end.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TimeToLive {
    /// Attribute that says when.
    #[attr(optional)]
    pub(super) attribute_name: Attr<String>,
    /// Whether they do.
    #[attr(optional, default = false)]
    pub(super) enabled: Attr<bool>,
}

/// A change to another source makes another table; that the source is no longer named does not.
fn to_another(prior: &Value, planned: &Value) -> bool {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    !planned.is_known() || text(prior) != text(planned) && !text(planned).is_empty()
}

fn stream_view() -> landform_provider_api::framework::Check {
    landform_provider_api::framework::Check::text(|text| match text {
        "" => Ok(()),
        _ => listed(StreamViewType::values()).run(&Value::from(text)),
    })
}

impl Resource<Aws> for Table {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        self.make(cx).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tagged = cx.with_known_tags(batch.iter().map(|table| (&table.arn, &table.tags_all)));
        Ok(cx.reading_tags(tagged, batch.each(|table| table.reread(cx))).await)
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        self.change(prior, cx).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let timeout = self.timeouts.delete();
        self.delete_replicas(&self.replica, cx, timeout).await?;
        let delete = || async { Ok(cx.dynamodb().delete_table().table_name(id).send().await?) };
        match retry_while(timeout, waiting::is_busy, delete).await {
            Err(error) if self.deletion_protection_enabled.is_true() && !error.is_missing() => {
                return Err(error.hint("Set deletion_protection_enabled = false and apply that before."));
            }
            result => result?,
        };
        waiting::gone(cx, id, timeout).await
    }

    fn plan(planning: &mut Planning<'_>) {
        table_plan::adjust(planning);
    }

    fn validate(&self) -> Diagnostics {
        let mut found = Diagnostics::new();
        found.extend(self.stream_problem());
        found.extend(self.capacity_problem());
        found.extend(self.time_to_live_problem());
        found.extend(self.consistency_problem());
        found
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(named(self, self.name.as_str()))
    }
}

impl Table {
    /// What is paid for.
    pub(super) fn billing(&self) -> BillingMode {
        self.billing_mode.text().map_or(BillingMode::Provisioned, BillingMode::from)
    }

    fn stream_problem(&self) -> Option<Diagnostic> {
        if self.stream_enabled.is_unknown() || self.stream_view_type.is_unknown() {
            return None;
        }
        let detail = match (self.stream_enabled.is_true(), self.stream_view_type.text()) {
            (true, None) => "stream_view_type is required when stream_enabled is true.",
            (false, Some(_)) => "stream_view_type can only be given when stream_enabled is true.",
            _ => return None,
        };
        Some(Diagnostic::error("Invalid stream", detail))
    }

    fn capacity_problem(&self) -> Option<Diagnostic> {
        let by_request = match &self.billing_mode {
            Attr::Known(mode) => mode == BillingMode::PayPerRequest.as_str(),
            _ => return None,
        };
        let capacities = [("read_capacity", &self.read_capacity), ("write_capacity", &self.write_capacity)];
        let wrong = capacities
            .into_iter()
            .find(|(_, units)| units.known().is_some_and(|units| if by_request { *units != 0 } else { *units < 1 }));
        let (name, _) = wrong?;
        let rule = if by_request { "can not be given" } else { "must be at least 1" };
        let detail = format!("{name} {rule} when billing_mode is {:?}.", self.billing_mode.as_str());
        Some(Diagnostic::error("Invalid capacity", detail))
    }

    fn time_to_live_problem(&self) -> Option<Diagnostic> {
        let ttl = self.ttl.first()?;
        let nameless = ttl.enabled.is_true() && !ttl.attribute_name.is_unknown() && ttl.attribute_name.text().is_none();
        let detail = "ttl.attribute_name is required when ttl.enabled is true.";
        nameless.then(|| Diagnostic::error("Invalid time to live", detail))
    }

    fn consistency_problem(&self) -> Option<Diagnostic> {
        let strong = self.replica.iter().filter(|it| it.is_strong()).count();
        let witnesses = self.global_table_witness.len();
        let fine = strong == 0 || strong == self.replica.len() && strong + witnesses == 2;
        let mode = MultiRegionConsistency::Strong.as_str();
        let detail = format!(
            "With consistency_mode {mode:?} there must be two replicas, or one and a global_table_witness, all of that mode."
        );
        (!fine).then(|| Diagnostic::error("Invalid replicas", detail))
    }
}
