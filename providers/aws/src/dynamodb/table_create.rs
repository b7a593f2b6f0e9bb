//! Making a table: a new one, or from another, from a backup, or from files.

use aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder as Create;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, GlobalSecondaryIndex, KeySchemaElement, KeyType, LocalSecondaryIndex, ScalarAttributeType,
    SseSpecification, SseType, StreamSpecification, StreamViewType, TableClass,
};

use super::indexes::key_schema;
use super::table::Table;
use super::throughput::{provisioned, write_on_demand, write_warm};
use super::{tagging, waiting};
use crate::core::prelude::*;
use crate::core::tags::Change;

impl Table {
    /// Makes the table and sets what can only be set on one that is there.
    pub(super) async fn make(&mut self, cx: &Aws) -> Result<()> {
        let name = self.name.as_str().to_owned();
        let restored = self.is_restored();
        let made = if restored { self.restore(cx).await } else { self.create_new(cx).await };
        made.map_err(|error| error.while_doing(format!("creating DynamoDB table {name}")))?;
        self.id = name.as_str().into();
        let table = waiting::active(cx, &name, self.timeouts.create()).await?;
        self.arn = table.table_arn().into();
        if restored || !self.import_table.is_empty() {
            // Only a new table can be made with its tags.
            let change = Change::between(&Attr::Null, &self.tags_all);
            tagging::update(cx, self.arn.as_str(), change).await?;
        }
        if self.ttl.first().is_some_and(|it| it.enabled.is_true()) {
            self.set_time_to_live(cx, self.timeouts.create()).await?;
        }
        if self.point_in_time_recovery.first().is_some_and(|it| it.enabled.is_true()) {
            self.set_recovery(cx, self.timeouts.create()).await?;
        }
        self.create_replicas(&self.replica, cx, self.timeouts.create()).await?;
        self.tag_replicas(cx).await
    }

    async fn create_new(&mut self, cx: &Aws) -> Result<()> {
        if !self.import_table.is_empty() {
            return self.import(cx).await;
        }
        let request = self.creation(cx)?;
        let lost = LostAnswer::default();
        let create = || async {
            let sent = request.clone().customize().interceptor(lost.clone()).send().await;
            lost.forgives("ResourceInUseException", sent)
        };
        retry_while(self.timeouts.create(), waiting::is_busy, create).await?;
        Ok(())
    }

    fn creation(&self, cx: &Aws) -> Result<Create> {
        let billing = self.billing();
        let warm = self.warm_throughput.first();
        let warm = warm.map(|it| write_warm(&it.read_units_per_second, &it.write_units_per_second));
        let tags = tagging::tags_of(&self.tags_all.get().unwrap_or_default());
        Ok(cx
            .dynamodb()
            .create_table()
            .table_name(self.name.as_str())
            .set_attribute_definitions(Some(self.definitions()?))
            .set_key_schema(Some(self.keys()?))
            .set_provisioned_throughput(provisioned(&billing, &self.read_capacity, &self.write_capacity)?)
            .billing_mode(billing)
            .set_deletion_protection_enabled(self.deletion_protection_enabled.get().filter(|it| *it))
            .set_global_secondary_indexes(self.global_indexes()?)
            .set_local_secondary_indexes(self.local_indexes()?)
            .set_on_demand_throughput(write_on_demand(&self.on_demand_throughput))
            .set_stream_specification(self.stream()?.filter(|it| it.stream_enabled))
            .set_sse_specification(self.encryption().filter(|it| it.enabled == Some(true)))
            .set_table_class(self.table_class.text().map(TableClass::from))
            .set_tags((!tags.is_empty()).then_some(tags))
            .set_warm_throughput(warm))
    }

    /// The keys of the table.
    pub(super) fn keys(&self) -> Result<Vec<KeySchemaElement>> {
        key_schema([(self.hash_key.as_str(), KeyType::Hash), (self.range_key.as_str(), KeyType::Range)])
    }

    /// The attributes that are keys.
    pub(super) fn definitions(&self) -> Result<Vec<AttributeDefinition>> {
        let definitions = self.attribute.iter().map(|it| {
            let kind = ScalarAttributeType::from(it.kind.as_str());
            Ok(AttributeDefinition::builder().attribute_name(it.name.as_str()).attribute_type(kind).build()?)
        });
        definitions.collect()
    }

    /// The indexes over all of the table; `None` where there are none, as calls want it.
    pub(super) fn global_indexes(&self) -> Result<Option<Vec<GlobalSecondaryIndex>>> {
        let billing = self.billing();
        let indexes = self.global_secondary_index.iter().map(|index| index.write(&billing));
        let indexes = indexes.collect::<Result<Vec<_>>>()?;
        Ok((!indexes.is_empty()).then_some(indexes))
    }

    /// The indexes over the parts of the table; `None` where there are none, as calls want it.
    pub(super) fn local_indexes(&self) -> Result<Option<Vec<LocalSecondaryIndex>>> {
        let indexes = self.local_secondary_index.iter().map(|index| index.write(self.hash_key.as_str()));
        let indexes = indexes.collect::<Result<Vec<_>>>()?;
        Ok((!indexes.is_empty()).then_some(indexes))
    }

    /// The stream of changes; `None` where nothing is said of it.
    pub(super) fn stream(&self) -> Result<Option<StreamSpecification>> {
        let Some(enabled) = self.stream_enabled.get() else { return Ok(None) };
        let view = self.stream_view_type.text().filter(|_| enabled).map(StreamViewType::from);
        let stream = StreamSpecification::builder().stream_enabled(enabled).set_stream_view_type(view);
        Ok(Some(stream.build()?))
    }

    /// The encryption; `None` where nothing is said of it.
    pub(super) fn encryption(&self) -> Option<SseSpecification> {
        let planned = self.server_side_encryption.first()?;
        let key = planned.kms_key_arn.param().filter(|_| planned.enabled.is_true());
        let kind = key.is_some().then_some(SseType::Kms);
        let specification = SseSpecification::builder().enabled(planned.enabled.is_true());
        Some(specification.set_sse_type(kind).set_kms_master_key_id(key).build())
    }
}
