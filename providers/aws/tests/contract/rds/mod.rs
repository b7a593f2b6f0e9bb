//! RDS.

mod parameter_group;
mod subnet_group;
