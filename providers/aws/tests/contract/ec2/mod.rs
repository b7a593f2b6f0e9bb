//! EC2 and VPC networking.

mod subnet;
mod vpc;
