//! What goes wrong between here and AWS.

use landform_diagnostics::Diagnostics;
use landform_simulator::Fault;
use landform_state::{LockError, StateStore, file};

use super::place::{KEY, Locking, Place};
use super::stored::md5;
use crate::support::{lock_info, output, state};

/// Locks, writes twice and unlocks.
async fn run(store: &dyn StateStore) {
    let id = store.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
    for text in ["a", "b"] {
        store.write(&state("one", text)).await.expect("a write");
    }
    store.unlock(&id).await.expect("our own lock");
}

/// All kinds of locks are gone, and the state is there once.
async fn is_clean(place: &Place, what: &str) {
    assert_eq!(place.object(&format!("{KEY}.tflock")).await, None, "{what}");
    assert_eq!(place.item(&place.id(), "Info").await, None, "{what}");
    let stored = place.object(KEY).await.expect("a state");
    let read = file::read(&stored).expect("a state");
    assert_eq!((output(read.as_ref()), read.as_ref().map(|state| state.serial)), (Some("\"b\""), Some(2)), "{what}");
    let digest = place.item(&format!("{}-md5", place.id()), "Digest").await;
    assert_eq!(digest, Some(md5(&stored)), "{what}");
}

#[tokio::test]
async fn calls_that_fail_once_are_repeated() {
    let operations = [
        "s3.GetObject",
        "s3.PutObject",
        "s3.DeleteObject",
        "dynamodb.GetItem",
        "dynamodb.PutItem",
        "dynamodb.DeleteItem",
    ];
    for operation in operations {
        for skip in 0..2 {
            let place = Place::new().await;
            let faults = [Fault::throttle(operation), Fault::server_error(operation), Fault::reset(operation)];
            for fault in faults {
                place.account.fault(&fault.skip(skip).times(1));
            }
            run(&*place.store(Locking::Both).await).await;
            place.account.clear_faults();
            is_clean(&place, &format!("{operation} after {skip}")).await;
        }
    }
}

#[tokio::test]
async fn lost_answers_are_found_out() {
    for (operation, calls) in [
        ("s3.GetObject", 1),
        ("s3.PutObject", 3),
        ("s3.DeleteObject", 1),
        ("dynamodb.GetItem", 1),
        ("dynamodb.PutItem", 4),
        ("dynamodb.DeleteItem", 1),
    ] {
        for skip in 0..calls {
            let place = Place::new().await;
            place.account.fault(&Fault::reset_after(operation).skip(skip).times(1));
            run(&*place.store(Locking::Both).await).await;
            place.account.clear_faults();
            is_clean(&place, &format!("{operation} after {skip}")).await;
        }
    }
}

#[tokio::test]
async fn with_a_fifth_of_all_calls_throttled() {
    let place = Place::new().await;
    place.account.fault(&Fault::throttle("*").rate(0.2));
    run(&*place.store(Locking::Both).await).await;
    place.account.clear_faults();
    is_clean(&place, "throttled").await;
}

#[tokio::test]
async fn a_write_that_is_never_answered() {
    let place = Place::new().await;
    let store = place.store(Locking::Nothing).await;
    store.write(&state("one", "a")).await.expect("a write");
    // Each attempt is done and its answer lost: the first stores the state, the others find it changed.
    place.account.fault(&Fault::reset_after("s3.PutObject"));
    assert_eq!(store.write(&state("one", "b")).await.map(|written| written.serial), Ok(2));
    place.account.clear_faults();
    place.account.fault(&Fault::reset("s3.PutObject"));
    let found = store.write(&state("one", "c")).await.expect_err("it never arrives");
    assert_eq!(first(&found).0, "Failed to save state");
    place.account.clear_faults();
    assert_eq!(store.write(&state("one", "c")).await.map(|written| written.serial), Ok(3));
}

fn first(found: &Diagnostics) -> (String, String) {
    let first = found.iter().next().expect("a diagnostic");
    (first.summary.clone(), first.detail.clone())
}

/// Summary and detail of what each operation says when all calls go wrong.
async fn told(fault: fn(&str) -> Fault, operation: &str) -> Vec<(String, String)> {
    let place = Place::new().await;
    let store = place.store(Locking::Both).await;
    place.account.fault(&fault(operation));
    let mut all = Vec::new();
    match store.lock(&lock_info("OperationTypeApply")).await {
        Ok(_) => {}
        Err(LockError::Failed(found)) => all.push(first(&found)),
        Err(held) => panic!("{held:?}"),
    }
    all.extend(store.read().await.err().map(|found| first(&found)));
    all.extend(store.write(&state("one", "a")).await.err().map(|found| first(&found)));
    all
}

#[tokio::test]
async fn what_is_denied_is_told() {
    let [lock, read, write] = &told(Fault::deny, "s3.*").await[..] else { panic!("each is denied") };
    assert_eq!(lock.0, "Error acquiring the state lock");
    assert!(
        lock.1.starts_with("Error message: operation error S3: PutObject, https response error StatusCode: 403, "),
        "{}",
        lock.1
    );
    assert_eq!(read.0, "Error loading state");
    assert!(
        read.1.starts_with("Unable to access object \"network/terraform.tfstate\" in S3 bucket \"state-"),
        "{}",
        read.1
    );
    assert!(read.1.contains("api error AccessDenied: "), "{}", read.1);
    assert!(read.1.contains("The backend needs s3:ListBucket"), "{}", read.1);
    assert_eq!(write, read, "nothing is written before what is there was read");
    let [put] = &told(Fault::deny, "s3.PutObject").await[1..] else { panic!("only writing is denied") };
    assert_eq!(put.0, "Failed to save state");
    assert!(
        put.1.starts_with("Error saving state: failed to upload state: operation error S3: PutObject, "),
        "{}",
        put.1
    );
}

#[tokio::test]
async fn credentials_that_expired_are_told() {
    for (summary, detail) in told(Fault::expired_credentials, "*").await {
        assert!(detail.contains("ExpiredToken"), "{summary}: {detail}");
        assert!(detail.contains("The credentials are wrong or have expired."), "{summary}: {detail}");
    }
}

#[tokio::test]
async fn a_table_that_is_denied_locks_nothing_but_hides_nothing() {
    let place = Place::new().await;
    place.put(KEY, file::write(&state("one", "a"))).await;
    let store = place.store(Locking::Table).await;
    place.account.fault(&Fault::deny("dynamodb.*"));
    assert!(matches!(store.lock(&lock_info("OperationTypeApply")).await, Err(LockError::Failed(_))));
    let read = store.read().await.expect("the state itself can be read");
    assert_eq!(output(read.as_ref()), Some("\"a\""));
    let warnings = store.take_warnings();
    assert_eq!(first(&warnings).0, "Failed to read the digest of the state");
    assert!(store.take_warnings().is_empty());
}

#[tokio::test]
async fn a_state_that_is_not_the_one_of_the_digest() {
    let place = Place::new().await;
    let store = place.store(Locking::Table).await;
    store.write(&state("one", "a")).await.expect("a write");
    let right = md5(&place.object(KEY).await.expect("a state"));
    place.put(KEY, file::write(&state("one", "damaged"))).await;
    let (summary, detail) = first(&store.read().await.expect_err("it was damaged"));
    assert_eq!(summary, "Error loading state");
    assert!(detail.starts_with("state data in S3 does not have the expected content.\n"), "{detail}");
    let wrong = md5(&place.object(KEY).await.expect("a state"));
    for line in [format!("Calculated checksum: {wrong}\n"), format!("Stored checksum:     {right}\n")] {
        assert!(detail.contains(&line), "{detail}");
    }
    assert!(
        detail.contains(&format!(
            "update the Digest\nvalue stored in the DynamoDB table to the following value: {wrong}"
        ))
    );
    place.s3.delete_object().bucket(&place.bucket).key(KEY).send().await.expect("it can be deleted");
    let (_, detail) = first(&store.read().await.expect_err("it was deleted"));
    assert!(detail.contains("remove the Digest\nvalue stored"), "{detail}");
}

#[tokio::test]
async fn a_run_that_died_before_it_could_store_the_digest() {
    let place = Place::new().await;
    let store = place.store(Locking::Table).await;
    store.write(&state("one", "a")).await.expect("a write");
    // The announcement passes, the digest itself does not.
    place.account.fault(&Fault::deny("dynamodb.PutItem").skip(1));
    let (summary, detail) = first(&store.write(&state("one", "b")).await.expect_err("the digest is not stored"));
    assert_eq!(summary, "Failed to store state MD5");
    assert!(detail.contains(&md5(&place.object(KEY).await.expect("a state"))), "{detail}");
    place.account.clear_faults();
    let next = place.store(Locking::Table).await;
    let read = next.read().await.expect("the announcement tells that nothing is damaged");
    assert_eq!(output(read.as_ref()), Some("\"b\""));
    next.write(&state("one", "b")).await.expect("nothing to write but the digest");
    let digest = place.item(&format!("{}-md5", place.id()), "Digest").await;
    assert_eq!(digest, Some(md5(&place.object(KEY).await.expect("a state"))));
    assert_eq!(next.write(&state("one", "c")).await.map(|written| written.serial), Ok(3));
    assert!(place.store(Locking::Table).await.read().await.is_ok());
}
