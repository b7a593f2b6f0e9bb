//! RDS.

mod cluster;
mod cluster_instance;
mod cluster_parameter_group;
mod instance;
mod instance_pending;
mod parameter_group;
mod subnet_group;
