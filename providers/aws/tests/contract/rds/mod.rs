//! RDS.

mod instance;
mod instance_pending;
mod parameter_group;
mod subnet_group;
