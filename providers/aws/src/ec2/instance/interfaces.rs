//! Network interfaces of `aws_instance`.

use aws_sdk_ec2::types::{
    InstanceIpv6Address, InstanceNetworkInterface, InstanceNetworkInterfaceAttachment,
    InstanceNetworkInterfaceSpecification as Specification, InstanceSecondaryInterface,
    InstanceSecondaryInterfaceSpecificationRequest, PrivateIpAddressSpecification, SecondaryInterfaceStatus,
    SecondaryInterfaceType,
};

use super::Instance;
use crate::core::checks::listed;
use crate::core::prelude::*;
use crate::ec2::parts::{Told, form, sent};

/// A network interface that is there.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Interface {
    /// Whether it goes with the instance.
    #[attr(optional, replace, default = false)]
    delete_on_termination: Attr<bool>,
    /// Its position on the network card.
    #[attr(required, replace)]
    pub(super) device_index: Attr<i64>,
    /// The network card.
    #[attr(optional, replace, default = 0_i64)]
    network_card_index: Attr<i64>,
    /// Id of the interface.
    #[attr(required, replace)]
    network_interface_id: Attr<String>,
}

sent! {
    Interface as Specification {
        delete_on_termination, set_delete_on_termination: truth;
        device_index, set_device_index: index;
        network_card_index, set_network_card_index: index;
        network_interface_id, set_network_interface_id: text;
    }
}

impl Told<InstanceNetworkInterface> for Interface {
    fn of(told: &InstanceNetworkInterface) -> Self {
        let attachment = told.attachment();
        Self {
            delete_on_termination: attachment.and_then(|it| it.delete_on_termination()).into(),
            device_index: attachment.and_then(InstanceNetworkInterfaceAttachment::device_index).into(),
            network_card_index: attachment.and_then(|it| it.network_card_index()).unwrap_or_default().into(),
            network_interface_id: told.network_interface_id().into(),
        }
    }
}

/// The first network interface, where it is there before.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct PrimaryInterface {
    /// Whether it goes with the instance.
    #[attr(computed)]
    delete_on_termination: Attr<bool>,
    /// Id of the interface.
    #[attr(required, replace)]
    network_interface_id: Attr<String>,
}

impl Told<InstanceNetworkInterface> for PrimaryInterface {
    fn of(told: &InstanceNetworkInterface) -> Self {
        Self {
            delete_on_termination: told.attachment().and_then(|it| it.delete_on_termination()).into(),
            network_interface_id: told.network_interface_id().into(),
        }
    }
}

/// A network interface in a secondary network.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct SecondaryInterface {
    /// Whether it goes with the instance.
    #[attr(optional)]
    delete_on_termination: Attr<bool>,
    /// Its position on the network card.
    #[attr(optional)]
    device_index: Attr<i64>,
    /// `secondary`.
    #[attr(optional, check = listed(SecondaryInterfaceType::values()))]
    interface_type: Attr<String>,
    /// MAC address.
    #[attr(computed)]
    mac_address: Attr<String>,
    /// The network card.
    #[attr(required)]
    network_card_index: Attr<i64>,
    /// How many addresses.
    #[attr(optional)]
    private_ip_address_count: Attr<i64>,
    /// Addresses.
    #[attr(computed)]
    private_ip_addresses: Attr<Vec<String>>,
    /// Id of the interface.
    #[attr(computed)]
    secondary_interface_id: Attr<String>,
    /// Id of the secondary network.
    #[attr(computed)]
    secondary_network_id: Attr<String>,
    /// Id of the secondary subnet.
    #[attr(required)]
    secondary_subnet_id: Attr<String>,
    /// Whether it only gets what is addressed to it.
    #[attr(computed)]
    source_dest_check: Attr<bool>,
    /// State of the interface.
    #[attr(computed)]
    status: Attr<String>,
}

sent! {
    SecondaryInterface as InstanceSecondaryInterfaceSpecificationRequest {
        delete_on_termination, set_delete_on_termination: truth;
        device_index, set_device_index: index;
        interface_type, set_interface_type: text;
        network_card_index, set_network_card_index: index;
        private_ip_address_count, set_private_ip_address_count: number;
        secondary_subnet_id, set_secondary_subnet_id: text;
    }
}

impl Told<InstanceSecondaryInterface> for SecondaryInterface {
    fn of(told: &InstanceSecondaryInterface) -> Self {
        let attachment = told.attachment();
        let addresses: Vec<String> =
            told.private_ip_addresses().iter().filter_map(|it| it.private_ip_address.clone()).collect();
        Self {
            delete_on_termination: attachment.and_then(|it| it.delete_on_termination()).into(),
            device_index: attachment.and_then(|it| it.device_index()).into(),
            interface_type: told.interface_type().map(SecondaryInterfaceType::as_str).into(),
            mac_address: told.mac_address().into(),
            network_card_index: attachment.and_then(|it| it.network_card_index()).unwrap_or_default().into(),
            private_ip_address_count: i64::try_from(addresses.len()).ok().into(),
            private_ip_addresses: addresses.into(),
            secondary_interface_id: told.secondary_interface_id().into(),
            secondary_network_id: told.secondary_network_id().into(),
            secondary_subnet_id: told.secondary_subnet_id().into(),
            source_dest_check: told.source_dest_check().into(),
            status: told.status().map(SecondaryInterfaceStatus::as_str).into(),
        }
    }
}

/// The first of an instance's network interfaces.
pub(super) fn primary(interfaces: &[InstanceNetworkInterface]) -> Option<&InstanceNetworkInterface> {
    interfaces.iter().find(|it| it.attachment().and_then(|it| it.device_index()) == Some(0))
}

impl Instance {
    /// The network interfaces to launch with, where the instance's own arguments can not say it.
    pub(super) fn interfaces_to_launch(&self) -> Option<Vec<Specification>> {
        if let Some(primary) = self.primary_network_interface.first() {
            let interface = Specification::builder().device_index(0);
            return Some(vec![interface.set_network_interface_id(primary.network_interface_id.get()).build()]);
        }
        if !self.network_interface.is_empty() {
            return form::many::send(&self.network_interface);
        }
        let further = self.secondary_private_ips.items().next().is_some();
        let own = self.associate_public_ip_address.is_known() || self.private_ip.text().is_some() || further;
        (own && self.subnet_id.text().is_some()).then(|| vec![self.first_interface()])
    }

    fn first_interface(&self) -> Specification {
        let further = self.secondary_private_ips.items();
        let further = further.map(|it| PrivateIpAddressSpecification::builder().private_ip_address(it).build());
        let further: Vec<_> = further.collect();
        let groups: Vec<String> =
            self.security_groups.items().chain(self.vpc_security_group_ids.items()).cloned().collect();
        Specification::builder()
            .device_index(0)
            .set_associate_public_ip_address(self.associate_public_ip_address.get())
            .set_groups((!groups.is_empty()).then_some(groups))
            .set_ipv6_address_count(form::number::send(&self.ipv6_address_count))
            .set_ipv6_addresses(self.ipv6_to_launch())
            .set_primary_ipv6(form::yes::send(&self.enable_primary_ipv6))
            .set_private_ip_address(self.private_ip.param())
            .set_private_ip_addresses((!further.is_empty()).then_some(further))
            .set_subnet_id(self.subnet_id.param())
            .build()
    }

    /// The IPv6 addresses to launch with.
    pub(super) fn ipv6_to_launch(&self) -> Option<Vec<InstanceIpv6Address>> {
        let addresses = self.ipv6_addresses.items().map(|it| InstanceIpv6Address::builder().ipv6_address(it).build());
        let addresses: Vec<_> = addresses.collect();
        (!addresses.is_empty()).then_some(addresses)
    }
}
