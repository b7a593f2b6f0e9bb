//! What is said of buckets that are not there, elsewhere or out of reach, and of endpoints that can less than S3.

use std::sync::Arc;

use landform_state::s3::Environment;
use landform_state::{Backend, LockError, StateStore, file};
use landform_values::Value;

use super::place::connect;
use super::server::{Answer, Request, Server};
use crate::support::{lock_info, output, state};

pub(super) async fn backend(endpoint: &str, more: &[(&'static str, Value)]) -> Arc<dyn Backend> {
    let environment: Environment = [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "us-east-1"),
    ]
    .into_iter()
    .collect();
    let mut arguments = vec![
        ("bucket", Value::string("b")),
        ("key", Value::string("k")),
        ("max_retries", Value::number(2)),
        ("use_path_style", Value::from(true)),
    ];
    arguments.extend(more.iter().cloned());
    let (backend, found) = connect(&arguments, &environment).await;
    Arc::new(backend.unwrap_or_else(|| panic!("{found:?}")))
}

async fn store(endpoint: &str, more: &[(&'static str, Value)]) -> Arc<dyn StateStore> {
    backend(endpoint, more).await.open("default").await.expect("it can be opened")
}

fn lock_file() -> [(&'static str, Value); 1] {
    [("use_lockfile", Value::from(true))]
}

/// Summary and detail of the first diagnostic.
fn told(found: landform_diagnostics::Diagnostics) -> String {
    found.into_iter().map(|found| format!("{}: {}", found.summary, found.detail)).next().expect("a diagnostic")
}

/// What reading, locking and listing say when each request is answered the same.
async fn all_told(answer: Answer) -> [String; 3] {
    let server = Server::start(move |_| answer.clone());
    let backend = backend(&server.endpoint, &lock_file()).await;
    let store = backend.open("default").await.expect("it can be opened");
    let lock = store.lock(&lock_info("OperationTypePlan")).await.map_err(LockError::into_diagnostics);
    [
        told(store.read().await.expect_err("it can not be read")),
        told(lock.expect_err("it can not be locked")),
        told(backend.workspaces().await.expect_err("they can not be listed")),
    ]
}

fn all_contain(told: &[String], expected: &[&str]) {
    for told in told {
        for expected in expected {
            assert!(told.contains(expected), "{expected}: {told}");
        }
    }
}

#[tokio::test]
async fn no_such_bucket() {
    let told = all_told(Answer::error(404, "NoSuchBucket", "")).await;
    all_contain(
        &told,
        &[
            "S3 bucket \"b\" does not exist.\n\nThe referenced S3 bucket must have been previously created. If the S3 bucket\nwas \
         created within the last minute, please wait for a minute or two and try\nagain.\n\nError: operation error S3: ",
        ],
    );
    assert!(told[0].starts_with("Error loading state: S3 bucket"), "{}", told[0]);
    assert!(told[1].starts_with("Error acquiring the state lock: Error message: S3 bucket"), "{}", told[1]);
    assert!(told[2].starts_with("Failed to get existing workspaces: S3 bucket"), "{}", told[2]);
}

#[tokio::test]
async fn a_bucket_in_another_region() {
    let redirect = Answer(301, "x-amz-bucket-region: eu-west-1\r\n", String::new());
    let malformed = Answer(
        400,
        "",
        "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region \
         'us-east-1' is wrong; expecting 'eu-west-1'</Message></Error>"
            .to_owned(),
    );
    for answer in [redirect, malformed] {
        let told = all_told(answer).await;
        all_contain(
            &told,
            &["The bucket is in the region \"eu-west-1\". Set \"region\" in the backend's configuration"],
        );
    }
    let told = all_told(Answer::error(301, "PermanentRedirect", "")).await;
    all_contain(&told, &["The bucket is in another region than \"region\" in the backend's configuration says."]);
}

#[tokio::test]
async fn an_endpoint_out_of_reach() {
    let refused = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("it is bound");
    let backend = backend(&format!("http://{refused}"), &lock_file()).await;
    let store = backend.open("default").await.expect("it can be opened");
    let lock = store.lock(&lock_info("OperationTypePlan")).await.map_err(LockError::into_diagnostics);
    all_contain(
        &[told(store.read().await.expect_err("nobody is there")), told(lock.expect_err("nobody is there"))],
        &["operation error S3: ", "onnection refused", "The endpoint could not be reached or did not answer."],
    );
}

#[tokio::test]
async fn a_page_of_some_other_server_is_no_missing_state() {
    let told = all_told(Answer(404, "content-type: text/html\r\n", "<html>Not found</html>".to_owned())).await;
    all_contain(&told, &["StatusCode: 404"]);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_asked_for_again() {
    let state = file::write(&state("one", "a"));
    let text = String::from_utf8(state).expect("UTF-8");
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |_| match count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
        0 => Answer(200, "content-length: 9999\r\n", text.clone()),
        _ => Answer(200, "etag: \"e\"\r\n", text.clone()),
    });
    let read = store(&server.endpoint, &[]).await.read().await.expect("the second answer is whole");
    assert_eq!((output(read.as_ref()), server.asked().len()), (Some("\"a\""), 2));
}

fn has(request: &Request, header: &str) -> bool {
    request.headers.iter().any(|found| found.starts_with(header))
}

/// An endpoint without conditional writes.
fn simple(content: &'static str) -> impl Fn(&Request) -> Answer {
    move |request| match &*request.method {
        "GET" if content.is_empty() => Answer::error(404, "NoSuchKey", ""),
        "GET" => Answer(200, "etag: \"e\"\r\n", content.to_owned()),
        "PUT" if has(request, "if-match:") || has(request, "if-none-match:") => {
            Answer::error(501, "NotImplemented", "")
        }
        _ => Answer(200, "etag: \"f\"\r\n", String::new()),
    }
}

#[tokio::test]
async fn endpoints_without_conditional_writes() {
    for content in ["", r#"{"version":4,"serial":7,"lineage":"one"}"#] {
        let server = Server::start(simple(content));
        let store = store(&server.endpoint, &[]).await;
        store.write(&state("one", "a")).await.expect("a write");
        assert_eq!(server.asked().len(), 4, "read, refused, compared, written: {:?}", server.asked());
        assert!(told(store.take_warnings()).starts_with("State is written without protection against stale writers: "));
    }
}

#[tokio::test]
async fn without_conditional_writes_a_lock_file_locks_nothing() {
    let server = Server::start(simple(""));
    let store = store(&server.endpoint, &lock_file()).await;
    let refused = store.lock(&lock_info("OperationTypeApply")).await.expect_err("it would be no lock");
    assert!(matches!(refused, LockError::Failed(_)));
    all_contain(&[told(refused.into_diagnostics())], &["does not support conditional writes", "\"dynamodb_table\""]);
}

#[tokio::test]
async fn writes_that_get_in_each_others_way_are_repeated() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |request| match &*request.method {
        "GET" => Answer::error(404, "NoSuchKey", ""),
        _ if count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 2 => {
            Answer::error(409, "ConditionalRequestConflict", "")
        }
        _ => Answer(200, "etag: \"f\"\r\n", String::new()),
    });
    let written = store(&server.endpoint, &[]).await.write(&state("one", "a")).await.expect("the third is free");
    assert_eq!((written.serial, server.asked().len()), (1, 4));
}

#[tokio::test]
async fn a_lock_whose_holder_has_just_gone() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |request| match &*request.method {
        "GET" => Answer::error(404, "NoSuchKey", ""),
        "PUT" if count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0 => {
            Answer::error(412, "PreconditionFailed", "")
        }
        _ => Answer(200, "etag: \"f\"\r\n", String::new()),
    });
    let store = store(&server.endpoint, &lock_file()).await;
    store.lock(&lock_info("OperationTypeApply")).await.expect("it is free at the second attempt");
    assert_eq!(
        server.asked(),
        ["PUT /b/k.tflock?x-id=PutObject", "GET /b/k.tflock?x-id=GetObject", "PUT /b/k.tflock?x-id=PutObject"]
    );
}

#[tokio::test]
async fn a_held_lock_names_its_holder() {
    let info = lock_info("OperationTypeApply").at("b/k").to_json();
    let server = Server::start(move |request| match &*request.method {
        "GET" => Answer(200, "", info.clone()),
        _ => Answer::error(412, "PreconditionFailed", ""),
    });
    let store = store(&server.endpoint, &lock_file()).await;
    let held = store.lock(&lock_info("OperationTypePlan")).await.expect_err("it is held");
    assert!(matches!(held, LockError::Held { .. }));
    all_contain(
        &[told(held.into_diagnostics())],
        &[
            "Error message: operation error S3: PutObject, https response error StatusCode: 412, RequestID: , HostID: , api error \
         PreconditionFailed: told to\nLock Info:\n  ID:        ",
            "\n  Path:      b/k\n  Operation: OperationTypeApply\n  Who:       somebody@somewhere\n",
        ],
    );
}

#[tokio::test]
async fn who_may_not_list_has_one_workspace() {
    let denied = || Server::start(|_| Answer::error(403, "AccessDenied", ""));
    let server = denied();
    assert_eq!(backend(&server.endpoint, &[]).await.workspaces().await, Ok(vec!["default".to_owned()]));
    let prefix = [("workspace_key_prefix", Value::string("own"))];
    let found = backend(&denied().endpoint, &prefix).await.workspaces().await.expect_err("the prefix is wanted");
    all_contain(
        &[told(found)],
        &["Unable to list objects in S3 bucket \"b\" with prefix \"own/\": operation error S3: "],
    );
}
