//! Progress of runs: a line or a message an event, and what still goes on every ten seconds.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use landform_addrs::{ResourceInstance, Str};
use landform_core::events::{EphemeralOperation, EphemeralPhase, Event, Observer};
use landform_plan::Action;
use landform_values::{Type, Value};
use landform_views::Style;
use landform_views::progress::{self, EventKind, Operation};

use crate::session::Session;
use crate::view::View;
use crate::world::World;
use crate::{live, stream};

/// Prints what happens.
#[derive(Clone)]
pub(crate) struct Progress {
    view: View,
    running: Arc<Mutex<BTreeMap<ObjectKey, Running>>>,
    told: Told,
}

/// How a run is told.
#[derive(Clone)]
enum Told {
    /// In lines or messages alone.
    InLines,
    /// What is running in a live region, what is done in lines above it.
    Live(World),
}

/// An instance, and the key of its object if that is deposed.
type ObjectKey = (ResourceInstance, Option<Str>);

struct Running {
    since: Instant,
    told: u64,
    operation: Operation,
    object: Value,
}

/// How often is told that something still goes on.
const STILL: Duration = Duration::from_secs(10);

/// How many bytes of lines are printed together.
const PRINTED_TOGETHER: usize = 1 << 16;

/// How often the live region is drawn.
const LIVE: Duration = Duration::from_millis(50);

impl Progress {
    /// For a run.
    pub(crate) fn new(session: &Session) -> Self {
        let (world, view) = (&session.world, session.view.clone());
        let told = if live::is_wanted(world, &view) { Told::Live(world.clone()) } else { Told::InLines };
        Self { view, running: Arc::default(), told }
    }

    /// Runs to the end and tells on the way what still goes on.
    pub(crate) async fn while_telling<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        loop {
            let pause = if matches!(self.told, Told::Live(_)) { LIVE } else { Duration::from_millis(500) };
            tokio::select! {
                result = &mut work => {
                    self.draw(&[]);
                    return result;
                }
                () = tokio::time::sleep(pause) => match self.told {
                    Told::InLines => self.tell_still(),
                    Told::Live(_) => self.draw_running(),
                },
            }
        }
    }

    fn draw_running(&self) {
        let plain = Style { color: false, ..self.view.style };
        let line = |((address, deposed), running): (&ObjectKey, &Running)| {
            let kind = EventKind::Start(running.operation, &running.object);
            let text = progress::Event { address, deposed: deposed.as_ref(), kind }.text(&plain)?;
            Some(live::Running { text, elapsed: running.since.elapsed() })
        };
        let lines: Vec<live::Running> = self.running().iter().filter_map(line).collect();
        self.draw(&lines);
    }

    fn draw(&self, lines: &[live::Running]) {
        if let Told::Live(world) = &self.told {
            live::draw(lines, world.terminal_size());
        }
    }

    fn tell_still(&self) {
        let mut due = Vec::new();
        for ((address, deposed), running) in self.running().iter_mut() {
            let elapsed = running.since.elapsed();
            let count = elapsed.as_secs() / STILL.as_secs();
            if count > running.told {
                running.told = count;
                due.push((address.clone(), deposed.clone(), running.operation, running.object.clone(), elapsed));
            }
        }
        for (address, deposed, operation, object, elapsed) in due {
            self.tell(&address, deposed.as_ref(), EventKind::Progress(operation, &object, elapsed));
        }
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<(ResourceInstance, Option<Str>), Running>> {
        self.running.lock().expect("no holder of this lock panics")
    }

    fn tell(&self, address: &ResourceInstance, deposed: Option<&Str>, kind: EventKind<'_>) {
        let event = progress::Event { address, deposed, kind };
        if self.view.json {
            event.message().iter().for_each(stream::message);
        } else if let Some(text) = event.text(&self.view.style) {
            self.view.say(&format!("{text}\n"));
        }
    }

    /// A line or a message for each line that is not empty. People see an empty line where there is none, as in
    /// Terraform.
    fn tell_output(&self, address: &ResourceInstance, provisioner: &str, text: &str) {
        let mut lines = progress::provisioner_lines(text).peekable();
        if lines.peek().is_none() && !self.view.json {
            self.view.say("\n");
        }
        lines.for_each(|line| self.tell(address, None, EventKind::ProvisionOutput(provisioner, line)));
    }

    fn begin(&self, address: &ResourceInstance, deposed: Option<&Str>, operation: Operation, object: &Value) {
        let running = Running { since: Instant::now(), told: 0, operation, object: object.clone() };
        self.running().insert((address.clone(), deposed.cloned()), running);
        // The live region says it.
        if matches!(self.told, Told::InLines) {
            self.tell(address, deposed, EventKind::Start(operation, object));
        }
    }

    fn end(&self, address: &ResourceInstance, deposed: Option<&Str>) -> Duration {
        let running = self.running().remove(&(address.clone(), deposed.cloned()));
        running.map_or(Duration::ZERO, |running| running.since.elapsed())
    }

    fn complete(&self, address: &ResourceInstance, deposed: Option<&Str>, operation: Operation, object: &Value) {
        let elapsed = self.end(address, deposed);
        self.tell(address, deposed, EventKind::Complete(operation, object, elapsed));
    }
}

impl Observer for Progress {
    /// Lines of many objects whose reading begins are printed together.
    fn events(&self, events: &mut dyn Iterator<Item = Event<'_>>) {
        let mut lines = String::new();
        for event in events {
            match event {
                Event::Refreshing { address, deposed, object } if !self.view.json => {
                    let event = progress::Event { address, deposed, kind: EventKind::RefreshStart(object) };
                    if let Some(text) = event.text(&self.view.style) {
                        lines.push_str(&text);
                        lines.push('\n');
                    }
                    if lines.len() > PRINTED_TOGETHER {
                        self.view.say(&std::mem::take(&mut lines));
                    }
                }
                other => self.event(other),
            }
        }
        if !lines.is_empty() {
            self.view.say(&lines);
        }
    }

    fn event(&self, event: Event<'_>) {
        match event {
            Event::Refreshing { address, deposed, object } => {
                self.tell(address, deposed, EventKind::RefreshStart(object));
            }
            Event::Refreshed { address, deposed, object } => {
                self.tell(address, deposed, EventKind::RefreshComplete(object));
            }
            Event::Reading { address } => self.begin(address, None, Operation::Read, &nothing()),
            Event::Read { address, object } => self.complete(address, None, Operation::Read, object),
            Event::Importing { address, by } => self.tell(address, None, EventKind::PrepareImport(by)),
            Event::Seeking { address, by } => self.tell(address, None, EventKind::ImportById(&by.to_string())),
            Event::Found { address } => self.tell(address, None, EventKind::ImportPrepared),
            Event::Adopting { address, by } => self.tell(address, None, EventKind::ImportStart(by)),
            Event::Adopted { address, by } => self.tell(address, None, EventKind::ImportComplete(by)),
            Event::Applying { address, deposed, action, object } => {
                self.begin(address, deposed, operation(action), object);
            }
            Event::Applied { address, deposed, action: Action::Delete, .. } => {
                self.complete(address, deposed, Operation::Delete, &nothing());
            }
            Event::Applied { address, deposed, action, object } => {
                self.complete(address, deposed, operation(action), object);
            }
            Event::Failed { address, deposed, action } => {
                let elapsed = self.end(address, deposed);
                self.tell(address, deposed, EventKind::Errored(operation(action), elapsed));
            }
            Event::Ephemeral { address, phase } => match phase {
                EphemeralPhase::Begun(operation) => self.begin(address, None, ephemeral(operation), &nothing()),
                EphemeralPhase::Done(operation) => self.complete(address, None, ephemeral(operation), &nothing()),
                EphemeralPhase::Failed(operation) => {
                    let elapsed = self.end(address, None);
                    self.tell(address, None, EventKind::Errored(ephemeral(operation), elapsed));
                }
            },
            Event::Provisioning { address, provisioner } => {
                self.tell(address, None, EventKind::ProvisionStart(provisioner));
            }
            Event::ProvisionerOutput { address, provisioner, text } => self.tell_output(address, provisioner, text),
            Event::Provisioned { address, provisioner, failed: false } => {
                self.tell(address, None, EventKind::ProvisionComplete(provisioner));
            }
            Event::Provisioned { address, provisioner, failed: true } => {
                self.tell(address, None, EventKind::ProvisionErrored(provisioner));
            }
        }
    }
}

fn nothing() -> Value {
    Value::null(Type::Dynamic)
}

fn operation(action: Action) -> Operation {
    Operation::of(action).unwrap_or(Operation::Update)
}

fn ephemeral(operation: EphemeralOperation) -> Operation {
    match operation {
        EphemeralOperation::Open => Operation::Open,
        EphemeralOperation::Renew => Operation::Renew,
        EphemeralOperation::Close => Operation::Close,
    }
}
