//! Files on a real server. The texts are Terraform's.

use super::*;
use crate::test_run::{Run, connection, machine};
use crate::test_server::Server;

/// Copies, and gives the error.
async fn copy(server: &Server, config: &[(&'static str, Value)]) -> String {
    let provisioner = File::new(machine(&server.path("")));
    let ran = Run::of(&provisioner, &connection(server, "user")).run(config).await;
    assert_eq!(ran.told, [""; 0], "nothing is said of copies");
    ran.error
}

fn text(path: PathBuf) -> Value {
    Value::from(path.display().to_string().as_str())
}

#[tokio::test]
async fn texts_and_files_arrive() {
    let server = Server::start();
    let content = "a\n\u{e9}\0".repeat(300_000);
    let destination = server.path("with 'signs' $x");
    let config = [("content", content.as_str().into()), ("destination", text(destination.clone()))];
    assert_eq!(copy(&server, &config).await, "");
    assert!(fs_err::read_to_string(&destination).expect("it is there") == content);
    let config = [("source", "with 'signs' $x".into()), ("destination", text(server.path("copy")))];
    assert_eq!(copy(&server, &config).await, "");
    assert!(server.read("copy") == content);
    let config = [("source", "~/host.pub".into()), ("destination", text(server.path("copy")))];
    assert_eq!(copy(&server, &config).await, "");
    assert_eq!(server.read("copy"), server.read("host.pub"));
    assert_eq!(copy(&server, &[("content", "".into()), ("destination", text(server.path("copy")))]).await, "");
    assert_eq!(server.read("copy"), "");
}

#[tokio::test]
async fn folders_arrive_with_or_without_their_name() {
    let server = Server::start();
    for (name, content) in [("from/a", "1"), ("from/sub/b", "2"), ("from/sub/deep/c", "3"), ("elsewhere/d", "4")] {
        let path = server.path(name);
        fs_err::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
        fs_err::write(path, content).expect("it can be written");
    }
    std::os::unix::fs::symlink("../elsewhere", server.path("from/link")).expect("it can be made");
    std::os::unix::fs::symlink("a", server.path("from/z")).expect("it can be made");
    fs_err::create_dir(server.path("to")).expect("it can be made");
    let to = || ("destination", text(server.path("to")));
    assert_eq!(copy(&server, &[("source", "from".into()), to()]).await, "");
    assert_eq!(copy(&server, &[("source", "from/".into()), to()]).await, "");
    for (name, content) in [("a", "1"), ("sub/b", "2"), ("sub/deep/c", "3"), ("link/d", "4"), ("z", "1")] {
        assert_eq!(server.read(&format!("to/from/{name}")), content, "{name}");
        assert_eq!(server.read(&format!("to/{name}")), content, "{name}");
    }
}

#[tokio::test]
async fn what_fails_says_how() {
    let server = Server::start();
    fs_err::create_dir_all(server.path("taken/x")).expect("it can be made");
    let taken = || ("destination", text(server.path("taken/x")));
    let error = copy(&server, &[("content", "a".into()), taken()]).await;
    let path = server.path("taken/x").display().to_string();
    assert_eq!(error, format!("Upload failed: scp: {path}: Is a directory"));
    let error = copy(&server, &[("source", "nosuch".into()), taken()]).await;
    assert_eq!(error, "stat nosuch: no such file or directory");
    let provisioner = File::new(machine(&server.path("")));
    let hidden = || Run { hidden: Some("(hidden)"), ..Run::of(&provisioner, &connection(&server, "user")) };
    let error = hidden().run(&[("content", "a".into()), taken()]).await.error;
    assert_eq!(error, "Upload failed: (hidden)");
    let error = hidden().run(&[("source", "nosuch".into()), taken()]).await.error;
    assert_eq!(error, "stat (hidden): no such file or directory");
}

#[test]
fn a_copy_has_one_source() {
    let provisioner = File::new(machine("/".as_ref()));
    let found = |given: &[&'static str]| {
        let config = Value::object(given.iter().map(|name| (*name, Value::from("a"))));
        provisioner.validate(&config).into_iter().next().map(|found| found.summary.to_string())
    };
    assert_eq!(found(&["destination"]).as_deref(), Some("Must provide one of 'source' or 'content'"));
    assert_eq!(found(&["source", "content"]).as_deref(), Some("Cannot set both 'source' and 'content'"));
    assert_eq!((found(&["source"]), found(&["content"])), (None, None));
}
