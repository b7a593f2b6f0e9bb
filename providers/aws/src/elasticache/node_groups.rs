//! The shards of a replication group.

use aws_sdk_elasticache::types::{NodeGroup as Remote, NodeGroupConfiguration as Request, NodeGroupMember};

use crate::core::prelude::*;

/// A shard.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NodeGroup {
    /// Four digits that name the shard.
    #[attr(optional, check = digits())]
    pub(super) node_group_id: Attr<String>,
    /// Availability zone of the primary node.
    #[attr(optional, computed)]
    pub(super) primary_availability_zone: Attr<String>,
    /// ARN of the Outpost of the primary node.
    #[attr(optional, computed, check = arn())]
    pub(super) primary_outpost_arn: Attr<String>,
    /// Availability zones of the replicas.
    #[attr(optional, computed)]
    pub(super) replica_availability_zones: Attr<Vec<String>>,
    /// How many replicas there are.
    #[attr(optional, check = between(0..=5))]
    pub(super) replica_count: Attr<i64>,
    /// ARNs of the Outposts of the replicas.
    #[attr(optional, computed)]
    pub(super) replica_outpost_arns: Attr<Vec<String>>,
    /// The part of the keys that the shard holds: `0-8191`.
    #[attr(optional, check = slots())]
    pub(super) slots: Attr<String>,
}

fn digits() -> landform_provider_api::framework::Check {
    landform_provider_api::framework::Check::text(|text| {
        let fine = (1..=4).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
        fine.then_some(()).ok_or_else(|| format!("must be one to four digits, not {text:?}"))
    })
}

fn slots() -> landform_provider_api::framework::Check {
    landform_provider_api::framework::check::characters(
        |it| it.is_ascii_digit() || it == ',' || it == '-',
        "digits, commas and hyphens",
    )
}

impl NodeGroup {
    /// As a create says it.
    pub(super) fn request(&self) -> Request {
        Request::builder()
            .set_node_group_id(self.node_group_id.param())
            .set_primary_availability_zone(self.primary_availability_zone.param())
            .set_primary_outpost_arn(self.primary_outpost_arn.param())
            .set_replica_availability_zones(some(&self.replica_availability_zones))
            .set_replica_count(self.replica_count.get_i32())
            .set_replica_outpost_arns(some(&self.replica_outpost_arns))
            .set_slots(self.slots.param())
            .build()
    }

    /// As the service tells it. Which member is the primary is not always told: it is the first.
    pub(super) fn of(told: &Remote) -> Self {
        let (primary, replicas) =
            told.node_group_members().split_first().map_or((None, &[][..]), |(primary, rest)| (Some(primary), rest));
        let each = |of: fn(&NodeGroupMember) -> Option<&str>| {
            Attr::Known(replicas.iter().filter_map(of).map(str::to_owned).collect::<Vec<_>>())
        };
        Self {
            node_group_id: told.node_group_id().into(),
            primary_availability_zone: primary
                .and_then(|it| it.preferred_availability_zone())
                .unwrap_or_default()
                .into(),
            primary_outpost_arn: primary.and_then(|it| it.preferred_outpost_arn()).unwrap_or_default().into(),
            replica_availability_zones: each(NodeGroupMember::preferred_availability_zone),
            replica_count: i64::try_from(replicas.len()).ok().filter(|count| *count > 0).into(),
            replica_outpost_arns: each(NodeGroupMember::preferred_outpost_arn),
            slots: told.slots().into(),
        }
    }
}

/// The items, where there are any.
fn some(list: &Attr<Vec<String>>) -> Option<Vec<String>> {
    list.get().filter(|items| !items.is_empty())
}
