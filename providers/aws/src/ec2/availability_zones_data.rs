//! `data.aws_availability_zones`.

use super::filters::{Filter, Filters};
use crate::core::prelude::*;

/// The availability zones of a region, in alphabetical order.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_availability_zones")]
pub(super) struct AvailabilityZones {
    /// Whether zones count that the account has not opted in to.
    #[attr(optional)]
    all_availability_zones: Attr<bool>,
    /// Names of zones to leave out.
    #[attr(optional)]
    exclude_names: Attr<BTreeSet<String>>,
    /// Ids of zones to leave out.
    #[attr(optional)]
    exclude_zone_ids: Attr<BTreeSet<String>>,
    /// Names of the groups that the zones belong to.
    #[attr(computed)]
    group_names: Attr<BTreeSet<String>>,
    /// The region's name.
    #[attr(id)]
    id: Attr<String>,
    /// Names of the zones.
    #[attr(computed)]
    names: Attr<Vec<String>>,
    /// Region of the zones.
    #[attr(region)]
    region: Attr<String>,
    /// State of the zones: `available`, `information`, `impaired`, `unavailable` or `constrained`.
    #[attr(optional, check = one_of(["available", "information", "impaired", "unavailable", "constrained"]))]
    state: Attr<String>,
    /// Ids of the zones, in the order of the names.
    #[attr(computed)]
    zone_ids: Attr<Vec<String>>,
    /// Which zones to find.
    #[block(set)]
    filter: Vec<Filter>,
    /// How long operations may take.
    #[timeouts(read = "20m")]
    timeouts: Timeouts,
}

impl DataSource<Aws> for AvailabilityZones {
    async fn read(mut self, cx: &Aws) -> Result<Self> {
        let filters = Filters::of(&self.filter).with("state", self.state.param());
        let request = cx.ec2().describe_availability_zones().set_filters(filters.build());
        let request = request.set_all_availability_zones(self.all_availability_zones.get());
        let zones = request.send().await?.availability_zones.unwrap_or_default();
        let excluded = |set: &Attr<BTreeSet<String>>, text: &str| set.known().is_some_and(|set| set.contains(text));
        let zones = zones.into_iter().filter_map(|zone| Some((zone.zone_name?, zone.zone_id?, zone.group_name)));
        let mut zones: Vec<_> = zones
            .filter(|(name, id, _)| !excluded(&self.exclude_names, name) && !excluded(&self.exclude_zone_ids, id))
            .collect();
        zones.sort_unstable();
        self.id = cx.region().into();
        self.group_names = Attr::Known(zones.iter().filter_map(|(_, _, group)| group.clone()).collect());
        self.names = Attr::Known(zones.iter().map(|(name, ..)| name.clone()).collect());
        self.zone_ids = Attr::Known(zones.into_iter().map(|(_, id, _)| id).collect());
        Ok(self)
    }
}
