//! Secondary indexes of a table.

use aws_sdk_dynamodb::types::{
    BillingMode, CreateGlobalSecondaryIndexAction, DeleteGlobalSecondaryIndexAction, GlobalSecondaryIndex,
    GlobalSecondaryIndexDescription, GlobalSecondaryIndexUpdate, KeySchemaElement, KeyType, LocalSecondaryIndex,
    LocalSecondaryIndexDescription, Projection, ProjectionType, UpdateGlobalSecondaryIndexAction,
};

use super::throughput::{
    IndexWarm, OnDemand, change_of_on_demand, provisioned, read_on_demand, warm, write_on_demand, write_warm,
};
use crate::core::checks::listed;
use crate::core::prelude::*;

/// An index over all of a table.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
#[model(conflicts("hash_key", "key_schema"), conflicts("range_key", "key_schema"))]
#[model(at_least_one("hash_key", "key_schema"))]
pub(super) struct GlobalIndex {
    /// Attribute that parts the index.
    #[attr(optional, computed, deprecated = "hash_key is deprecated. Use key_schema instead.")]
    pub(super) hash_key: Attr<String>,
    /// Name of the index.
    #[attr(required)]
    pub(super) name: Attr<String>,
    /// Attributes that the index has beside its keys.
    #[attr(optional)]
    non_key_attributes: Attr<BTreeSet<String>>,
    /// What the index has: `ALL`, `INCLUDE` or `KEYS_ONLY`.
    #[attr(required, check = listed(ProjectionType::values()))]
    projection_type: Attr<String>,
    /// Attribute that orders a part.
    #[attr(optional, deprecated = "range_key is deprecated. Use key_schema instead.")]
    pub(super) range_key: Attr<String>,
    /// Reads a second.
    #[attr(optional, computed)]
    pub(super) read_capacity: Attr<i64>,
    /// Writes a second.
    #[attr(optional, computed)]
    pub(super) write_capacity: Attr<i64>,
    /// Attributes that part the index and order a part.
    #[block(list, computed)]
    pub(super) key_schema: Vec<Key>,
    /// Bounds of what is paid for by request.
    #[block(list, max = 1)]
    on_demand_throughput: Vec<OnDemand>,
    /// What the index can do at once.
    #[block(list, max = 1, computed)]
    warm_throughput: Vec<IndexWarm>,
}

/// An attribute that is a key.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Key {
    /// Name of the attribute.
    #[attr(required)]
    pub(super) attribute_name: Attr<String>,
    /// `HASH` or `RANGE`.
    #[attr(required, check = listed(KeyType::values()))]
    key_type: Attr<String>,
}

/// An index over the parts of a table.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LocalIndex {
    /// Name of the index.
    #[attr(required, replace)]
    name: Attr<String>,
    /// Attributes that the index has beside its keys.
    #[attr(optional, replace)]
    non_key_attributes: Attr<Vec<String>>,
    /// What the index has: `ALL`, `INCLUDE` or `KEYS_ONLY`.
    #[attr(required, replace, check = listed(ProjectionType::values()))]
    projection_type: Attr<String>,
    /// Attribute that orders a part.
    #[attr(required, replace)]
    range_key: Attr<String>,
}

/// One change of an index. DynamoDB makes one at a time.
pub(super) enum Change {
    /// The index goes.
    Delete(GlobalSecondaryIndexUpdate),
    /// What the index can do changes. Together with the table.
    Capacity(GlobalSecondaryIndexUpdate),
    /// What the index can do at once changes. On its own.
    Warm(GlobalSecondaryIndexUpdate),
    /// The index comes.
    Create(GlobalSecondaryIndexUpdate),
}

/// Keys as the service wants them.
pub(super) fn key_schema<'a>(keys: impl IntoIterator<Item = (&'a str, KeyType)>) -> Result<Vec<KeySchemaElement>> {
    let keys = keys.into_iter().filter(|(name, _)| !name.is_empty());
    keys.map(|(name, kind)| Ok(KeySchemaElement::builder().attribute_name(name).key_type(kind).build()?)).collect()
}

impl GlobalIndex {
    /// Attributes that are keys, and which kind of keys they are.
    pub(super) fn keys(&self) -> Vec<(&str, KeyType)> {
        if self.key_schema.is_empty() {
            let range = self.range_key.text().map(|name| (name, KeyType::Range));
            return [(self.hash_key.as_str(), KeyType::Hash)].into_iter().chain(range).collect();
        }
        let keys = self.key_schema.iter();
        keys.map(|key| (key.attribute_name.as_str(), KeyType::from(key.key_type.as_str()))).collect()
    }

    fn projection(&self) -> Projection {
        let others: Vec<String> = self.non_key_attributes.items().cloned().collect();
        projection(&self.projection_type, others)
    }

    /// What can only be had by making the index anew.
    fn is_another_than(&self, prior: &Self) -> bool {
        let less = |planned: &Attr<i64>, prior: &Attr<i64>| {
            planned.known().zip(prior.known()).is_some_and(|(planned, prior)| planned < prior)
        };
        let warm = self.warm_throughput.first().zip(prior.warm_throughput.first());
        let colder = warm.is_some_and(|(planned, prior)| {
            less(&planned.read_units_per_second, &prior.read_units_per_second)
                || less(&planned.write_units_per_second, &prior.write_units_per_second)
        });
        let attributes = |index: &Self| index.non_key_attributes.items().cloned().collect::<Vec<_>>();
        colder
            || self.keys() != prior.keys()
            || self.projection_type != prior.projection_type
            || attributes(self) != attributes(prior)
    }

    fn on_demand(&self, billing: &BillingMode) -> Option<aws_sdk_dynamodb::types::OnDemandThroughput> {
        if *billing == BillingMode::PayPerRequest { write_on_demand(&self.on_demand_throughput) } else { None }
    }

    fn warm(&self) -> Option<aws_sdk_dynamodb::types::WarmThroughput> {
        self.warm_throughput.first().map(|it| write_warm(&it.read_units_per_second, &it.write_units_per_second))
    }

    /// As part of a new table.
    pub(super) fn write(&self, billing: &BillingMode) -> Result<GlobalSecondaryIndex> {
        Ok(GlobalSecondaryIndex::builder()
            .index_name(self.name.as_str())
            .set_key_schema(Some(key_schema(self.keys())?))
            .projection(self.projection())
            .set_provisioned_throughput(provisioned(billing, &self.read_capacity, &self.write_capacity)?)
            .set_on_demand_throughput(self.on_demand(billing))
            .set_warm_throughput(self.warm())
            .build()?)
    }

    fn create(&self, billing: &BillingMode) -> Result<Change> {
        let action = CreateGlobalSecondaryIndexAction::builder()
            .index_name(self.name.as_str())
            .set_key_schema(Some(key_schema(self.keys())?))
            .projection(self.projection())
            .set_provisioned_throughput(provisioned(billing, &self.read_capacity, &self.write_capacity)?)
            .set_on_demand_throughput(self.on_demand(billing))
            .set_warm_throughput(self.warm())
            .build()?;
        Ok(Change::Create(GlobalSecondaryIndexUpdate::builder().create(action).build()))
    }

    fn delete(&self) -> Result<Change> {
        let action = DeleteGlobalSecondaryIndexAction::builder().index_name(self.name.as_str()).build()?;
        Ok(Change::Delete(GlobalSecondaryIndexUpdate::builder().delete(action).build()))
    }

    /// What changes of an index that stays.
    fn updates(&self, prior: &Self, billing: &BillingMode) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        let action = || UpdateGlobalSecondaryIndexAction::builder().index_name(self.name.as_str());
        let update = |action| GlobalSecondaryIndexUpdate::builder().update(action).build();
        let capacity = (&self.read_capacity, &self.write_capacity) != (&prior.read_capacity, &prior.write_capacity);
        if *billing == BillingMode::Provisioned && capacity {
            let throughput = provisioned(billing, &self.read_capacity, &self.write_capacity)?;
            changes.push(Change::Capacity(update(action().set_provisioned_throughput(throughput).build()?)));
        }
        let bounds = change_of_on_demand(billing, &prior.on_demand_throughput, &self.on_demand_throughput);
        if let Some(bounds) = bounds {
            changes.push(Change::Capacity(update(action().on_demand_throughput(bounds).build()?)));
        }
        if let Some(warm) = self.warm().filter(|_| self.warm_throughput != prior.warm_throughput) {
            changes.push(Change::Warm(update(action().warm_throughput(warm).build()?)));
        }
        Ok(changes)
    }

    fn read(told: &GlobalSecondaryIndexDescription, known: Option<&Self>) -> Self {
        let of_kind = |kind: KeyType| -> Vec<&str> {
            told.key_schema().iter().filter(|key| key.key_type == kind).map(|key| key.attribute_name()).collect()
        };
        let single = |names: Vec<&str>| if let [only] = names.as_slice() { Attr::from(*only) } else { Attr::Null };
        // Whoever writes key_schema does not write range_key, and the other way round.
        let by_schema = known.is_some_and(|it| !it.key_schema.is_empty() && it.range_key.text().is_none());
        let range_key = if by_schema { Attr::Null } else { single(of_kind(KeyType::Range)) };
        let keys = told
            .key_schema()
            .iter()
            .map(|key| Key { attribute_name: key.attribute_name().into(), key_type: key.key_type().as_str().into() });
        let throughput = told.provisioned_throughput();
        let warmth =
            told.warm_throughput().and_then(|it| warm(it.read_units_per_second(), it.write_units_per_second()));
        let others = told.projection().map(|it| it.non_key_attributes().to_vec()).unwrap_or_default();
        Self {
            hash_key: single(of_kind(KeyType::Hash)),
            name: told.index_name().into(),
            non_key_attributes: (!others.is_empty()).then(|| others.into_iter().collect()).into(),
            projection_type: told.projection().and_then(|it| it.projection_type()).map(ProjectionType::as_str).into(),
            range_key,
            read_capacity: throughput.and_then(|it| it.read_capacity_units()).unwrap_or_default().into(),
            write_capacity: throughput.and_then(|it| it.write_capacity_units()).unwrap_or_default().into(),
            key_schema: keys.collect(),
            on_demand_throughput: read_on_demand(
                told.on_demand_throughput(),
                known.map(|it| it.on_demand_throughput.as_slice()).unwrap_or_default(),
            ),
            warm_throughput: warmth
                .map(|(reads, writes)| IndexWarm {
                    read_units_per_second: reads.into(),
                    write_units_per_second: writes.into(),
                })
                .into_iter()
                .collect(),
        }
    }
}

fn projection(kind: &Attr<String>, others: Vec<String>) -> Projection {
    Projection::builder()
        .projection_type(ProjectionType::from(kind.as_str()))
        .set_non_key_attributes((!others.is_empty()).then_some(others))
        .build()
}

/// Indexes as the service tells them.
pub(super) fn read_global(told: &[GlobalSecondaryIndexDescription], known: &[GlobalIndex]) -> Vec<GlobalIndex> {
    let known_as = |name: Option<&str>| known.iter().find(|it| it.name.text() == name);
    told.iter().map(|index| GlobalIndex::read(index, known_as(index.index_name()))).collect()
}

/// Which changes lead from one set of indexes to the other. What only can be had anew goes and comes again.
pub(super) fn changes(prior: &[GlobalIndex], planned: &[GlobalIndex], billing: &BillingMode) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for index in prior.iter().filter(|it| !planned.iter().any(|planned| planned.name == it.name)) {
        changes.push(index.delete()?);
    }
    for index in planned {
        match prior.iter().find(|it| it.name == index.name) {
            None => changes.push(index.create(billing)?),
            Some(prior) if index.is_another_than(prior) => {
                changes.push(prior.delete()?);
                changes.push(index.create(billing)?);
            }
            Some(prior) => changes.extend(index.updates(prior, billing)?),
        }
    }
    Ok(changes)
}

impl LocalIndex {
    /// As part of a new table, whose parts it has.
    pub(super) fn write(&self, hash_key: &str) -> Result<LocalSecondaryIndex> {
        let keys = [(hash_key, KeyType::Hash), (self.range_key.as_str(), KeyType::Range)];
        let others = self.non_key_attributes.items().cloned().collect();
        Ok(LocalSecondaryIndex::builder()
            .index_name(self.name.as_str())
            .set_key_schema(Some(key_schema(keys)?))
            .projection(projection(&self.projection_type, others))
            .build()?)
    }
}

/// Indexes as the service tells them.
pub(super) fn read_local(told: &[LocalSecondaryIndexDescription]) -> Vec<LocalIndex> {
    let indexes = told.iter().map(|index| {
        let others = index.projection().map(|it| it.non_key_attributes().to_vec()).unwrap_or_default();
        let range = index.key_schema().iter().find(|key| key.key_type == KeyType::Range);
        LocalIndex {
            name: index.index_name().into(),
            non_key_attributes: (!others.is_empty()).then_some(others).into(),
            projection_type: index.projection().and_then(|it| it.projection_type()).map(ProjectionType::as_str).into(),
            range_key: range.map(|key| key.attribute_name()).into(),
        }
    });
    indexes.collect()
}
