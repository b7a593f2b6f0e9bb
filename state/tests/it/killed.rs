//! A process that is killed at any moment leaves the old state or the new one, and no lock.

#![cfg(unix)]

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use crate::support::{lock_info, start_again};
use fs_err as fs;
use landform_state::{Backend, LocalBackend, LocalConfig, Object, State, file};

/// Tells the test binary that it is the one to be killed, and where to write.
const FOLDER: &str = "STATE_TEST_FOLDER";
const ROUNDS: u64 = 40;

/// Large enough that a write takes a while.
fn large_state(lineage: &str, round: u64) -> State {
    let mut state = crate::support::state(lineage, &round.to_string());
    let provider = landform_addrs::ProviderConfigAddr::root(landform_addrs::ProviderAddr::builtin());
    for index in 0..300 {
        let address = format!("terraform_data.a[{index}]").parse().expect("a valid address");
        let attributes = format!("{{\"id\":\"{round}\",\"input\":\"{}\"}}", "x".repeat(200));
        state.insert(&address, &provider, Object::new(0, attributes));
    }
    state
}

/// Not a test of its own: writes states until it is killed.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let backend = LocalBackend::new(PathBuf::from(folder), LocalConfig::default());
        let store = backend.open("default").await.expect("it can be opened");
        for round in 0.. {
            let id = store.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
            let lineage = store.read().await.expect("a whole state").map_or_else(String::new, |state| state.lineage);
            for write in 0..2 {
                store.write(&large_state(&lineage, round * 2 + write)).await.expect("a write");
            }
            store.unlock(&id).await.expect("our own lock");
            if round == 0 {
                // From here on it may be killed at any moment.
                std::io::stdout().write_all(b"\nwriting\n").expect("the parent reads");
            }
        }
    });
}

#[test]
fn no_state_is_ever_torn() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("terraform.tfstate");
    let mut last = 0;
    for round in 0..ROUNDS {
        let mut child = start_again("killed::child", (FOLDER, folder.path()), "writing");
        std::thread::sleep(Duration::from_micros(round * 1_137 % 40_000));
        child.kill().expect("it is still running");
        child.wait().expect("it is over");
        let bytes = fs::read(&path).expect("a state file");
        let state = file::read(&bytes).expect("a whole state").expect("it is not empty");
        assert!(state.serial > last, "serial {} came after {last}", state.serial);
        last = state.serial;
        let ids: std::collections::BTreeSet<_> =
            state.objects().map(|object| object.object.attributes.clone()).collect();
        assert_eq!((ids.len(), state.objects().count()), (1, 300));
    }
}
