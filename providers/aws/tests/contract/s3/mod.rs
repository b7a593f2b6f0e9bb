//! Buckets.

mod bucket;
mod bucket_public_access_block;
mod bucket_server_side_encryption_configuration;
mod bucket_versioning;

/// A bucket name that nobody else has: they are unique in all of the simulator.
fn unique(name: &str) -> String {
    format!("{name}-{}", crate::simulator::new_account().number())
}
