//! EKS.

mod access_entry;
mod access_policy_association;
mod addon;
mod addon_version;
mod pod_identity_association;
mod with_cluster;
