//! `aws_instance`.

mod changing;
mod devices;
mod interfaces;
mod launching;
mod options;
mod planning;
mod reading;
mod running;
mod user_data;

use aws_sdk_ec2::types::{InstanceStateName, ShutdownBehavior, Tenancy};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::framework::Check;
use landform_values::Value;

use self::devices::{EbsDevice, EphemeralDevice, RootDevice};
use self::interfaces::{Interface, PrimaryInterface, SecondaryInterface};
use self::options::{Cpu, Credits, Enclave, HostNames, Maintenance, Market, Metadata, Reservation, TemplateVersion};
use super::filters::Filters;
use super::loads::Instances;
use super::traces;
use crate::core::checks::listed;
use crate::core::prelude::*;

/// A virtual machine.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_instance", version = 2)]
#[model(at_least_one("ami", "launch_template"), at_least_one("instance_type", "launch_template"))]
#[model(conflicts("user_data", "user_data_base64"), conflicts("ipv6_addresses", "ipv6_address_count"))]
#[model(conflicts("placement_group", "placement_group_id"))]
#[model(conflicts("placement_group", "host_resource_group_arn"))]
#[model(conflicts("network_interface", "primary_network_interface"))]
#[model(conflicts("network_interface", "associate_public_ip_address"), conflicts("network_interface", "subnet_id"))]
#[model(conflicts("network_interface", "private_ip"), conflicts("network_interface", "secondary_private_ips"))]
#[model(conflicts("network_interface", "vpc_security_group_ids"), conflicts("network_interface", "security_groups"))]
#[model(conflicts("network_interface", "ipv6_addresses"), conflicts("network_interface", "ipv6_address_count"))]
#[model(conflicts("network_interface", "source_dest_check"))]
#[model(conflicts("primary_network_interface", "subnet_id"), conflicts("primary_network_interface", "private_ip"))]
#[model(conflicts("primary_network_interface", "associate_public_ip_address"))]
#[model(conflicts("primary_network_interface", "vpc_security_group_ids"))]
pub(super) struct Instance {
    /// Id of the image.
    #[attr(optional, computed, replace)]
    ami: Attr<String>,
    /// ARN of the instance.
    #[attr(computed)]
    arn: Attr<String>,
    /// Whether it gets a public IPv4 address.
    #[attr(optional, computed, replace)]
    associate_public_ip_address: Attr<bool>,
    /// Availability zone by name.
    #[attr(optional, computed, replace)]
    availability_zone: Attr<String>,
    /// Whether it can not be stopped by calls.
    #[attr(optional, computed)]
    disable_api_stop: Attr<bool>,
    /// Whether it can not be terminated by calls.
    #[attr(optional, computed)]
    disable_api_termination: Attr<bool>,
    /// Whether there is bandwidth for EBS alone.
    #[attr(optional, computed, replace)]
    ebs_optimized: Attr<bool>,
    /// Whether the first IPv6 address stays as long as the network interface.
    #[attr(optional, computed, replace_if = to_false)]
    enable_primary_ipv6: Attr<bool>,
    /// Whether a delete lifts the protection against being stopped or terminated.
    #[attr(optional, default = false)]
    force_destroy: Attr<bool>,
    /// Whether the password of a Windows instance is waited for and stored.
    #[attr(optional, default = false)]
    get_password_data: Attr<bool>,
    /// Whether it can hibernate.
    #[attr(optional, replace)]
    hibernation: Attr<bool>,
    /// Dedicated host by id.
    #[attr(optional, computed, replace)]
    host_id: Attr<String>,
    /// ARN of a group of hosts.
    #[attr(optional, computed, check = arn())]
    host_resource_group_arn: Attr<String>,
    /// Name of the instance profile.
    #[attr(optional, computed)]
    iam_instance_profile: Attr<String>,
    /// Id of the instance.
    #[attr(id)]
    id: Attr<String>,
    /// What happens when it shuts itself down: `stop` or `terminate`.
    #[attr(optional, computed, check = listed(ShutdownBehavior::values()))]
    instance_initiated_shutdown_behavior: Attr<String>,
    /// `spot`, `scheduled` or nothing.
    #[attr(computed)]
    instance_lifecycle: Attr<String>,
    /// State of the instance.
    #[attr(computed)]
    instance_state: Attr<String>,
    /// The instance type.
    #[attr(optional, computed, replace_if = planning::to_another_architecture)]
    instance_type: Attr<String>,
    /// How many IPv6 addresses.
    #[attr(optional, computed)]
    ipv6_address_count: Attr<i64>,
    /// IPv6 addresses.
    #[attr(optional, computed, replace, after_update("ipv6_address_count"))]
    ipv6_addresses: Attr<Vec<String>>,
    /// Name of the key pair.
    #[attr(optional, computed, replace)]
    key_name: Attr<String>,
    /// Whether it is monitored each minute.
    #[attr(optional, computed)]
    monitoring: Attr<bool>,
    /// ARN of the Outpost.
    #[attr(computed)]
    outpost_arn: Attr<String>,
    /// The encrypted password of a Windows instance.
    #[attr(computed, after_update("get_password_data"))]
    password_data: Attr<String>,
    /// Placement group by name.
    #[attr(optional, computed, replace)]
    placement_group: Attr<String>,
    /// Placement group by id.
    #[attr(optional, computed, replace)]
    placement_group_id: Attr<String>,
    /// Partition of the placement group.
    #[attr(optional, computed, replace)]
    placement_partition_number: Attr<i64>,
    /// Id of the first network interface.
    #[attr(computed)]
    primary_network_interface_id: Attr<String>,
    /// Private DNS name.
    #[attr(computed, after_update("private_dns_name_options"))]
    private_dns: Attr<String>,
    /// The first private IPv4 address.
    #[attr(optional, computed, replace, check = ipv4())]
    private_ip: Attr<String>,
    /// Public DNS name.
    #[attr(
        computed,
        after_update(
            "instance_type",
            "user_data",
            "user_data_base64",
            "capacity_reservation_specification",
            "private_dns_name_options"
        )
    )]
    public_dns: Attr<String>,
    /// Public IPv4 address.
    #[attr(
        computed,
        after_update(
            "instance_type",
            "user_data",
            "user_data_base64",
            "capacity_reservation_specification",
            "private_dns_name_options"
        )
    )]
    public_ip: Attr<String>,
    /// Region of the instance.
    #[attr(region)]
    region: Attr<String>,
    /// Further private IPv4 addresses.
    #[attr(optional, computed, check = each(ipv4()))]
    secondary_private_ips: Attr<BTreeSet<String>>,
    /// Security groups by name, in the default VPC.
    #[attr(optional, computed, replace)]
    security_groups: Attr<BTreeSet<String>>,
    /// Whether it only gets what is addressed to it.
    #[attr(optional, default = true)]
    source_dest_check: Attr<bool>,
    /// Id of the spot request.
    #[attr(computed)]
    spot_instance_request_id: Attr<String>,
    /// Id of the subnet.
    #[attr(optional, computed, replace)]
    subnet_id: Attr<String>,
    /// Tags of the instance.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the instance with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// `default`, `dedicated` or `host`.
    #[attr(optional, computed, replace, check = listed(Tenancy::values()))]
    tenancy: Attr<String>,
    /// What it does when it starts first.
    #[attr(optional, same = user_data::same, check = length(0..=16_384))]
    user_data: Attr<String>,
    /// What it does when it starts first, in base64.
    #[attr(optional, computed, check = user_data::base64())]
    user_data_base64: Attr<String>,
    /// Whether a change of user data makes another instance.
    #[attr(optional, default = false)]
    user_data_replace_on_change: Attr<bool>,
    /// Tags of all volumes that it starts with.
    #[attr(optional)]
    volume_tags: Attr<Tags>,
    /// Security groups by id.
    #[attr(optional, computed)]
    vpc_security_group_ids: Attr<BTreeSet<String>>,
    /// Which reserved capacity is used.
    #[block(list, max = 1, computed)]
    capacity_reservation_specification: Vec<Reservation>,
    /// The processor.
    #[block(list, max = 1, computed)]
    cpu_options: Vec<Cpu>,
    /// How a burstable instance is paid for.
    #[block(list, max = 1, kept)]
    credit_specification: Vec<Credits>,
    /// Volumes beside that of the root device.
    #[block(set, computed)]
    ebs_block_device: Vec<EbsDevice>,
    /// Nitro Enclaves.
    #[block(list, max = 1, computed)]
    enclave_options: Vec<Enclave>,
    /// Disks of the instance itself.
    #[block(set, computed, replace)]
    ephemeral_block_device: Vec<EphemeralDevice>,
    /// Spot instances and capacity blocks.
    #[block(list, max = 1, computed)]
    instance_market_options: Vec<Market>,
    /// What it is made of, where it does not say otherwise itself.
    #[block(list, max = 1)]
    launch_template: Vec<TemplateVersion>,
    /// What happens when the hardware fails.
    #[block(list, max = 1, computed)]
    maintenance_options: Vec<Maintenance>,
    /// The metadata service.
    #[block(list, max = 1, computed)]
    metadata_options: Vec<Metadata>,
    /// Network interfaces that are there.
    #[block(set, computed, deprecated = "Use primary_network_interface and aws_network_interface_attachment.")]
    network_interface: Vec<Interface>,
    /// The first network interface, where it is there before.
    #[block(list, max = 1, computed)]
    primary_network_interface: Vec<PrimaryInterface>,
    /// Host names.
    #[block(list, max = 1, computed)]
    private_dns_name_options: Vec<HostNames>,
    /// The volume of the root device.
    #[block(list, max = 1, computed)]
    root_block_device: Vec<RootDevice>,
    /// Network interfaces in secondary networks.
    #[block(set, computed, replace)]
    secondary_network_interface: Vec<SecondaryInterface>,
    /// How long operations may take.
    #[timeouts(create = "10m", read = "15m", update = "10m", delete = "20m")]
    timeouts: Timeouts,
}

/// What is switched on can not be switched off.
fn to_false(prior: &Value, planned: &Value) -> bool {
    prior.as_bool() == Some(true) && planned.as_bool() == Some(false)
}

impl Resource<Aws> for Instance {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        self.launch(cx).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        reading::read(batch, cx).await
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        self.change(prior, cx).await
    }

    async fn settle(&self, cx: &Aws) -> Result<()> {
        running::wait_ready(cx, self.id.as_str(), self.timeouts.create()).await?;
        if self.get_password_data.is_true() && self.password_data.text().is_none() {
            self.wait_password(cx).await?;
        }
        Ok(())
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        if self.force_destroy.is_true() {
            self.lift_protection(cx).await?;
        }
        if let Some(request) = self.spot_instance_request_id.text() {
            // A persistent request would have it launched again. One that is forgotten says nothing of the instance.
            let cancelled = cx.ec2().cancel_spot_instance_requests().spot_instance_request_ids(request).send().await;
            cancelled.map(|_| ()).map_err(Error::from).or_else(|it| if it.is_missing() { Ok(()) } else { Err(it) })?;
        }
        let protected = "Set disable_api_termination = false, or force_destroy = true, and apply that before.";
        let terminated = cx.ec2().terminate_instances().instance_ids(id).send().await.map_err(Error::from);
        terminated.map_err(|it| if it.is(&["OperationNotPermitted"]) { it.hint(protected) } else { it })?;
        running::wait_terminated(cx, id, self.timeouts.delete()).await
    }

    fn plan(planning: &mut Planning<'_>) {
        planning::adjust(planning);
    }

    fn validate(&self) -> Diagnostics {
        let devices = self.ephemeral_block_device.iter().filter_map(EphemeralDevice::problem);
        let root = self.root_block_device.iter().filter_map(RootDevice::problem);
        let volumes = self.ebs_block_device.iter().filter_map(EbsDevice::problem);
        let mut found: Diagnostics =
            devices.chain(root).chain(volumes).map(|it| Diagnostic::error("Invalid block device", it)).collect();
        if self.volume_tags.is_known() && self.has_device_tags() {
            let detail = "volume_tags are the tags of all volumes: give either them, or tags of single block devices.";
            found.push(Diagnostic::error("Conflicting arguments", detail));
        }
        found
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        let filters = Filters::default().with("image-id", self.ami.param()).with("subnet-id", self.subnet_id.param());
        let filters = filters.with("availability-zone", self.availability_zone.param());
        traces::tagged::<_, Instances>(self, cx, filters, &self.tags_all).await
    }
}

impl Instance {
    /// Whether single block devices have tags of their own.
    fn has_device_tags(&self) -> bool {
        let given = |tags: &Attr<Tags>| tags.items().next().is_some();
        self.root_block_device.iter().any(|it| given(&it.tags))
            || self.ebs_block_device.iter().any(|it| given(&it.tags))
    }

    /// Whether somebody has stopped it.
    fn is_stopped(&self) -> bool {
        let stopped = [InstanceStateName::Stopped, InstanceStateName::Stopping];
        stopped.iter().any(|it| self.instance_state.text() == Some(it.as_str()))
    }

    async fn wait_password(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        wait_until(&format!("password of instance {id}"), self.timeouts.read(), || async {
            let there = running::password(cx, id).await?.is_some();
            Ok(if there { State::Done(()) } else { State::Pending("not there".into()) })
        })
        .await
    }

    async fn lift_protection(&self, cx: &Aws) -> Result<()> {
        if !matches!(self.disable_api_termination, Attr::Known(false)) {
            running::protect_from_termination(cx, self.id.as_str(), false).await?;
        }
        if self.disable_api_stop.is_true() {
            running::protect_from_stop(cx, self.id.as_str(), false).await?;
        }
        Ok(())
    }
}

/// The number is that which a text tells: a price.
fn same_price(a: &str, b: &str) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() < f64::EPSILON,
        _ => a == b,
    }
}

/// A point in time: `2026-01-31T12:00:00Z`.
fn moment() -> Check {
    Check::text(|text| match super::parts::form::moment::send(&text.into()) {
        None if !text.is_empty() => Err(format!("{text:?} is not a moment such as \"2026-01-31T12:00:00Z\"")),
        _ => Ok(()),
    })
}
