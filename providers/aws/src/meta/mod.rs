//! Where we are.

mod partition_data;
mod region_data;
mod regions;

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// One line a type.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.data_source::<partition_data::Partition>();
    registry.data_source::<region_data::Region>();
}
