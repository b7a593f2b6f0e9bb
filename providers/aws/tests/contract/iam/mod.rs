//! Identity and access management.

mod policy;
mod policy_document;
mod role;
mod role_policy;
mod role_policy_attachment;
