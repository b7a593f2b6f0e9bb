//! `aws_route_table_association`.

use aws_sdk_ec2::types::{RouteTableAssociation as Remote, RouteTableAssociationStateCode};

use super::loads::{AssociationsOfSubnets, RouteTables};
use crate::core::prelude::*;

/// Which route table a subnet or a gateway goes by.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_route_table_association", exactly_one("subnet_id", "gateway_id"))]
pub(super) struct RouteTableAssociation {
    /// Id of the internet or VPN gateway.
    #[attr(optional, replace)]
    gateway_id: Attr<String>,
    /// Id of the association; another one with another route table.
    #[attr(id, after_update("route_table_id"))]
    id: Attr<String>,
    /// Region of the route table.
    #[attr(region)]
    region: Attr<String>,
    /// Id of the route table.
    #[attr(required)]
    route_table_id: Attr<String>,
    /// Id of the subnet.
    #[attr(optional, replace)]
    subnet_id: Attr<String>,
    /// How long operations may take.
    #[timeouts(create = "5m", update = "2m", delete = "5m")]
    timeouts: Timeouts,
}

impl Resource<Aws> for RouteTableAssociation {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let request = cx.ec2().associate_route_table().set_route_table_id(self.route_table_id.get());
        let request = request.set_subnet_id(self.subnet_id.param()).set_gateway_id(self.gateway_id.param());
        self.id = request.send().await?.association_id.into();
        self.wait_associated(self.timeouts.create(), cx).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tables = cx.load::<RouteTables>(&batch.keys(|it| it.route_table_id.text())).await?;
        let in_table = |association: &Self| {
            let table = tables.get(association.route_table_id.as_str())?;
            table.associations().iter().find(|it| association.is(it))
        };
        let elsewhere = batch.iter().filter(|it| in_table(it).is_none()).filter_map(|it| it.subnet_id.param());
        let elsewhere = cx.load::<AssociationsOfSubnets>(&elsewhere.collect::<Vec<_>>()).await?;
        Ok(batch.found(|mut association| {
            let moved = || elsewhere.get(association.subnet_id.text()?).filter(|_| association.id.text().is_some());
            let remote = in_table(&association).or_else(moved).filter(|it| !is_ending(it))?.clone();
            association.fill(&remote);
            Some(association)
        }))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let request = cx.ec2().replace_route_table_association().set_route_table_id(self.route_table_id.get());
        match request.set_association_id(prior.id.get()).send().await.map_err(Error::from) {
            Err(error) if error.is(&["InvalidAssociationID.NotFound"]) => return self.create(cx).await,
            result => self.id = result?.new_association_id.into(),
        }
        self.wait_associated(self.timeouts.update(), cx).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        disassociate(cx, self.route_table_id.as_str(), self.id.as_str(), self.timeouts.delete()).await
    }

    fn import(id: &str) -> Result<Self, String> {
        let wanted = "give SUBNET/ROUTETABLE or GATEWAY/ROUTETABLE, such as subnet-1/rtb-1";
        let (target, table) = id.split_once('/').filter(|(a, b)| !a.is_empty() && !b.is_empty()).ok_or(wanted)?;
        let mut association = Self { route_table_id: table.into(), ..Self::default() };
        if target.starts_with("subnet-") {
            association.subnet_id = target.into();
        } else {
            association.gateway_id = target.into();
        }
        Ok(association)
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(Traces::Only(vec![self.clone()]))
    }
}

impl RouteTableAssociation {
    /// By id where it is known; an imported one is known by what it associates.
    fn is(&self, remote: &Remote) -> bool {
        match self.id.text() {
            Some(id) => remote.route_table_association_id() == Some(id),
            None => remote.subnet_id() == self.subnet_id.text() && remote.gateway_id() == self.gateway_id.text(),
        }
    }

    async fn wait_associated(&self, timeout: Duration, cx: &Aws) -> Result<()> {
        let (id, table) = (self.id.as_str(), self.route_table_id.as_str());
        wait_until(&format!("association {id} of route table {table}"), timeout, || async {
            let tables = cx.load_one::<RouteTables>(table).await?;
            let remote = tables.get(table).and_then(|it| it.associations().iter().find(|it| self.is(it)));
            let Some(remote) = remote else { return Ok(State::Pending("not visible".into())) };
            let state = remote.association_state();
            match state.and_then(|it| it.state()) {
                None | Some(RouteTableAssociationStateCode::Associated) => Ok(State::Done(())),
                Some(RouteTableAssociationStateCode::Failed) => {
                    let message = state.and_then(|it| it.status_message()).unwrap_or("EC2 does not say why.");
                    Err(Error::new("Route table not associated", format!("Association {id}: {message}")))
                }
                Some(state) => Ok(State::Pending(state.as_str().to_owned())),
            }
        })
        .await
    }

    fn fill(&mut self, remote: &Remote) {
        self.gateway_id = remote.gateway_id().into();
        self.id = remote.route_table_association_id().into();
        self.route_table_id = remote.route_table_id().into();
        self.subnet_id = remote.subnet_id().into();
    }
}

fn is_ending(remote: &Remote) -> bool {
    let state = remote.association_state().and_then(|it| it.state());
    matches!(
        state,
        Some(RouteTableAssociationStateCode::Disassociated | RouteTableAssociationStateCode::Disassociating)
    )
}

/// Ends an association and waits until it is gone.
pub(super) async fn disassociate(cx: &Aws, table: &str, id: &str, timeout: Duration) -> Result<()> {
    match cx.ec2().disassociate_route_table().association_id(id).send().await.map_err(Error::from) {
        Err(error) if error.is_missing() => return Ok(()),
        result => result?,
    };
    wait_until(&format!("association {id} of route table {table} to end"), timeout, || async {
        let tables = cx.load_one::<RouteTables>(table).await?;
        let associations = tables.get(table).map(|it| it.associations()).unwrap_or_default();
        let there = associations.iter().find(|it| it.route_table_association_id() == Some(id));
        let there = there.is_some_and(|it| {
            let state = it.association_state().and_then(|it| it.state());
            state != Some(&RouteTableAssociationStateCode::Disassociated)
        });
        Ok(if there { State::Pending("there".into()) } else { State::Done(()) })
    })
    .await
}
