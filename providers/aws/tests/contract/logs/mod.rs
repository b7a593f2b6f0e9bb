//! CloudWatch Logs.

mod group;
