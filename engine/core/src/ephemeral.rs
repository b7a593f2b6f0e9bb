//! Ephemeral resources: opened when what they are configured with is known, renewed while they are needed, closed when
//! nothing needs them any more, never stored.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use landform_addrs::ResourceInstance;
use landform_diagnostics::Diagnostics;
use landform_provider_api::{EphemeralRenewal, ProviderInstance, Schema, clock};
use landform_values::{Marks, Value};
use petgraph::graph::NodeIndex;
use tokio::sync::{Mutex, Notify};
use tokio::time::Instant;

use crate::events::{EphemeralOperation, EphemeralPhase, Event, Observer};
use crate::objects::{mark_sensitive, sensitive_paths};

/// The ephemeral resources that are open.
#[derive(Default)]
pub(crate) struct OpenResources {
    open: RefCell<Vec<Rc<Open>>>,
    /// What is to be renewed, by when and in the order in which that was asked for.
    due: RefCell<BTreeMap<(Instant, usize), Rc<Open>>>,
    asked: Cell<usize>,
    due_changed: Notify,
}

struct Open {
    /// Its resource in the static graph.
    resource: NodeIndex,
    address: ResourceInstance,
    provider: Arc<dyn ProviderInstance>,
    lease: Mutex<Lease>,
}

/// Held by whoever renews or closes, which are never done at once.
struct Lease {
    /// `None` once it is closed.
    private: Option<Vec<u8>>,
    /// What went wrong when it was renewed.
    found: Diagnostics,
}

impl OpenResources {
    /// Opens an instance of a resource with a wholly known configuration; what it yields, marked.
    pub(crate) async fn open(
        &self,
        (resource, address): (NodeIndex, &ResourceInstance),
        schema: &Schema,
        provider: Arc<dyn ProviderInstance>,
        config: &Value,
        observer: &dyn Observer,
    ) -> Result<Value, Diagnostics> {
        let plain = config.clone().unmark_deep().0;
        let opening = provider.open_ephemeral(&address.resource.kind, plain);
        let response = told(observer, address, EphemeralOperation::Open, opening).await?;
        let lease = Mutex::new(Lease { private: Some(response.private), found: Diagnostics::new() });
        let open = Rc::new(Open { resource, address: address.clone(), provider, lease });
        self.open.borrow_mut().push(open.clone());
        self.renew_after(response.renew_after, open);
        Ok(yielded(schema, response.result, config))
    }

    fn renew_after(&self, seconds: Option<u64>, open: Rc<Open>) {
        let Some(seconds) = seconds else { return };
        let when = Instant::now() + clock::shortened(Duration::from_secs(seconds));
        let turn = self.asked.replace(self.asked.get() + 1);
        self.due.borrow_mut().insert((when, turn), open);
        self.due_changed.notify_one();
    }

    /// Renews what is open, each when its provider wants that, for as long as this is polled.
    pub(crate) async fn keep(&self, observer: &dyn Observer) -> Infallible {
        let mut renewing = FuturesUnordered::new();
        loop {
            let next = self.due.borrow().keys().next().copied();
            let when = async {
                match next {
                    Some((when, _)) => tokio::time::sleep_until(when).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = when => {
                    let due = next.and_then(|next| self.due.borrow_mut().remove(&next));
                    renewing.extend(due.map(|open| self.renew(open, observer)));
                }
                () = self.due_changed.notified() => {}
                Some(()) = renewing.next() => {}
            }
        }
    }

    async fn renew(&self, open: Rc<Open>, observer: &dyn Observer) {
        let mut lease = open.lease.lock().await;
        let Some(private) = lease.private.clone() else { return };
        let address = &open.address;
        let renewing = open.provider.renew_ephemeral(&address.resource.kind, private);
        match told(observer, address, EphemeralOperation::Renew, renewing).await {
            Ok(EphemeralRenewal { private, renew_after }) => {
                lease.private = Some(private);
                self.renew_after(renew_after, open.clone());
            }
            Err(found) => lease.found.extend(found),
        }
    }

    /// Closes the instances of a resource, the last opened first. What went wrong while they were open is told now.
    pub(crate) async fn close(&self, resource: NodeIndex, observer: &dyn Observer) -> Diagnostics {
        let of_resource = |open: &&Rc<Open>| open.resource == resource;
        let instances: Vec<Rc<Open>> = self.open.borrow().iter().filter(of_resource).cloned().collect();
        let found = close(instances, observer).await;
        self.open.borrow_mut().retain(|open| open.resource != resource);
        found
    }

    /// Closes all that are open still, also where closing them was given up.
    pub(crate) async fn close_all(&self, observer: &dyn Observer) -> Diagnostics {
        close(self.open.take(), observer).await
    }
}

async fn close(instances: Vec<Rc<Open>>, observer: &dyn Observer) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for open in instances.into_iter().rev() {
        let found = open.close(observer).await;
        diagnostics.extend(found.into_iter().map(|found| found.about(open.address.to_string())));
    }
    diagnostics
}

impl Open {
    async fn close(&self, observer: &dyn Observer) -> Diagnostics {
        let mut lease = self.lease.lock().await;
        let mut diagnostics = std::mem::take(&mut lease.found);
        let Some(private) = lease.private.clone() else { return diagnostics };
        let address = &self.address;
        let closing = async {
            let found = self.provider.close_ephemeral(&address.resource.kind, private).await;
            if found.has_errors() { Err(found) } else { Ok(found) }
        };
        let (Ok(found) | Err(found)) = told(observer, address, EphemeralOperation::Close, closing).await;
        diagnostics.extend(found);
        lease.private = None;
        diagnostics
    }
}

/// Does something, and tells that it begins and how it ends.
async fn told<T>(
    observer: &dyn Observer,
    address: &ResourceInstance,
    operation: EphemeralOperation,
    work: impl Future<Output = Result<T, Diagnostics>>,
) -> Result<T, Diagnostics> {
    observer.event(Event::Ephemeral { address, phase: EphemeralPhase::Begun(operation) });
    let result = work.await;
    let phase = if result.is_ok() { EphemeralPhase::Done(operation) } else { EphemeralPhase::Failed(operation) };
    observer.event(Event::Ephemeral { address, phase });
    result
}

/// The value of one that can not be opened yet.
pub(crate) fn unopened(schema: &Schema, config: &Value) -> Value {
    yielded(schema, Value::unknown(schema.block.implied_type()), config)
}

fn yielded(schema: &Schema, value: Value, config: &Value) -> Value {
    mark_sensitive(&schema.block, value, &sensitive_paths(config)).with_marks(&Marks::ephemeral())
}
