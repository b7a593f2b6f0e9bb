//! `instance_requirements` of `aws_launch_template`: what an instance type must have, where none is named.

use aws_sdk_ec2::types::{
    AcceleratorCount, AcceleratorCountRequest, AcceleratorManufacturer, AcceleratorName, AcceleratorTotalMemoryMiB,
    AcceleratorTotalMemoryMiBRequest, AcceleratorType, BareMetal, BaselineEbsBandwidthMbps,
    BaselineEbsBandwidthMbpsRequest, BurstablePerformance, CpuManufacturer, InstanceGeneration, InstanceRequirements,
    InstanceRequirementsRequest, LocalStorage, LocalStorageType, MemoryGiBPerVCpu, MemoryGiBPerVCpuRequest, MemoryMiB,
    MemoryMiBRequest, NetworkBandwidthGbps, NetworkBandwidthGbpsRequest, NetworkInterfaceCount,
    NetworkInterfaceCountRequest, TotalLocalStorageGb, TotalLocalStorageGbRequest, VCpuCountRange,
    VCpuCountRangeRequest,
};
use landform_provider_api::framework::Check;
use landform_values::Number;

use crate::core::checks::listed;
use crate::core::prelude::*;
use crate::ec2::parts::{part, sent, told};

/// Bounds that may be left open.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct Range {
    /// The most.
    #[attr(optional, check = between(0..=i64::MAX))]
    max: Attr<i64>,
    /// The least.
    #[attr(optional, check = between(1..=i64::MAX))]
    min: Attr<i64>,
}

/// Bounds of which the lower one must be given.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct FirmRange {
    /// The most.
    #[attr(optional, check = between(1..=i64::MAX))]
    max: Attr<i64>,
    /// The least.
    #[attr(required, check = between(0..=i64::MAX))]
    min: Attr<i64>,
}

/// Bounds with fractions.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct DecimalRange {
    /// The most.
    #[attr(optional, check = positive())]
    max: Attr<f64>,
    /// The least.
    #[attr(optional, check = positive())]
    min: Attr<f64>,
}

fn positive() -> Check {
    Check::new(|value| match value.as_number().map(Number::to_f64) {
        Some(number) if number <= 0.0 => Err(format!("must be greater than 0, not {number}")),
        _ => Ok(()),
    })
}

part! { Range as AcceleratorCountRequest, AcceleratorCount { max, set_max: index; min, set_min: number; } }
part! { Range as AcceleratorTotalMemoryMiBRequest, AcceleratorTotalMemoryMiB { max, set_max: number; min, set_min: number; } }
part! { Range as BaselineEbsBandwidthMbpsRequest, BaselineEbsBandwidthMbps { max, set_max: number; min, set_min: number; } }
part! { Range as NetworkInterfaceCountRequest, NetworkInterfaceCount { max, set_max: number; min, set_min: number; } }
part! { FirmRange as MemoryMiBRequest, MemoryMiB { max, set_max: number; min, set_min: index; } }
part! { FirmRange as VCpuCountRangeRequest, VCpuCountRange { max, set_max: number; min, set_min: index; } }
part! { DecimalRange as MemoryGiBPerVCpuRequest, MemoryGiBPerVCpu { max, set_max: decimal; min, set_min: decimal; } }
part! { DecimalRange as NetworkBandwidthGbpsRequest, NetworkBandwidthGbps { max, set_max: decimal; min, set_min: decimal; } }
part! { DecimalRange as TotalLocalStorageGbRequest, TotalLocalStorageGb { max, set_max: decimal; min, set_min: decimal; } }

/// What instance types must have, where none is named.
#[derive(Model, Clone, Debug, Default)]
#[model(conflicts("allowed_instance_types", "excluded_instance_types"))]
pub(super) struct Requirements {
    /// Makers of accelerators.
    #[attr(optional, check = each(listed(AcceleratorManufacturer::values())))]
    accelerator_manufacturers: Attr<BTreeSet<String>>,
    /// Accelerators by name.
    #[attr(optional, check = each(listed(AcceleratorName::values())))]
    accelerator_names: Attr<BTreeSet<String>>,
    /// Kinds of accelerators.
    #[attr(optional, check = each(listed(AcceleratorType::values())))]
    accelerator_types: Attr<BTreeSet<String>>,
    /// Instance types that come into question; `*` stands for anything.
    #[attr(optional)]
    allowed_instance_types: Attr<BTreeSet<String>>,
    /// Whether bare metal comes into question.
    #[attr(optional, check = listed(BareMetal::values()))]
    bare_metal: Attr<String>,
    /// Whether burstable types come into question.
    #[attr(optional, check = listed(BurstablePerformance::values()))]
    burstable_performance: Attr<String>,
    /// Makers of processors.
    #[attr(optional, check = each(listed(CpuManufacturer::values())))]
    cpu_manufacturers: Attr<BTreeSet<String>>,
    /// Instance types that do not come into question; `*` stands for anything.
    #[attr(optional)]
    excluded_instance_types: Attr<BTreeSet<String>>,
    /// `current` or `previous`.
    #[attr(optional, check = each(listed(InstanceGeneration::values())))]
    instance_generations: Attr<BTreeSet<String>>,
    /// Whether types with own disks come into question.
    #[attr(optional, check = listed(LocalStorage::values()))]
    local_storage: Attr<String>,
    /// Kinds of own disks.
    #[attr(optional, check = each(listed(LocalStorageType::values())))]
    local_storage_types: Attr<BTreeSet<String>>,
    /// How much a spot instance may cost in percent of the best on-demand price.
    #[attr(optional, check = between(1..=i64::MAX))]
    max_spot_price_as_percentage_of_optimal_on_demand_price: Attr<i64>,
    /// How much dearer in percent than the cheapest type an on-demand instance may be.
    #[attr(optional, check = between(1..=i64::MAX))]
    on_demand_max_price_percentage_over_lowest_price: Attr<i64>,
    /// Whether it must be possible to hibernate.
    #[attr(optional)]
    require_hibernate_support: Attr<bool>,
    /// How much dearer in percent than the cheapest type a spot instance may be.
    #[attr(optional, check = between(1..=i64::MAX))]
    spot_max_price_percentage_over_lowest_price: Attr<i64>,
    /// How many accelerators.
    #[block(list, max = 1)]
    accelerator_count: Vec<Range>,
    /// Memory of all accelerators in MiB.
    #[block(list, max = 1)]
    accelerator_total_memory_mib: Vec<Range>,
    /// Bandwidth to EBS in Mbps.
    #[block(list, max = 1)]
    baseline_ebs_bandwidth_mbps: Vec<Range>,
    /// Memory for each virtual processor in GiB.
    #[block(list, max = 1)]
    memory_gib_per_vcpu: Vec<DecimalRange>,
    /// Memory in MiB.
    #[block(list, min = 1, max = 1)]
    memory_mib: Vec<FirmRange>,
    /// Network bandwidth in Gbps.
    #[block(list, max = 1)]
    network_bandwidth_gbps: Vec<DecimalRange>,
    /// How many network interfaces.
    #[block(list, max = 1)]
    network_interface_count: Vec<Range>,
    /// Size of all own disks in GB.
    #[block(list, max = 1)]
    total_local_storage_gb: Vec<DecimalRange>,
    /// How many virtual processors.
    #[block(list, min = 1, max = 1)]
    vcpu_count: Vec<FirmRange>,
}

sent! {
    Requirements as InstanceRequirementsRequest {
        accelerator_manufacturers, set_accelerator_manufacturers: texts;
        accelerator_names, set_accelerator_names: texts;
        accelerator_types, set_accelerator_types: texts;
        allowed_instance_types, set_allowed_instance_types: texts;
        bare_metal, set_bare_metal: text;
        burstable_performance, set_burstable_performance: text;
        cpu_manufacturers, set_cpu_manufacturers: texts;
        excluded_instance_types, set_excluded_instance_types: texts;
        instance_generations, set_instance_generations: texts;
        local_storage, set_local_storage: text;
        local_storage_types, set_local_storage_types: texts;
        max_spot_price_as_percentage_of_optimal_on_demand_price,
            set_max_spot_price_as_percentage_of_optimal_on_demand_price: number;
        on_demand_max_price_percentage_over_lowest_price, set_on_demand_max_price_percentage_over_lowest_price: number;
        require_hibernate_support, set_require_hibernate_support: yes;
        spot_max_price_percentage_over_lowest_price, set_spot_max_price_percentage_over_lowest_price: number;
        accelerator_count, set_accelerator_count: one;
        accelerator_total_memory_mib, set_accelerator_total_memory_mib: one;
        baseline_ebs_bandwidth_mbps, set_baseline_ebs_bandwidth_mbps: one;
        memory_gib_per_vcpu, set_memory_gib_per_v_cpu: one;
        memory_mib, set_memory_mib: one;
        network_bandwidth_gbps, set_network_bandwidth_gbps: one;
        network_interface_count, set_network_interface_count: one;
        total_local_storage_gb, set_total_local_storage_gb: one;
        vcpu_count, set_v_cpu_count: one;
    }
}

told! {
    Requirements as InstanceRequirements {
        accelerator_manufacturers = accelerator_manufacturers: texts;
        accelerator_names = accelerator_names: texts;
        accelerator_types = accelerator_types: texts;
        allowed_instance_types = allowed_instance_types: texts;
        bare_metal = bare_metal: text;
        burstable_performance = burstable_performance: text;
        cpu_manufacturers = cpu_manufacturers: texts;
        excluded_instance_types = excluded_instance_types: texts;
        instance_generations = instance_generations: texts;
        local_storage = local_storage: text;
        local_storage_types = local_storage_types: texts;
        max_spot_price_as_percentage_of_optimal_on_demand_price =
            max_spot_price_as_percentage_of_optimal_on_demand_price: number;
        on_demand_max_price_percentage_over_lowest_price = on_demand_max_price_percentage_over_lowest_price: number;
        require_hibernate_support = require_hibernate_support: yes;
        spot_max_price_percentage_over_lowest_price = spot_max_price_percentage_over_lowest_price: number;
        accelerator_count = accelerator_count: one;
        accelerator_total_memory_mib = accelerator_total_memory_mib: one;
        baseline_ebs_bandwidth_mbps = baseline_ebs_bandwidth_mbps: one;
        memory_gib_per_vcpu = memory_gib_per_v_cpu: one;
        memory_mib = memory_mib: one;
        network_bandwidth_gbps = network_bandwidth_gbps: one;
        network_interface_count = network_interface_count: one;
        total_local_storage_gb = total_local_storage_gb: one;
        vcpu_count = v_cpu_count: one;
    }
}
