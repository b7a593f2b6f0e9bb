//! Scripts on a real server. The texts are Terraform's.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::*;
use crate::test_run::{Ran, Run, add_key, connection, machine, with};
use crate::test_server::{Server, free_port, keygen, wait_for};

fn texts(items: &[&str]) -> Value {
    Value::list(Type::String, items.iter().map(|item| Value::from(*item)))
}

async fn inline(server: &Server, connection: &[(&'static str, Value)], script: &str) -> Ran {
    let provisioner = RemoteExec::new(machine(&server.path("")));
    Run::of(&provisioner, connection).run(&[("inline", texts(&[script]))]).await
}

/// Logs in with this connection, and runs something.
async fn works(server: &Server, connection: &[(&'static str, Value)]) {
    let ran = inline(server, connection, "echo it works").await;
    assert_eq!((ran.error.as_str(), ran.told.last().map(|line| line.trim_end())), ("", Some("it works")));
}

#[tokio::test]
async fn scripts_run_in_a_terminal_and_leave_nothing() {
    let server = Server::start();
    let ran = inline(&server, &connection(&server, "user"), "echo a; echo b >&2; stty size; cat $0 | head -n 1").await;
    let user = Server::user();
    let expected = format!(
        "Connecting to remote host via SSH...\n  Host: 127.0.0.1\n  User: {user}\n  Password: false\n  Private key: true\n  \
         Certificate: false\n  SSH Agent: false\n  Checking Host Key: false\n  Target Platform: unix"
    );
    assert_eq!(ran.error, "");
    assert_eq!(ran.told, [expected.as_str(), "Connected!", "a\r", "b\r", "80 40\r", "#!/bin/sh\r"]);
    let scripts = fs_err::read_dir(server.path("")).expect("it is there").filter_map(Result::ok);
    let scripts: Vec<_> = scripts.filter(|entry| entry.file_name().to_string_lossy().starts_with("script_")).collect();
    assert_eq!(scripts.len(), 1);
    assert_eq!(fs_err::read_to_string(scripts[0].path()).expect("it is there"), "");
}

#[tokio::test]
async fn what_fails_says_how() {
    let server = Server::start();
    let connection =
        with(connection(&server, "user"), "script_path", server.path("s.sh").display().to_string().as_str());
    let path = server.path("s.sh").display().to_string();
    let error = inline(&server, &connection, "echo a; exit 3").await.error;
    assert_eq!(error, format!("error executing \"{path}\": Process exited with status 3"));
    let error = inline(&server, &connection, "kill -9 $$").await.error;
    assert_eq!(error, format!("error executing \"{path}\": Process exited with status 137 from signal KILL"));
    let nowhere = with(connection, "script_path", "/dev/null/x.sh");
    let error = inline(&server, &nowhere, "echo").await.error;
    assert!(error.starts_with("Failed to upload script: "), "{error}");
}

#[tokio::test]
async fn script_files_run_one_after_the_other() {
    let server = Server::start();
    fs_err::write(server.path("one"), "#!/bin/cat\nit is shown").expect("it can be written");
    fs_err::write(server.path("two"), "echo two").expect("it can be written");
    let provisioner = RemoteExec::new(machine(&server.path("")));
    let run = || Run::of(&provisioner, &connection(&server, "user"));
    let ran = run().run(&[("scripts", texts(&["one", "two"]))]).await;
    assert_eq!(
        (ran.error.as_str(), &ran.told[2..]),
        ("", &["#!/bin/cat\r", "it is shown", "two\r"].map(str::to_owned)[..])
    );
    let failed = run().run(&[("scripts", texts(&["two", "nosuch"]))]).await;
    assert_eq!(failed.error, "Failed to open script 'nosuch': open nosuch: no such file or directory");
    assert_eq!(failed.told, [""; 0], "nothing was connected");
    let hidden = Run { hidden: Some("(hidden)"), ..run() };
    let failed = hidden.run(&[("script", "nosuch".into())]).await;
    assert_eq!(failed.error, "Failed to open script '(hidden)': open (hidden): no such file or directory");
}

#[tokio::test]
async fn keys_of_all_kinds_log_in() {
    let server = Server::start();
    let kinds: [(&str, &[&str]); 5] = [
        ("rsa", &["-t", "rsa", "-b", "2048"]),
        ("rsa_pem", &["-t", "rsa", "-b", "2048", "-m", "PEM"]),
        ("rsa_pkcs8", &["-t", "rsa", "-b", "2048", "-m", "PKCS8"]),
        ("ecdsa", &["-t", "ecdsa"]),
        ("ecdsa_pem", &["-t", "ecdsa", "-m", "PEM"]),
    ];
    for (name, arguments) in kinds {
        add_key(&server, name, arguments);
        works(&server, &connection(&server, name)).await;
    }
}

#[tokio::test]
async fn certificates_log_in() {
    let server = Server::start();
    let authority = server.path("user").display().to_string();
    for (name, kind) in [("ed", "ed25519"), ("rs", "rsa")] {
        let key = server.path(name).display().to_string();
        keygen(&["-t", kind, "-f", &key]);
        keygen(&["-s", &authority, "-I", "test", "-n", &Server::user(), &format!("{key}.pub")]);
        let certificate = server.read(&format!("{name}-cert.pub"));
        works(&server, &with(connection(&server, name), "certificate", certificate.as_str())).await;
    }
    let junk = with(connection(&server, "user"), "certificate", "s3cret");
    let ran = inline(&server, &junk, "echo").await;
    assert_eq!(ran.error, "failed to parse certificate: it is not a line as in a file id_*-cert.pub");
}

#[tokio::test]
async fn the_key_of_the_machine_is_checked() {
    let server = Server::start();
    let good = server.read("host.pub");
    works(&server, &with(connection(&server, "user"), "host_key", good.as_str())).await;
    let bad = with(connection(&server, "user"), "host_key", server.read("user.pub").as_str());
    let ran = inline(&server, &with(bad, "timeout", "6s"), "echo").await;
    let address = format!("{}@127.0.0.1:{}", Server::user(), server.port);
    let why = format!("SSH authentication failed ({address}): ssh: handshake failed: knownhosts: key mismatch");
    assert_eq!(ran.error, format!("timeout - last error: {why}"));
    assert!(ran.told[0].contains("Checking Host Key: true"));
}

#[tokio::test]
async fn old_machines_are_reached() {
    for (own_key, configuration) in [
        (
            "rsa",
            "KexAlgorithms diffie-hellman-group14-sha1\nMACs hmac-sha1\nCiphers aes128-ctr\nHostKeyAlgorithms ssh-rsa",
        ),
        ("rsa", "HostKeyAlgorithms rsa-sha2-256"),
        ("ecdsa", "KexAlgorithms ecdh-sha2-nistp384\nMACs hmac-sha2-256\nCiphers aes256-ctr"),
    ] {
        let server = Server::start_with(&["-t", own_key], configuration);
        let own_key = server.read("host.pub");
        works(&server, &with(connection(&server, "user"), "host_key", own_key.as_str())).await;
    }
}

#[tokio::test]
async fn a_bastion_is_on_the_way() {
    let (server, bastion) = (Server::start(), Server::start());
    add_key(&server, "mine", &["-t", "ed25519"]);
    let to_server = connection(&server, "mine");
    let through = with(to_server.clone(), "bastion_host", "127.0.0.1");
    let through = with(through, "bastion_port", i64::from(bastion.port));
    let through = with(through, "bastion_private_key", bastion.read("user").as_str());
    let through = with(through, "bastion_host_key", bastion.read("host.pub").as_str());
    let ran = inline(&server, &through, "echo $SSH_CONNECTION").await;
    assert_eq!(ran.error, "");
    assert!(ran.told[1].starts_with("Using configured bastion host...\n  Host: 127.0.0.1\n"), "{:?}", ran.told);
    assert!(ran.told[3].trim_end().ends_with(&server.port.to_string()), "{:?}", ran.told);
    let closed = with(with(through, "bastion_port", 1), "timeout", "100ms");
    let error = inline(&server, &closed, "echo").await.error;
    let why = "Error connecting to bastion: dial tcp 127.0.0.1:1: connect: connection refused";
    assert_eq!(error, format!("timeout - last error: {why}"));
}

#[tokio::test]
async fn who_can_not_log_in_is_told_without_secrets() {
    let server = Server::start();
    let quick = with(connection(&server, "user"), "timeout", "6s");
    let ran = inline(&server, &with(with(quick.clone(), "private_key", ""), "password", "s3cret"), "echo").await;
    let tried = "ssh: unable to authenticate, attempted methods [none], no supported methods remain";
    assert!(ran.error.starts_with("timeout - last error: ") && ran.error.ends_with(tried), "{}", ran.error);
    assert!(!ran.error.contains("s3cret") && ran.told[0].contains("Password: true"));
    assert!(ran.told.len() > 1, "it is tried again: {:?}", ran.told);
    let junk = inline(&server, &with(quick, "private_key", "s3cret"), "echo").await;
    assert_eq!(junk.error, "Failed to read ssh private key: no key found");
}

#[tokio::test]
async fn the_run_may_stop() {
    let server = Server::start();
    let provisioner = RemoteExec::new(machine(&server.path("")));
    let stopping = async |connection: &[(&'static str, Value)]| {
        let run = Run { stop_after: Duration::from_secs(8), ..Run::of(&provisioner, connection) };
        run.run(&[("inline", texts(&["echo begun; sleep 300; echo end"]))]).await
    };
    let ran = stopping(&connection(&server, "user")).await;
    assert_eq!((ran.error.as_str(), ran.told.last().map(String::as_str)), ("interrupted", Some("begun\r")));
    let nobody = with(connection(&server, "user"), "port", 1);
    let why = "interrupted - last error: dial tcp 127.0.0.1:1: connect: connection refused";
    assert_eq!(stopping(&nobody).await.error, why);
}

#[tokio::test]
async fn what_can_not_be_is_refused_before_it_runs() {
    let provisioner = RemoteExec::new(machine("/".as_ref()));
    let config =
        |given: &[(&'static str, Value)]| Value::object(given.iter().map(|(name, value)| (*name, value.clone())));
    let found = |given: &[(&'static str, Value)]| provisioner.validate(&config(given)).into_iter().count();
    assert_eq!(found(&[]), 1);
    assert_eq!(found(&[("script", "a".into())]), 0);
    assert_eq!(found(&[("script", "a".into()), ("inline", texts(&["a"]))]), 1);
    let run =
        async |given: &[(&'static str, Value)]| Run::of(&provisioner, &[("host", "a".into())]).run(given).await.error;
    assert_eq!(run(&[("inline", texts(&["a", ""]))]).await, "invalid empty string in 'scripts'");
    let null = Value::list(Type::String, [Value::null(Type::String)]);
    assert_eq!(run(&[("scripts", null)]).await, "invalid null string in 'script'");
}

/// An agent with one key, which ends when it is dropped.
struct Agent(std::process::Child);

impl Agent {
    fn start(server: &Server, key: &str) -> Self {
        let socket = server.path("agent");
        let mut program = std::process::Command::new("ssh-agent");
        let agent = Self(
            program.arg("-D").arg("-a").arg(&socket).stdout(std::process::Stdio::null()).spawn().expect("it starts"),
        );
        for _ in 0..3000 {
            if socket.exists() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let mut add = std::process::Command::new("ssh-add");
        let added = add.arg("-q").arg(server.path(key)).env("SSH_AUTH_SOCK", &socket).status();
        assert!(added.expect("it starts").success());
        agent
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn the_agent_has_keys_and_goes_along() {
    let server = Server::start();
    add_key(&server, "rsa", &["-t", "rsa", "-b", "2048"]);
    let _agent = Agent::start(&server, "rsa");
    let machine = Machine { ssh_agent: Some(server.path("agent")), ..machine(&server.path("")) };
    let provisioner = RemoteExec::new(machine);
    let without_key = with(with(connection(&server, "user"), "private_key", ""), "agent", true);
    let with_agent = with(without_key.clone(), "agent_identity", "rsa");
    let ran = Run::of(&provisioner, &with_agent).run(&[("inline", texts(&["ssh-add -L"]))]).await;
    assert_eq!(ran.error, "");
    assert!(ran.told[0].contains("SSH Agent: true"), "{:?}", ran.told);
    let key = server.read("rsa.pub");
    let key = key.split(' ').nth(1).expect("it has three parts");
    assert!(ran.told[2..].concat().contains(key), "{:?}", ran.told);
    let error = inline(&server, &without_key, "echo").await.error;
    assert_eq!(error, "SSH agent requested but SSH_AUTH_SOCK not-specified");
}

#[tokio::test]
async fn a_way_leads_through_a_socks_proxy() {
    let server = Server::start();
    let proxy = Socks::to(&server);
    let through = |port: u16| {
        let with_scheme = with(connection(&server, "user"), "proxy_scheme", "socks5");
        let mut connection = with(with_scheme, "proxy_host", "127.0.0.1");
        connection.push(("proxy_port", Value::from(i64::from(port))));
        connection
    };
    works(&server, &through(proxy.port)).await;
    // The proxy looks names up.
    works(&server, &with(through(proxy.port), "host", "localhost")).await;
    let nowhere = with(with(through(proxy.port), "host", "no-such-host.invalid"), "timeout", "1s");
    let error = inline(&server, &nowhere, "echo").await.error;
    assert!(error.contains("->no-such-host.invalid:"), "{error}");
}

/// A proxy of SOCKS 5 on this machine that leads wherever a server can reach. It ends when this is dropped.
struct Socks {
    process: Child,
    port: u16,
}

impl Socks {
    fn to(server: &Server) -> Self {
        let port = free_port();
        let mut process = Command::new("ssh");
        process.args(["-N", "-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]);
        process.args(["-o", "ExitOnForwardFailure=yes", "-D", &format!("127.0.0.1:{port}")]);
        process.args(["-p", &server.port.to_string()]).arg("-i").arg(server.path("user"));
        process.arg(format!("{}@127.0.0.1", Server::user()));
        let process = process.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let socks = Self { process: process.expect("it starts"), port };
        wait_for(port, || "ssh -D does not answer".to_owned());
        socks
    }
}

impl Drop for Socks {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
