//! Making an instance.

use aws_sdk_ec2::operation::run_instances::builders::RunInstancesFluentBuilder;
use aws_sdk_ec2::types::{
    AttributeBooleanValue, HibernationOptionsRequest, IamInstanceProfileSpecification, Instance as Remote, Placement,
    ResourceType, RunInstancesMonitoringEnabled, Tenancy,
};
use landform_provider_api::framework::Context as _;

use super::{Instance, running, user_data};
use crate::core::prelude::*;
use crate::ec2::parts::form;
use crate::ec2::tagging;

/// IAM tells EC2 of a new role or instance profile after some seconds.
const IAM_PATIENCE: Duration = Duration::from_secs(120);

impl Instance {
    pub(super) async fn launch(&mut self, cx: &Aws) -> Result<()> {
        let request = self.request(cx).await?;
        let launch = || async { Ok(request.clone().send().await?) };
        let made = retry_while(IAM_PATIENCE, profile_is_young, launch).await?;
        let made = made.instances.unwrap_or_default().into_iter().next();
        self.id = made.as_ref().and_then(|it| it.instance_id()).into();
        if self.source_dest_check == Attr::Known(false) && self.network_interface.is_empty() {
            let off = AttributeBooleanValue::builder().value(false).build();
            let request = cx.ec2().modify_instance_attribute().set_instance_id(self.id.get());
            request.source_dest_check(off).send().await?;
        }
        if self.has_device_tags() {
            // Volumes have ids once the instance runs.
            let remote = running::wait_ready(cx, self.id.as_str(), self.timeouts.create()).await?;
            self.tag_devices(&remote, cx).await?;
        }
        Ok(())
    }

    async fn request(&self, cx: &Aws) -> Result<RunInstancesFluentBuilder> {
        let request = cx.ec2().run_instances().min_count(1).max_count(1);
        let request = self.with_machine(request);
        let request = self.with_blocks(request);
        let request = self.with_network(request);
        let volume_tags = cx.tag_rules().merged(self.volume_tags.known().unwrap_or(&Tags::new()));
        let tags = tagging::on_create(ResourceType::Instance, &self.tags_all).into_iter().flatten();
        let tags = tags.chain(tagging::on_create(ResourceType::Volume, &volume_tags.into()).into_iter().flatten());
        let tags: Vec<_> = tags.collect();
        let request = request.set_tag_specifications((!tags.is_empty()).then_some(tags));
        Ok(request.set_block_device_mappings(self.devices_to_launch(cx).await?))
    }

    fn with_machine(&self, request: RunInstancesFluentBuilder) -> RunInstancesFluentBuilder {
        let profile = self.iam_instance_profile.text();
        let profile = profile.map(|it| IamInstanceProfileSpecification::builder().name(it).build());
        let monitoring = self.monitoring.get();
        let monitoring = monitoring.map(|it| RunInstancesMonitoringEnabled::builder().enabled(it).build());
        let hibernation = form::yes::send(&self.hibernation);
        let hibernation = hibernation.map(|it| HibernationOptionsRequest::builder().configured(it).build());
        request
            .set_disable_api_stop(self.disable_api_stop.get())
            .set_disable_api_termination(self.disable_api_termination.get())
            .set_ebs_optimized(self.ebs_optimized.get())
            .set_hibernation_options(hibernation)
            .set_iam_instance_profile(profile)
            .set_image_id(self.ami.param())
            .set_instance_initiated_shutdown_behavior(form::text::send(&self.instance_initiated_shutdown_behavior))
            .set_instance_type(form::text::send(&self.instance_type))
            .set_key_name(self.key_name.param())
            .set_monitoring(monitoring)
            .set_placement(self.placement())
            .set_user_data(user_data::given(&self.user_data, &self.user_data_base64))
    }

    fn with_blocks(&self, request: RunInstancesFluentBuilder) -> RunInstancesFluentBuilder {
        request
            .set_capacity_reservation_specification(form::one::send(&self.capacity_reservation_specification))
            .set_cpu_options(form::one::send(&self.cpu_options))
            .set_credit_specification(form::one::send(&self.credit_specification))
            .set_enclave_options(form::one::send(&self.enclave_options))
            .set_instance_market_options(form::one::send(&self.instance_market_options))
            .set_launch_template(form::one::send(&self.launch_template))
            .set_maintenance_options(form::one::send(&self.maintenance_options))
            .set_metadata_options(form::one::send(&self.metadata_options))
            .set_private_dns_name_options(form::one::send(&self.private_dns_name_options))
            .set_secondary_interfaces(form::many::send(&self.secondary_network_interface))
    }

    fn with_network(&self, request: RunInstancesFluentBuilder) -> RunInstancesFluentBuilder {
        if let Some(interfaces) = self.interfaces_to_launch() {
            return request.set_network_interfaces(Some(interfaces));
        }
        let names: Vec<String> = self.security_groups.items().cloned().collect();
        let ids: Vec<String> = self.vpc_security_group_ids.items().cloned().collect();
        // In a subnet, what is given as names are ids.
        let (names, ids) = match self.subnet_id.text() {
            Some(_) => (Vec::new(), [names, ids].concat()),
            None => (names, ids),
        };
        request
            .set_enable_primary_ipv6(form::yes::send(&self.enable_primary_ipv6))
            .set_ipv6_address_count(form::number::send(&self.ipv6_address_count))
            .set_ipv6_addresses(self.ipv6_to_launch())
            .set_private_ip_address(self.private_ip.param())
            .set_security_group_ids((!ids.is_empty()).then_some(ids))
            .set_security_groups((!names.is_empty()).then_some(names))
            .set_subnet_id(self.subnet_id.param())
    }

    fn placement(&self) -> Option<Placement> {
        let placement = Placement::builder()
            .set_availability_zone(self.availability_zone.param())
            .set_group_id(self.placement_group_id.param())
            .set_group_name(self.placement_group.param())
            .set_host_id(self.host_id.param())
            .set_host_resource_group_arn(self.host_resource_group_arn.param())
            .set_partition_number(form::number::send(&self.placement_partition_number))
            .set_tenancy(self.tenancy.text().map(Tenancy::from))
            .build();
        (placement != Placement::builder().build()).then_some(placement)
    }

    async fn tag_devices(&self, remote: &Remote, cx: &Aws) -> Result<()> {
        let nothing = Attr::Null;
        for device in remote.block_device_mappings() {
            let Some(volume) = device.ebs().and_then(|it| it.volume_id()) else { continue };
            let tags = if device.device_name() == remote.root_device_name() {
                self.root_block_device.first().map(|it| &it.tags)
            } else {
                let own = self.ebs_block_device.iter().find(|it| it.device_name.text() == device.device_name());
                own.map(|it| &it.tags)
            };
            tagging::update(cx, volume, &nothing, tags.unwrap_or(&nothing)).await?;
        }
        Ok(())
    }
}

/// Whether EC2 does not know the instance profile, or its role, yet.
pub(super) fn profile_is_young(error: &Error) -> bool {
    let messages = ["Invalid IAM Instance Profile", "has no associated IAM Roles"];
    error.is(&["InvalidParameterValue"]) && messages.iter().any(|it| error.message().contains(it))
}
