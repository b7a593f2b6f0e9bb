//! Reading a table.

use aws_sdk_dynamodb::types::{
    BillingMode, KeyType, MultiRegionConsistency, PointInTimeRecoveryDescription, PointInTimeRecoveryStatus,
    ScalarAttributeType, SseDescription, SseStatus, StreamViewType, TableClass, TableDescription, TableStatus,
    TimeToLiveDescription, TimeToLiveStatus,
};

use super::default_key::is_default;
use super::replicas::Witness;
use super::table::{Attribute, Encryption, Recovery, Table, TimeToLive};
use super::throughput::{TableWarm, read_on_demand, warm};
use super::{indexes, tagging, waiting};
use crate::core::prelude::*;

impl Table {
    pub(super) async fn reread(mut self, cx: &Aws) -> Result<Option<Self>> {
        let id = self.id.as_str().to_owned();
        let Some(table) = waiting::table(cx, &id).await?.filter(|it| it.table_status() != Some(&TableStatus::Deleting))
        else {
            return Ok(None);
        };
        let arn = table.table_arn().unwrap_or_default();
        let (recovery, ttl, tags, encryption, replicas) = futures::try_join!(
            waiting::recovery(cx, &id),
            waiting::time_to_live(cx, &id),
            cx.tags_or(&self.arn, &self.tags_all, tagging::read(cx, arn)),
            self.read_encryption(table.sse_description(), cx),
            self.read_replicas(&table, cx),
        )?;
        self.fill(&table);
        self.point_in_time_recovery = vec![read_recovery(recovery.as_ref())];
        self.ttl = vec![self.read_time_to_live(ttl.as_ref())];
        self.server_side_encryption = encryption;
        self.replica = replicas;
        self.tags_all = Attr::Known(tags);
        Ok(Some(self))
    }

    fn fill(&mut self, table: &TableDescription) {
        let billing = table.billing_mode_summary().and_then(|it| it.billing_mode());
        self.arn = table.table_arn().into();
        self.billing_mode = billing.map_or(BillingMode::Provisioned.as_str(), BillingMode::as_str).into();
        self.deletion_protection_enabled = table.deletion_protection_enabled().unwrap_or_default().into();
        self.name = table.table_name().into();
        let key =
            |kind: KeyType| table.key_schema().iter().find(|key| key.key_type == kind).map(|it| it.attribute_name());
        self.hash_key = key(KeyType::Hash).into();
        self.range_key = key(KeyType::Range).into();
        let throughput = table.provisioned_throughput();
        self.read_capacity = throughput.and_then(|it| it.read_capacity_units()).unwrap_or_default().into();
        self.write_capacity = throughput.and_then(|it| it.write_capacity_units()).unwrap_or_default().into();
        let class = table.table_class_summary().and_then(|it| it.table_class());
        self.table_class = class.map_or(TableClass::Standard.as_str(), TableClass::as_str).into();
        self.attribute = attributes(table);
        self.global_secondary_index =
            indexes::read_global(table.global_secondary_indexes(), &self.global_secondary_index);
        self.local_secondary_index = indexes::read_local(table.local_secondary_indexes());
        self.on_demand_throughput = read_on_demand(table.on_demand_throughput(), &self.on_demand_throughput);
        let warmth =
            table.warm_throughput().and_then(|it| warm(it.read_units_per_second(), it.write_units_per_second()));
        let warmth = warmth.map(|(reads, writes)| TableWarm {
            read_units_per_second: reads.into(),
            write_units_per_second: writes.into(),
        });
        self.warm_throughput = warmth.into_iter().collect();
        let witnesses = table.global_table_witnesses().iter();
        self.global_table_witness = witnesses.map(|it| Witness { region_name: it.region_name().into() }).collect();
        self.fill_stream(table);
    }

    fn fill_stream(&mut self, table: &TableDescription) {
        self.stream_arn = table.latest_stream_arn().unwrap_or_default().into();
        self.stream_label = table.latest_stream_label().unwrap_or_default().into();
        let stream = table.stream_specification();
        self.stream_enabled = stream.is_some_and(|it| it.stream_enabled()).into();
        let view = stream.and_then(|it| it.stream_view_type()).map(StreamViewType::as_str);
        // Of a stream that is no more, the view is not told.
        let known = self.stream_view_type.as_str().to_owned();
        self.stream_view_type = view.map_or(known, str::to_owned).into();
    }

    /// The key is not named where it is the one that AWS keeps: that would be sent back otherwise.
    async fn read_encryption(&self, told: Option<&SseDescription>, cx: &Aws) -> Result<Vec<Encryption>> {
        let known = self.server_side_encryption.first();
        let Some(told) = told else {
            // Encryption without a key of the account is told in no way; it may be written as `enabled = false`.
            let off = known.filter(|it| !it.enabled.is_true());
            return Ok(off.map(|_| Encryption { enabled: false.into(), kms_key_arn: "".into() }).into_iter().collect());
        };
        let key = told.kms_master_key_arn().unwrap_or_default();
        let as_known = known.is_some_and(|it| it.kms_key_arn.text() == Some(key));
        let named = key.is_empty() || as_known || !is_default(cx, key).await?;
        Ok(vec![Encryption {
            enabled: (told.status() == Some(&SseStatus::Enabled)).into(),
            kms_key_arn: if named { key } else { "" }.into(),
        }])
    }

    /// Of what is switched off, the attribute is not told.
    fn read_time_to_live(&self, told: Option<&TimeToLiveDescription>) -> TimeToLive {
        let enabled = told.and_then(|it| it.time_to_live_status()) == Some(&TimeToLiveStatus::Enabled);
        let known = self.ttl.first().filter(|it| !enabled && !it.enabled.is_true());
        let known = known.and_then(|it| it.attribute_name.text()).unwrap_or_default();
        let name = told.and_then(|it| it.attribute_name()).unwrap_or(known);
        TimeToLive { attribute_name: name.into(), enabled: enabled.into() }
    }
}

fn attributes(table: &TableDescription) -> Vec<Attribute> {
    let attributes = table.attribute_definitions().iter().map(|it| Attribute {
        name: it.attribute_name().into(),
        kind: ScalarAttributeType::as_str(it.attribute_type()).into(),
    });
    attributes.collect()
}

/// Whether a table can be brought back to any moment.
fn read_recovery(told: Option<&PointInTimeRecoveryDescription>) -> Recovery {
    let status = told.and_then(|it| it.point_in_time_recovery_status());
    let enabled = status == Some(&PointInTimeRecoveryStatus::Enabled);
    let days = told.filter(|_| enabled).and_then(|it| it.recovery_period_in_days());
    Recovery { enabled: enabled.into(), recovery_period_in_days: days.unwrap_or_default().into() }
}

/// How the table's regions agree.
pub(super) fn consistency(table: &TableDescription) -> &str {
    table.multi_region_consistency().map_or(MultiRegionConsistency::Eventual.as_str(), MultiRegionConsistency::as_str)
}
