//! Blocks of `aws_instance` but for disks and network interfaces.

use aws_sdk_ec2::types::{
    AmdSevSnpSpecification, CapacityReservationPreference, CapacityReservationSpecification,
    CapacityReservationSpecificationResponse, CapacityReservationTarget, CapacityReservationTargetResponse, CpuOptions,
    CpuOptionsRequest, CreditSpecificationRequest, EnclaveOptions, EnclaveOptionsRequest, HostnameType,
    HttpTokensState, InstanceAutoRecoveryState, InstanceInterruptionBehavior, InstanceMaintenanceOptions,
    InstanceMaintenanceOptionsRequest, InstanceMarketOptionsRequest, InstanceMetadataEndpointState,
    InstanceMetadataOptionsRequest, InstanceMetadataOptionsResponse, InstanceMetadataProtocolState,
    InstanceMetadataTagsState, LaunchTemplateSpecification, MarketType, NestedVirtualizationSpecification,
    PrivateDnsNameOptionsRequest, PrivateDnsNameOptionsResponse, SpotInstanceRequest, SpotInstanceType,
    SpotMarketOptions,
};

use super::{moment, same_price};
use crate::core::checks::listed;
use crate::core::prelude::*;
use crate::ec2::parts::{Told, form, part, sent};

/// Which reserved capacity is used.
#[derive(Model, Clone, Debug, Default, PartialEq)]
#[model(exactly_one("capacity_reservation_preference", "capacity_reservation_target"))]
pub(super) struct Reservation {
    /// `open`, `none` or `capacity-reservations-only`.
    #[attr(optional, check = listed(CapacityReservationPreference::values()))]
    capacity_reservation_preference: Attr<String>,
    /// A certain reservation.
    #[block(list, max = 1)]
    capacity_reservation_target: Vec<ReservationTarget>,
}

/// A reservation or a group of them.
#[derive(Model, Clone, Debug, Default, PartialEq)]
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
    Reservation as CapacityReservationSpecification, CapacityReservationSpecificationResponse {
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
    #[attr(optional, computed, replace, same = disabled_or_not_said, check = listed(AmdSevSnpSpecification::values()))]
    amd_sev_snp: Attr<String>,
    /// How many cores.
    #[attr(optional, computed, replace)]
    core_count: Attr<i64>,
    /// Whether the instance may run virtual machines.
    #[attr(optional, computed, replace, same = disabled_or_not_said, check = listed(NestedVirtualizationSpecification::values()))]
    nested_virtualization: Attr<String>,
    /// How many threads for each core.
    #[attr(optional, computed, replace)]
    threads_per_core: Attr<i64>,
}

/// Of what is off, EC2 may say nothing.
fn disabled_or_not_said(a: &str, b: &str) -> bool {
    let said = |text| if text == "disabled" { "" } else { text };
    said(a) == said(b)
}

sent! {
    Cpu as CpuOptionsRequest {
        amd_sev_snp, set_amd_sev_snp: text;
        core_count, set_core_count: number;
        nested_virtualization, set_nested_virtualization: text;
        threads_per_core, set_threads_per_core: number;
    }
}

impl Told<CpuOptions> for Cpu {
    fn of(told: &CpuOptions) -> Self {
        Self {
            amd_sev_snp: told.amd_sev_snp().map_or("", AmdSevSnpSpecification::as_str).into(),
            core_count: told.core_count().into(),
            nested_virtualization: told
                .nested_virtualization()
                .map_or("", NestedVirtualizationSpecification::as_str)
                .into(),
            threads_per_core: told.threads_per_core().into(),
        }
    }
}

/// How a burstable instance is paid for.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Credits {
    /// `standard` or `unlimited`.
    #[attr(optional, check = one_of(["standard", "unlimited"]))]
    pub(super) cpu_credits: Attr<String>,
}

sent! { Credits as CreditSpecificationRequest { cpu_credits, set_cpu_credits: text; } }

/// Nitro Enclaves.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Enclave {
    /// Whether they are possible.
    #[attr(optional, computed, replace)]
    enabled: Attr<bool>,
}

part! { Enclave as EnclaveOptionsRequest, EnclaveOptions { enabled, set_enabled: truth; } }

/// Spot instances and capacity blocks.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Market {
    /// `spot`, `capacity-block` or `interruptible-capacity-reservation`.
    #[attr(optional, computed, replace, check = listed(MarketType::values()))]
    market_type: Attr<String>,
    /// How a spot instance is asked for.
    #[block(list, max = 1, computed)]
    spot_options: Vec<Spot>,
}

/// How a spot instance is asked for.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Spot {
    /// What becomes of it when AWS takes it back.
    #[attr(optional, computed, replace, check = listed(InstanceInterruptionBehavior::values()))]
    instance_interruption_behavior: Attr<String>,
    /// What an hour may cost in USD.
    #[attr(optional, computed, replace, same = same_price)]
    max_price: Attr<String>,
    /// `one-time` or `persistent`.
    #[attr(optional, computed, replace, check = listed(SpotInstanceType::values()))]
    spot_instance_type: Attr<String>,
    /// When the request ends: `2026-01-31T12:00:00Z`.
    #[attr(optional, computed, replace, check = moment())]
    valid_until: Attr<String>,
}

sent! {
    Market as InstanceMarketOptionsRequest {
        market_type, set_market_type: text;
        spot_options, set_spot_options: one;
    }
}

sent! {
    Spot as SpotMarketOptions {
        instance_interruption_behavior, set_instance_interruption_behavior: text;
        max_price, set_max_price: text;
        spot_instance_type, set_spot_instance_type: text;
        valid_until, set_valid_until: moment;
    }
}

impl Told<SpotInstanceRequest> for Market {
    fn of(told: &SpotInstanceRequest) -> Self {
        let behavior = told.instance_interruption_behavior().map(InstanceInterruptionBehavior::as_str);
        let spot = Spot {
            instance_interruption_behavior: behavior.into(),
            max_price: told.spot_price().into(),
            spot_instance_type: told.r#type().map(SpotInstanceType::as_str).into(),
            valid_until: form::moment::read(&told.valid_until),
        };
        Self { market_type: MarketType::Spot.as_str().into(), spot_options: vec![spot] }
    }
}

/// A version of a launch template.
#[derive(Model, Clone, Debug, Default)]
#[model(exactly_one("id", "name"))]
pub(super) struct TemplateVersion {
    /// Id of the template.
    #[attr(optional, computed, replace)]
    pub(super) id: Attr<String>,
    /// Name of the template.
    #[attr(optional, computed, replace, check = length(3..=125))]
    pub(super) name: Attr<String>,
    /// The version: a number, `$Latest` or `$Default`.
    #[attr(optional, replace, default = "$Default", check = length(1..=255))]
    pub(super) version: Attr<String>,
}

impl crate::ec2::parts::Sent<LaunchTemplateSpecification> for TemplateVersion {
    fn request(&self) -> LaunchTemplateSpecification {
        let request = LaunchTemplateSpecification::builder().set_version(self.version.param());
        match self.id.param() {
            Some(id) => request.launch_template_id(id).build(),
            None => request.set_launch_template_name(self.name.param()).build(),
        }
    }
}

/// What happens when the hardware fails.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Maintenance {
    /// `default` or `disabled`.
    #[attr(optional, computed, check = listed(InstanceAutoRecoveryState::values()))]
    pub(super) auto_recovery: Attr<String>,
}

part! {
    Maintenance as InstanceMaintenanceOptionsRequest, InstanceMaintenanceOptions {
        auto_recovery, set_auto_recovery: text;
    }
}

/// The metadata service.
#[derive(Model, Clone, Debug, Default, PartialEq)]
pub(super) struct Metadata {
    /// Whether it answers.
    #[attr(optional, default = "enabled", check = listed(InstanceMetadataEndpointState::values()))]
    pub(super) http_endpoint: Attr<String>,
    /// Whether it answers over IPv6.
    #[attr(optional, default = "disabled", check = listed(InstanceMetadataProtocolState::values()))]
    pub(super) http_protocol_ipv6: Attr<String>,
    /// Over how many hops it answers.
    #[attr(optional, computed, check = between(1..=64))]
    pub(super) http_put_response_hop_limit: Attr<i64>,
    /// Whether it wants session tokens.
    #[attr(optional, computed, check = listed(HttpTokensState::values()))]
    pub(super) http_tokens: Attr<String>,
    /// Whether it tells the instance's tags.
    #[attr(optional, computed, check = listed(InstanceMetadataTagsState::values()))]
    pub(super) instance_metadata_tags: Attr<String>,
}

part! {
    Metadata as InstanceMetadataOptionsRequest, InstanceMetadataOptionsResponse {
        http_endpoint, set_http_endpoint: text;
        http_protocol_ipv6, set_http_protocol_ipv6: text;
        http_put_response_hop_limit, set_http_put_response_hop_limit: number;
        http_tokens, set_http_tokens: text;
        instance_metadata_tags, set_instance_metadata_tags: text;
    }
}

/// Host names.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct HostNames {
    /// Whether names resolve to IPv4 addresses.
    #[attr(optional, computed)]
    pub(super) enable_resource_name_dns_a_record: Attr<bool>,
    /// Whether names resolve to IPv6 addresses.
    #[attr(optional, computed)]
    pub(super) enable_resource_name_dns_aaaa_record: Attr<bool>,
    /// `ip-name` or `resource-name`.
    #[attr(optional, computed, check = listed(HostnameType::values()))]
    pub(super) hostname_type: Attr<String>,
}

part! {
    HostNames as PrivateDnsNameOptionsRequest, PrivateDnsNameOptionsResponse {
        enable_resource_name_dns_a_record, set_enable_resource_name_dns_a_record: truth;
        enable_resource_name_dns_aaaa_record, set_enable_resource_name_dns_aaaa_record: truth;
        hostname_type, set_hostname_type: text;
    }
}
