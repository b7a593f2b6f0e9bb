//! Changing an instance.

use aws_sdk_ec2::operation::modify_instance_attribute::builders::ModifyInstanceAttributeFluentBuilder;
use aws_sdk_ec2::primitives::Blob;
use aws_sdk_ec2::types::{
    AttributeBooleanValue, AttributeValue, CapacityReservationSpecification, EbsInstanceBlockDeviceSpecification,
    HostnameType, HttpTokensState, IamInstanceProfileAssociation, IamInstanceProfileSpecification,
    InstanceAutoRecoveryState, InstanceBlockDeviceMappingSpecification, InstanceCreditSpecificationRequest,
    InstanceMetadataEndpointState, InstanceMetadataProtocolState, InstanceMetadataTagsState, SecureBlobAttributeValue,
    VolumeModificationState, VolumeType,
};

use super::launching::profile_is_young;
use super::{Instance, running, user_data};
use crate::core::prelude::*;
use crate::ec2::loads::{Instances, filter};
use crate::ec2::parts::{Sent, form};
use crate::ec2::tagging;

const IAM_PATIENCE: Duration = Duration::from_secs(120);

/// What changes only while the instance stands.
#[derive(Default, PartialEq)]
struct Standing {
    instance_type: Option<String>,
    user_data: Option<Vec<u8>>,
    host_names: Option<String>,
    reservation: Option<CapacityReservationSpecification>,
}

impl Instance {
    pub(super) async fn change(&self, prior: &Self, cx: &Aws) -> Result<()> {
        self.change_tags(prior, cx).await?;
        self.change_profile(prior, cx).await?;
        self.change_network(prior, cx).await?;
        if self.disable_api_stop != prior.disable_api_stop && self.disable_api_stop == Attr::Known(false) {
            running::protect_from_stop(cx, self.id.as_str(), false).await?;
        }
        self.change_stopped(prior, cx).await?;
        self.change_protection(prior, cx).await?;
        self.change_options(prior, cx).await?;
        self.change_root(prior, cx).await
    }

    async fn change_tags(&self, prior: &Self, cx: &Aws) -> Result<()> {
        tagging::update(cx, self.id.as_str(), &prior.tags_all, &self.tags_all).await?;
        if self.volume_tags != prior.volume_tags {
            for volume in self.volumes(cx).await? {
                tagging::update(cx, &volume, &prior.volume_tags, &self.volume_tags).await?;
            }
        }
        if let Some((after, before)) = self.root_block_device.first().zip(prior.root_block_device.first()) {
            tagging::update(cx, before.volume_id.as_str(), &before.tags, &after.tags).await?;
        }
        for before in &prior.ebs_block_device {
            let after = self.ebs_block_device.iter().find(|it| it.device_name == before.device_name);
            if let (Some(volume), Some(after)) = (before.volume_id.text(), after) {
                tagging::update(cx, volume, &before.tags, &after.tags).await?;
            }
        }
        Ok(())
    }

    async fn volumes(&self, cx: &Aws) -> Result<Vec<String>> {
        let id = self.id.as_str();
        let instances = cx.load_one::<Instances>(id).await?;
        let devices = instances.get(id).map(|(remote, _)| remote.block_device_mappings()).unwrap_or_default();
        Ok(devices.iter().filter_map(|it| it.ebs()?.volume_id.clone()).collect())
    }

    async fn change_profile(&self, prior: &Self, cx: &Aws) -> Result<()> {
        if self.iam_instance_profile.is_unknown()
            || self.iam_instance_profile.text() == prior.iam_instance_profile.text()
        {
            return Ok(());
        }
        let association = self.association(cx).await?.and_then(|it| it.association_id);
        match (association, self.iam_instance_profile.text()) {
            (None, Some(profile)) => self.associate(profile, cx).await?,
            (Some(association), Some(profile)) if !self.is_stopped() => replace(association, profile, cx).await?,
            // One that stands can not go from one to the other.
            (Some(association), profile) => {
                cx.ec2().disassociate_iam_instance_profile().association_id(association).send().await?;
                if let Some(profile) = profile {
                    self.associate(profile, cx).await?;
                }
            }
            (None, None) => {}
        }
        self.wait_profile(cx).await
    }

    async fn association(&self, cx: &Aws) -> Result<Option<IamInstanceProfileAssociation>> {
        let request = cx.ec2().describe_iam_instance_profile_associations();
        let request = request.filters(filter("instance-id", vec![self.id.as_str().to_owned()]));
        let request = request.filters(filter("state", vec!["associated".into(), "associating".into()]));
        Ok(request.send().await?.iam_instance_profile_associations.unwrap_or_default().into_iter().next())
    }

    async fn associate(&self, profile: &str, cx: &Aws) -> Result<()> {
        let profile = IamInstanceProfileSpecification::builder().name(profile).build();
        let request = cx.ec2().associate_iam_instance_profile().iam_instance_profile(profile);
        let request = request.instance_id(self.id.as_str());
        retry_while(IAM_PATIENCE, profile_is_young, || async { Ok(request.clone().send().await?) }).await?;
        Ok(())
    }

    async fn wait_profile(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        wait_until(&format!("instance {id} to take over its instance profile"), self.timeouts.update(), || async {
            let instances = cx.load_one::<Instances>(id).await?;
            let arn = instances.get(id).and_then(|(remote, _)| remote.iam_instance_profile()).and_then(|it| it.arn());
            let there = arn.and_then(|it| it.rsplit('/').next()) == self.iam_instance_profile.text();
            Ok(if there { State::Done(()) } else { State::Pending(arn.unwrap_or("without one").to_owned()) })
        })
        .await
    }

    async fn change_network(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let check = self.source_dest_check.get().filter(|_| self.source_dest_check != prior.source_dest_check);
        self.modify(cx, check.map(truth), |it, value| it.source_dest_check(value)).await?;
        let interface = prior.primary_network_interface_id.as_str();
        let changed =
            self.vpc_security_group_ids.is_known() && self.vpc_security_group_ids != prior.vpc_security_group_ids;
        if changed {
            // Of many interfaces, it is the first one whose groups are the instance's.
            let groups = self.vpc_security_group_ids.items().cloned().collect();
            let request = cx.ec2().modify_network_interface_attribute().network_interface_id(interface);
            request.set_groups(Some(groups)).send().await?;
        }
        if self.enable_primary_ipv6.is_true() && !prior.enable_primary_ipv6.is_true() {
            let request = cx.ec2().modify_network_interface_attribute().network_interface_id(interface);
            request.enable_primary_ipv6(true).send().await?;
        }
        self.change_addresses(prior, interface, cx).await?;
        self.change_ipv6(prior, interface, cx).await
    }

    async fn change_addresses(&self, prior: &Self, interface: &str, cx: &Aws) -> Result<()> {
        let (Some(before), Some(after)) = (prior.secondary_private_ips.known(), self.secondary_private_ips.known())
        else {
            return Ok(());
        };
        let gone: Vec<String> = before.difference(after).cloned().collect();
        if !gone.is_empty() {
            let request = cx.ec2().unassign_private_ip_addresses().network_interface_id(interface);
            request.set_private_ip_addresses(Some(gone)).send().await?;
        }
        let new: Vec<String> = after.difference(before).cloned().collect();
        if !new.is_empty() {
            let request = cx.ec2().assign_private_ip_addresses().network_interface_id(interface);
            request.set_private_ip_addresses(Some(new)).send().await?;
        }
        Ok(())
    }

    async fn change_ipv6(&self, prior: &Self, interface: &str, cx: &Aws) -> Result<()> {
        let (Some(before), Some(after)) = (prior.ipv6_address_count.get_i32(), self.ipv6_address_count.get_i32())
        else {
            return Ok(());
        };
        if after > before {
            let request = cx.ec2().assign_ipv6_addresses().network_interface_id(interface);
            request.ipv6_address_count(after - before).send().await?;
        } else if after < before {
            let kept = usize::try_from(after).unwrap_or_default();
            let gone: Vec<String> = prior.ipv6_addresses.items().skip(kept).cloned().collect();
            let request = cx.ec2().unassign_ipv6_addresses().network_interface_id(interface);
            request.set_ipv6_addresses(Some(gone)).send().await?;
        }
        Ok(())
    }

    /// What only an instance that stands can change. It is stopped once for all of it, and started again whatever comes
    /// of it, unless somebody had stopped it.
    async fn change_stopped(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let Some(standing) = self.needs_to_stand(prior) else { return Ok(()) };
        let id = self.id.as_str();
        if !prior.is_stopped() {
            running::stop(cx, id).await?;
        }
        let changed = self.change_standing(standing, cx).await;
        let started = if prior.is_stopped() { Ok(()) } else { running::start(cx, id).await };
        changed.and(started)
    }

    fn needs_to_stand(&self, prior: &Self) -> Option<Standing> {
        let kind = self.instance_type.text().filter(|it| Some(*it) != prior.instance_type.text());
        let host_names = |it: &Self| it.private_dns_name_options.first().and_then(|it| it.hostname_type.param());
        let reservation = self.capacity_reservation_specification.first();
        let reservation = reservation.filter(|it| prior.capacity_reservation_specification.first() != Some(it));
        let standing = Standing {
            instance_type: kind.map(str::to_owned),
            user_data: self.changed_user_data(prior),
            host_names: host_names(self).filter(|it| host_names(prior).as_ref() != Some(it)),
            reservation: reservation.map(Sent::request),
        };
        (standing != Standing::default()).then_some(standing)
    }

    async fn change_standing(&self, standing: Standing, cx: &Aws) -> Result<()> {
        let kind = standing.instance_type.map(|it| AttributeValue::builder().value(it).build());
        self.modify(cx, kind, |it, value| it.instance_type(value)).await?;
        let data = standing.user_data.map(|it| SecureBlobAttributeValue::builder().value(Blob::new(it)).build());
        self.modify(cx, data, |it, value| it.user_data(value)).await?;
        if let Some(kind) = standing.host_names {
            let request = cx.ec2().modify_private_dns_name_options().instance_id(self.id.as_str());
            request.private_dns_hostname_type(HostnameType::from(kind.as_str())).send().await?;
        }
        if let Some(reservation) = standing.reservation {
            let request = cx.ec2().modify_instance_capacity_reservation_attributes().instance_id(self.id.as_str());
            request.capacity_reservation_specification(reservation).send().await?;
        }
        Ok(())
    }

    /// The new user data, if there are any.
    fn changed_user_data(&self, prior: &Self) -> Option<Vec<u8>> {
        let known = |it: &Self| !it.user_data.is_unknown() && !it.user_data_base64.is_unknown();
        let (before, after) = (prior.user_data.as_str(), self.user_data.as_str());
        if known(self) && !user_data::same(before, after) {
            return Some(user_data::bytes(after));
        }
        let (before, after) = (prior.user_data_base64.as_str(), self.user_data_base64.as_str());
        (known(self) && before != after).then(|| user_data::bytes(after))
    }

    async fn change_protection(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        if self.disable_api_stop.is_true() && !prior.disable_api_stop.is_true() {
            running::protect_from_stop(cx, id, true).await?;
        }
        if let Attr::Known(protected) = self.disable_api_termination
            && self.disable_api_termination != prior.disable_api_termination
        {
            running::protect_from_termination(cx, id, protected).await?;
        }
        let behavior = &self.instance_initiated_shutdown_behavior;
        let behavior = behavior.text().filter(|_| *behavior != prior.instance_initiated_shutdown_behavior);
        let behavior = behavior.map(|it| AttributeValue::builder().value(it).build());
        self.modify(cx, behavior, |it, value| it.instance_initiated_shutdown_behavior(value)).await
    }

    async fn change_options(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        if let Attr::Known(monitoring) = self.monitoring
            && self.monitoring != prior.monitoring
        {
            if monitoring {
                cx.ec2().monitor_instances().instance_ids(id).send().await?;
            } else {
                cx.ec2().unmonitor_instances().instance_ids(id).send().await?;
            }
        }
        let credits = self.credit_specification.first().and_then(|it| it.cpu_credits.text());
        let before = prior.credit_specification.first().and_then(|it| it.cpu_credits.text());
        if let Some(credits) = credits.filter(|it| Some(*it) != before) {
            let wanted = InstanceCreditSpecificationRequest::builder().instance_id(id).cpu_credits(credits).build();
            cx.ec2().modify_instance_credit_specification().instance_credit_specifications(wanted).send().await?;
        }
        let recovery = self.maintenance_options.first().and_then(|it| it.auto_recovery.text());
        let before = prior.maintenance_options.first().and_then(|it| it.auto_recovery.text());
        if let Some(recovery) = recovery.filter(|it| Some(*it) != before) {
            let request = cx.ec2().modify_instance_maintenance_options().instance_id(id);
            request.auto_recovery(InstanceAutoRecoveryState::from(recovery)).send().await?;
        }
        self.change_metadata(prior, cx).await?;
        self.change_host_names(prior, cx).await
    }

    async fn change_metadata(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let Some(wanted) = self.metadata_options.first() else { return Ok(()) };
        if prior.metadata_options.first() == Some(wanted) {
            return Ok(());
        }
        let endpoint = wanted.http_endpoint.text().map(InstanceMetadataEndpointState::from);
        let answers = endpoint == Some(InstanceMetadataEndpointState::Enabled);
        let mut request = cx.ec2().modify_instance_metadata_options().instance_id(self.id.as_str());
        request = request.set_http_endpoint(endpoint);
        if answers {
            // EC2 takes nothing else of a service that is off.
            request = request
                .set_http_protocol_ipv6(wanted.http_protocol_ipv6.text().map(InstanceMetadataProtocolState::from))
                .set_http_put_response_hop_limit(form::number::send(&wanted.http_put_response_hop_limit))
                .set_http_tokens(wanted.http_tokens.text().map(HttpTokensState::from))
                .set_instance_metadata_tags(wanted.instance_metadata_tags.text().map(InstanceMetadataTagsState::from));
        }
        request.send().await?;
        self.wait_metadata(cx).await
    }

    async fn wait_metadata(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        wait_until(&format!("metadata options of instance {id} to be applied"), self.timeouts.update(), || async {
            let instances = cx.load_one::<Instances>(id).await?;
            let options = instances.get(id).and_then(|(remote, _)| remote.metadata_options());
            let state = options.and_then(|it| it.state()).map_or("unknown", |it| it.as_str());
            Ok(if state == "applied" { State::Done(()) } else { State::Pending(state.to_owned()) })
        })
        .await
    }

    async fn change_host_names(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let Some((after, before)) = self.private_dns_name_options.first().zip(prior.private_dns_name_options.first())
        else {
            return Ok(());
        };
        let changed = |after: &Attr<bool>, before: &Attr<bool>| after.get().filter(|_| after != before);
        let a = changed(&after.enable_resource_name_dns_a_record, &before.enable_resource_name_dns_a_record);
        let aaaa = changed(&after.enable_resource_name_dns_aaaa_record, &before.enable_resource_name_dns_aaaa_record);
        if a.is_some() || aaaa.is_some() {
            let request = cx.ec2().modify_private_dns_name_options().instance_id(self.id.as_str());
            let request = request.set_enable_resource_name_dns_a_record(a);
            request.set_enable_resource_name_dns_aaaa_record(aaaa).send().await?;
        }
        Ok(())
    }

    async fn change_root(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let Some((after, before)) = self.root_block_device.first().zip(prior.root_block_device.first()) else {
            return Ok(());
        };
        let volume = before.volume_id.as_str();
        let changed = |after: &Attr<i64>, before: &Attr<i64>| form::number::send(after).filter(|_| after != before);
        let size = changed(&after.volume_size, &before.volume_size);
        let iops = changed(&after.iops, &before.iops);
        let throughput = changed(&after.throughput, &before.throughput);
        let kind = after.volume_type.text().filter(|_| after.volume_type != before.volume_type);
        if size.is_some() || iops.is_some() || throughput.is_some() || kind.is_some() {
            let request = cx.ec2().modify_volume().volume_id(volume).set_size(size).set_iops(iops);
            let request = request.set_throughput(throughput).set_volume_type(kind.map(VolumeType::from));
            request.send().await?;
            self.wait_volume(volume, cx).await?;
        }
        let goes =
            after.delete_on_termination.get().filter(|_| after.delete_on_termination != before.delete_on_termination);
        let device = goes.map(|it| {
            let ebs = EbsInstanceBlockDeviceSpecification::builder().delete_on_termination(it).build();
            let device = InstanceBlockDeviceMappingSpecification::builder().set_device_name(before.device_name.get());
            device.ebs(ebs).build()
        });
        self.modify(cx, device, |it, value| it.block_device_mappings(value)).await
    }

    /// A volume can be used while it is optimized, which may take hours.
    async fn wait_volume(&self, volume: &str, cx: &Aws) -> Result<()> {
        wait_until(&format!("volume {volume} to be modified"), self.timeouts.update(), || async {
            let told = cx.ec2().describe_volumes_modifications().volume_ids(volume).send().await?;
            let modification = told.volumes_modifications().last();
            match modification.and_then(|it| it.modification_state()) {
                Some(VolumeModificationState::Failed) => {
                    let why = modification.and_then(|it| it.status_message()).unwrap_or("EC2 does not say why");
                    Err(Error::new("Volume not modified", format!("Volume {volume} could not be modified: {why}.")))
                }
                Some(VolumeModificationState::Modifying) => Ok(State::Pending("modifying".into())),
                _ => Ok(State::Done(())),
            }
        })
        .await
    }

    /// Sends one attribute, if there is one to send: EC2 takes one at a time.
    async fn modify<T>(
        &self,
        cx: &Aws,
        value: Option<T>,
        set: impl FnOnce(ModifyInstanceAttributeFluentBuilder, T) -> ModifyInstanceAttributeFluentBuilder,
    ) -> Result<()> {
        if let Some(value) = value {
            let request = cx.ec2().modify_instance_attribute().instance_id(self.id.as_str());
            set(request, value).send().await?;
        }
        Ok(())
    }
}

async fn replace(association: String, profile: &str, cx: &Aws) -> Result<()> {
    let profile = IamInstanceProfileSpecification::builder().name(profile).build();
    let request = cx.ec2().replace_iam_instance_profile_association().association_id(association);
    let request = request.iam_instance_profile(profile);
    retry_while(IAM_PATIENCE, profile_is_young, || async { Ok(request.clone().send().await?) }).await?;
    Ok(())
}

fn truth(value: bool) -> AttributeBooleanValue {
    AttributeBooleanValue::builder().value(value).build()
}
