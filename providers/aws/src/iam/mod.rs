//! Identity and access management. IAM is global: its objects have no region.

mod documents;
mod instance_profile;
mod loads;
mod openid_connect_provider;
mod policy;
mod policy_document;
mod policy_document_data;
mod policy_document_order;
mod role;
mod role_policies;
mod role_policy;
mod role_policy_attachment;
mod tagging;

use std::time::Duration;

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// What IAM answers when something of this name is there already.
const EXISTS: &str = "EntityAlreadyExists";
/// How long a change takes at most until all of IAM, and who asks it, knows of it.
const PROPAGATION: Duration = Duration::from_secs(120);

/// One line a type.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.resource::<instance_profile::InstanceProfile>();
    registry.resource::<openid_connect_provider::OpenIdConnectProvider>();
    registry.resource::<policy::Policy>();
    registry.resource::<role::Role>();
    registry.resource::<role_policy::RolePolicy>();
    registry.resource::<role_policy_attachment::RolePolicyAttachment>();
    registry.data_source::<policy_document_data::PolicyDocument>();
}
