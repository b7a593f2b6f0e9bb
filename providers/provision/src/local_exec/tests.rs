//! What commands say, and what is said of those that fail. The texts are Terraform's.

use std::sync::Mutex;
use std::time::Duration;

use landform_values::Str;

use super::*;

struct Ran {
    told: Vec<String>,
    /// The detail of the error, if there is one.
    error: String,
}

/// Runs a configuration in a folder of its own that has a folder `sub`.
async fn run_with(config: &[(&str, Value)], hidden: Option<&str>, stop_after: Duration) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    fs_err::create_dir(folder.path().join("sub")).expect("a folder");
    let machine = Machine {
        directory: folder.path().to_owned(),
        search_path: "nosuch:/usr/bin:/bin".into(),
        ..Machine::default()
    };
    let provisioner = LocalExec::new(machine);
    let ty = provisioner.schema().implied_type();
    let given = |name: &Str| config.iter().find(|(given, _)| **given == **name).map(|(_, value)| value.clone());
    let attributes = provisioner.schema().attributes.iter();
    let config = Value::object(
        attributes.map(|(name, schema)| (name.clone(), given(name).unwrap_or_else(|| Value::null(schema.ty.clone())))),
    );
    assert_eq!(config.ty(), ty, "the test gives what the schema wants");
    let told = Mutex::new(Vec::new());
    let output = |text: &str| told.lock().expect("no holder panics").push(text.to_owned());
    let request = ProvisionRequest {
        config,
        connection: Value::NULL,
        output: &output,
        hidden,
        stop: Box::pin(tokio::time::sleep(stop_after)),
    };
    let mut found = provisioner.provision(request).await.into_iter();
    let error = found.next().map(|found| found.detail).unwrap_or_default();
    Ran { told: told.into_inner().expect("no holder panics"), error }
}

async fn run(config: &[(&str, Value)]) -> Ran {
    run_with(config, None, Duration::from_secs(60)).await
}

fn texts(items: &[&str]) -> Value {
    Value::list(Type::String, items.iter().map(|item| Value::from(*item)))
}

/// A command and what it says behind the line that announces it.
async fn check(config: &[(&str, Value)], expected: &[&str], error: &str) {
    let ran = run(config).await;
    assert_eq!(ran.told.get(1..).unwrap_or_default(), expected);
    assert_eq!(ran.error, error);
}

#[tokio::test]
async fn lines_come_in_order_from_both_streams() {
    let command = Value::from("echo a; echo b >&2; printf 'c\\n\\nd'");
    check(&[("command", command)], &["a", "b", "c", "", "d"], "").await;
}

#[tokio::test]
async fn a_line_that_takes_long_is_shown_as_it_comes() {
    check(&[("command", Value::from("printf a; sleep 0.4; echo b"))], &["a", "b"], "").await;
}

#[tokio::test]
async fn what_is_run_is_announced() {
    let told = |ran: Ran| ran.told.first().cloned().unwrap_or_default();
    let command = || ("command", Value::from("echo \"a\tb\" é"));
    assert_eq!(told(run(&[command()]).await), r#"Executing: ["/bin/sh" "-c" "echo \"a\tb\" é"]"#);
    let interpreter = ("interpreter", texts(&["echo", "-n"]));
    assert_eq!(told(run(&[command(), interpreter]).await), r#"Executing: ["echo" "-n" "echo \"a\tb\" é"]"#);
    let quiet = ("quiet", Value::from(true));
    assert_eq!(told(run(&[command(), quiet]).await), "local-exec: Executing: Suppressed by quiet=true");
}

#[tokio::test]
async fn interpreters_get_the_command_last() {
    let interpreter = ("interpreter", texts(&["sh", "-c", "echo got: $0"]));
    check(&[("command", Value::from("a b")), interpreter], &["got: a b"], "").await;
    let nothing = Value::list(Type::String, [Value::null(Type::String)]);
    check(&[("command", Value::from("echo")), ("interpreter", nothing)], &[""], "").await;
}

#[tokio::test]
async fn environment_and_directory_are_the_commands_own() {
    let entries = [("A", Value::from("a b")), ("B", Value::null(Type::String))];
    let environment = ("environment", Value::map(Type::String, entries));
    let command = ("command", Value::from("echo $A-${B-none}; pwd | sed 's/.*\\///'"));
    check(&[command, environment, ("working_dir", Value::from("sub"))], &["a b-none", "sub"], "").await;
}

#[tokio::test]
async fn failures_say_how_and_what_was_said() {
    let command = |text: &str| ("command", Value::from(text));
    let error = "Error running command 'echo a; exit 4': exit status 4. Output: a\n";
    check(&[command("echo a; exit 4")], &["a"], error).await;
    check(&[command("kill -9 $$")], &[], "Error running command 'kill -9 $$': signal: killed. Output: ").await;
    check(&[command("")], &[], "The command must be a non-empty string.").await;
}

#[tokio::test]
async fn what_can_not_be_started_says_why() {
    let check = async |interpreter: &str, working_dir: &str, cause: &str| {
        let working_dir = ("working_dir", Value::from(working_dir));
        let config = [("command", Value::from("x")), ("interpreter", texts(&[interpreter])), working_dir];
        let error = format!("Error running command 'x': {cause}. Output: ");
        super::tests::check(&config, &[], &error).await;
    };
    check("nosuch", "", "exec: \"nosuch\": executable file not found in $PATH").await;
    check("./nosuch", "", "fork/exec ./nosuch: no such file or directory").await;
    check("./sub", "", "fork/exec ./sub: permission denied").await;
    check("/bin/sh", "nosuch", "chdir nosuch: no such file or directory").await;
}

#[tokio::test]
async fn secrets_stay_out_of_errors() {
    let config = [("command", Value::from("echo secret; exit 1")), ("working_dir", Value::from("sub"))];
    let ran = run_with(&config, Some("(hidden)"), Duration::from_secs(60)).await;
    assert_eq!(ran.error, "Error running command: exit status 1. Output: (hidden)");
    let config = [("command", Value::from("x")), ("interpreter", texts(&["secret"]))];
    let ran = run_with(&config, Some("(hidden)"), Duration::from_secs(60)).await;
    assert_eq!(ran.error, "Error running command: executable file not found in $PATH. Output: (hidden)");
}

#[tokio::test]
async fn a_command_may_clean_up_when_the_run_stops() {
    let command = "trap 'echo cleaned; exit 7' TERM; echo begun; while true; do sleep 0.05; done";
    let ran = run_with(&[("command", Value::from(command))], None, Duration::from_millis(300)).await;
    assert_eq!(ran.told[1..], ["begun", "cleaned"]);
    assert!(ran.error.contains("exit status 7. Output: begun\ncleaned\n"), "{}", ran.error);
}

#[tokio::test]
async fn a_command_is_not_waited_for_beyond_the_grace_of_the_stop() {
    let started = std::time::Instant::now();
    let command = "trap '' TERM; while true; do sleep 0.1; done";
    let ran = run_with(&[("command", Value::from(command))], None, Duration::from_millis(100)).await;
    assert!(ran.error.contains("signal: killed"), "{}", ran.error);
    assert!(started.elapsed() < Duration::from_secs(20));
}
