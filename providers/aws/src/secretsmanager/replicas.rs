//! Copies of a secret in other regions.

use aws_sdk_secretsmanager::types::{ReplicaRegionType, ReplicationStatusType, StatusType};

use super::loads::described;
use crate::core::prelude::*;
use crate::core::time;

/// How long copying may take.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// A copy in another region.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Replica {
    /// Key that encrypts the copy; without, the one that AWS keeps for Secrets Manager.
    #[attr(optional, computed)]
    kms_key_id: Attr<String>,
    /// When the copy was last read.
    #[attr(computed)]
    last_accessed_date: Attr<String>,
    /// Region of the copy.
    #[attr(required)]
    region: Attr<String>,
    /// How the copying went: `InProgress`, `InSync` or `Failed`.
    #[attr(computed)]
    status: Attr<String>,
    /// What is said of it.
    #[attr(computed)]
    status_message: Attr<String>,
}

impl Replica {
    /// As the service tells it.
    pub(super) fn told(remote: &ReplicationStatusType) -> Self {
        Self {
            kms_key_id: remote.kms_key_id().into(),
            last_accessed_date: remote.last_accessed_date().map(time::text).into(),
            region: remote.region().into(),
            status: remote.status().map(StatusType::as_str).into(),
            status_message: remote.status_message().into(),
        }
    }

    fn wanted(&self) -> ReplicaRegionType {
        ReplicaRegionType::builder().set_region(self.region.get()).set_kms_key_id(self.kms_key_id.param()).build()
    }

    /// Whether both are the same copy, as far as it can be chosen.
    fn is_like(&self, other: &Self) -> bool {
        self.region == other.region
            && (!self.kms_key_id.is_known() || self.kms_key_id.as_str() == other.kms_key_id.as_str())
    }
}

/// What a create asks for.
pub(super) fn wanted(replicas: &[Replica]) -> Option<Vec<ReplicaRegionType>> {
    (!replicas.is_empty()).then(|| replicas.iter().map(Replica::wanted).collect())
}

/// Takes away the copies that are not planned, then adds those that are not there.
pub(super) async fn change(cx: &Aws, id: &str, from: &[Replica], to: &[Replica], force: bool) -> Result<()> {
    let removed: Vec<Replica> = from.iter().filter(|it| !to.iter().any(|other| other.is_like(it))).cloned().collect();
    let added: Vec<Replica> = to.iter().filter(|it| !from.iter().any(|other| it.is_like(other))).cloned().collect();
    remove(cx, id, &removed).await?;
    if let Some(added) = wanted(&added) {
        let request = cx.secretsmanager().replicate_secret_to_regions().secret_id(id);
        request.set_add_replica_regions(Some(added)).force_overwrite_replica_secret(force).send().await?;
    }
    Ok(())
}

/// Takes copies away: as long as there are any, the secret can not be deleted.
pub(super) async fn remove(cx: &Aws, id: &str, replicas: &[Replica]) -> Result<()> {
    if replicas.is_empty() {
        return Ok(());
    }
    let regions = replicas.iter().filter_map(|it| it.region.get()).collect();
    let request = cx.secretsmanager().remove_regions_from_replication().secret_id(id);
    match request.set_remove_replica_regions(Some(regions)).send().await.map_err(Error::from) {
        Err(error) if !error.is_missing() => Err(error),
        _ => Ok(()),
    }
}

/// Waits until no copying is under way. One that failed says so in its status.
pub(super) async fn settle(cx: &Aws, id: &str) -> Result<()> {
    wait_until(&format!("the replicas of secret {id} to be made"), PATIENCE, || async {
        let secret = described(cx, id).await?;
        let copying = |it: &ReplicationStatusType| it.status() == Some(&StatusType::InProgress);
        let under_way = secret.is_some_and(|secret| secret.replication_status().iter().any(copying));
        Ok(if under_way { State::Pending("InProgress".into()) } else { State::Done(()) })
    })
    .await
}
