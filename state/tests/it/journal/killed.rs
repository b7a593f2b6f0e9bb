//! A run that is killed at any moment: the next one knows all that was made, or that it may have been.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use landform_state::State;
use landform_state::journal::Effect;

use crate::support::start_again;

use super::{address, change, intend, object, open, provider, store, with_lineage};

/// Tells the test binary that it is the one to be killed, and where to work.
const FOLDER: &str = "JOURNAL_TEST_FOLDER";
const ROUNDS: u64 = 25;

/// Not a test of its own: makes things until it is killed. A file in `cloud` is a thing that exists.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER).map(PathBuf::from) else { return };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = store(&folder).await;
        let journal = open(&folder).await;
        let stored = store.read().await.expect("a whole state");
        let recovery = journal.recover(stored.as_ref()).expect("the lineage is the same");
        let mut state = recovery.state.unwrap_or_else(with_lineage);
        adopt(&folder, &mut state, &recovery.unfinished);
        recovery.unfinished.iter().for_each(|begun| journal.resolve(begun.id));
        journal.begin(stored.as_ref(), &state).await.expect("it can be written");
        std::io::stdout().write_all(b"\nworking\n").expect("the parent reads");
        let start = fs_err::read_dir(folder.join("cloud")).expect("a folder").count();
        for number in start.. {
            let at = format!("a.a[{number}]");
            let ticket = intend(&journal, &at, Effect::Create, None).await;
            fs_err::write(folder.join("cloud").join(&ticket.token), &at).expect("a thing is made");
            state.insert(&address(&at), &provider(), object(&ticket.token));
            journal.outcome(ticket.id, &[change(&at, Some(object(&ticket.token)))]).await.expect("it can be written");
            if number % 7 == 0 {
                journal.snapshot(&*store, &state).await.expect("it can be stored");
            }
        }
    });
}

/// Does what a provider does that finds its things by the token it made them with.
fn adopt(folder: &Path, state: &mut State, unfinished: &[landform_state::journal::Begun]) {
    for begun in unfinished {
        if folder.join("cloud").join(&begun.token).exists() {
            state.insert(&begun.address, &begun.provider, object(&begun.token));
        }
    }
}

#[test]
fn nothing_is_lost_and_nothing_is_made_twice() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cloud = folder.path().join("cloud");
    fs_err::create_dir(&cloud).expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for round in 0..ROUNDS {
        let mut child = start_again("journal::killed::child", (FOLDER, folder.path()), "working");
        std::thread::sleep(Duration::from_micros(round * 1_731 % 30_000));
        child.kill().expect("it is still running");
        child.wait().expect("it is over");
        runtime.block_on(async {
            let stored = store(folder.path()).await.read().await.expect("a whole state");
            let recovery = open(folder.path()).await.recover(stored.as_ref()).expect("the lineage is the same");
            assert!(recovery.diagnostics.is_empty(), "{:?}", recovery.diagnostics);
            assert!(recovery.unfinished.len() <= 1, "{:?}", recovery.unfinished);
            let mut state = recovery.state.unwrap_or_else(with_lineage);
            adopt(folder.path(), &mut state, &recovery.unfinished);
            let known: BTreeSet<String> = state
                .objects()
                .filter_map(|found| Some(found.object.attributes.split('"').nth(3)?.to_owned()))
                .collect();
            let made: BTreeSet<String> = fs_err::read_dir(&cloud)
                .expect("a folder")
                .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
                .collect();
            assert_eq!(known, made, "round {round}");
            assert_eq!(state.objects().count(), made.len(), "each once");
        });
    }
}
