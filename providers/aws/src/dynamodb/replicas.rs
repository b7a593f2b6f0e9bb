//! A table in other regions.

use aws_sdk_dynamodb::types::{
    CreateGlobalTableWitnessGroupMemberAction, CreateReplicationGroupMemberAction,
    DeleteGlobalTableWitnessGroupMemberAction, DeleteReplicationGroupMemberAction, GlobalTableWitnessGroupUpdate,
    MultiRegionConsistency, PointInTimeRecoveryStatus, ReplicaStatus, ReplicationGroupUpdate, SseSpecification,
    TableDescription, UpdateReplicationGroupMemberAction,
};
use landform_provider_api::framework::Context as _;

use super::default_key::is_default;
use super::table::Table;
use super::table_change::set_recovery;
use super::table_read::consistency;
use super::{tagging, waiting};
use crate::core::checks::listed;
use crate::core::prelude::*;
use crate::core::tags::Change;

/// A table in another region.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Replica {
    /// ARN of the table there.
    #[attr(computed)]
    arn: Attr<String>,
    /// Whether reads elsewhere see every write: `EVENTUAL` or `STRONG`.
    #[attr(optional, default = "EVENTUAL", check = listed(MultiRegionConsistency::values()))]
    consistency_mode: Attr<String>,
    /// Whether the table there is kept from being deleted.
    #[attr(optional, computed)]
    deletion_protection_enabled: Attr<bool>,
    /// ARN of the key there.
    #[attr(optional, computed, check = arn())]
    kms_key_arn: Attr<String>,
    /// Whether the table there can be brought back to any moment.
    #[attr(optional, default = false)]
    point_in_time_recovery: Attr<bool>,
    /// Whether the table there has the tags of this one.
    #[attr(optional, default = false)]
    propagate_tags: Attr<bool>,
    /// The region.
    #[attr(required)]
    region_name: Attr<String>,
    /// ARN of the stream there.
    #[attr(computed)]
    stream_arn: Attr<String>,
    /// When the stream there was made.
    #[attr(computed)]
    stream_label: Attr<String>,
}

/// The region that decides when two others do not agree.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Witness {
    /// The region.
    #[attr(optional, computed)]
    pub(super) region_name: Attr<String>,
}

impl Replica {
    /// Whether reads elsewhere see every write.
    pub(super) fn is_strong(&self) -> bool {
        self.consistency_mode.text() == Some(MultiRegionConsistency::Strong.as_str())
    }

    fn creation(&self) -> Result<ReplicationGroupUpdate> {
        let action = CreateReplicationGroupMemberAction::builder()
            .region_name(self.region_name.as_str())
            .set_kms_master_key_id(self.kms_key_arn.param())
            .build()?;
        Ok(ReplicationGroupUpdate::builder().create(action).build())
    }

    fn deletion(&self) -> Result<ReplicationGroupUpdate> {
        let action = DeleteReplicationGroupMemberAction::builder().region_name(self.region_name.as_str()).build()?;
        Ok(ReplicationGroupUpdate::builder().delete(action).build())
    }

    /// Whether it can only be had by making the replica anew.
    fn is_another_than(&self, prior: &Self) -> bool {
        let other_key = self.kms_key_arn.is_known() && self.kms_key_arn.as_str() != prior.kms_key_arn.as_str();
        other_key || self.is_strong() != prior.is_strong()
    }
}

impl Table {
    /// Makes replicas. Where all reads see every write, all are made in one call.
    pub(super) async fn create_replicas(&self, replicas: &[Replica], cx: &Aws, timeout: Duration) -> Result<()> {
        let strong: Vec<&Replica> = replicas.iter().filter(|it| it.is_strong()).collect();
        if !strong.is_empty() {
            let updates = strong.iter().map(|it| it.creation()).collect::<Result<Vec<_>>>()?;
            let request = cx.dynamodb().update_table().set_replica_updates(Some(updates));
            let request = request.multi_region_consistency(MultiRegionConsistency::Strong);
            let request = request.set_global_table_witness_updates(self.witness_creation()?);
            waiting::update(cx, self.id.as_str(), timeout, request).await?;
        }
        for replica in replicas {
            if !replica.is_strong() {
                let request = cx.dynamodb().update_table().replica_updates(replica.creation()?);
                waiting::update(cx, self.id.as_str(), timeout, request).await?;
            }
            self.wait_replica(replica, cx, timeout).await?;
            self.set_up(replica, &Replica::default(), cx, timeout).await?;
        }
        Ok(())
    }

    fn witness_creation(&self) -> Result<Option<Vec<GlobalTableWitnessGroupUpdate>>> {
        let Some(region) = self.global_table_witness.first().and_then(|it| it.region_name.text()) else {
            return Ok(None);
        };
        let action = CreateGlobalTableWitnessGroupMemberAction::builder().region_name(region).build()?;
        Ok(Some(vec![GlobalTableWitnessGroupUpdate::builder().create(action).build()]))
    }

    fn witness_deletion(&self) -> Result<Option<Vec<GlobalTableWitnessGroupUpdate>>> {
        let Some(region) = self.global_table_witness.first().and_then(|it| it.region_name.text()) else {
            return Ok(None);
        };
        let action = DeleteGlobalTableWitnessGroupMemberAction::builder().region_name(region).build()?;
        Ok(Some(vec![GlobalTableWitnessGroupUpdate::builder().delete(action).build()]))
    }

    async fn wait_replica(&self, replica: &Replica, cx: &Aws, timeout: Duration) -> Result<()> {
        let (id, region) = (self.id.as_str(), replica.region_name.as_str());
        wait_until(&format!("replica of DynamoDB table {id} in {region} to become active"), timeout, || async {
            let table = waiting::table(cx, id).await?;
            let told = table.as_ref().and_then(|it| it.replicas().iter().find(|it| it.region_name() == Some(region)));
            Ok(match told.and_then(|it| it.replica_status()) {
                Some(ReplicaStatus::Active) => State::Done(()),
                Some(ReplicaStatus::CreationFailed) => {
                    let why = told.and_then(|it| it.replica_status_description()).unwrap_or_default();
                    let message = format!("Table {id} did not get its replica in {region}: {why}");
                    return Err(Error::new("Replica not made", message));
                }
                status => State::Pending(status.map_or("not visible", ReplicaStatus::as_str).to_owned()),
            })
        })
        .await
    }

    /// Sets what is set in the replica's own region.
    async fn set_up(&self, replica: &Replica, prior: &Replica, cx: &Aws, timeout: Duration) -> Result<()> {
        let id = self.id.as_str();
        let there = cx.in_region(replica.region_name.text());
        let recovers = replica.point_in_time_recovery.is_true();
        if recovers != prior.point_in_time_recovery.is_true() {
            set_recovery(&there, id, recovers.then_some(None), timeout).await?;
        }
        let protected = replica.deletion_protection_enabled.is_true();
        if replica.deletion_protection_enabled.is_known() && protected != prior.deletion_protection_enabled.is_true() {
            let request = there.dynamodb().update_table().deletion_protection_enabled(protected);
            waiting::update(&there, id, timeout, request).await?;
        }
        Ok(())
    }

    /// Deletes replicas, and the witness with the last ones that need it.
    pub(super) async fn delete_replicas(&self, replicas: &[Replica], cx: &Aws, timeout: Duration) -> Result<()> {
        let (strong, others): (Vec<&Replica>, Vec<&Replica>) = replicas.iter().partition(|it| it.is_strong());
        if !strong.is_empty() {
            let updates = strong.iter().map(|it| it.deletion()).collect::<Result<Vec<_>>>()?;
            let request = cx.dynamodb().update_table().set_replica_updates(Some(updates));
            let request = request.set_global_table_witness_updates(self.witness_deletion()?);
            absent_is_fine(waiting::update(cx, self.id.as_str(), timeout, request).await.map(|_| ()))?;
        }
        for replica in others {
            let request = cx.dynamodb().update_table().replica_updates(replica.deletion()?);
            absent_is_fine(waiting::update(cx, self.id.as_str(), timeout, request).await.map(|_| ()))?;
        }
        for replica in replicas {
            self.wait_no_replica(replica, cx, timeout).await?;
        }
        Ok(())
    }

    async fn wait_no_replica(&self, replica: &Replica, cx: &Aws, timeout: Duration) -> Result<()> {
        let (id, region) = (self.id.as_str(), replica.region_name.as_str());
        wait_until(&format!("replica of DynamoDB table {id} in {region} to be deleted"), timeout, || async {
            let table = waiting::table(cx, id).await?;
            let told = table.as_ref().and_then(|it| it.replicas().iter().find(|it| it.region_name() == Some(region)));
            Ok(match told {
                Some(told) => State::Pending(told.replica_status().map_or("there", ReplicaStatus::as_str).to_owned()),
                None => State::Done(()),
            })
        })
        .await
    }

    /// Makes the replicas the planned ones.
    pub(super) async fn change_replicas(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let timeout = self.timeouts.update();
        let before = |replica: &Replica| prior.replica.iter().find(|it| it.region_name == replica.region_name);
        let (mut gone, mut new): (Vec<Replica>, Vec<Replica>) = (Vec::new(), Vec::new());
        gone.extend(prior.replica.iter().filter(|it| !self.has_replica_in(&it.region_name)).cloned());
        for replica in &self.replica {
            match before(replica) {
                None => new.push(replica.clone()),
                Some(old) if replica.is_another_than(old) => {
                    gone.push(old.clone());
                    new.push(replica.clone());
                }
                Some(old) => self.set_up(replica, old, cx, timeout).await?,
            }
        }
        prior.delete_replicas(&gone, cx, timeout).await?;
        self.create_replicas(&new, cx, timeout).await
    }

    fn has_replica_in(&self, region: &Attr<String>) -> bool {
        self.replica.iter().any(|it| it.region_name == *region)
    }

    /// What encrypts the table and its replicas with keys of the account; nothing where no key is named.
    pub(super) fn encryption_of_replicas(
        &self,
        encryption: &SseSpecification,
        cx: &Aws,
    ) -> Result<Vec<ReplicationGroupUpdate>> {
        let Some(own_key) = encryption.kms_master_key_id().filter(|_| !self.replica.is_empty()) else {
            return Ok(Vec::new());
        };
        let replicas = self.replica.iter().filter_map(|it| Some((it.region_name.text()?, it.kms_key_arn.text()?)));
        let updates = replicas.chain([(cx.region(), own_key)]).map(|(region, key)| {
            let action = UpdateReplicationGroupMemberAction::builder().region_name(region).kms_master_key_id(key);
            Ok(ReplicationGroupUpdate::builder().update(action.build()?).build())
        });
        updates.collect()
    }

    /// Gives replicas the tags of the table where that is wanted.
    pub(super) async fn tag_replicas(&self, cx: &Aws) -> Result<()> {
        for replica in self.replica.iter().filter(|it| it.propagate_tags.is_true()) {
            let region = replica.region_name.as_str();
            let there = cx.in_region(Some(region));
            let arn = arn_in(self.arn.as_str(), region);
            let known = Attr::Known(tagging::read(&there, &arn).await?);
            tagging::update(&there, &arn, Change::between(&known, &self.tags_all)).await?;
        }
        Ok(())
    }

    /// Replicas as the service tells them. Each has to be asked for in its own region.
    pub(super) async fn read_replicas(&self, table: &TableDescription, cx: &Aws) -> Result<Vec<Replica>> {
        let mut replicas = Vec::new();
        for told in table.replicas() {
            let Some(region) = told.region_name().filter(|region| *region != cx.region()) else { continue };
            let known = self.replica.iter().find(|it| it.region_name.text() == Some(region));
            let mut replica = read_replica(self.id.as_str(), region, &cx.in_region(Some(region))).await?;
            replica.arn = arn_in(table.table_arn().unwrap_or_default(), region).into();
            replica.consistency_mode = consistency(table).into();
            replica.propagate_tags = known.is_some_and(|it| it.propagate_tags.is_true()).into();
            replicas.push(replica);
        }
        Ok(replicas)
    }
}

async fn read_replica(id: &str, region: &str, there: &Aws) -> Result<Replica> {
    let (table, recovery) = futures::try_join!(waiting::table(there, id), waiting::recovery(there, id))?;
    let table = table.as_ref();
    let key = table.and_then(|it| it.sse_description()).and_then(|it| it.kms_master_key_arn()).unwrap_or_default();
    let named = !key.is_empty() && !is_default(there, key).await?;
    let status = recovery.and_then(|it| it.point_in_time_recovery_status);
    Ok(Replica {
        deletion_protection_enabled: table.and_then(|it| it.deletion_protection_enabled()).unwrap_or_default().into(),
        kms_key_arn: if named { key } else { "" }.into(),
        point_in_time_recovery: (status == Some(PointInTimeRecoveryStatus::Enabled)).into(),
        region_name: region.into(),
        stream_arn: table.and_then(|it| it.latest_stream_arn()).unwrap_or_default().into(),
        stream_label: table.and_then(|it| it.latest_stream_label()).unwrap_or_default().into(),
        ..Replica::default()
    })
}

/// The ARN of the same table in another region.
fn arn_in(arn: &str, region: &str) -> String {
    let mut parts: Vec<&str> = arn.split(':').collect();
    if let Some(place) = parts.get_mut(3) {
        *place = region;
    }
    parts.join(":")
}

/// A replica that is gone already need not be deleted.
fn absent_is_fine(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if error.is_missing() || error.message().contains("request was not found") => Ok(()),
        other => other,
    }
}
