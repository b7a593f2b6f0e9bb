//! Systems Manager: parameters.

mod loads;
mod parameter;
mod parameter_data;

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// One line a type.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.resource::<parameter::Parameter>();
    registry.data_source::<parameter_data::Parameter>();
}
