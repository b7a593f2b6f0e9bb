//! RDS.

mod cluster;
mod cluster_instance;
mod cluster_parameter_group;
mod instance;
mod instance_pending;
mod option_group;
mod parameter_group;
mod snapshot;
mod subnet_group;
