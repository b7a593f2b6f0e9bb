//! Interrupts before anything is applied: what is planned or evaluated is given up, and what the run has hold of is
//! given back.

use fs_err::os::unix::fs::OpenOptionsExt;
use std::fs::File;
use std::io::Write;
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use nix::fcntl::OFlag;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

use crate::environment::{Ran, TestEnvironment};
use crate::interrupted::signal;

/// What takes hours to work out. It begins when something is written to the pipe.
const ENDLESS: &str = r#"length([
  for a in range(tonumber(trimspace(file("pipe")))) : length([
    for b in range(1000) : length([for c in range(1000) : length([for d in range(1000) : d])])
  ])
])"#;

/// A root module that has a pipe.
pub(crate) fn with_pipe(root: &str) -> TestEnvironment {
    let environment = TestEnvironment::of(root);
    mkfifo(&environment.root().join("pipe"), Mode::S_IRWXU).expect("a pipe");
    environment
}

/// Waits until somebody reads the pipe. Nothing comes out of it for now.
#[track_caller]
pub(crate) fn read_pipe(environment: &TestEnvironment) -> File {
    let begun = Instant::now();
    loop {
        // Without a reader, this is refused.
        let opened = fs_err::OpenOptions::new()
            .write(true)
            .custom_flags(OFlag::O_NONBLOCK.bits())
            .open(environment.root().join("pipe"));
        match opened {
            Ok(pipe) => return pipe.into(),
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(60), "nobody reads: {error}"),
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Waits until somebody reads the pipe, and lets the reader go on.
pub(crate) fn let_begin(environment: &TestEnvironment) {
    read_pipe(environment).write_all(b"1000").expect("it is read");
}

/// Starts a run whose standard output is the file `told`.
fn start(environment: &TestEnvironment, arguments: &[&str]) -> Child {
    let told = File::from(fs_err::File::create(environment.root().join("told")).expect("a file"));
    let mut command = environment.command(arguments);
    command.stdin(Stdio::piped()).stdout(told).stderr(Stdio::piped()).spawn().expect("the program starts")
}

/// Waits until a run of [`start`] says something.
#[track_caller]
fn wait_for(environment: &TestEnvironment, text: &str) {
    let begun = Instant::now();
    while !environment.read("told").contains(text) {
        assert!(begun.elapsed() < Duration::from_secs(60), "{text:?} does not come: {}", environment.read("told"));
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The first interrupt ends a run, which gives back what it has hold of.
#[track_caller]
fn stops(environment: &TestEnvironment, child: Child) -> Ran {
    signal(&child, "INT");
    let ran = environment.ended(child);
    let told = environment.read("told");
    assert_eq!(ran.code, Some(1), "{told}\n{}", ran.stderr);
    assert!(told.contains("Interrupt received.") && told.contains("Gracefully shutting down..."), "{told}");
    assert!(!told.contains("Landform will perform"), "{told}");
    let names = environment.names();
    assert!(!names.iter().any(|name| name.contains("lock.info") || name.contains("journal")), "{names:?}");
    ran
}

/// A server that is asked and never answers.
fn silent_server() -> (String, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("it is bound"));
    let (tell, asked) = mpsc::channel();
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for connection in listener.incoming().flatten() {
            held.push(connection);
            let _ = tell.send(());
        }
    });
    (address, asked)
}

#[test]
fn an_interrupt_gives_up_what_is_being_read() {
    let (address, asked) = silent_server();
    let root = r#"
data "terraform_remote_state" "it" {
  backend = "s3"
  config = {
    bucket                      = "states"
    key                         = "it"
    region                      = "eu-west-1"
    access_key                  = "x"
    secret_key                  = "x"
    endpoint                    = "ADDRESS"
    skip_credentials_validation = true
    skip_requesting_account_id  = true
    use_path_style              = true
  }
}
resource "terraform_data" "a" {
  input = data.terraform_remote_state.it.outputs.x
}
resource "terraform_data" "b" {}
"#
    .replace("ADDRESS", &address);
    let all: [&[&str]; 6] = [
        &["plan"],
        &["apply", "-auto-approve"],
        &["refresh"],
        &["import", "terraform_data.b", "x"],
        &["plan", "-json"],
        &["plan", "-out=saved"],
    ];
    for arguments in all {
        let environment = TestEnvironment::of(&root);
        let child = start(&environment, arguments);
        asked.recv_timeout(Duration::from_secs(60)).expect("it asks the server");
        let ran = stops(&environment, child);
        let told = environment.read("told") + &ran.stderr;
        assert!(told.contains("Operation canceled"), "{arguments:?}: {told}");
        assert!(!environment.has("saved") && environment.read("terraform.tfstate").is_empty(), "{arguments:?}");
    }
}

#[test]
fn an_interrupt_ends_an_evaluation_before_the_apply() {
    let root =
        "variable \"pipe\" {\n  default = \"pipe\"\n}\nresource \"terraform_data\" \"a\" {\n  input = VALUE\n}\n";
    // What is known without variables is evaluated before all else.
    for value in [ENDLESS.to_owned(), ENDLESS.replace("\"pipe\"", "var.pipe")] {
        for arguments in [&["plan"][..], &["apply", "-auto-approve"], &["plan", "-refresh-only"], &["validate"]] {
            let evaluates_arguments = matches!(arguments, ["plan"] | ["apply", ..]);
            if value.contains("var.pipe") && !evaluates_arguments {
                continue;
            }
            let environment = with_pipe(&root.replace("VALUE", &value));
            let child = start(&environment, arguments);
            let_begin(&environment);
            stops(&environment, child).fails(&["Operation canceled", "when the operation was interrupted."]);
        }
    }
}

#[test]
fn an_interrupt_is_told_at_a_question() {
    let environment = TestEnvironment::of("resource \"terraform_data\" \"a\" {}\n");
    let mut child = start(&environment, &["apply"]);
    let _keyboard = child.stdin.take();
    wait_for(&environment, "Enter a value:");
    signal(&child, "INT");
    environment.ended(child).fails(&["error asking for approval: interrupted"]);
    assert!(environment.read("told").contains("Interrupt received."));
}

#[test]
fn an_interrupt_ends_the_wait_for_a_variable() {
    let environment = TestEnvironment::of("variable \"v\" {}\noutput \"v\" {\n  value = var.v\n}\n");
    let mut child = start(&environment, &["plan"]);
    let _keyboard = child.stdin.take();
    wait_for(&environment, "Enter a value:");
    stops(&environment, child).fails(&["No value for required variable"]);
}

#[test]
fn an_interrupt_ends_the_wait_for_a_lock() {
    let root = "resource \"terraform_data\" \"a\" {\n  provisioner \"local-exec\" {\n    command = \"touch started; \
                for i in $(seq 600); do [ -e go ] && break; sleep 0.05; done\"\n  }\n}\n";
    let environment = TestEnvironment::of(root);
    let holder = environment.start(&["apply", "-auto-approve"]);
    environment.wait_for("started");
    let child = start(&environment, &["plan", "-lock-timeout=10m"]);
    wait_for(&environment, "Acquiring state lock.");
    signal(&child, "INT");
    environment.ended(child).fails(&["Error acquiring the state lock"]);
    assert!(environment.has(".terraform.tfstate.lock.info"), "it is another's");
    environment.write("go", "");
    environment.ended(holder).succeeds();
}

#[test]
fn the_second_interrupt_ends_it_at_once() {
    let environment = with_pipe(&format!("output \"it\" {{\n  value = {ENDLESS}\n}}\n"));
    let child = start(&environment, &["plan"]);
    // It waits for the pipe, and sees nothing else.
    let _pipe = read_pipe(&environment);
    signal(&child, "INT");
    wait_for(&environment, "Gracefully shutting down...");
    signal(&child, "INT");
    let ran = environment.ended(child);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(environment.read("told").contains("Two interrupts received. Exiting now."));
}

#[test]
fn a_piped_console_can_be_stopped() {
    let environment = with_pipe("");
    let mut child = start(&environment, &["console"]);
    let line = ENDLESS.replace('\n', " ") + "\n";
    child.stdin.take().expect("a pipe").write_all(line.as_bytes()).expect("it reads");
    let_begin(&environment);
    stops(&environment, child).fails(&["Operation canceled"]);
}
