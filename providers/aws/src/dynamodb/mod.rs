//! DynamoDB.

mod default_key;
mod indexes;
mod replicas;
mod restoring;
mod table;
mod table_change;
mod table_create;
mod table_plan;
mod table_read;
mod tagging;
mod throughput;
mod waiting;

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// One line a type.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.resource::<table::Table>();
}
