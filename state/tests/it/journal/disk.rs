//! Disks that are full, files that may not grow, folders that may not be written to.

#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_state::journal::{Effect, Intent, Journal, Reach};
use landform_state::local::write_errored_state;
use landform_state::{Object, State};

use super::{address, change, ids, intend, object, open, provider, store, with_lineage};
use crate::support::{lock_info, output, state};

fn told(found: Diagnostics) -> String {
    found.into_iter().map(|found| format!("{}: {}", found.summary, found.detail)).collect()
}

/// A small file system of its own; nothing where this process may not make one.
struct Small {
    folder: tempfile::TempDir,
}

impl Small {
    fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let size = format!("size={size}");
        let mounted = run("mount", &["-t", "tmpfs", "-o", &size, "none"], folder.path());
        mounted.then_some(Self { folder })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn make_read_only(&self) {
        assert!(run("mount", &["-o", "remount,ro"], self.path()));
    }

    /// Leaves so many bytes free.
    fn fill(&self, free: u64) -> PathBuf {
        let path = self.path().join("filler");
        let mut file = fs_err::File::create(&path).expect("a file");
        while std::io::Write::write_all(&mut file, &[0; 4096]).is_ok() {}
        let length = file.metadata().expect("a file").len();
        file.set_len(length.saturating_sub(free)).expect("it can be cut");
        path
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        run("umount", &["--lazy"], self.folder.path());
    }
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).arg(folder).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Tries to write down that something large is to be made.
async fn intend_large(journal: &Journal, size: usize) -> Result<u64, Diagnostic> {
    let (address, provider) = (address("a.large"), provider());
    let planned = Object::new(0, format!("{{\"id\":\"{}\"}}", "x".repeat(size)));
    let intent = Intent {
        reach: Reach::Outside,
        address: &address,
        deposed: None,
        provider: &provider,
        effect: Effect::Create,
        token: None,
        prior: None,
        planned: Some(&planned),
        changes: &[],
    };
    journal.intent(&intent).await.map(|ticket| ticket.id)
}

#[tokio::test]
async fn a_full_disk() {
    let Some(small) = Small::mount("4m") else { return };
    let store = store(small.path()).await;
    let id = store.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
    store.write(&state("one", "a")).await.expect("a write");
    let filler = small.fill(0);
    let detail = told(store.write(&state("one", &"b".repeat(20_000))).await.expect_err("the disk is full"));
    assert!(detail.starts_with("Failed to save state: "), "{detail}");
    assert!(detail.contains("The disk is full: make room and try again."), "{detail}");
    assert_eq!(output(store.read().await.expect("it can be read").as_ref()), Some("\"a\""));
    assert!(write_errored_state(small.path(), &state("one", &"c".repeat(20_000))).is_err());
    let journal = open(small.path()).await;
    let detail = told(journal.begin(None, &with_lineage()).await.expect_err("the disk is full"));
    assert!(detail.starts_with("Failed to write the journal: "), "{detail}");
    assert!(
        detail.ends_with("Nothing was begun: without a journal, objects could be lost when the run is interrupted."),
        "{detail}"
    );
    fs_err::remove_file(filler).expect("a file");
    store.write(&state("one", "d")).await.expect("there is room again");
    store.unlock(&id).await.expect("our own lock");
    let mut names: Vec<_> = fs_err::read_dir(small.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["terraform.tfstate"], "nothing unfinished stays");
}

#[tokio::test]
async fn a_disk_that_fills_up_during_the_run() {
    let Some(small) = Small::mount("6m") else { return };
    let journal = open(small.path()).await;
    journal.begin(None, &with_lineage()).await.expect("it can be written");
    let first = intend(&journal, "a.a", Effect::Create, None).await;
    let filler = small.fill(0);
    // Room was kept for what happens to the first. The second may begin as long as there is enough of it.
    let mut begun = Vec::new();
    let refused = loop {
        match intend_large(&journal, 100_000).await {
            Ok(id) => begun.push(id),
            Err(diagnostic) => break diagnostic,
        }
        assert!(begun.len() < 20, "the disk is full");
    };
    assert!(refused.detail.contains("The disk is full: make room and try again."), "{}", refused.detail);
    journal.outcome(first.id, &[change("a.a", Some(object("1")))]).await.expect("there is room for that");
    for id in &begun {
        journal.outcome(*id, &[change("a.large", Some(object("2")))]).await.expect("there is room for that");
    }
    drop(journal);
    let recovery = open(small.path()).await.recover(None).expect("there is no other lineage");
    assert_eq!(recovery.unfinished.len(), 0, "what was refused was not begun");
    assert_eq!(ids(recovery.state.as_ref()).first().map(String::as_str), Some("a.a 1"));
    fs_err::remove_file(filler).expect("a file");
}

#[tokio::test]
async fn a_folder_that_can_not_be_written_to() {
    let (folder, small) = match Small::mount("4m") {
        Some(small) => (small.path().to_owned(), Some(small)),
        None => (tempfile::tempdir().expect("a temporary folder").keep(), None),
    };
    fs_err::write(folder.join("terraform.tfstate"), landform_state::file::write(&state("one", "a"))).expect("a file");
    let journal = open(&folder).await;
    journal.begin(None, &with_lineage()).await.expect("it can be written");
    intend(&journal, "a.a", Effect::Create, None).await;
    drop(journal);
    match &small {
        Some(small) => small.make_read_only(),
        None => lock_down(&folder, 0o555),
    }
    let store = store(&folder).await;
    assert_eq!(output(store.read().await.expect("it can be read").as_ref()), Some("\"a\""));
    let detail = told(store.write(&state("one", "b")).await.expect_err("it can not be written"));
    assert!(
        detail.starts_with("Failed to create local state backup file: ")
            || detail.starts_with("Failed to save state: "),
        "{detail}"
    );
    let told_why = |detail: &str| {
        detail.contains("The file system is read-only.") || detail.contains("Check who owns the file and its folder")
    };
    assert!(told_why(&detail), "{detail}");
    let journal = open(&folder).await;
    let recovery = journal.recover(Some(&with_lineage())).expect("it can be read");
    assert_eq!(recovery.unfinished.len(), 1);
    let refused = journal.begin(None, &with_lineage()).await;
    if small.is_some() {
        let detail = told(refused.expect_err("it can not be written"));
        assert!(told_why(&detail) && detail.contains("Nothing was begun"), "{detail}");
    }
    drop(journal);
    if small.is_none() {
        lock_down(&folder, 0o755);
        fs_err::remove_dir_all(&folder).expect("a folder");
    }
}

fn lock_down(folder: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs_err::set_permissions(folder, std::fs::Permissions::from_mode(mode)).expect("our own folder");
}

/// Tells the test binary to run into the limit, and where.
const LIMITED: &str = "JOURNAL_TEST_LIMITED";

/// Not a test of its own: runs where files may not grow beyond a limit.
#[test]
fn child() {
    let Ok(folder) = std::env::var(LIMITED).map(PathBuf::from) else { return };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = store(&folder).await;
        store.write(&state("one", "a")).await.expect("it is small");
        store.write(&state("one", &"b".repeat(3_000_000))).await.expect_err("it is too large");
        let read = store.read().await.expect("it can be read");
        assert_eq!(output(read.as_ref()), Some("\"a\""));
        let journal = open(&folder).await;
        journal.begin(None, &with_lineage()).await.expect("it is small");
        let mut made = 0;
        while let Ok(id) = intend_large(&journal, 300_000).await {
            journal.outcome(id, &[change("a.large", Some(object("2")))]).await.expect("room was kept for it");
            made += 1;
        }
        assert!((1..10).contains(&made), "{made}");
        intend_large(&journal, 300_000).await.expect_err("it is still too large");
        // A shorter journal has room again.
        let mut state: State = with_lineage();
        state.insert(&address("a.large"), &provider(), object("2"));
        let other = store_in(&folder.join("other")).await;
        journal.snapshot(&*other, &state).await.expect("it can be stored");
        intend_large(&journal, 300_000).await.expect("there is room");
    });
    fs_err::write(folder.join("passed"), "").expect("a file");
}

async fn store_in(folder: &Path) -> std::sync::Arc<dyn landform_state::StateStore> {
    fs_err::create_dir_all(folder).expect("a folder");
    store(folder).await
}

#[test]
fn files_that_may_not_grow() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // In blocks of 512 or 1024 bytes, as the shell has it.
    let script = "trap '' XFSZ; ulimit -f 2048; exec \"$0\" --exact journal::disk::child";
    let status = Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().expect("this test"))
        .env(LIMITED, folder.path())
        .stdout(Stdio::null())
        .status()
        .expect("there is a shell");
    assert!(status.success() && folder.path().join("passed").exists());
}
