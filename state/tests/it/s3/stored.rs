//! What is stored and locked, and in which form.

use std::sync::Arc;

use landform_state::{Backend, LockInfo, file};
use landform_values::Value;

use super::place::{KEY, Locking, Place};
use crate::contract;
use crate::support::{lock_info, output, state};

async fn keeps_the_contract(locking: Locking) {
    let place = Place::new().await;
    let backend = place.backend(locking, &[]).await;
    contract::check(&|| Arc::new(backend.clone())).await;
}

#[tokio::test]
async fn keeps_the_contract_with_a_lock_file() {
    keeps_the_contract(Locking::File).await;
}

#[tokio::test]
async fn keeps_the_contract_with_a_table() {
    keeps_the_contract(Locking::Table).await;
}

#[tokio::test]
async fn keeps_the_contract_with_both() {
    keeps_the_contract(Locking::Both).await;
}

#[tokio::test]
async fn a_run_makes_few_calls() {
    for (locking, expected) in [
        (Locking::Nothing, "s3.GetObject 1, s3.PutObject 1"),
        (Locking::File, "s3.DeleteObject 1, s3.GetObject 1, s3.PutObject 2"),
        (
            Locking::Table,
            "dynamodb.DeleteItem 1, dynamodb.GetItem 1, dynamodb.PutItem 2, s3.GetObject 1, s3.PutObject 1",
        ),
    ] {
        let place = Place::new().await;
        let store = place.store(locking).await;
        let id = store.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
        assert!(store.read().await.expect("it can be read").is_none());
        store.write(&state("one", "a")).await.expect("a write");
        store.unlock(&id).await.expect("our own lock");
        let calls: Vec<_> = place.account.calls().iter().map(|(name, count)| format!("{name} {count}")).collect();
        assert_eq!(calls.join(", "), expected, "{locking:?}");
    }
}

#[tokio::test]
async fn locks_are_terraforms() {
    let place = Place::new().await;
    let store = place.store(Locking::Both).await;
    let info = lock_info("OperationTypeApply");
    let id = store.lock(&info).await.expect("the lock is free");
    let expected = info.at(place.id()).to_json();
    let file = place.object(&format!("{KEY}.tflock")).await.expect("a lock file");
    assert_eq!(String::from_utf8_lossy(&file), expected);
    assert_eq!(place.item(&place.id(), "Info").await, Some(expected));
    store.write(&state("one", "a")).await.expect("a write");
    store.unlock(&id).await.expect("our own lock");
    assert_eq!(place.object(&format!("{KEY}.tflock")).await, None);
    assert_eq!(place.item(&place.id(), "Info").await, None);
    let stored = place.object(KEY).await.expect("a state");
    let digest = place.item(&format!("{}-md5", place.id()), "Digest").await.expect("a digest");
    assert_eq!(digest, md5(&stored));
    assert_eq!(place.item(&format!("{}-md5", place.id()), "PendingDigest").await, None);
}

pub(super) fn md5(bytes: &[u8]) -> String {
    use md5::Digest as _;
    md5::Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn half_a_lock_is_given_back() {
    let place = Place::new().await;
    let (table, both) = (place.store(Locking::Table).await, place.store(Locking::Both).await);
    let id = table.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
    both.lock(&lock_info("OperationTypePlan")).await.expect_err("the item is there");
    assert_eq!(place.object(&format!("{KEY}.tflock")).await, None);
    table.unlock(&id).await.expect("our own lock");
    let file = place.store(Locking::File).await;
    let id = file.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
    both.lock(&lock_info("OperationTypePlan")).await.expect_err("the file is there");
    assert_eq!(place.item(&place.id(), "Info").await, None);
    file.unlock(&id).await.expect("our own lock");
}

/// Whoever has both locks may die between giving back the one and the other.
#[tokio::test]
async fn half_a_lock_can_be_broken() {
    for half in [Locking::File, Locking::Table] {
        let place = Place::new().await;
        let (dead, both) = (place.store(half).await, place.store(Locking::Both).await);
        let id = dead.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
        both.force_unlock(&id.0).await.expect("the id is right");
        let id = both.lock(&lock_info("OperationTypeApply")).await.expect("nothing is left of it");
        both.unlock(&id).await.expect("our own lock");
    }
}

#[tokio::test]
async fn locks_that_are_broken_are_noticed() {
    for locking in [Locking::File, Locking::Table, Locking::Both] {
        let place = Place::new().await;
        let (ours, theirs) = (place.store(locking).await, place.store(locking).await);
        let id = ours.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
        theirs.force_unlock(&id.0).await.expect("the id is right");
        let detail = |result: Result<(), landform_diagnostics::Diagnostics>| {
            result.expect_err("it is not our lock any more").into_iter().map(|found| found.detail).collect::<String>()
        };
        let told = detail(ours.unlock(&id).await);
        assert!(told.contains("is not there any more"), "{told}");
        let their_id = theirs.lock(&lock_info("OperationTypePlan")).await.expect("the lock is free");
        let told = detail(ours.unlock(&id).await);
        assert!(told.contains(&format!("does not match the existing lock ID {:?}", their_id.0)), "{told}");
        theirs.unlock(&their_id).await.expect("their own lock");
    }
}

#[tokio::test]
async fn without_locks_nothing_is_locked() {
    let place = Place::new().await;
    let (ours, theirs) = (place.store(Locking::Nothing).await, place.store(Locking::Nothing).await);
    let id = ours.lock(&lock_info("OperationTypeApply")).await.expect("nothing to wait for");
    theirs.lock(&lock_info("OperationTypeApply")).await.expect("nothing to wait for");
    ours.unlock(&id).await.expect("nothing to give back");
    assert!(place.account.calls().iter().next().is_none());
}

#[tokio::test]
async fn who_lost_the_lock_overwrites_nothing() {
    for locking in [Locking::File, Locking::Table] {
        let place = Place::new().await;
        let (paused, other) = (place.store(locking).await, place.store(locking).await);
        paused.write(&state("one", "before")).await.expect("a write");
        let id = paused.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
        paused.read().await.expect("it can be read");
        other.force_unlock(&id.0).await.expect("the id is right");
        let other_id = other.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
        other.write(&state("one", "other")).await.expect("a write");
        let found = paused.write(&state("one", "paused")).await.expect_err("it is out of date");
        let summary: Vec<_> = found.iter().map(|found| found.summary.clone()).collect();
        assert_eq!(summary, ["State was changed by another run"]);
        let read = other.read().await.expect("it can be read");
        assert_eq!(output(read.as_ref()), Some("\"other\""), "{locking:?}");
        other.unlock(&other_id).await.expect("our own lock");
    }
}

/// What the server says of an object.
async fn head(place: &Place, key: &str) -> aws_sdk_s3::operation::get_object::GetObjectOutput {
    place.s3.get_object().bucket(&place.bucket).key(key).send().await.expect("an object")
}

#[tokio::test]
async fn objects_are_stored_as_configured() {
    let place = Place::new().await;
    let arn = "arn:aws:kms:us-east-1:123456789012:key/57ff7a43-341d-46b6-aee3-a450c9de6dc8";
    let encrypt = ("encrypt", Value::from(true));
    let kms = ("kms_key_id", Value::string(arn));
    let prefix = ("workspace_key_prefix", Value::string("teams/a"));
    let backend = place.backend(Locking::File, &[encrypt.clone(), kms, prefix]).await;
    let store = backend.open("dev").await.expect("it can be opened");
    let id = store.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
    store.write(&state("one", "a")).await.expect("a write");
    for key in [format!("teams/a/dev/{KEY}"), format!("teams/a/dev/{KEY}.tflock")] {
        let object = head(&place, &key).await;
        assert_eq!(object.content_type(), Some("application/json"));
        assert_eq!(object.server_side_encryption().map(|sse| sse.as_str()), Some("aws:kms"));
        assert_eq!(object.ssekms_key_id(), Some(arn));
    }
    store.unlock(&id).await.expect("our own lock");
    assert_eq!(backend.workspaces().await, Ok(vec!["default".to_owned(), "dev".to_owned()]));
    let managed = place.backend(Locking::Nothing, &[encrypt]).await.open("default").await.expect("it can be opened");
    managed.write(&state("one", "a")).await.expect("a write");
    assert_eq!(head(&place, KEY).await.server_side_encryption().map(|sse| sse.as_str()), Some("AES256"));
}

#[tokio::test]
async fn keys_that_customers_bring() {
    let place = Place::new().await;
    let key = "Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc=";
    let more = [("encrypt", Value::from(true)), ("sse_customer_key", Value::string(key))];
    let backend = place.backend(Locking::File, &more).await;
    let store = backend.open("default").await.expect("it can be opened");
    let id = store.lock(&lock_info("OperationTypeApply")).await.expect("the lock is free");
    store.write(&state("one", "a")).await.expect("a write");
    store.unlock(&id).await.expect("our own lock");
    let again = backend.open("default").await.expect("it can be opened").read().await.expect("it can be read");
    assert_eq!(output(again.as_ref()), Some("\"a\""));
}

#[tokio::test]
async fn states_of_others_are_left_alone() {
    let place = Place::new().await;
    place.put("env:/dev/other/terraform.tfstate", "{}").await;
    place.put(&format!("env:/prod/{KEY}"), file::write(&state("one", "a"))).await;
    place.put(&format!("env:/prod/{KEY}.tflock"), LockInfo::default().to_json()).await;
    let backend = place.backend(Locking::File, &[]).await;
    assert_eq!(backend.workspaces().await, Ok(vec!["default".to_owned(), "prod".to_owned()]));
}

#[tokio::test]
async fn an_empty_object_is_no_state() {
    let place = Place::new().await;
    place.put(KEY, "").await;
    let store = place.store(Locking::Table).await;
    assert!(store.read().await.expect("it can be read").is_none());
    store.write(&state("one", "a")).await.expect("a write");
    place.put(KEY, r#"{"version":5,"terraform_version":"1.99.0"}"#).await;
    let store = place.store(Locking::Nothing).await;
    let detail: String = store.read().await.expect_err("it is too new").into_iter().map(|found| found.detail).collect();
    assert!(detail.contains("format version 5, which is not supported"), "{detail}");
}
