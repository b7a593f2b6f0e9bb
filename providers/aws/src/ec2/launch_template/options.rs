//! Blocks of `aws_launch_template` but for network interfaces and requirements.

use aws_sdk_ec2::types::{
    AmdSevSnpSpecification, CapacityReservationPreference, CapacityReservationTarget,
    CapacityReservationTargetResponse, CreditSpecification, CreditSpecificationRequest, HostnameType,
    InstanceBandwidthWeighting, InstanceInterruptionBehavior, LaunchTemplateAutoRecoveryState,
    LaunchTemplateBlockDeviceMapping, LaunchTemplateBlockDeviceMappingRequest,
    LaunchTemplateCapacityReservationSpecificationRequest, LaunchTemplateCapacityReservationSpecificationResponse,
    LaunchTemplateCpuOptions, LaunchTemplateCpuOptionsRequest, LaunchTemplateEbsBlockDevice,
    LaunchTemplateEbsBlockDeviceRequest, LaunchTemplateEnclaveOptions, LaunchTemplateEnclaveOptionsRequest,
    LaunchTemplateHibernationOptions, LaunchTemplateHibernationOptionsRequest, LaunchTemplateHttpTokensState,
    LaunchTemplateIamInstanceProfileSpecification, LaunchTemplateIamInstanceProfileSpecificationRequest,
    LaunchTemplateInstanceMaintenanceOptions, LaunchTemplateInstanceMaintenanceOptionsRequest,
    LaunchTemplateInstanceMarketOptions, LaunchTemplateInstanceMarketOptionsRequest,
    LaunchTemplateInstanceMetadataEndpointState, LaunchTemplateInstanceMetadataOptions,
    LaunchTemplateInstanceMetadataOptionsRequest, LaunchTemplateInstanceMetadataProtocolIpv6,
    LaunchTemplateInstanceMetadataTagsState, LaunchTemplateLicenseConfiguration,
    LaunchTemplateLicenseConfigurationRequest, LaunchTemplateNetworkPerformanceOptions,
    LaunchTemplateNetworkPerformanceOptionsRequest, LaunchTemplatePlacement, LaunchTemplatePlacementRequest,
    LaunchTemplatePrivateDnsNameOptions, LaunchTemplatePrivateDnsNameOptionsRequest, LaunchTemplateSpotMarketOptions,
    LaunchTemplateSpotMarketOptionsRequest, LaunchTemplateTagSpecification, LaunchTemplateTagSpecificationRequest,
    LaunchTemplatesMonitoring, LaunchTemplatesMonitoringRequest, MarketType, NestedVirtualizationSpecification,
    ResourceType, SpotInstanceType, Tenancy, VolumeType,
};

use super::truth;
use crate::core::checks::listed;
use crate::core::prelude::*;
use crate::ec2::parts::{Sent, Told, part, same_truth};
use crate::ec2::tagging;

/// A disk.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Device {
    /// Name of the device: `/dev/sdb`.
    #[attr(optional)]
    device_name: Attr<String>,
    /// Leaves a device of the image out.
    #[attr(optional)]
    no_device: Attr<String>,
    /// A disk of the instance itself: `ephemeral0`.
    #[attr(optional)]
    virtual_name: Attr<String>,
    /// An EBS volume.
    #[block(list, max = 1)]
    ebs: Vec<Ebs>,
}

/// An EBS volume.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Ebs {
    /// Whether it goes with the instance.
    #[attr(optional, same = same_truth, check = truth())]
    delete_on_termination: Attr<String>,
    /// Whether it is encrypted.
    #[attr(optional, same = same_truth, check = truth())]
    encrypted: Attr<String>,
    /// Operations a second.
    #[attr(optional, computed)]
    iops: Attr<i64>,
    /// ARN of the key.
    #[attr(optional, check = arn())]
    kms_key_id: Attr<String>,
    /// Id of the snapshot that it is made from.
    #[attr(optional)]
    snapshot_id: Attr<String>,
    /// MiB a second.
    #[attr(optional, computed, check = between(125..=2000))]
    throughput: Attr<i64>,
    /// MiB a second while it is filled from the snapshot.
    #[attr(optional, computed, check = between(100..=300))]
    volume_initialization_rate: Attr<i64>,
    /// Size in GiB.
    #[attr(optional, computed)]
    volume_size: Attr<i64>,
    /// Kind of volume.
    #[attr(optional, computed, check = listed(VolumeType::values()))]
    volume_type: Attr<String>,
}

part! {
    Device as LaunchTemplateBlockDeviceMappingRequest, LaunchTemplateBlockDeviceMapping {
        device_name, set_device_name: text;
        no_device, set_no_device: text;
        virtual_name, set_virtual_name: text;
        ebs, set_ebs: one;
    }
}

part! {
    Ebs as LaunchTemplateEbsBlockDeviceRequest, LaunchTemplateEbsBlockDevice {
        delete_on_termination, set_delete_on_termination: maybe;
        encrypted, set_encrypted: maybe;
        iops, set_iops: number;
        kms_key_id, set_kms_key_id: text;
        snapshot_id, set_snapshot_id: text;
        throughput, set_throughput: number;
        volume_initialization_rate, set_volume_initialization_rate: number;
        volume_size, set_volume_size: number;
        volume_type, set_volume_type: text;
    }
}

/// Which reserved capacity is used.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Reservation {
    /// `open`, `none` or `capacity-reservations-only`.
    #[attr(optional, check = listed(CapacityReservationPreference::values()))]
    capacity_reservation_preference: Attr<String>,
    /// A certain reservation.
    #[block(list, max = 1)]
    capacity_reservation_target: Vec<ReservationTarget>,
}

/// A reservation or a group of them.
#[derive(Model, Clone, Debug, Default)]
#[model(conflicts("capacity_reservation_id", "capacity_reservation_resource_group_arn"))]
pub(super) struct ReservationTarget {
    /// Id of the reservation.
    #[attr(optional)]
    capacity_reservation_id: Attr<String>,
    /// ARN of the group.
    #[attr(optional, check = arn())]
    capacity_reservation_resource_group_arn: Attr<String>,
}

part! {
    Reservation as LaunchTemplateCapacityReservationSpecificationRequest,
        LaunchTemplateCapacityReservationSpecificationResponse {
        capacity_reservation_preference, set_capacity_reservation_preference: text;
        capacity_reservation_target, set_capacity_reservation_target: one;
    }
}

part! {
    ReservationTarget as CapacityReservationTarget, CapacityReservationTargetResponse {
        capacity_reservation_id, set_capacity_reservation_id: text;
        capacity_reservation_resource_group_arn, set_capacity_reservation_resource_group_arn: text;
    }
}

/// The processor.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Cpu {
    /// Whether memory is encrypted with AMD SEV-SNP.
    #[attr(optional, check = listed(AmdSevSnpSpecification::values()))]
    amd_sev_snp: Attr<String>,
    /// How many cores.
    #[attr(optional)]
    core_count: Attr<i64>,
    /// Whether the instance may run virtual machines.
    #[attr(optional, check = listed(NestedVirtualizationSpecification::values()))]
    nested_virtualization: Attr<String>,
    /// How many threads for each core.
    #[attr(optional)]
    threads_per_core: Attr<i64>,
}

part! {
    Cpu as LaunchTemplateCpuOptionsRequest, LaunchTemplateCpuOptions {
        amd_sev_snp, set_amd_sev_snp: text;
        core_count, set_core_count: number;
        nested_virtualization, set_nested_virtualization: text;
        threads_per_core, set_threads_per_core: number;
    }
}

/// How burstable instances are paid for.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Credits {
    /// `standard` or `unlimited`.
    #[attr(optional, check = one_of(["standard", "unlimited"]))]
    cpu_credits: Attr<String>,
}

part! { Credits as CreditSpecificationRequest, CreditSpecification { cpu_credits, set_cpu_credits: text; } }

/// Nitro Enclaves, monitoring and other things that are on or off.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Switch {
    /// Whether it is on.
    #[attr(optional)]
    enabled: Attr<bool>,
}

part! { Switch as LaunchTemplateEnclaveOptionsRequest, LaunchTemplateEnclaveOptions { enabled, set_enabled: truth; } }
part! { Switch as LaunchTemplatesMonitoringRequest, LaunchTemplatesMonitoring { enabled, set_enabled: truth; } }

/// Hibernation.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Hibernation {
    /// Whether it is possible.
    #[attr(required)]
    configured: Attr<bool>,
}

part! {
    Hibernation as LaunchTemplateHibernationOptionsRequest, LaunchTemplateHibernationOptions {
        configured, set_configured: truth;
    }
}

/// The instance profile.
#[derive(Model, Clone, Debug, Default)]
#[model(conflicts("arn", "name"))]
pub(super) struct Profile {
    /// Its ARN.
    #[attr(optional, check = arn())]
    arn: Attr<String>,
    /// Its name.
    #[attr(optional)]
    name: Attr<String>,
}

part! {
    Profile as LaunchTemplateIamInstanceProfileSpecificationRequest, LaunchTemplateIamInstanceProfileSpecification {
        arn, set_arn: text;
        name, set_name: text;
    }
}

/// Spot instances and capacity blocks.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Market {
    /// `spot`, `capacity-block` or `interruptible-capacity-reservation`.
    #[attr(optional, check = listed(MarketType::values()))]
    market_type: Attr<String>,
    /// How spot instances are asked for.
    #[block(list, max = 1)]
    spot_options: Vec<Spot>,
}

/// How a spot instance is asked for.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Spot {
    /// How long it runs at least; a multiple of 60.
    #[attr(optional, check = hours())]
    block_duration_minutes: Attr<i64>,
    /// What becomes of it when AWS takes it back.
    #[attr(optional, check = listed(InstanceInterruptionBehavior::values()))]
    instance_interruption_behavior: Attr<String>,
    /// What an hour may cost in USD.
    #[attr(optional)]
    max_price: Attr<String>,
    /// `one-time` or `persistent`.
    #[attr(optional, check = listed(SpotInstanceType::values()))]
    spot_instance_type: Attr<String>,
    /// When the request ends: `2026-01-31T12:00:00Z`.
    #[attr(optional, computed, check = super::moment())]
    valid_until: Attr<String>,
}

fn hours() -> landform_provider_api::framework::Check {
    landform_provider_api::framework::Check::new(|value| {
        let minutes = value.as_number().and_then(landform_values::Number::to_i64);
        match minutes {
            Some(minutes) if minutes % 60 != 0 => Err(format!("must be a multiple of 60, not {minutes}")),
            _ => Ok(()),
        }
    })
}

part! {
    Market as LaunchTemplateInstanceMarketOptionsRequest, LaunchTemplateInstanceMarketOptions {
        market_type, set_market_type: text;
        spot_options, set_spot_options: one;
    }
}

part! {
    Spot as LaunchTemplateSpotMarketOptionsRequest, LaunchTemplateSpotMarketOptions {
        block_duration_minutes, set_block_duration_minutes: number;
        instance_interruption_behavior, set_instance_interruption_behavior: text;
        max_price, set_max_price: text;
        spot_instance_type, set_spot_instance_type: text;
        valid_until, set_valid_until: moment;
    }
}

/// A license configuration.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct License {
    /// Its ARN.
    #[attr(required, check = arn())]
    license_configuration_arn: Attr<String>,
}

part! {
    License as LaunchTemplateLicenseConfigurationRequest, LaunchTemplateLicenseConfiguration {
        license_configuration_arn, set_license_configuration_arn: text;
    }
}

/// What happens when the hardware fails.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Maintenance {
    /// `default` or `disabled`.
    #[attr(optional, check = listed(LaunchTemplateAutoRecoveryState::values()))]
    auto_recovery: Attr<String>,
}

part! {
    Maintenance as LaunchTemplateInstanceMaintenanceOptionsRequest, LaunchTemplateInstanceMaintenanceOptions {
        auto_recovery, set_auto_recovery: text;
    }
}

/// The metadata service.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Metadata {
    /// Whether it answers.
    #[attr(optional, computed, check = listed(LaunchTemplateInstanceMetadataEndpointState::values()))]
    http_endpoint: Attr<String>,
    /// Whether it answers over IPv6.
    #[attr(optional, computed, check = listed(LaunchTemplateInstanceMetadataProtocolIpv6::values()))]
    http_protocol_ipv6: Attr<String>,
    /// Over how many hops it answers.
    #[attr(optional, computed, check = between(1..=64))]
    http_put_response_hop_limit: Attr<i64>,
    /// Whether it wants session tokens.
    #[attr(optional, computed, check = listed(LaunchTemplateHttpTokensState::values()))]
    http_tokens: Attr<String>,
    /// Whether it tells the instance's tags.
    #[attr(optional, computed, check = listed(LaunchTemplateInstanceMetadataTagsState::values()))]
    instance_metadata_tags: Attr<String>,
}

part! {
    Metadata as LaunchTemplateInstanceMetadataOptionsRequest, LaunchTemplateInstanceMetadataOptions {
        http_endpoint, set_http_endpoint: text;
        http_protocol_ipv6, set_http_protocol_ipv6: text;
        http_put_response_hop_limit, set_http_put_response_hop_limit: number;
        http_tokens, set_http_tokens: text;
        instance_metadata_tags, set_instance_metadata_tags: text;
    }
}

/// What bandwidth is for.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Performance {
    /// `default`, `vpc-1` or `ebs-1`.
    #[attr(optional, check = listed(InstanceBandwidthWeighting::values()))]
    bandwidth_weighting: Attr<String>,
}

part! {
    Performance as LaunchTemplateNetworkPerformanceOptionsRequest, LaunchTemplateNetworkPerformanceOptions {
        bandwidth_weighting, set_bandwidth_weighting: text;
    }
}

/// Where instances run.
#[derive(Model, Clone, Debug, Default)]
#[model(conflicts("group_id", "group_name"), conflicts("host_id", "host_resource_group_arn"))]
pub(super) struct Placement {
    /// Whether a stopped instance comes back to its host.
    #[attr(optional)]
    affinity: Attr<String>,
    /// Availability zone by name.
    #[attr(optional)]
    availability_zone: Attr<String>,
    /// Placement group by id.
    #[attr(optional)]
    group_id: Attr<String>,
    /// Placement group by name.
    #[attr(optional)]
    group_name: Attr<String>,
    /// Dedicated host by id.
    #[attr(optional)]
    host_id: Attr<String>,
    /// ARN of a group of hosts.
    #[attr(optional, check = arn())]
    host_resource_group_arn: Attr<String>,
    /// Partition of the placement group.
    #[attr(optional)]
    partition_number: Attr<i64>,
    /// Kept by AWS for later use.
    #[attr(optional)]
    spread_domain: Attr<String>,
    /// `default`, `dedicated` or `host`.
    #[attr(optional, check = listed(Tenancy::values()))]
    tenancy: Attr<String>,
}

part! {
    Placement as LaunchTemplatePlacementRequest, LaunchTemplatePlacement {
        affinity, set_affinity: text;
        availability_zone, set_availability_zone: text;
        group_id, set_group_id: text;
        group_name, set_group_name: text;
        host_id, set_host_id: text;
        host_resource_group_arn, set_host_resource_group_arn: text;
        partition_number, set_partition_number: number;
        spread_domain, set_spread_domain: text;
        tenancy, set_tenancy: text;
    }
}

/// Host names.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct HostNames {
    /// Whether names resolve to IPv4 addresses.
    #[attr(optional)]
    enable_resource_name_dns_a_record: Attr<bool>,
    /// Whether names resolve to IPv6 addresses.
    #[attr(optional)]
    enable_resource_name_dns_aaaa_record: Attr<bool>,
    /// `ip-name` or `resource-name`.
    #[attr(optional, check = listed(HostnameType::values()))]
    hostname_type: Attr<String>,
}

part! {
    HostNames as LaunchTemplatePrivateDnsNameOptionsRequest, LaunchTemplatePrivateDnsNameOptions {
        enable_resource_name_dns_a_record, set_enable_resource_name_dns_a_record: truth;
        enable_resource_name_dns_aaaa_record, set_enable_resource_name_dns_aaaa_record: truth;
        hostname_type, set_hostname_type: text;
    }
}

/// Tags of what is made with an instance.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct TagSpecification {
    /// What gets them: `instance`, `volume` and others.
    #[attr(optional, check = listed(ResourceType::values()))]
    resource_type: Attr<String>,
    /// The tags.
    #[attr(optional)]
    tags: Attr<BTreeMap<String, String>>,
}

impl Sent<LaunchTemplateTagSpecificationRequest> for TagSpecification {
    fn request(&self) -> LaunchTemplateTagSpecificationRequest {
        let request = LaunchTemplateTagSpecificationRequest::builder();
        let request = request.set_resource_type(self.resource_type.text().map(ResourceType::from));
        request.set_tags(tagging::list(&self.tags)).build()
    }
}

impl Told<LaunchTemplateTagSpecification> for TagSpecification {
    fn of(told: &LaunchTemplateTagSpecification) -> Self {
        let resource_type = told.resource_type().map(ResourceType::as_str).into();
        Self { resource_type, tags: tagging::read(told.tags.as_deref()) }
    }
}
