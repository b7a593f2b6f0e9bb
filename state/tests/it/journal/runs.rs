//! The course of runs.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use landform_addrs::Str;
use landform_diagnostics::Diagnostics;
use landform_state::journal::{Change, Effect, Intent, Journal, OpenError, Reach};
use landform_state::{LockError, LockId, LockInfo, State, StateStore, Timer, Written, file};

use super::{
    FILE, address, change, ids, intend, intend_within, object, open, owner, provider, store, try_open, with_lineage,
};
use crate::support::{FakeTimer, lock_info, state};

#[tokio::test]
async fn a_run_that_ends_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = store(folder.path()).await;
    let journal = open(folder.path()).await;
    assert!(!folder.path().join(FILE).exists(), "nothing is made before there is something to write");
    let mut state = with_lineage();
    journal.begin(None, &state).await.expect("it can be written");
    let ticket = intend(&journal, "a.a", Effect::Create, None).await;
    state.insert(&address("a.a"), &provider(), object("1"));
    journal.outcome(ticket.id, &[change("a.a", Some(object("1")))]).await.expect("it can be written");
    assert_eq!(journal.finish(&*store, &state).await.map(|written| written.serial), Ok(1));
    journal.release().await;
    assert!(!folder.path().join(FILE).exists());
    assert_eq!(ids(store.read().await.expect("it can be read").as_ref()), ["a.a 1"]);
}

#[tokio::test]
async fn a_run_that_dies_is_taken_up() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = store(folder.path()).await;
    let journal = open(folder.path()).await;
    let mut state = with_lineage();
    state.insert(&address("a.old"), &provider(), object("0"));
    journal.begin(None, &state).await.expect("it can be written");
    let made = intend(&journal, "a.a", Effect::Create, None).await;
    journal.outcome(made.id, &[change("a.a", Some(object("1")))]).await.expect("it can be written");
    let lost = intend(&journal, "a.b", Effect::Create, None).await;
    let planned = object("?");
    let (address_c, provider) = (address("a.c"), provider());
    let intent = Intent {
        reach: Reach::Outside,
        address: &address_c,
        deposed: None,
        provider: &provider,
        effect: Effect::Create,
        token: Some("again"),
        prior: None,
        planned: Some(&planned),
        changes: &[],
    };
    assert_eq!(journal.intent(&intent).await.expect("it can be written").token, "again");
    drop(journal);

    let next = open(folder.path()).await;
    let recovery = next.recover(None).expect("there is no other lineage");
    assert_eq!(ids(recovery.state.as_ref()), ["a.a 1", "a.old 0"]);
    assert_eq!(recovery.state.as_ref().map(|state| &*state.lineage), Some("one"));
    assert_eq!(recovery.recovered.len(), 2);
    let unfinished: Vec<_> =
        recovery.unfinished.iter().map(|begun| (begun.address.to_string(), &*begun.token)).collect();
    assert_eq!(unfinished, [("a.b".to_owned(), &*lost.token), ("a.c".to_owned(), "again")]);
    assert_eq!(recovery.unfinished[1].planned, Some(planned));
    assert!(recovery.unfinished[0].warning().detail.contains("while a.b was being made"));

    // The next run finds the lost object, adopts it, and dies too.
    let mut working = recovery.state.expect("something was recovered");
    working.insert(&address("a.b"), &provider, object("2"));
    next.resolve(recovery.unfinished[0].id);
    next.begin(None, &working).await.expect("it can be written");
    let id = intend(&next, "a.d", Effect::Create, None).await.id;
    assert!(id > recovery.unfinished[1].id, "ids are not used again");
    drop(next);

    let last = open(folder.path()).await;
    let recovery = last.recover(None).expect("there is no other lineage");
    assert_eq!(ids(recovery.state.as_ref()), ["a.a 1", "a.b 2", "a.old 0"]);
    let unfinished: Vec<_> = recovery.unfinished.iter().map(|begun| begun.address.to_string()).collect();
    assert_eq!(unfinished, ["a.c", "a.d"]);
    let state = recovery.state.expect("something was recovered");
    last.begin(None, &state).await.expect("it can be written");
    last.finish(&*store, &state).await.expect("it can be stored");
    last.release().await;
    assert!(!folder.path().join(FILE).exists());
    assert!(open(folder.path()).await.recover(None).expect("nothing is left").unfinished.is_empty());
}

#[tokio::test]
async fn what_stays_within_state_reaches_the_disk_before_what_does_not() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let journal = open(folder.path()).await;
    let state = with_lineage();
    journal.begin(None, &state).await.expect("it can be written");
    let length = || fs_err::metadata(folder.path().join(FILE)).expect("a journal").len();
    let before = length();
    let made = intend_within(Reach::State, &journal, "a.a", (Effect::Create, None)).await;
    journal.outcome(made.id, &[change("a.a", Some(object("1")))]).await.expect("it waits");
    assert_eq!(length(), before, "nobody waited for the disk");
    intend(&journal, "a.b", Effect::Create, None).await;
    drop(journal);

    let recovery = open(folder.path()).await.recover(None).expect("there is no other lineage");
    assert_eq!(ids(recovery.state.as_ref()), ["a.a 1"]);
    let unfinished: Vec<_> = recovery.unfinished.iter().map(|begun| begun.address.to_string()).collect();
    assert_eq!(unfinished, ["a.b"]);
}

#[tokio::test]
async fn snapshots_shorten_the_journal_and_lose_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = store(folder.path()).await;
    let timer = Arc::new(FakeTimer::default());
    let journal = Journal::open(folder.path().join(FILE), owner(), timer.clone()).await.expect("it can be opened");
    let mut state = with_lineage();
    journal.begin(None, &state).await.expect("it can be written");
    let length = || fs_err::metadata(folder.path().join(FILE)).expect("a journal").len();
    let open_one = intend(&journal, "a.open", Effect::Update, Some(&object("9"))).await;
    for number in 0..20 {
        let at = format!("a.a[{number}]");
        let ticket = intend(&journal, &at, Effect::Create, None).await;
        state.insert(&address(&at), &provider(), object("1"));
        journal.outcome(ticket.id, &[change(&at, Some(object("1")))]).await.expect("it can be written");
        assert!(!journal.wants_snapshot(), "it is too early");
    }
    timer.sleep(Duration::from_secs(20)).await;
    assert!(journal.wants_snapshot());
    // The state that is stored was taken before the engine put this into it.
    let late = intend(&journal, "a.late", Effect::Create, None).await;
    journal.outcome(late.id, &[change("a.late", Some(object("2")))]).await.expect("it can be written");
    let before = length();
    journal.snapshot(&*store, &state).await.expect("it can be stored");
    assert!(length() < before / 5, "{} of {before}", length());
    assert!(!journal.wants_snapshot());
    drop(journal);
    let stored = store.read().await.expect("it can be read");
    assert_eq!(stored.as_ref().map(|state| state.serial), Some(1));
    let recovery = open(folder.path()).await.recover(stored.as_ref()).expect("the lineage is the same");
    assert_eq!(recovery.recovered, [(address("a.late"), None)]);
    assert_eq!(ids(recovery.state.as_ref()).len(), 21);
    let unfinished: Vec<_> = recovery.unfinished.iter().map(|begun| (begun.id, begun.prior.clone())).collect();
    assert_eq!(unfinished, [(open_one.id, Some(object("9")))]);
}

/// A store that keeps the journal as it is when the state has just been stored.
struct Witness {
    store: Arc<dyn StateStore>,
    journal: PathBuf,
    copy: PathBuf,
}

#[async_trait]
impl StateStore for Witness {
    fn location(&self) -> String {
        self.store.location()
    }

    async fn lock(&self, info: &LockInfo) -> Result<LockId, LockError> {
        self.store.lock(info).await
    }

    async fn unlock(&self, id: &LockId) -> Result<(), Diagnostics> {
        self.store.unlock(id).await
    }

    async fn force_unlock(&self, id: &str) -> Result<(), Diagnostics> {
        self.store.force_unlock(id).await
    }

    async fn read(&self) -> Result<Option<State>, Diagnostics> {
        self.store.read().await
    }

    async fn write(&self, state: &State) -> Result<Written, Diagnostics> {
        let written = self.store.write(state).await?;
        fs_err::copy(&self.journal, &self.copy).expect("a copy");
        Ok(written)
    }

    async fn replace(&self, state: &State, force: bool) -> Result<Written, Diagnostics> {
        self.store.replace(state, force).await
    }
}

#[tokio::test]
async fn a_run_that_dies_between_storing_the_state_and_shortening_the_journal() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (path, copy) = (folder.path().join(FILE), folder.path().join("copy"));
    let store = Witness { store: store(folder.path()).await, journal: path.clone(), copy: copy.clone() };
    let journal = open(folder.path()).await;
    let mut state = with_lineage();
    journal.begin(None, &state).await.expect("it can be written");
    let ticket = intend(&journal, "a.a", Effect::Create, None).await;
    state.insert(&address("a.a"), &provider(), object("1"));
    journal.outcome(ticket.id, &[change("a.a", Some(object("1")))]).await.expect("it can be written");
    let open_one = intend(&journal, "a.b", Effect::Create, None).await;
    journal.snapshot(&store, &state).await.expect("it can be stored");
    drop(journal);
    let stored = store.read().await.expect("it can be read");
    for journal in [path.clone(), copy] {
        fs_err::rename(&journal, folder.path().join("next")).expect("a journal");
        fs_err::rename(folder.path().join("next"), &path).expect("it is put into its place");
        let recovery = open(folder.path()).await.recover(stored.as_ref()).expect("the lineage is the same");
        assert_eq!((ids(recovery.state.as_ref()), recovery.recovered.len()), (vec!["a.a 1".to_owned()], 0));
        assert_eq!(recovery.unfinished.iter().map(|begun| begun.id).collect::<Vec<_>>(), [open_one.id]);
        assert!(recovery.diagnostics.is_empty());
    }
}

#[tokio::test]
async fn a_state_that_can_not_be_stored_stays_in_the_journal() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = crate::s3::place::Place::new().await;
    let store = place.store(crate::s3::place::Locking::Nothing).await;
    let journal = open(folder.path()).await;
    let mut state = with_lineage();
    journal.begin(None, &state).await.expect("it can be written");
    let ticket = intend(&journal, "a.a", Effect::Create, None).await;
    state.insert(&address("a.a"), &provider(), object("1"));
    journal.outcome(ticket.id, &[change("a.a", Some(object("1")))]).await.expect("it can be written");
    place.account.fault(&landform_simulator::Fault::deny("s3.PutObject"));
    journal.snapshot(&*store, &state).await.expect_err("it is denied");
    journal.finish(&*store, &state).await.expect_err("it is denied");
    journal.release().await;
    drop(journal);
    place.account.clear_faults();
    let next = open(folder.path()).await;
    let recovery = next.recover(None).expect("there is no other lineage");
    assert_eq!(ids(recovery.state.as_ref()), ["a.a 1"]);
    next.begin(None, &state).await.expect("it can be written");
    next.finish(&*store, &recovery.state.expect("a state")).await.expect("it can be stored");
    assert_eq!(ids(store.read().await.expect("it can be read").as_ref()), ["a.a 1"]);
}

#[tokio::test]
async fn a_change_that_is_withdrawn_leaves_what_was_there() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let journal = open(folder.path()).await;
    let state = with_lineage();
    journal.begin(None, &state).await.expect("it can be written");
    journal.withdraw().await.expect("it can be written");
    journal.release().await;
    assert!(!folder.path().join(FILE).exists());
    let dead = open(folder.path()).await;
    dead.begin(None, &state).await.expect("it can be written");
    let ticket = intend(&dead, "a.a", Effect::Create, None).await;
    dead.outcome(ticket.id, &[change("a.a", Some(object("1")))]).await.expect("it can be written");
    drop(dead);
    let next = open(folder.path()).await;
    next.begin(None, &state).await.expect("it can be written");
    next.withdraw().await.expect("it can be written");
    next.release().await;
    drop(next);
    let recovery = open(folder.path()).await.recover(None).expect("there is no other lineage");
    assert_eq!(ids(recovery.state.as_ref()), ["a.a 1"]);
}

#[tokio::test]
async fn old_objects_that_are_put_aside() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let journal = open(folder.path()).await;
    let mut stored = with_lineage();
    stored.insert(&address("a.a"), &provider(), object("old"));
    journal.begin(Some(&stored), &stored).await.expect("it can be written");
    let key = Some(Str::from("0123abcd"));
    let deposed = Change { deposed: key.clone(), ..change("a.a", Some(object("old"))) };
    let (at, provider) = (address("a.a"), provider());
    let intent = Intent {
        reach: Reach::Outside,
        address: &at,
        deposed: None,
        provider: &provider,
        effect: Effect::Create,
        token: None,
        prior: None,
        planned: None,
        changes: &[change("a.a", None), deposed],
    };
    let ticket = journal.intent(&intent).await.expect("it can be written");
    let recovered = || {
        let (folder, stored) = (folder.path().to_owned(), stored.clone());
        async move {
            let copy = tempfile::tempdir().expect("a temporary folder");
            fs_err::copy(folder.join(FILE), copy.path().join(FILE)).expect("a copy");
            let recovery = open(copy.path()).await.recover(Some(&stored)).expect("the lineage is the same");
            ids(recovery.state.as_ref())
        }
    };
    assert_eq!(recovered().await, ["a.a deposed old"]);
    journal.outcome(ticket.id, &[change("a.a", Some(object("new")))]).await.expect("it can be written");
    assert_eq!(recovered().await, ["a.a new", "a.a deposed old"]);
    let intent = Intent { deposed: key.as_ref(), effect: Effect::Delete, changes: &[], ..intent };
    let ticket = journal.intent(&intent).await.expect("it can be written");
    let gone = Change { deposed: key, ..change("a.a", None) };
    journal.outcome(ticket.id, &[gone]).await.expect("it can be written");
    assert_eq!(recovered().await, ["a.a new"]);
}

#[tokio::test]
async fn one_run_at_a_time() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let journal = open(folder.path()).await;
    let late = open(folder.path()).await;
    let lock = lock_info("OperationTypeApply");
    journal.hold(&lock).await.expect("it can be written");
    journal.begin(None, &with_lineage()).await.expect("it can be written");
    let told = |found: landform_diagnostics::Diagnostics| {
        found.into_iter().map(|found| format!("{}: {}", found.summary, found.detail)).collect::<String>()
    };
    match try_open(folder.path()).await.expect_err("it is in use") {
        OpenError::Busy(found) => {
            let told = told(found);
            assert!(told.starts_with("Journal is in use: Another run is at work in this directory"), "{told}");
            assert!(told.contains(&format!("  ID:        {}\n", lock.id)), "{told}");
        }
        OpenError::Failed(found) => panic!("{found:?}"),
    }
    let told = told(late.begin(None, &with_lineage()).await.expect_err("the other came first"));
    assert!(told.starts_with("Journal is in use"), "{told}");
    drop(journal);
    assert!(try_open(folder.path()).await.is_ok());
}

#[tokio::test]
async fn journals_of_others_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let journal = open(folder.path()).await;
    journal.begin(None, &with_lineage()).await.expect("it can be written");
    intend(&journal, "a.a", Effect::Create, None).await;
    drop(journal);
    let told =
        |found: landform_diagnostics::Diagnostics| found.into_iter().map(|found| found.detail).collect::<String>();
    let other = landform_state::journal::Owner { backend: "s3 bucket/key".to_owned(), ..owner() };
    let path = folder.path().join(FILE);
    let refused = Journal::open(path.clone(), other.clone(), Arc::new(FakeTimer::default())).await;
    let detail = told(refused.expect_err("it is another backend").into_diagnostics());
    assert!(
        detail.contains("it is of the workspace \"default\" of the backend \"local terraform.tfstate\""),
        "{detail}"
    );
    let detail = told(open(folder.path()).await.recover(Some(&state("two", "a"))).expect_err("another lineage"));
    assert!(detail.contains("has the lineage \"two\""), "{detail}");
    for (content, expected) in [
        ("garbage\n", "its first line, which says whose journal it is, is damaged"),
        (NEWER, "it has format version 2, which a newer Landform wrote"),
    ] {
        fs_err::write(&path, content).expect("a file");
        let detail = told(try_open(folder.path()).await.expect_err(expected).into_diagnostics());
        assert!(detail.contains(expected) && detail.contains("move the file away"), "{detail}");
    }
    // One that says nothing is in nobody's way.
    fs_err::remove_file(&path).expect("a file");
    let journal = open(folder.path()).await;
    journal.hold(&lock_info("OperationTypePlan")).await.expect("it can be written");
    drop(journal);
    let journal = Journal::open(path.clone(), other, Arc::new(FakeTimer::default())).await.expect("nothing to lose");
    journal.release().await;
    assert!(!path.exists());
}

const NEWER: &str =
    "{\"crc\":\"ef8dc66d\",\"record\":{\"format\":2,\"workspace\":\"default\",\"backend\":\"\",\"lock\":null}}\n";

#[tokio::test]
async fn a_run_that_only_stores_what_a_dead_one_left() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = store(folder.path()).await;
    let journal = open(folder.path()).await;
    journal.begin(None, &with_lineage()).await.expect("it can be written");
    let ticket = intend(&journal, "a.a", Effect::Create, None).await;
    journal.outcome(ticket.id, &[change("a.a", Some(object("1")))]).await.expect("it can be written");
    drop(journal);
    let path = folder.path().join(FILE);
    let whole = fs_err::read_to_string(&path).expect("a journal");
    fs_err::write(&path, whole.clone() + "{\"crc\":\"0").expect("half a line");
    let copy = folder.path().join("copy");
    let witness = Witness { store: store.clone(), journal: path.clone(), copy: copy.clone() };
    let next = open(folder.path()).await;
    let state = next.recover(None).expect("there is no other lineage").state.expect("something was recovered");
    next.finish(&witness, &state).await.expect("it can be stored");
    next.release().await;
    assert!(!path.exists());
    let copied = fs_err::read_to_string(&copy).expect("a copy");
    let added = copied.strip_prefix(&whole).expect("what was there stays");
    assert!(added.contains("\"type\":\"snapshot\"") && added.ends_with('\n'), "{added}");
    assert_eq!(ids(store.read().await.expect("it can be read").as_ref()), ["a.a 1"]);
}

#[tokio::test]
async fn damage_in_the_middle_is_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let journal = open(folder.path()).await;
    journal.begin(None, &with_lineage()).await.expect("it can be written");
    for at in ["a.a", "a.b"] {
        let ticket = intend(&journal, at, Effect::Create, None).await;
        journal.outcome(ticket.id, &[change(at, Some(object("1")))]).await.expect("it can be written");
    }
    drop(journal);
    let path = folder.path().join(FILE);
    let text = fs_err::read_to_string(&path).expect("a journal");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[3] = lines[3].replace("a.a", "a.x");
    fs_err::write(&path, lines.join("\n") + "\n").expect("a file");
    let recovery = open(folder.path()).await.recover(None).expect("the rest is fine");
    assert_eq!(ids(recovery.state.as_ref()), ["a.b 1"]);
    let summaries: Vec<_> = recovery.diagnostics.iter().map(|found| found.summary.clone()).collect();
    assert_eq!(summaries, ["Damaged journal"]);
    assert_eq!(recovery.unfinished.len(), 1, "its outcome is missing");
}

#[tokio::test]
async fn the_lock_of_a_dead_run_is_broken_by_the_next() {
    let place = crate::s3::place::Place::new().await;
    let s3 = place.store(crate::s3::place::Locking::File).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lock = lock_info("OperationTypeApply");
    let journal = open(folder.path()).await;
    journal.hold(&lock).await.expect("it can be written");
    s3.lock(&lock).await.expect("the lock is free");
    journal.begin(None, &with_lineage()).await.expect("it can be written");
    journal.snapshot(&*s3, &with_lineage()).await.expect("it can be stored");
    drop(journal);

    let next = open(folder.path()).await;
    assert_eq!(next.abandoned_locks().map(|lock| &*lock.id).collect::<Vec<_>>(), [&*lock.id]);
    let other = place.store(crate::s3::place::Locking::File).await;
    let again = lock_info("OperationTypeApply");
    next.hold(&again).await.expect("it can be written");
    let holder = match other.lock(&again).await {
        Err(landform_state::LockError::Held { holder: Some(holder), .. }) => holder,
        held => panic!("{held:?}"),
    };
    assert_eq!(next.break_abandoned_lock(&*other, &holder, "someone@elsewhere").await, Ok(false));
    let stranger = landform_state::LockInfo { id: "other".to_owned(), ..(*holder).clone() };
    assert_eq!(next.break_abandoned_lock(&*other, &stranger, "somebody@somewhere").await, Ok(false));
    assert_eq!(next.break_abandoned_lock(&*other, &holder, "somebody@somewhere").await, Ok(true));
    other.lock(&again).await.expect("it is free now");
}

/// Between the last state and the end of the lock, a run can die too.
#[tokio::test]
async fn the_lock_is_known_until_it_is_given_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = store(folder.path()).await;
    let journal = open(folder.path()).await;
    let lock = lock_info("OperationTypeApply");
    journal.hold(&lock).await.expect("it can be written");
    let mut state = with_lineage();
    journal.begin(None, &state).await.expect("it can be written");
    let ticket = intend(&journal, "a.a", Effect::Create, None).await;
    state.insert(&address("a.a"), &provider(), object("1"));
    journal.outcome(ticket.id, &[change("a.a", Some(object("1")))]).await.expect("it can be written");
    journal.finish(&*store, &state).await.expect("it can be stored");
    drop(journal);

    let next = open(folder.path()).await;
    assert_eq!(next.abandoned_locks().map(|lock| &*lock.id).collect::<Vec<_>>(), [&*lock.id]);
    let stored = store.read().await.expect("it can be read");
    let recovery = next.recover(stored.as_ref()).expect("it is the same lineage");
    assert_eq!((ids(recovery.state.as_ref()), recovery.unfinished.len()), (ids(stored.as_ref()), 0));
    assert!(recovery.diagnostics.is_empty() && recovery.recovered.is_empty(), "{recovery:?}");
    next.release().await;
    assert!(!folder.path().join(FILE).exists());
}

/// A run that dies while its request for the lock is on its way gets the lock after its death, and perhaps after that of the
/// next run.
#[tokio::test]
async fn locks_of_earlier_dead_runs_are_broken_too() {
    let place = crate::s3::place::Place::new().await;
    let s3 = place.store(crate::s3::place::Locking::File).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let locks: Vec<_> = (0..3).map(|_| lock_info("OperationTypeApply")).collect();
    for lock in &locks {
        let journal = open(folder.path()).await;
        journal.hold(lock).await.expect("it can be written");
    }
    s3.lock(&locks[0]).await.expect("the lock is free");

    let next = open(folder.path()).await;
    let ids: Vec<_> = next.abandoned_locks().map(|lock| &*lock.id).collect();
    assert_eq!(ids, [&*locks[2].id, &locks[1].id, &locks[0].id]);
    assert_eq!(next.break_abandoned_lock(&*s3, &locks[0], "somebody@somewhere").await, Ok(true));
    next.hold(&lock_info("OperationTypeApply")).await.expect("it can be written");
    next.begin(None, &with_lineage()).await.expect("it can be written");
    drop(next);
    let last = open(folder.path()).await;
    assert_eq!(last.abandoned_locks().count(), 1, "who has the lock need not fear earlier ones");
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let journal = open(folder.path()).await;
    let mode = || fs_err::metadata(folder.path().join(FILE)).expect("a journal").permissions().mode() & 0o777;
    journal.hold(&lock_info("OperationTypeApply")).await.expect("it can be written");
    assert_eq!(mode(), 0o600);
    journal.begin(None, &with_lineage()).await.expect("it can be written");
    assert_eq!(mode(), 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_that_begin_while_the_journal_is_shortened() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = store(folder.path()).await;
    let journal = Arc::new(open(folder.path()).await);
    journal.begin(None, &with_lineage()).await.expect("it can be written");
    let mut all = tokio::task::JoinSet::new();
    for task in 0..4 {
        let journal = journal.clone();
        all.spawn(async move {
            for number in 0..50 {
                intend(&journal, &format!("a.a[{}]", task * 100 + number), Effect::Create, None).await;
            }
        });
    }
    while !all.is_empty() {
        journal.snapshot(&*store, &with_lineage()).await.expect("it can be stored");
        while all.try_join_next().is_some() {}
    }
    journal.snapshot(&*store, &with_lineage()).await.expect("it can be stored");
    drop(journal);
    let stored = store.read().await.expect("it can be read");
    let recovery = open(folder.path()).await.recover(stored.as_ref()).expect("the lineage is the same");
    assert_eq!(recovery.unfinished.len(), 200);
}

#[tokio::test]
async fn many_operations_share_the_wait_for_the_disk() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let journal = Arc::new(open(folder.path()).await);
    journal.begin(None, &with_lineage()).await.expect("it can be written");
    let mut all = tokio::task::JoinSet::new();
    for number in 0..200 {
        let journal = journal.clone();
        all.spawn(async move {
            let at = format!("a.a[{number}]");
            let ticket = intend(&journal, &at, Effect::Create, None).await;
            journal.outcome(ticket.id, &[change(&at, Some(object("1")))]).await.expect("it can be written");
        });
    }
    while let Some(done) = all.join_next().await {
        done.expect("no panic inside");
    }
    drop(journal);
    let recovery = open(folder.path()).await.recover(None).expect("there is no other lineage");
    assert_eq!((ids(recovery.state.as_ref()).len(), recovery.unfinished.len()), (200, 0));
    assert!(file::read(&file::write(&recovery.state.expect("a state"))).is_ok());
}
