//! States and saved plans.

use std::sync::Arc;

use landform_addrs::ProviderAddr;
use landform_core::{ProviderSet, StoredPlan};
use landform_provider_builtin::{Builtin, Host};
use landform_state::file;

/// A state file.
pub fn state(bytes: &[u8]) {
    let Ok(Some(state)) = file::read(bytes) else { return };
    let written = file::write(&state);
    let again = file::read(&written).expect("what was written can be read").expect("it is a state");
    assert_eq!(file::write(&again), written);
}

/// A plan and, behind a zero byte, the state that it starts from, as they are in a plan file. The archive around them is
/// left out: its checksums would keep every change from them.
pub fn plan(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let Some(Ok(plan)) = parts.next().map(serde_json::from_slice::<StoredPlan>) else { return };
    let Ok(Some(state)) = file::read(parts.next().unwrap_or(b"{}")) else { return };
    let builtin: (ProviderAddr, Arc<dyn landform_provider_api::Provider>) =
        (ProviderAddr::builtin(), Arc::new(Builtin::new(Arc::new(Nothing))));
    let Ok(planned) = futures::executor::block_on(plan.load(state, &ProviderSet::new([builtin]))) else { return };
    let stored = StoredPlan::new(&planned).expect("what was read can be written");
    let written = serde_json::to_vec(&stored).expect("a plan is JSON");
    assert!(serde_json::from_slice::<StoredPlan>(&written).is_ok());
}

/// A world without anything.
struct Nothing;

impl Host for Nothing {
    fn random_bytes(&self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
}
