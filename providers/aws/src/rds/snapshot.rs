//! `aws_db_snapshot`.

use aws_sdk_rds::types::DbSnapshot as Remote;

use super::instance_checks::snapshot_name;
use super::snapshot_loads::Snapshots;
use super::tagging;
use crate::core::prelude::*;
use crate::core::traces::named;

/// How long a snapshot goes on being told of after it was deleted.
const PATIENCE: Duration = Duration::from_secs(180);
/// What RDS calls the accounts that a snapshot is shared with.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSnapshotAttribute.html>
const SHARED_WITH: &str = "restore";

/// A backup of a database.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_db_snapshot")]
pub(super) struct Snapshot {
    /// Size of the database in GiB.
    #[attr(computed)]
    allocated_storage: Attr<i64>,
    /// Availability zone that the database was in.
    #[attr(computed)]
    availability_zone: Attr<String>,
    /// Name of the database.
    #[attr(required, replace, same = case)]
    db_instance_identifier: Attr<String>,
    /// ARN of the snapshot.
    #[attr(computed)]
    db_snapshot_arn: Attr<String>,
    /// Name of the snapshot.
    #[attr(required, replace, same = case, check = snapshot_name())]
    db_snapshot_identifier: Attr<String>,
    /// Whether the snapshot is encrypted.
    #[attr(computed)]
    encrypted: Attr<bool>,
    /// Engine of the database.
    #[attr(computed)]
    engine: Attr<String>,
    /// Version of the engine.
    #[attr(computed)]
    engine_version: Attr<String>,
    /// Name of the snapshot.
    #[attr(id)]
    id: Attr<String>,
    /// Reads and writes a second that the database had.
    #[attr(computed)]
    iops: Attr<i64>,
    /// ARN of the key that the snapshot is encrypted with.
    #[attr(computed)]
    kms_key_id: Attr<String>,
    /// Licence of the engine.
    #[attr(computed)]
    license_model: Attr<String>,
    /// Option group of the database.
    #[attr(computed)]
    option_group_name: Attr<String>,
    /// Port of the database.
    #[attr(computed)]
    port: Attr<i64>,
    /// Region of the snapshot.
    #[attr(region)]
    region: Attr<String>,
    /// Accounts that may make databases of it; `all` for everybody.
    #[attr(optional)]
    shared_accounts: Attr<BTreeSet<String>>,
    /// Who made it: `manual`, `automated`.
    #[attr(computed)]
    snapshot_type: Attr<String>,
    /// ARN of the snapshot that it is a copy of.
    #[attr(computed)]
    source_db_snapshot_identifier: Attr<String>,
    /// Region that it was copied from.
    #[attr(computed)]
    source_region: Attr<String>,
    /// How RDS calls its state.
    #[attr(computed)]
    status: Attr<String>,
    /// Kind of storage of the database.
    #[attr(computed)]
    storage_type: Attr<String>,
    /// Tags of the snapshot.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the snapshot with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// How long operations may take.
    #[timeouts(create = "20m")]
    timeouts: Timeouts,
    /// VPC that the database was in.
    #[attr(computed)]
    vpc_id: Attr<String>,
}

impl Resource<Aws> for Snapshot {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let (name, database) = (self.db_snapshot_identifier.as_str(), self.db_instance_identifier.as_str());
        let request = cx.rds().create_db_snapshot().db_instance_identifier(database).db_snapshot_identifier(name);
        let request = request.set_tags(tagging::on_create(&self.tags_all));
        let lost = LostAnswer::default();
        let sent = request.customize().interceptor(lost.clone()).send().await;
        lost.forgives("DBSnapshotAlreadyExists", sent).map_err(|error| not_made(error, name, database))?;
        // RDS stores names in lower case.
        self.id = name.to_lowercase().into();
        self.share(&Attr::Null, cx).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let snapshots = cx.load::<Snapshots>(&batch.ids()).await?;
        let snapshots = &snapshots;
        let filled = batch.each(|snapshot| async move {
            let Some(remote) = snapshots.get(snapshot.id.as_str()) else { return Ok(None) };
            snapshot.filled(remote, cx).await.map(Some)
        });
        Ok(filled.await)
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        self.share(&prior.shared_accounts, cx).await?;
        tagging::update(cx, prior.db_snapshot_arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn settle(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        wait_until(&format!("DB snapshot {id} to become available"), self.timeouts.create(), || async {
            match cx.load_one::<Snapshots>(id).await?.get(id) {
                Some(remote) => progress(remote),
                None => Ok(State::Pending("not visible".into())),
            }
        })
        .await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let delete = || async { Ok(cx.rds().delete_db_snapshot().db_snapshot_identifier(id).send().await?) };
        match delete().await {
            // One that is still being made can not be deleted.
            Err(error) if is_busy(&error) => {
                self.settle(cx).await?;
                delete().await?
            }
            deleted => deleted?,
        };
        wait_until(&format!("DB snapshot {id} to be deleted"), PATIENCE, || async {
            Ok(match cx.load_one::<Snapshots>(id).await?.get(id) {
                Some(remote) => State::Pending(remote.status().unwrap_or("there").to_owned()),
                None => State::Done(()),
            })
        })
        .await
    }

    fn import(id: &str) -> Result<Self, String> {
        Ok(Self { id: id.to_lowercase().into(), ..Self::default() })
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(named(self, self.db_snapshot_identifier.as_str().to_lowercase()))
    }
}

fn is_busy(error: &Error) -> bool {
    error.is(&["InvalidDBSnapshotState", "InvalidDBSnapshotStateFault"])
}

fn not_made(error: Error, name: &str, database: &str) -> Error {
    let unavailable = error.is(&["InvalidDBInstanceState", "InvalidDBInstanceStateFault"]);
    let error = error.while_doing(format!("creating snapshot {name} of DB instance {database}"));
    if unavailable {
        error.hint("A snapshot is made of a database that is available: try again once it is.")
    } else {
        error
    }
}

fn progress(remote: &Remote) -> Result<State<()>> {
    match remote.status().unwrap_or("in an unknown state") {
        "available" => Ok(State::Done(())),
        "failed" => {
            let message = format!("DB snapshot {} failed.", remote.db_snapshot_identifier().unwrap_or_default());
            Err(Error::new("Snapshot not made", message).hint("The events of its database say why."))
        }
        status => Ok(State::Pending(format!("{status} ({} %)", remote.percent_progress().unwrap_or_default()))),
    }
}

impl Snapshot {
    /// Shares it with those accounts, and no longer with others. RDS shares only what is ready.
    async fn share(&self, prior: &Attr<BTreeSet<String>>, cx: &Aws) -> Result<()> {
        let (before, now) = (prior.get().unwrap_or_default(), self.shared_accounts.get().unwrap_or_default());
        if before == now {
            return Ok(());
        }
        self.settle(cx).await?;
        let part = |of: &BTreeSet<String>, without: &BTreeSet<String>| {
            let part: Vec<String> = of.difference(without).cloned().collect();
            Some(part).filter(|part| !part.is_empty())
        };
        let request = cx.rds().modify_db_snapshot_attribute().db_snapshot_identifier(self.id.as_str());
        let request = request.attribute_name(SHARED_WITH).set_values_to_add(part(&now, &before));
        request.set_values_to_remove(part(&before, &now)).send().await?;
        Ok(())
    }

    async fn filled(mut self, remote: &Remote, cx: &Aws) -> Result<Self> {
        self.shared_accounts = Attr::Known(shared_accounts(remote, cx).await?);
        self.allocated_storage = remote.allocated_storage().into();
        self.availability_zone = remote.availability_zone().into();
        self.db_instance_identifier = remote.db_instance_identifier().into();
        self.db_snapshot_arn = remote.db_snapshot_arn().into();
        self.db_snapshot_identifier = remote.db_snapshot_identifier().into();
        self.encrypted = remote.encrypted().unwrap_or_default().into();
        self.engine = remote.engine().into();
        self.engine_version = remote.engine_version().into();
        self.id = remote.db_snapshot_identifier().into();
        self.iops = remote.iops().into();
        self.kms_key_id = remote.kms_key_id().into();
        self.license_model = remote.license_model().into();
        self.option_group_name = remote.option_group_name().into();
        self.port = remote.port().into();
        self.snapshot_type = remote.snapshot_type().into();
        self.source_db_snapshot_identifier = remote.source_db_snapshot_identifier().into();
        self.source_region = remote.source_region().into();
        self.status = remote.status().into();
        self.storage_type = remote.storage_type().into();
        self.tags_all = Attr::Known(tagging::told(remote.tag_list()));
        self.vpc_id = remote.vpc_id().into();
        Ok(self)
    }
}

/// Those that the snapshot is shared with: one call a snapshot. Those that RDS makes by itself can not be shared.
async fn shared_accounts(remote: &Remote, cx: &Aws) -> Result<BTreeSet<String>> {
    if remote.snapshot_type() != Some("manual") {
        return Ok(BTreeSet::new());
    }
    let name = remote.db_snapshot_identifier().unwrap_or_default();
    let told = cx.rds().describe_db_snapshot_attributes().db_snapshot_identifier(name).send().await?;
    let attributes = told.db_snapshot_attributes_result().map(|it| it.db_snapshot_attributes()).unwrap_or_default();
    let shared = attributes.iter().filter(|it| it.attribute_name() == Some(SHARED_WITH));
    Ok(shared.flat_map(|it| it.attribute_values()).cloned().collect())
}
