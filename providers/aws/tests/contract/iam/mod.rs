//! Identity and access management.

mod instance_profile;
mod openid_connect_provider;
mod policy;
mod policy_document;
mod role;
mod role_policy;
mod role_policy_attachment;
