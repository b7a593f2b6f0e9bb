//! Waiting for caches to become what they were asked to be.

use aws_sdk_elasticache::types::{CacheCluster, ReplicationGroup, User, UserGroup};

use super::loads::{CacheClusters, ReplicationGroups};
use crate::core::Fetch;
use crate::core::prelude::*;

/// States that nothing comes after.
const FAILED: [&str; 4] = ["create-failed", "restore-failed", "incompatible-network", "deleted"];

/// Something whose status passes.
pub(super) trait Passing {
    /// What it is, for people.
    const WHAT: &'static str;
    /// The status that is waited for.
    const READY: &'static str;

    /// The present status.
    fn status(&self) -> Option<&str>;
}

macro_rules! passing {
    ($($item:ident: $what:literal until $ready:literal by $status:ident;)*) => {
        $(
            impl Passing for $item {
                const WHAT: &'static str = $what;
                const READY: &'static str = $ready;

                fn status(&self) -> Option<&str> {
                    self.$status()
                }
            }
        )*
    };
}

passing! {
    CacheCluster: "cache cluster" until "available" by cache_cluster_status;
    ReplicationGroup: "replication group" until "available" by status;
    User: "user" until "active" by status;
    UserGroup: "user group" until "active" by status;
}

/// Waits until something is available or active.
pub(super) async fn ready<F: Fetch<Item: Passing>>(cx: &Aws, id: &str, timeout: Duration) -> Result<()> {
    wait_until(&format!("{} {id} to become {}", F::Item::WHAT, F::Item::READY), timeout, || async {
        state(id, cx.load_one::<F>(id).await?.get(id))
    })
    .await
}

/// Waits until something is gone.
pub(super) async fn gone<F: Fetch<Item: Passing>>(cx: &Aws, id: &str, timeout: Duration) -> Result<()> {
    wait_until(&format!("{} {id} to be deleted", F::Item::WHAT), timeout, || async {
        let found = cx.load_one::<F>(id).await?;
        Ok(found.get(id).map_or(State::Done(()), |it| State::Pending(it.status().unwrap_or("there").into())))
    })
    .await
}

/// Deletes something, once what it is busy with is over, and waits until it is gone. What an earlier run began to delete is
/// only waited for.
pub(super) async fn delete<F, A>(
    cx: &Aws,
    id: &str,
    timeout: Duration,
    is_busy: impl Fn(&Error) -> bool,
    call: impl Fn() -> A,
) -> Result<()>
where
    F: Fetch<Item: Passing>,
    A: Future<Output = Result<()>>,
{
    let delete = || async { if is_ending::<F>(cx, id).await? { Ok(()) } else { call().await } };
    retry_while(timeout, is_busy, delete).await?;
    gone::<F>(cx, id, timeout).await
}

/// Waits until a replication group and all of its members are available.
pub(super) async fn replication_group(cx: &Aws, id: &str, timeout: Duration) -> Result<()> {
    wait_until(&format!("replication group {id} to become available"), timeout, || async {
        let groups = cx.load_one::<ReplicationGroups>(id).await?;
        let group = groups.get(id);
        match (state(id, group)?, group) {
            (State::Done(()), Some(group)) => members(cx, group.member_clusters()).await,
            (state, _) => Ok(state),
        }
    })
    .await
}

async fn members(cx: &Aws, ids: &[String]) -> Result<State<()>> {
    let clusters = cx.load::<CacheClusters>(ids).await?;
    for id in ids {
        if let State::Pending(status) = state(id, clusters.get(id))? {
            return Ok(State::Pending(format!("waiting for {id}, which is {status}")));
        }
    }
    Ok(State::Done(()))
}

fn state<T: Passing>(id: &str, found: Option<&T>) -> Result<State<()>> {
    let Some(status) = found.and_then(Passing::status) else { return Ok(State::Pending("not visible".into())) };
    if FAILED.contains(&status) {
        let detail = format!("The {} {id} is in status {status}.", T::WHAT);
        return Err(Error::new("Cache failed", detail));
    }
    Ok(if status == T::READY { State::Done(()) } else { State::Pending(status.to_owned()) })
}

/// Whether something is being deleted, by an earlier run perhaps, or gone already.
async fn is_ending<F: Fetch<Item: Passing>>(cx: &Aws, id: &str) -> Result<bool> {
    let found = cx.load_one::<F>(id).await?;
    Ok(found.get(id).is_none_or(|it| it.status() == Some("deleting")))
}
