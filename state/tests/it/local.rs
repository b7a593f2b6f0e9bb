//! States as files.

use std::path::Path;
use std::sync::Arc;

use crate::contract;
use crate::support::{lock_info, output, state};
use fs_err as fs;
use landform_state::local::{Backup, write_errored_state};
use landform_state::{Backend, LocalBackend, LocalConfig, LockError, StateStore, file};

const STATE: &str = "terraform.tfstate";

fn backend(folder: &Path) -> Arc<dyn Backend> {
    Arc::new(LocalBackend::new(folder, LocalConfig::default()))
}

async fn store(folder: &Path, config: LocalConfig) -> Arc<dyn StateStore> {
    LocalBackend::new(folder, config).open("default").await.expect("it can be opened")
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn stored(path: &Path) -> Option<String> {
    let state = file::read(&fs::read(path).expect("a file")).expect("a state");
    output(state.as_ref()).map(str::to_owned)
}

#[tokio::test]
async fn keeps_the_contract() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    contract::check(&|| backend(folder.path())).await;
}

#[tokio::test]
async fn leaves_nothing_but_state_and_backup() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = store(folder.path(), LocalConfig::default()).await;
    let id = store.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
    assert_eq!(files(folder.path()), [".terraform.tfstate.lock.info", STATE]);
    let info = fs::read_to_string(folder.path().join(".terraform.tfstate.lock.info")).expect("lock information");
    assert!(info.contains("\"Path\":\"terraform.tfstate\""), "{info}");
    store.unlock(&id).await.expect("our own lock");
    assert!(files(folder.path()).is_empty());
    for output in ["a", "b", "c"] {
        let id = store.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
        store.write(&state("one", output)).await.expect("a write");
        store.write(&state("one", &format!("{output}{output}"))).await.expect("a write");
        store.unlock(&id).await.expect("our own lock");
    }
    assert_eq!(files(folder.path()), [STATE, "terraform.tfstate.backup"]);
    assert_eq!(stored(&folder.path().join(STATE)).as_deref(), Some("\"cc\""));
}

#[tokio::test]
async fn the_backup_is_what_a_run_started_from() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    for (run, outputs) in [["a", "b"], ["c", "d"]].into_iter().enumerate() {
        let store = store(folder.path(), LocalConfig::default()).await;
        for output in outputs {
            store.write(&state("one", output)).await.expect("a write");
        }
        assert_eq!(path("terraform.tfstate.backup").exists(), run > 0);
    }
    assert_eq!(stored(&path("terraform.tfstate.backup")).as_deref(), Some("\"b\""));
    let elsewhere = LocalConfig { backup: Backup::At("kept".into()), ..LocalConfig::default() };
    store(folder.path(), elsewhere).await.write(&state("one", "e")).await.expect("a write");
    assert_eq!(stored(&path("kept")).as_deref(), Some("\"d\""));
    let off = LocalConfig { backup: Backup::Off, ..LocalConfig::default() };
    store(folder.path(), off).await.write(&state("one", "f")).await.expect("a write");
    assert_eq!(stored(&path("terraform.tfstate.backup")).as_deref(), Some("\"b\""));
}

#[tokio::test]
async fn reading_and_writing_different_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    store(folder.path(), LocalConfig::default()).await.write(&state("one", "a")).await.expect("a write");
    let config = LocalConfig { state_out: Some("out/new.tfstate".into()), ..LocalConfig::default() };
    let store = store(folder.path(), config).await;
    let id = store.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
    assert_eq!(output(store.read().await.expect("it can be read").as_ref()), Some("\"a\""));
    assert_eq!(store.write(&state("one", "b")).await.map(|written| written.serial), Ok(2));
    assert_eq!(output(store.read().await.expect("it can be read").as_ref()), Some("\"b\""));
    store.unlock(&id).await.expect("our own lock");
    assert_eq!(stored(&folder.path().join(STATE)).as_deref(), Some("\"a\""));
    assert_eq!(files(&folder.path().join("out")), ["new.tfstate"]);
}

#[cfg(unix)]
#[tokio::test]
async fn who_opened_the_file_before_a_write_works_on_it_after() {
    use std::os::unix::fs::MetadataExt as _;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(STATE);
    let store = store(folder.path(), LocalConfig::default()).await;
    store.write(&state("one", "a")).await.expect("a write");
    let waiting = fs::File::open(&path).expect("a state file");
    let id = store.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
    store.write(&state("one", "b")).await.expect("a write");
    let between = fs::read_to_string(&path).expect("a state file");
    let late = fs::File::open(&path).expect("a state file");
    store.write(&state("one", "c")).await.expect("a write");
    store.unlock(&id).await.expect("our own lock");
    assert!(between.contains("\"b\""), "{between}");
    let now = fs::metadata(&path).expect("a state file").ino();
    assert_eq!(waiting.metadata().expect("an open file").ino(), now);
    assert_eq!(stored(&path).as_deref(), Some("\"c\""));
    let text = std::io::read_to_string(late).expect("an open file");
    assert!(file::read(text.as_bytes()).is_err(), "{text}");
}

#[cfg(unix)]
#[tokio::test]
async fn permissions_and_links_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (real, link) = (folder.path().join("real"), folder.path().join(STATE));
    fs::write(&real, file::write(&state("one", "a"))).expect("a file");
    fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).expect("permissions");
    fs_err::os::unix::fs::symlink("real", &link).expect("a link");
    let store = store(folder.path(), LocalConfig::default()).await;
    let id = store.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
    store.write(&state("one", "b")).await.expect("a write");
    assert_eq!(fs::metadata(&real).expect("a file").permissions().mode() & 0o777, 0o640);
    store.unlock(&id).await.expect("our own lock");
    assert_eq!(fs::metadata(&real).expect("a file").permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
    assert_eq!(stored(&real).as_deref(), Some("\"b\""));
}

#[tokio::test]
async fn leftovers_of_killed_runs_are_removed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in [".terraform.tfstate.00.landform-tmp", ".terraform.tfstate.lock.info", ".other.00.landform-tmp"] {
        fs::write(folder.path().join(name), "{}").expect("a file");
    }
    let store = store(folder.path(), LocalConfig::default()).await;
    let id = store.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
    store.unlock(&id).await.expect("our own lock");
    assert_eq!(files(folder.path()), [".other.00.landform-tmp"]);
}

#[tokio::test]
async fn faults_are_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("file"), "x").expect("a file");
    let detail = |diagnostics: landform_diagnostics::Diagnostics| {
        diagnostics.into_iter().map(|diagnostic| format!("{}: {}", diagnostic.summary, diagnostic.detail)).next()
    };
    let inside_a_file = LocalConfig { path: Some("file/terraform.tfstate".into()), ..LocalConfig::default() };
    let store_inside = store(folder.path(), inside_a_file).await;
    let refused = store_inside.lock(&lock_info("OperationTypeApply")).await.expect_err("no folder");
    assert!(matches!(&refused, LockError::Failed(_)), "{refused:?}");
    let told = detail(refused.into_diagnostics()).expect("a diagnostic");
    assert!(told.starts_with("Error acquiring the state lock: ") && told.contains("file"), "{told}");
    let garbage = LocalConfig { path: Some("file".into()), ..LocalConfig::default() };
    let garbage = store(folder.path(), garbage).await;
    let told = detail(garbage.read().await.expect_err("no state")).expect("a diagnostic");
    assert!(told.starts_with("Unsupported state file format: "), "{told}");
    let told = detail(garbage.write(&state("one", "a")).await.expect_err("no state")).expect("a diagnostic");
    assert!(told.starts_with("Unsupported state file format: "), "{told}");
    assert_eq!(fs::read_to_string(folder.path().join("file")).expect("a file"), "x");
}

#[test]
fn the_last_resort() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = write_errored_state(folder.path(), &state("one", "a")).expect("it can be saved");
    assert_eq!(path.file_name().and_then(|name| name.to_str()), Some("errored.tfstate"));
    assert_eq!(stored(&path).as_deref(), Some("\"a\""));
    assert!(write_errored_state(&path, &state("one", "a")).is_err());
}
