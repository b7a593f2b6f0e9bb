//! Terraform and Landform take turns on one state and respect each other's lock. Nothing is tested where there is no
//! Terraform.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use landform_state::{LockError, StateStore};

use super::place::{KEY, Locking, Place, TABLE};
use crate::support::{lock_info, output};

/// A root module with an output, and a resource whose creation waits for a file.
const ROOT: &str = r#"
variable "text" {}
resource "terraform_data" "slow" {
  triggers_replace = var.text
  provisioner "local-exec" {
    command = "touch started; while [ ! -e go ]; do sleep 0.1; done"
  }
}
output "o" { value = var.text }
"#;

fn is_there() -> bool {
    Command::new("terraform").arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

struct Root<'a> {
    folder: &'a Path,
    place: &'a Place,
}

impl Root<'_> {
    fn write(&self, locking: Locking) {
        let file = if matches!(locking, Locking::File | Locking::Both) { "use_lockfile = true" } else { "" };
        let table = match locking {
            Locking::Table | Locking::Both => format!("dynamodb_table = \"{TABLE}\""),
            _ => String::new(),
        };
        let backend = format!(
            "terraform {{\n backend \"s3\" {{\n bucket = {:?}\n key = {KEY:?}\n use_path_style = true\n {file}\n {table}\n }}\n}}\n",
            self.place.bucket
        );
        fs_err::write(self.folder.join("main.tf"), backend + ROOT).expect("a file");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("terraform");
        command.args(arguments).arg("-no-color").current_dir(self.folder);
        // Terraform asks for the user's name and finds the shell.
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).env("HOME", self.folder).envs(self.place.account.environment());
        command.env("CHECKPOINT_DISABLE", "1").env("TF_CLI_CONFIG_FILE", "/dev/null").env("TF_IN_AUTOMATION", "1");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("it starts")
    }

    fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
        text
    }
}

async fn take_turns(locking: Locking) {
    if !is_there() {
        return;
    }
    let place = Place::new().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = Root { folder: folder.path(), place: &place };
    root.write(locking);
    root.succeeds(&["init"]);
    let store = place.store(locking).await;
    theirs_holds(&root, &*store).await;
    let id = store.lock(&lock_info("OperationTypeApply")).await.expect("it was given back");
    let mut state = store.read().await.expect("it can be read").expect("Terraform has written it");
    assert_eq!((output(Some(&state)), state.serial > 0), (Some("\"first\""), true));
    state.outputs.get_mut("o").expect("the output").value = "\"ours\"".into();
    let written = store.write(&state).await.expect("a write");
    assert_eq!(written.serial, state.serial + 1);
    ours_holds(&root, &id.0);
    store.unlock(&id).await.expect("our own lock");
    assert_eq!(root.succeeds(&["output", "-raw", "o"]), "ours");
    assert_eq!(root.succeeds(&["state", "list"]), "terraform_data.slow\n");
    fs_err::write(folder.path().join("go"), "").expect("a file");
    root.succeeds(&["apply", "-auto-approve", "-var=text=second"]);
    let read = store.read().await.expect("it can be read");
    assert_eq!(output(read.as_ref()), Some("\"second\""));
    assert_eq!(read.map(|read| read.lineage), Some(state.lineage));
}

/// While Terraform applies, the lock is refused and Terraform named.
async fn theirs_holds(root: &Root<'_>, store: &dyn StateStore) {
    let apply = root.command(&["apply", "-auto-approve", "-var=text=first"]).spawn().expect("it starts");
    let started = root.folder.join("started");
    while !started.exists() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    match store.lock(&lock_info("OperationTypePlan")).await.expect_err("Terraform has it") {
        LockError::Held { holder, message } => {
            let holder = holder.expect("it is named");
            assert_eq!((&*holder.operation, &*holder.path), ("OperationTypeApply", &*root.place.id()), "{message}");
            assert!(holder.who.contains('@') && !holder.version.is_empty(), "{holder:?}");
        }
        LockError::Failed(found) => panic!("{found:?}"),
    }
    fs_err::write(root.folder.join("go"), "").expect("a file");
    let output = apply.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs_err::remove_file(root.folder.join("go")).expect("a file");
}

/// While we have the lock, Terraform refuses and names us.
fn ours_holds(root: &Root<'_>, id: &str) {
    let output = root.run(&["plan", "-var=text=second"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{told}");
    for expected in ["Error acquiring the state lock", id, "somebody@somewhere", &root.place.id()] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn take_turns_with_a_lock_file() {
    take_turns(Locking::File).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn take_turns_with_a_table() {
    take_turns(Locking::Table).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn take_turns_with_both() {
    take_turns(Locking::Both).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn workspaces_are_the_same() {
    if !is_there() {
        return;
    }
    let place = Place::new().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = Root { folder: folder.path(), place: &place };
    root.write(Locking::File);
    root.succeeds(&["init"]);
    root.succeeds(&["workspace", "new", "dev"]);
    let backend: Arc<dyn landform_state::Backend> = Arc::new(place.backend(Locking::File, &[]).await);
    assert_eq!(backend.workspaces().await, Ok(vec!["default".to_owned(), "dev".to_owned()]));
    let dev = backend.open("dev").await.expect("it can be opened").read().await.expect("it can be read");
    assert_eq!(dev.map(|state| (state.serial, state.is_empty())), Some((1, true)));
    let ours = backend.open("ours").await.expect("it can be opened");
    ours.write(&landform_state::State::new("1.11.4")).await.expect("a write");
    assert!(root.succeeds(&["workspace", "list"]).contains("  ours\n"));
    backend.delete_workspace("dev").await.expect("it can be deleted");
    assert!(!root.succeeds(&["workspace", "list"]).contains("  dev\n"));
}
