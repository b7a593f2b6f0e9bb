//! What every backend must do.

use std::sync::Arc;
use std::time::Duration;

use landform_state::{Backend, DEFAULT_WORKSPACE, LockError, LockInfo, StateStore, lock_with_timeout};

use crate::support::{FakeTimer, lock_info, output, state};

/// A new backend each time, as of another process, for the same empty place.
pub(crate) type Make<'a> = &'a dyn Fn() -> Arc<dyn Backend>;

/// All of it.
pub(crate) async fn check(make: Make<'_>) {
    starts_empty(make).await;
    writes_and_serials(make).await;
    lineages_and_replacing(make).await;
    one_holder(make).await;
    waiting_for_the_lock(make).await;
    turns(make).await;
    stale_writers_are_refused(make).await;
    workspaces(make).await;
}

async fn open(make: Make<'_>, workspace: &str) -> Arc<dyn StateStore> {
    make().open(workspace).await.expect("the workspace can be opened")
}

/// Summaries of diagnostics.
fn summary<T>(result: Result<T, landform_diagnostics::Diagnostics>) -> String {
    match result {
        Ok(_) => "success".to_owned(),
        Err(diagnostics) => diagnostics.into_iter().map(|diagnostic| diagnostic.summary).collect(),
    }
}

async fn starts_empty(make: Make<'_>) {
    assert_eq!(make().workspaces().await, Ok(vec![DEFAULT_WORKSPACE.to_owned()]));
    assert!(open(make, DEFAULT_WORKSPACE).await.read().await.expect("it can be read").is_none());
}

async fn writes_and_serials(make: Make<'_>) {
    let store = open(make, DEFAULT_WORKSPACE).await;
    let first = store.write(&state("", "a")).await.expect("a first write");
    assert!((first.serial, first.changed) == (1, true) && !first.lineage.is_empty(), "{first:?}");
    let again = store.write(&state(&first.lineage, "a")).await.expect("the same again");
    assert_eq!((again.serial, again.changed), (1, false));
    let second = store.write(&state(&first.lineage, "b")).await.expect("a change");
    assert_eq!((second.serial, second.changed), (2, true));
    let read = open(make, DEFAULT_WORKSPACE).await.read().await.expect("it can be read").expect("it is there");
    assert_eq!((read.serial, &read.lineage, output(Some(&read))), (2, &first.lineage, Some("\"b\"")));
    let other = open(make, DEFAULT_WORKSPACE).await;
    let third = other.write(&state("", "c")).await.expect("a write without a read before");
    assert_eq!((third.serial, third.lineage), (3, first.lineage));
}

async fn lineages_and_replacing(make: Make<'_>) {
    let store = open(make, "lineages").await;
    store.write(&state("one", "a")).await.expect("a first write");
    assert_eq!(summary(store.write(&state("two", "b")).await), "State of another root module");
    let mut pushed = state("two", "b");
    pushed.serial = 9;
    assert_eq!(summary(store.replace(&pushed, false).await), "State of another root module");
    assert_eq!(store.replace(&pushed, true).await.map(|written| written.serial), Ok(9));
    assert_eq!(store.replace(&pushed, false).await.map(|written| written.changed), Ok(false));
    pushed.serial = 8;
    assert_eq!(summary(store.replace(&pushed, false).await), "Newer state is stored");
    let read = open(make, "lineages").await.read().await.expect("it can be read").expect("it is there");
    assert_eq!((&*read.lineage, read.serial), ("two", 9));
}

fn holder(error: LockError) -> LockInfo {
    match error {
        LockError::Held { holder, .. } => *holder.expect("the holder left word"),
        LockError::Failed(diagnostics) => panic!("{diagnostics:?}"),
    }
}

async fn one_holder(make: Make<'_>) {
    let (ours, theirs) = (open(make, "lock").await, open(make, "lock").await);
    let info = lock_info("OperationTypeApply");
    let id = ours.lock(&info).await.expect("the lock is free");
    for store in [&theirs, &ours] {
        let found = holder(store.lock(&lock_info("OperationTypePlan")).await.expect_err("it is held"));
        assert_eq!((&found.id, &found.operation, &found.who), (&id.0, &info.operation, &info.who));
        assert_eq!((&found.created, found.path.is_empty()), (&info.created, false), "{found:?}");
    }
    assert_ne!(summary(theirs.unlock(&id).await), "success");
    let wrong = landform_state::LockId("00000000-0000-0000-0000-000000000000".to_owned());
    assert_ne!(summary(ours.unlock(&wrong).await), "success");
    assert_ne!(summary(theirs.force_unlock(&wrong.0).await), "success");
    holder(theirs.lock(&info).await.expect_err("it is still held"));
    ours.unlock(&id).await.expect("our own lock");
    assert_ne!(summary(ours.unlock(&id).await), "success");
    let id = theirs.lock(&info).await.expect("it is free again");
    theirs.unlock(&id).await.expect("their own lock");
    assert!(theirs.read().await.expect("it can be read").is_none(), "a lock makes no state");
}

async fn waiting_for_the_lock(make: Make<'_>) {
    let (ours, theirs) = (open(make, "wait").await, open(make, "wait").await);
    let (info, timer) = (lock_info("OperationTypeApply"), FakeTimer::default());
    let id = ours.lock(&info).await.expect("the lock is free");
    let told = std::sync::Mutex::new(Vec::new());
    let tell = |holder: Option<&LockInfo>| {
        told.lock().expect("no panic inside").push(holder.map(|holder| holder.id.clone()));
    };
    let late = lock_with_timeout(&*theirs, &info, Duration::from_secs(30), &timer, &tell).await;
    assert_eq!(holder(late.expect_err("nobody gives it back")).id, id.0);
    assert_eq!(landform_state::Timer::elapsed(&timer), Duration::from_secs(30));
    assert_eq!(*told.lock().expect("no panic inside"), [Some(id.0.clone())]);
    let give_back = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        ours.unlock(&id).await.expect("our own lock");
    };
    let forever = Duration::from_secs(1_000_000_000);
    let (taken, ()) = tokio::join!(lock_with_timeout(&*theirs, &info, forever, &timer, &|_| ()), give_back);
    theirs.unlock(&taken.expect("it was given back")).await.expect("their own lock");
}

async fn turns(make: Make<'_>) {
    for turn in 1..=3 {
        let store = open(make, "turns").await;
        let id = store.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
        let before = store.read().await.expect("it can be read");
        assert_eq!(before.as_ref().map(|state| state.serial), (turn > 1).then(|| (turn - 1) * 3));
        let lineage = before.map_or_else(String::new, |state| state.lineage);
        for write in 1..=3 {
            let written = store.write(&state(&lineage, &format!("{turn}.{write}"))).await.expect("a write");
            assert_eq!(written.serial, (turn - 1) * 3 + write);
        }
        store.unlock(&id).await.expect("our own lock");
        let after = open(make, "turns").await.read().await.expect("it can be read");
        assert_eq!(output(after.as_ref()), Some(&*format!("\"{turn}.3\"")));
    }
}

async fn stale_writers_are_refused(make: Make<'_>) {
    let (slow, quick) = (open(make, "stale").await, open(make, "stale").await);
    assert!(slow.read().await.expect("it can be read").is_none());
    quick.write(&state("one", "quick")).await.expect("a first write");
    assert_eq!(summary(slow.write(&state("one", "slow")).await), "State was changed by another run");
    slow.read().await.expect("it can be read").expect("it is there");
    quick.write(&state("one", "quicker")).await.expect("a second write");
    assert_eq!(summary(slow.write(&state("one", "slow")).await), "State was changed by another run");
    let read = slow.read().await.expect("it can be read");
    assert_eq!(output(read.as_ref()), Some("\"quicker\""));
    assert_eq!(slow.write(&state("one", "slow")).await.map(|written| written.serial), Ok(3));
}

async fn workspaces(make: Make<'_>) {
    for name in ["z", "a"] {
        open(make, name).await.write(&state("", name)).await.expect("a first write");
    }
    let names = make().workspaces().await.expect("they can be listed");
    assert!(names[0] == DEFAULT_WORKSPACE && names[1..].is_sorted(), "{names:?}");
    assert!(names.contains(&"a".to_owned()) && names.contains(&"z".to_owned()), "{names:?}");
    make().delete_workspace("a").await.expect("it can be deleted");
    assert!(!make().workspaces().await.expect("they can be listed").contains(&"a".to_owned()));
    assert!(open(make, "a").await.read().await.expect("it can be read").is_none());
    let kept = open(make, "z").await.read().await.expect("it can be read");
    assert_eq!(output(kept.as_ref()), Some("\"z\""));
    assert_eq!(summary(make().delete_workspace(DEFAULT_WORKSPACE).await), "Failed to delete workspace");
}
