//! How the addresses of a NAT gateway change.

use aws_sdk_ec2::types::{NatGateway as Remote, NatGatewayAddress, NatGatewayAddressStatus};

use super::{AddressKey, Addresses, NatGateway, ZoneAddress};
use crate::core::prelude::*;
use crate::ec2::loads::NatGateways;

/// What to wait for.
#[derive(Clone, Copy)]
enum Presence {
    There,
    Gone,
}

impl NatGateway {
    pub(super) async fn update_private_addresses(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let (new, gone) = difference(&prior.secondary_private_ip_addresses, &self.secondary_private_ip_addresses);
        let id = self.id.as_str();
        if !new.is_empty() {
            let request = cx.ec2().assign_private_nat_gateway_address().nat_gateway_id(id);
            request.set_private_ip_addresses(Some(new.iter().cloned().collect())).send().await?;
            self.wait_addresses(cx, NatGatewayAddress::private_ip, &new, Presence::There).await?;
        }
        if !gone.is_empty() {
            let request = cx.ec2().unassign_private_nat_gateway_address().nat_gateway_id(id);
            request.set_private_ip_addresses(Some(gone.iter().cloned().collect())).send().await?;
            self.wait_addresses(cx, NatGatewayAddress::private_ip, &gone, Presence::Gone).await?;
        }
        Ok(())
    }

    pub(super) async fn update_allocations(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let (new, gone) = difference(&prior.secondary_allocation_ids, &self.secondary_allocation_ids);
        if !new.is_empty() {
            let (private, _) = difference(&prior.secondary_private_ip_addresses, &self.secondary_private_ip_addresses);
            let request = cx.ec2().associate_nat_gateway_address().set_nat_gateway_id(self.id.get());
            let request = request.set_allocation_ids(Some(new.iter().cloned().collect()));
            request
                .set_private_ip_addresses((!private.is_empty()).then(|| private.into_iter().collect()))
                .send()
                .await?;
            self.wait_addresses(cx, NatGatewayAddress::allocation_id, &new, Presence::There).await?;
        }
        self.disassociate(&gone, cx).await
    }

    /// In every zone, the new addresses come before the old ones go.
    pub(super) async fn update_zones(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let before: Addresses = prior.availability_zone_address.iter().flat_map(ZoneAddress::allocations).collect();
        let after: Addresses = self.availability_zone_address.iter().flat_map(ZoneAddress::allocations).collect();
        for zone in &self.availability_zone_address {
            let new: Addresses = zone.allocations().filter(|it| !before.contains(it)).collect();
            if new.is_empty() {
                continue;
            }
            let request = cx.ec2().associate_nat_gateway_address().set_nat_gateway_id(self.id.get());
            let by_id = zone.availability_zone_id.param().filter(|_| zone.availability_zone.text().is_none());
            let request = request.set_availability_zone(zone.availability_zone.param()).set_availability_zone_id(by_id);
            request.set_allocation_ids(Some(new.iter().cloned().collect())).send().await?;
            self.wait_addresses(cx, NatGatewayAddress::allocation_id, &new, Presence::There).await?;
        }
        self.disassociate(&before.difference(&after).cloned().collect(), cx).await
    }

    async fn disassociate(&self, allocations: &Addresses, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        if allocations.is_empty() {
            return Ok(());
        }
        let gateways = cx.load_one::<NatGateways>(id).await?;
        let addresses = gateways.get(id).map(Remote::nat_gateway_addresses).unwrap_or_default();
        let listed = addresses.iter().filter(|it| it.allocation_id().is_some_and(|it| allocations.contains(it)));
        let associations: Vec<String> = listed.filter_map(|it| it.association_id.clone()).collect();
        if !associations.is_empty() {
            let request = cx.ec2().disassociate_nat_gateway_address().nat_gateway_id(id);
            request.set_association_ids(Some(associations)).send().await?;
        }
        self.wait_addresses(cx, NatGatewayAddress::allocation_id, allocations, Presence::Gone).await
    }

    async fn wait_addresses(&self, cx: &Aws, key: AddressKey, wanted: &Addresses, presence: Presence) -> Result<()> {
        let id = self.id.as_str();
        wait_until(&format!("addresses of NAT gateway {id} to change"), self.timeouts.update(), || async {
            let gateways = cx.load_one::<NatGateways>(id).await?;
            let addresses = gateways.get(id).map(Remote::nat_gateway_addresses).unwrap_or_default();
            let ours = || addresses.iter().filter(|it| key(it).is_some_and(|it| wanted.contains(it)));
            if let Some(failed) = ours().find(|it| it.status() == Some(&NatGatewayAddressStatus::Failed)) {
                let message = failed.failure_message().unwrap_or("EC2 does not say why.");
                return Err(Error::new("NAT gateway address failed", format!("NAT gateway {id}: {message}")));
            }
            let done = match presence {
                Presence::There => {
                    ours().filter(|it| it.status() == Some(&NatGatewayAddressStatus::Succeeded)).count() == wanted.len()
                }
                Presence::Gone => ours().next().is_none(),
            };
            Ok(if done { State::Done(()) } else { State::Pending("changing".into()) })
        })
        .await
    }
}

/// What is new and what is gone; nothing where the planned items are not known.
fn difference(prior: &Attr<Addresses>, planned: &Attr<Addresses>) -> (Addresses, Addresses) {
    if planned.is_unknown() {
        return Default::default();
    }
    let empty = Addresses::new();
    let (prior, planned) = (prior.known().unwrap_or(&empty), planned.known().unwrap_or(&empty));
    (planned.difference(prior).cloned().collect(), prior.difference(planned).cloned().collect())
}
