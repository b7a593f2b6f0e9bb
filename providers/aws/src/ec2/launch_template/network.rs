//! Network interfaces of `aws_launch_template`.

use aws_sdk_ec2::types::{
    ConnectionTrackingSpecification, ConnectionTrackingSpecificationRequest, EnaSrdSpecificationRequest,
    EnaSrdUdpSpecificationRequest, LaunchTemplateEnaSrdSpecification, LaunchTemplateEnaSrdUdpSpecification,
    LaunchTemplateInstanceNetworkInterfaceSpecification as Answer,
    LaunchTemplateInstanceNetworkInterfaceSpecificationRequest as Request,
    LaunchTemplateInstanceSecondaryInterfaceSpecification,
    LaunchTemplateInstanceSecondaryInterfaceSpecificationRequest, PrivateIpAddressSpecification,
    SecondaryInterfaceType,
};

use super::truth;
use crate::core::checks::listed;
use crate::core::prelude::*;
use crate::ec2::parts::form::{maybe, number, one, position, text, texts, wrapped};
use crate::ec2::parts::{Sent, Told, part, same_truth};

/// A network interface, made with the instance or there before.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Interface {
    /// Whether it gets a carrier address, in a Wavelength Zone.
    #[attr(optional, same = same_truth, check = truth())]
    associate_carrier_ip_address: Attr<String>,
    /// Whether it gets a public IPv4 address.
    #[attr(optional, same = same_truth, check = truth())]
    associate_public_ip_address: Attr<String>,
    /// Whether it goes with the instance.
    #[attr(optional, same = same_truth, check = truth())]
    delete_on_termination: Attr<String>,
    /// What it is for.
    #[attr(optional)]
    description: Attr<String>,
    /// Its position on the network card.
    #[attr(optional)]
    device_index: Attr<i64>,
    /// `interface`, `efa` or `efa-only`.
    #[attr(optional, check = one_of(["efa", "efa-only", "interface"]))]
    interface_type: Attr<String>,
    /// How many further IPv4 addresses.
    #[attr(optional)]
    ipv4_address_count: Attr<i64>,
    /// IPv4 addresses.
    #[attr(optional, check = each(ipv4()))]
    ipv4_addresses: Attr<BTreeSet<String>>,
    /// How many IPv4 prefixes.
    #[attr(optional)]
    ipv4_prefix_count: Attr<i64>,
    /// IPv4 prefixes.
    #[attr(optional, check = each(cidr_v4()))]
    ipv4_prefixes: Attr<BTreeSet<String>>,
    /// How many IPv6 addresses.
    #[attr(optional)]
    ipv6_address_count: Attr<i64>,
    /// IPv6 addresses.
    #[attr(optional)]
    ipv6_addresses: Attr<BTreeSet<String>>,
    /// How many IPv6 prefixes.
    #[attr(optional)]
    ipv6_prefix_count: Attr<i64>,
    /// IPv6 prefixes.
    #[attr(optional, check = each(cidr_v6()))]
    ipv6_prefixes: Attr<BTreeSet<String>>,
    /// The network card.
    #[attr(optional)]
    network_card_index: Attr<i64>,
    /// Id of an interface that is there.
    #[attr(optional)]
    network_interface_id: Attr<String>,
    /// Whether the first IPv6 address stays as long as the interface.
    #[attr(optional, same = same_truth, check = truth())]
    primary_ipv6: Attr<String>,
    /// The first IPv4 address.
    #[attr(optional, check = ipv4())]
    private_ip_address: Attr<String>,
    /// Security groups by id.
    #[attr(optional)]
    security_groups: Attr<BTreeSet<String>>,
    /// Id of the subnet.
    #[attr(optional)]
    subnet_id: Attr<String>,
    /// When idle connections are forgotten.
    #[block(list, max = 1)]
    connection_tracking_specification: Vec<Tracking>,
    /// ENA Express.
    #[block(list, max = 1)]
    ena_srd_specification: Vec<EnaExpress>,
}

/// When idle connections are forgotten, in seconds.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Tracking {
    /// TCP.
    #[attr(optional, check = between(60..=432_000))]
    tcp_established_timeout: Attr<i64>,
    /// UDP with more than one request.
    #[attr(optional, check = between(60..=180))]
    udp_stream_timeout: Attr<i64>,
    /// Other UDP.
    #[attr(optional, check = between(30..=60))]
    udp_timeout: Attr<i64>,
}

/// ENA Express.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct EnaExpress {
    /// Whether it is on.
    #[attr(optional)]
    ena_srd_enabled: Attr<bool>,
    /// For UDP.
    #[block(list, max = 1)]
    ena_srd_udp_specification: Vec<EnaExpressUdp>,
}

/// ENA Express for UDP.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct EnaExpressUdp {
    /// Whether it is on.
    #[attr(optional)]
    ena_srd_udp_enabled: Attr<bool>,
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
    /// The network card.
    #[attr(optional)]
    network_card_index: Attr<i64>,
    /// How many addresses.
    #[attr(optional)]
    private_ip_address_count: Attr<i64>,
    /// Addresses.
    #[attr(optional, check = each(ipv4()))]
    private_ip_addresses: Attr<BTreeSet<String>>,
    /// Id of the secondary subnet.
    #[attr(optional)]
    secondary_subnet_id: Attr<String>,
}

part! {
    Tracking as ConnectionTrackingSpecificationRequest, ConnectionTrackingSpecification {
        tcp_established_timeout, set_tcp_established_timeout: number;
        udp_stream_timeout, set_udp_stream_timeout: number;
        udp_timeout, set_udp_timeout: number;
    }
}

part! {
    EnaExpress as EnaSrdSpecificationRequest, LaunchTemplateEnaSrdSpecification {
        ena_srd_enabled, set_ena_srd_enabled: truth;
        ena_srd_udp_specification, set_ena_srd_udp_specification: one;
    }
}

part! {
    EnaExpressUdp as EnaSrdUdpSpecificationRequest, LaunchTemplateEnaSrdUdpSpecification {
        ena_srd_udp_enabled, set_ena_srd_udp_enabled: truth;
    }
}

part! {
    SecondaryInterface as LaunchTemplateInstanceSecondaryInterfaceSpecificationRequest,
        LaunchTemplateInstanceSecondaryInterfaceSpecification {
        delete_on_termination, set_delete_on_termination: truth;
        device_index, set_device_index: index;
        interface_type, set_interface_type: text;
        network_card_index, set_network_card_index: index;
        private_ip_address_count, set_private_ip_address_count: number;
        private_ip_addresses, set_private_ip_addresses: wrapped;
        secondary_subnet_id, set_secondary_subnet_id: text;
    }
}

impl Sent<Request> for Interface {
    fn request(&self) -> Request {
        Request::builder()
            .set_associate_carrier_ip_address(maybe::send(&self.associate_carrier_ip_address))
            .set_associate_public_ip_address(maybe::send(&self.associate_public_ip_address))
            .set_connection_tracking_specification(one::send(&self.connection_tracking_specification))
            .set_delete_on_termination(maybe::send(&self.delete_on_termination))
            .set_description(text::send(&self.description))
            .set_device_index(position::send(&self.device_index))
            .set_ena_srd_specification(one::send(&self.ena_srd_specification))
            .set_groups(texts::send(&self.security_groups))
            .set_interface_type(text::send(&self.interface_type))
            .set_ipv4_prefix_count(number::send(&self.ipv4_prefix_count))
            .set_ipv4_prefixes(wrapped::send(&self.ipv4_prefixes))
            .set_ipv6_address_count(number::send(&self.ipv6_address_count))
            .set_ipv6_addresses(wrapped::send(&self.ipv6_addresses))
            .set_ipv6_prefix_count(number::send(&self.ipv6_prefix_count))
            .set_ipv6_prefixes(wrapped::send(&self.ipv6_prefixes))
            .set_network_card_index(position::send(&self.network_card_index))
            .set_network_interface_id(text::send(&self.network_interface_id))
            .set_primary_ipv6(maybe::send(&self.primary_ipv6))
            .set_private_ip_address(text::send(&self.private_ip_address))
            .set_private_ip_addresses(self.addresses())
            .set_secondary_private_ip_address_count(number::send(&self.ipv4_address_count))
            .set_subnet_id(text::send(&self.subnet_id))
            .build()
    }
}

impl Interface {
    /// The IPv4 addresses, unless only their number is given.
    fn addresses(&self) -> Option<Vec<PrivateIpAddressSpecification>> {
        if number::send(&self.ipv4_address_count).is_some() {
            return None;
        }
        let first = self.private_ip_address.text();
        let address = |it: &String| {
            let address = PrivateIpAddressSpecification::builder().private_ip_address(it);
            address.primary(first == Some(it)).build()
        };
        let addresses: Vec<_> = self.ipv4_addresses.items().map(address).collect();
        (!addresses.is_empty()).then_some(addresses)
    }
}

impl Told<Answer> for Interface {
    fn of(told: &Answer) -> Self {
        let addresses = told.private_ip_addresses().iter().filter_map(|it| it.private_ip_address.clone());
        let addresses: BTreeSet<String> = addresses.collect();
        Self {
            associate_carrier_ip_address: maybe::read(&told.associate_carrier_ip_address),
            associate_public_ip_address: maybe::read(&told.associate_public_ip_address),
            delete_on_termination: maybe::read(&told.delete_on_termination),
            description: text::read(&told.description),
            device_index: position::read(&told.device_index),
            interface_type: text::read(&told.interface_type),
            ipv4_address_count: number::read(&told.secondary_private_ip_address_count),
            ipv4_addresses: Some(addresses).filter(|it| !it.is_empty()).into(),
            ipv4_prefix_count: number::read(&told.ipv4_prefix_count),
            ipv4_prefixes: wrapped::read(&told.ipv4_prefixes),
            ipv6_address_count: number::read(&told.ipv6_address_count),
            ipv6_addresses: wrapped::read(&told.ipv6_addresses),
            ipv6_prefix_count: number::read(&told.ipv6_prefix_count),
            ipv6_prefixes: wrapped::read(&told.ipv6_prefixes),
            network_card_index: position::read(&told.network_card_index),
            network_interface_id: text::read(&told.network_interface_id),
            primary_ipv6: maybe::read(&told.primary_ipv6),
            private_ip_address: text::read(&told.private_ip_address),
            security_groups: texts::read(&told.groups),
            subnet_id: text::read(&told.subnet_id),
            connection_tracking_specification: one::read(&told.connection_tracking_specification),
            ena_srd_specification: one::read(&told.ena_srd_specification),
        }
    }
}
