//! Progress of runs, in Terraform's lines.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use landform_core::events::{EphemeralPhase, Event, Observer};
use landform_plan::Action;
use landform_values::Value;
use serde_json::json;

use crate::stream;
use crate::view::View;

/// Prints what happens, and every ten seconds what is still going on.
#[derive(Clone)]
pub(crate) struct Progress {
    view: View,
    running: Arc<Mutex<BTreeMap<String, Running>>>,
}

struct Running {
    since: Instant,
    told: u64,
    doing: &'static str,
    id: String,
}

/// How often "still" lines come.
const STILL: Duration = Duration::from_secs(10);

impl Progress {
    /// For a view.
    pub(crate) fn new(view: View) -> Self {
        Self { view, running: Arc::default() }
    }

    /// Runs to the end and prints "still" lines on the way.
    pub(crate) async fn while_telling<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        loop {
            tokio::select! {
                result = &mut work => return result,
                () = tokio::time::sleep(Duration::from_millis(500)) => self.tell_still(),
            }
        }
    }

    fn tell_still(&self) {
        let mut running = self.running.lock().expect("no holder of this lock panics");
        for (address, operation) in running.iter_mut() {
            let elapsed = operation.since.elapsed();
            let due = elapsed.as_secs() / STILL.as_secs();
            if due > operation.told {
                operation.told = due;
                let seconds = elapsed.as_secs();
                let id = if operation.id.is_empty() { String::new() } else { format!("{}, ", operation.id) };
                let line = format!(
                    "{address}: Still {}... [{id}{:02}m{:02}s elapsed]",
                    operation.doing,
                    seconds / 60,
                    seconds % 60
                );
                if self.view.json {
                    stream::line("info", &line, "apply_progress", json!({ "hook": { "resource": address, "elapsed_seconds": seconds } }));
                } else {
                    self.view.text(&format!("[bold]{line}[reset]\n"));
                }
            }
        }
    }

    fn begin(&self, address: String, doing: &'static str, id: String) {
        let operation = Running { since: Instant::now(), told: 0, doing, id };
        self.running.lock().expect("no holder of this lock panics").insert(address, operation);
    }

    fn end(&self, address: &str) -> Duration {
        let mut running = self.running.lock().expect("no holder of this lock panics");
        running.remove(address).map_or(Duration::ZERO, |operation| operation.since.elapsed())
    }

    fn ephemeral(&self, address: &str, phase: EphemeralPhase) {
        match phase {
            EphemeralPhase::Opening => {
                self.line(address, "Opening...");
                self.begin(address.to_owned(), "opening", String::new());
            }
            EphemeralPhase::Closing => {
                self.line(address, "Closing...");
                self.begin(address.to_owned(), "closing", String::new());
            }
            EphemeralPhase::Opened | EphemeralPhase::Closed => {
                let elapsed = self.end(address).as_secs();
                let what = if phase == EphemeralPhase::Opened { "Opening" } else { "Closing" };
                self.line(address, &format!("{what} complete after {elapsed}s"));
            }
        }
    }

    fn line(&self, address: &str, rest: &str) {
        if !self.view.json {
            self.view.text(&format!("[bold]{address}: {rest}[reset]\n"));
        }
    }

    fn json(&self, message: &str, kind: &str, hook: serde_json::Value) {
        if self.view.json {
            stream::line("info", message, kind, json!({ "hook": hook }));
        }
    }
}

impl Observer for Progress {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Refreshing { address, object } => {
                let id = bracketed(object);
                self.line(&address.to_string(), &format!("Refreshing state...{id}"));
                self.json(
                    &format!("{address}: Refreshing state...{id}"),
                    "refresh_start",
                    json!({ "resource": resource_json(address), "id_key": id_of(object).0, "id_value": id_of(object).1 }),
                );
            }
            Event::Refreshed { address, object } => self.json(
                &format!("{address}: Refresh complete{}", bracketed(object)),
                "refresh_complete",
                json!({ "resource": resource_json(address), "id_key": id_of(object).0, "id_value": id_of(object).1 }),
            ),
            Event::Reading { address } => {
                self.line(&address.to_string(), "Reading...");
                self.begin(address.to_string(), "reading", String::new());
                self.json(
                    &format!("{address}: Reading..."),
                    "apply_start",
                    json!({ "resource": resource_json(address), "action": "read" }),
                );
            }
            Event::Read { address, object } => {
                let elapsed = self.end(&address.to_string());
                let id = bracketed(object);
                self.line(&address.to_string(), &format!("Read complete after {}s{id}", elapsed.as_secs()));
                self.json(
                    &format!("{address}: Read complete after {}s{id}", elapsed.as_secs()),
                    "apply_complete",
                    json!({ "resource": resource_json(address), "action": "read", "elapsed_seconds": elapsed.as_secs() }),
                );
            }
            Event::Importing { address, id } => self.line(&address.to_string(), &format!("Preparing import... [id={id}]")),
            Event::Applying { address, deposed, action, object } => {
                let (begin, doing) = words(action);
                let name = named(&address.to_string(), deposed);
                let id = if action == Action::Create { String::new() } else { bracketed(object) };
                self.line(&name, &format!("{begin}...{id}"));
                self.begin(name.clone(), doing, id_text(object));
                self.json(
                    &format!("{name}: {begin}...{id}"),
                    "apply_start",
                    json!({ "resource": resource_json(address), "action": action.names()[0] }),
                );
            }
            Event::Applied { address, deposed, action, object } => {
                let name = named(&address.to_string(), deposed);
                let elapsed = self.end(&name);
                let id = if action == Action::Delete { String::new() } else { bracketed(object) };
                let line = format!("{} after {}s{id}", done(action), elapsed.as_secs());
                self.line(&name, &line);
                self.json(
                    &format!("{name}: {line}"),
                    "apply_complete",
                    json!({ "resource": resource_json(address), "action": action.names()[0], "elapsed_seconds": elapsed.as_secs() }),
                );
            }
            Event::Failed { address, deposed, action } => {
                let name = named(&address.to_string(), deposed);
                let elapsed = self.end(&name);
                let line = format!("{name}: {} errored after {}s", noun(action), elapsed.as_secs());
                self.json(
                    &line,
                    "apply_errored",
                    json!({ "resource": resource_json(address), "action": action.names()[0], "elapsed_seconds": elapsed.as_secs() }),
                );
            }
            Event::Provisioning { address, provisioner } => {
                self.line(&address.to_string(), &format!("Provisioning with '{provisioner}'..."));
            }
            Event::ProvisionerOutput { address, provisioner, line } => {
                if !self.view.json {
                    self.view.text(&format!("[bold]{address} ({provisioner}):[reset] {line}\n"));
                }
            }
            Event::Provisioned { .. } => {}
            Event::Ephemeral { address, phase } => self.ephemeral(&address.to_string(), phase),
        }
    }
}

fn named(address: &str, deposed: Option<&landform_values::Str>) -> String {
    deposed.map_or_else(|| address.to_owned(), |key| format!("{address} (deposed object {key})"))
}

fn words(action: Action) -> (&'static str, &'static str) {
    match action {
        Action::Create => ("Creating", "creating"),
        Action::Delete => ("Destroying", "destroying"),
        _ => ("Modifying", "modifying"),
    }
}

fn noun(action: Action) -> &'static str {
    match action {
        Action::Create => "Creation",
        Action::Delete => "Destruction",
        _ => "Modification",
    }
}

fn done(action: Action) -> &'static str {
    match action {
        Action::Create => "Creation complete",
        Action::Delete => "Destruction complete",
        _ => "Modifications complete",
    }
}

/// The attribute that identifies an object to people, and its value: `id`, else a name. Sensitive ones never.
fn id_of(object: &Value) -> (&'static str, String) {
    let text = |name: &str| {
        let value = object.get_attribute(name)?;
        (!value.marks().is_sensitive()).then(|| value.as_str().map(str::to_owned))?
    };
    for key in ["id", "name"] {
        if let Some(value) = text(key) {
            return (key, value);
        }
    }
    ("", String::new())
}

fn id_text(object: &Value) -> String {
    let (key, value) = id_of(object);
    if key.is_empty() { String::new() } else { format!("{key}={value}") }
}

fn bracketed(object: &Value) -> String {
    let text = id_text(object);
    if text.is_empty() { text } else { format!(" [{text}]") }
}

fn resource_json(address: &landform_addrs::ResourceInstance) -> serde_json::Value {
    json!({ "addr": address.to_string() })
}
