//! `aws_db_subnet_group`.

use aws_sdk_rds::types::DbSubnetGroup as Remote;

use super::group_loads::SubnetGroups;
use super::instance_loads::Instances;
use super::names::{SUBNET_GROUP, SUBNET_GROUP_PREFIX, named as name_of};
use super::tagging;
use crate::core::names;
use crate::core::prelude::*;

/// How long a group goes on being told of after it was deleted.
const PATIENCE: Duration = Duration::from_secs(180);

/// The subnets that a database may be in.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_db_subnet_group", conflicts("name", "name_prefix"))]
pub(super) struct SubnetGroup {
    /// ARN of the group.
    #[attr(computed)]
    arn: Attr<String>,
    /// What the group is for.
    #[attr(optional, default = "Managed by Terraform")]
    description: Attr<String>,
    /// Name of the group.
    #[attr(id)]
    id: Attr<String>,
    /// Name of the group.
    #[attr(optional, computed, replace, check = name_of(SUBNET_GROUP))]
    name: Attr<String>,
    /// What a generated name begins with.
    #[attr(optional, computed, replace, check = name_of(SUBNET_GROUP_PREFIX))]
    name_prefix: Attr<String>,
    /// Region of the group.
    #[attr(region)]
    region: Attr<String>,
    /// Ids of the subnets, in at least two availability zones.
    #[attr(required)]
    subnet_ids: Attr<BTreeSet<String>>,
    /// Kinds of network that the subnets have: `IPV4`, `DUAL`.
    #[attr(computed, after_update("subnet_ids"))]
    supported_network_types: Attr<BTreeSet<String>>,
    /// Tags of the group.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the group with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Id of the VPC that the subnets are in.
    #[attr(computed, after_update("subnet_ids"))]
    vpc_id: Attr<String>,
}

impl Resource<Aws> for SubnetGroup {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let name = names::given_or_new(&self.name, &self.name_prefix);
        let request = cx
            .rds()
            .create_db_subnet_group()
            .db_subnet_group_name(&name)
            .db_subnet_group_description(self.description.as_str())
            .set_subnet_ids(Some(self.subnet_ids.items().cloned().collect()))
            .set_tags(tagging::on_create(&self.tags_all));
        let lost = LostAnswer::default();
        let sent = request.customize().interceptor(lost.clone()).send().await;
        let created = lost.forgives("DBSubnetGroupAlreadyExists", sent);
        created.map_err(|error| error.while_doing(format!("creating DB subnet group {name}")))?;
        // RDS stores names in lower case.
        self.id = name.to_lowercase().into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tagged = cx.with_known_tags(batch.iter().map(|group| (&group.arn, &group.tags_all)));
        let read = async {
            let told = told_by_databases(cx).await;
            let is_told = |group: &Self| group.arn.text().is_some() && told.contains_key(group.id.as_str());
            let untold = batch.keys(|group| group.id.text().filter(|_| !is_told(group)));
            let groups = cx.load::<SubnetGroups>(&untold).await?;
            let (told, groups) = (&told, &groups);
            let filled = batch.each(|group| async move {
                let id = group.id.as_str();
                let Some(remote) = groups.get(id).or_else(|| told.get(id)) else { return Ok(None) };
                group.filled(remote, cx).await.map(Some)
            });
            Ok(filled.await)
        };
        cx.reading_tags(tagged, read).await
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        if self.description != prior.description || self.subnet_ids != prior.subnet_ids {
            let request = cx.rds().modify_db_subnet_group().db_subnet_group_name(self.id.as_str());
            let request = request.db_subnet_group_description(self.description.as_str());
            request.set_subnet_ids(Some(self.subnet_ids.items().cloned().collect())).send().await?;
        }
        tagging::update(cx, self.arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let deleted = cx.rds().delete_db_subnet_group().db_subnet_group_name(id).send().await.map_err(Error::from);
        match deleted {
            Err(error) if error.is(&["InvalidDBSubnetGroupStateFault"]) => {
                return Err(
                    error.hint("Databases are still in it; delete them, or move them to another group, before.")
                );
            }
            deleted => deleted?,
        };
        wait_until(&format!("DB subnet group {id} to be deleted"), PATIENCE, || async {
            let there = cx.load_one::<SubnetGroups>(id).await?.get(id).is_some();
            Ok(if there { State::Pending("there".into()) } else { State::Done(()) })
        })
        .await
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        SubnetGroups::traces(self, (&self.name, &self.name_prefix), cx).await
    }
}

/// The groups of databases that are read at the same time, by name: RDS tells of a database with its group.
async fn told_by_databases(cx: &Aws) -> BTreeMap<String, Remote> {
    if !cx.is_reading_in_bulk() {
        return BTreeMap::new();
    }
    // By then all types have asked.
    cx.rounds(1).await;
    let databases = cx.told::<Instances>().await;
    let groups = databases.iter().filter_map(|it| it.db_subnet_group.clone());
    let whole = groups.filter(|group| group.vpc_id().is_some() && !group.subnets().is_empty());
    whole.filter_map(|group| Some((group.db_subnet_group_name()?.to_owned(), group))).collect()
}

impl SubnetGroup {
    async fn filled(mut self, remote: &Remote, cx: &Aws) -> Result<Self> {
        // Told with a database, a group may lack its ARN and network types.
        let known = self.arn.get().unwrap_or_default();
        let arn = remote.db_subnet_group_arn().unwrap_or(&known);
        let tags = cx.tags_or(&self.arn, &self.tags_all, tagging::read(cx, arn)).await?;
        let name = remote.db_subnet_group_name().unwrap_or_default();
        let ids = remote.subnets().iter().filter_map(|subnet| subnet.subnet_identifier());
        self.arn = arn.into();
        self.description = remote.db_subnet_group_description().into();
        self.id = name.into();
        self.name = name.into();
        self.name_prefix = names::prefix_of(name);
        self.subnet_ids = Attr::Known(ids.map(str::to_owned).collect());
        if !remote.supported_network_types().is_empty() {
            let types = remote.supported_network_types().iter().cloned().collect();
            self.supported_network_types = Attr::Known(types);
        }
        self.tags_all = Attr::Known(tags);
        self.vpc_id = remote.vpc_id().into();
        Ok(self)
    }
}
