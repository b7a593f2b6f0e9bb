//! Reading instances, many at once.

use aws_sdk_ec2::types::{
    Instance as Remote, InstanceBlockDeviceMapping, InstanceLifecycleType, InstanceNetworkInterface, InstanceType,
    MonitoringState, Placement, SpotInstanceRequest, Tenancy, Volume,
};
use landform_provider_api::framework::Context as _;

use super::devices::{Device, EbsDevice, RootDevice};
use super::interfaces::{PrimaryInterface, primary};
use super::options::{Credits, Market, TemplateVersion};
use super::{Instance, running, user_data};
use crate::core::Loaded;
use crate::core::prelude::*;
use crate::ec2::loads::{
    CreditSpecifications, Instances, LaunchTemplates, ShutdownBehaviors, SpotRequests, StopProtection,
    TerminationProtection, UserData, Volumes, Vpcs,
};
use crate::ec2::parts::{Told as _, form};
use crate::ec2::tagging;

/// The tags in which EC2 keeps what an instance was launched from.
const TEMPLATE: &str = "aws:ec2launchtemplate:id";
const TEMPLATE_VERSION: &str = "aws:ec2launchtemplate:version";

/// What other calls than that for instances tell.
struct Around {
    volumes: Loaded<Volume>,
    vpcs: Loaded<aws_sdk_ec2::types::Vpc>,
    templates: Loaded<aws_sdk_ec2::types::LaunchTemplate>,
    spots: Loaded<SpotInstanceRequest>,
    credits: Loaded<String>,
    user_data: Loaded<String>,
    stop: Loaded<bool>,
    termination: Loaded<bool>,
    shutdown: Loaded<String>,
    passwords: BTreeMap<String, String>,
}

/// Reads instances: a call for all of them, one for all their volumes, and what only single calls tell where it is not
/// known to be as usual.
pub(super) async fn read(batch: Batch<Instance>, cx: &Aws) -> Result<Found<Instance>> {
    let instances = cx.load::<Instances>(&batch.ids()).await?;
    let there = |it: &Instance| instances.get(it.id.as_str()).filter(|(remote, _)| !running::is_terminated(remote));
    let known: Vec<(&Instance, &Remote)> = batch.iter().filter_map(|it| Some((it, &there(it)?.0))).collect();
    let around = Around::load(&known, cx).await?;
    Ok(batch.found(|mut instance| {
        let (remote, owner) = there(&instance)?;
        instance.fill(remote, owner, cx);
        instance.fill_network(remote, &around);
        instance.fill_devices(remote, &around, cx);
        instance.fill_single(remote, &around);
        Some(instance)
    }))
}

impl Around {
    async fn load(known: &[(&Instance, &Remote)], cx: &Aws) -> Result<Self> {
        let ids = |wanted: &dyn Fn(&Instance, &Remote) -> bool| -> Vec<String> {
            let wanted = known.iter().filter(|(it, remote)| wanted(it, remote));
            wanted.filter_map(|(_, remote)| remote.instance_id.clone()).collect()
        };
        let keys = |key: &dyn Fn(&Remote) -> Option<String>| -> Vec<String> {
            known.iter().filter_map(|(_, remote)| key(remote)).collect::<BTreeSet<_>>().into_iter().collect()
        };
        let volumes: Vec<String> = known.iter().flat_map(|(_, remote)| volumes_of(remote)).collect();
        // Of what is as usual, nothing is asked again: it costs a call an instance.
        let usual = |it: &Attr<bool>| *it == Attr::Known(false);
        let stops = |it: &Instance| it.instance_initiated_shutdown_behavior.text() == Some("stop");
        let none = |it: &Instance| it.arn.is_known() && it.user_data.text().or(it.user_data_base64.text()).is_none();
        let (volume_keys, vpc_keys) = (volumes, keys(&|it| it.vpc_id.clone()));
        let (template_keys, spot_keys) =
            (keys(&|it| tag(it, TEMPLATE).map(str::to_owned)), keys(&|it| it.spot_instance_request_id.clone()));
        let credit_keys = ids(&|it, remote| is_burstable(remote) && it.wants_credits());
        let (data_keys, stop_keys) = (ids(&|it, _| !none(it)), ids(&|it, _| !usual(&it.disable_api_stop)));
        let termination_keys = ids(&|it, _| !usual(&it.disable_api_termination));
        let shutdown_keys = ids(&|it, _| !stops(it));
        let password_keys = ids(&|it, _| it.get_password_data.is_true() && it.password_data.text().is_none());
        let (volumes, vpcs, templates, spots, credits, user_data, stop, termination, shutdown, passwords) = futures::try_join!(
            cx.load::<Volumes>(&volume_keys),
            cx.load::<Vpcs>(&vpc_keys),
            cx.load::<LaunchTemplates>(&template_keys),
            cx.load::<SpotRequests>(&spot_keys),
            cx.load::<CreditSpecifications>(&credit_keys),
            cx.load::<UserData>(&data_keys),
            cx.load::<StopProtection>(&stop_keys),
            cx.load::<TerminationProtection>(&termination_keys),
            cx.load::<ShutdownBehaviors>(&shutdown_keys),
            passwords_of(password_keys, cx),
        )?;
        Ok(Self { volumes, vpcs, templates, spots, credits, user_data, stop, termination, shutdown, passwords })
    }
}

async fn passwords_of(ids: Vec<String>, cx: &Aws) -> Result<BTreeMap<String, String>> {
    let found = crate::core::one_by_one(ids, |id| async move { running::password(cx, &id).await }).await?;
    Ok(found.into_iter().collect())
}

fn volumes_of(remote: &Remote) -> impl Iterator<Item = String> {
    remote.block_device_mappings().iter().filter_map(|it| it.ebs()?.volume_id.clone())
}

fn tag<'a>(remote: &'a Remote, key: &str) -> Option<&'a str> {
    remote.tags().iter().find(|it| it.key() == Some(key)).and_then(|it| it.value())
}

/// Burstable types are those of the families `t2`, `t3`, `t3a`, `t4g` and so on.
fn is_burstable(remote: &Remote) -> bool {
    let name = remote.instance_type().map_or("", InstanceType::as_str);
    name.strip_prefix('t').is_some_and(|rest| rest.starts_with(|it: char| it.is_ascii_digit()))
}

impl Instance {
    /// What a burstable instance is paid like is told where somebody has asked for it, and after import.
    fn wants_credits(&self) -> bool {
        !self.credit_specification.is_empty() || self.is_imported()
    }

    /// Whether nothing is known of it but its id: what has a default has it otherwise.
    fn is_imported(&self) -> bool {
        self.force_destroy.is_null()
    }

    fn fill(&mut self, remote: &Remote, owner: &str, cx: &Aws) {
        let text = |told: Option<&str>| Attr::Known(told.unwrap_or_default().to_owned());
        let profile = remote.iam_instance_profile().and_then(|it| it.arn()).and_then(|arn| arn.rsplit('/').next());
        let monitoring = remote.monitoring().and_then(|it| it.state());
        self.ami = remote.image_id().into();
        self.arn = cx.arn("ec2", owner, &format!("instance/{}", self.id.as_str())).into();
        self.ebs_optimized = remote.ebs_optimized().unwrap_or_default().into();
        self.hibernation =
            remote.hibernation_options().and_then(|it| it.configured()).or(self.hibernation.get()).into();
        self.iam_instance_profile = text(profile);
        self.instance_lifecycle = text(remote.instance_lifecycle().map(InstanceLifecycleType::as_str));
        self.instance_state = running::state_of(remote).into();
        self.instance_type = remote.instance_type().map(InstanceType::as_str).into();
        self.key_name = text(remote.key_name());
        self.monitoring = matches!(monitoring, Some(MonitoringState::Enabled | MonitoringState::Pending)).into();
        self.outpost_arn = text(remote.outpost_arn());
        self.spot_instance_request_id = text(remote.spot_instance_request_id());
        self.tags_all = tagging::read(remote.tags.as_deref());
        self.fill_placement(remote.placement());
        self.fill_blocks(remote);
    }

    fn fill_placement(&mut self, placement: Option<&Placement>) {
        let text = |told: Option<&str>| Attr::Known(told.unwrap_or_default().to_owned());
        self.availability_zone = placement.and_then(|it| it.availability_zone()).into();
        self.host_id = text(placement.and_then(|it| it.host_id()));
        self.host_resource_group_arn = text(placement.and_then(|it| it.host_resource_group_arn()));
        self.placement_group = text(placement.and_then(|it| it.group_name()));
        self.placement_group_id = text(placement.and_then(|it| it.group_id()));
        self.placement_partition_number = placement.and_then(|it| it.partition_number()).unwrap_or_default().into();
        self.tenancy = placement.and_then(|it| it.tenancy()).map(Tenancy::as_str).into();
    }

    fn fill_blocks(&mut self, remote: &Remote) {
        self.capacity_reservation_specification = form::one::read(&remote.capacity_reservation_specification);
        self.cpu_options = form::one::read(&remote.cpu_options);
        self.enclave_options = form::one::read(&remote.enclave_options);
        self.maintenance_options = form::one::read(&remote.maintenance_options);
        self.metadata_options = form::one::read(&remote.metadata_options);
        self.private_dns_name_options = form::one::read(&remote.private_dns_name_options);
        self.secondary_network_interface = form::many::read(&remote.secondary_interfaces);
    }

    fn fill_network(&mut self, remote: &Remote, around: &Around) {
        let text = |told: Option<&str>| Attr::Known(told.unwrap_or_default().to_owned());
        self.private_dns = text(remote.private_dns_name());
        self.private_ip = text(remote.private_ip_address());
        self.public_dns = text(remote.public_dns_name());
        self.public_ip = text(remote.public_ip_address());
        if let Some(interface) = primary(remote.network_interfaces()) {
            self.fill_interface(interface);
        }
        // Others may be attached by other resources.
        let own: Vec<_> = self.network_interface.iter().map(|it| it.device_index.get_i32()).collect();
        let device = |it: &InstanceNetworkInterface| it.attachment().and_then(|it| it.device_index());
        let interfaces = remote.network_interfaces().iter().filter(|it| own.contains(&device(it)));
        self.network_interface = interfaces.map(super::interfaces::Interface::of).collect();
        let vpc = remote.vpc_id().and_then(|it| around.vpcs.get(it));
        let by_name = vpc.is_some_and(|it| it.is_default() == Some(true));
        let groups = remote.security_groups();
        let ids = groups.iter().filter_map(|it| it.group_id.clone());
        let names = groups.iter().filter_map(|it| it.group_name.clone()).filter(|_| by_name);
        self.vpc_security_group_ids = Attr::Known(ids.collect());
        self.security_groups = Attr::Known(names.collect());
    }

    fn fill_interface(&mut self, interface: &InstanceNetworkInterface) {
        let further = interface.private_ip_addresses().iter().filter(|it| it.primary() != Some(true));
        let ipv6 = interface.ipv6_addresses();
        let own_address = interface.association().map(|it| it.ip_owner_id() == Some("amazon"));
        // An elastic address is none that the instance was launched with, and a stopped one has none at all.
        if own_address == Some(true) || own_address.is_none() && !self.is_stopped() {
            self.associate_public_ip_address = own_address.is_some().into();
        } else {
            self.associate_public_ip_address = self.associate_public_ip_address.get().or(Some(false)).into();
        }
        self.enable_primary_ipv6 = ipv6.iter().any(|it| it.is_primary_ipv6() == Some(true)).into();
        self.ipv6_address_count = i64::try_from(ipv6.len()).ok().into();
        self.ipv6_addresses = Attr::Known(ipv6.iter().filter_map(|it| it.ipv6_address.clone()).collect());
        self.primary_network_interface = vec![PrimaryInterface::of(interface)];
        self.primary_network_interface_id = interface.network_interface_id().into();
        self.secondary_private_ips = Attr::Known(further.filter_map(|it| it.private_ip_address.clone()).collect());
        self.source_dest_check = Attr::from(interface.source_dest_check()).or(&self.source_dest_check);
        self.subnet_id = interface.subnet_id().into();
    }

    fn fill_devices(&mut self, remote: &Remote, around: &Around, cx: &Aws) {
        let rules = cx.tag_rules();
        let has_tags = self.volume_tags.items().next().is_none();
        let device = |it| device_of(it, around, has_tags);
        let (roots, others): (Vec<_>, Vec<_>) = remote
            .block_device_mappings()
            .iter()
            .partition(|it| it.device_name().is_some() && it.device_name() == remote.root_device_name());
        let root = roots.into_iter().find_map(device);
        let known = |name: &str| self.ebs_block_device.iter().find(|it| it.device_name.text() == Some(name));
        let of = |it: &Device<'_>| EbsDevice::of(it, rules, known(it.name).map(|it| &it.tags));
        let mut volumes: Vec<EbsDevice> = others.into_iter().filter_map(device).map(|it| of(&it)).collect();
        // The root device may be given as any other one.
        volumes.extend(root.iter().filter(|it| known(it.name).is_some()).map(of));
        let root_tags = self.root_block_device.first().map(|it| &it.tags);
        self.root_block_device = root.iter().map(|it| RootDevice::of(it, rules, root_tags)).collect();
        self.ebs_block_device = volumes;
        if !has_tags {
            self.volume_tags = self.tags_of_volumes(remote, around, cx);
        }
    }

    fn tags_of_volumes(&self, remote: &Remote, around: &Around, cx: &Aws) -> Attr<Tags> {
        let mut all = Tags::new();
        for volume in volumes_of(remote).filter_map(|it| around.volumes.get(&it)) {
            all.extend(tagging::read(volume.tags.as_deref()).into_known().unwrap_or_default());
        }
        cx.tag_rules().own(&all, self.volume_tags.known()).into()
    }

    /// What is asked for one instance at a time, or hardly ever.
    fn fill_single(&mut self, remote: &Remote, around: &Around) {
        let id = self.id.as_str().to_owned();
        self.disable_api_stop = Attr::from(around.stop.get(&id).copied()).or(&self.disable_api_stop);
        self.disable_api_termination =
            Attr::from(around.termination.get(&id).copied()).or(&self.disable_api_termination);
        let shutdown = around.shutdown.get(&id).map(String::as_str);
        self.instance_initiated_shutdown_behavior = Attr::from(shutdown).or(&self.instance_initiated_shutdown_behavior);
        if let Some(data) = around.user_data.get(&id) {
            self.fill_user_data(data, tag(remote, TEMPLATE).is_some());
        }
        if let Some(credits) = around.credits.get(&id) {
            self.credit_specification = vec![Credits { cpu_credits: credits.as_str().into() }];
        }
        if let Some(password) = around.passwords.get(&id) {
            self.password_data = password.as_str().into();
        }
        if !self.get_password_data.is_true() {
            self.password_data = Attr::Null;
        }
        self.fill_market(remote, around);
        self.fill_template(remote, around);
    }

    /// User data are told in the form that they were given in. Those of a launch template are not the instance's own.
    fn fill_user_data(&mut self, data: &str, has_template: bool) {
        if self.user_data_base64.text().is_some() {
            self.user_data_base64 = data.into();
        } else if self.user_data.text().is_some() || !data.is_empty() && !has_template {
            self.user_data = user_data::decoded(data).into();
        }
    }

    fn fill_market(&mut self, remote: &Remote, around: &Around) {
        let request = remote.spot_instance_request_id();
        match request.and_then(|it| around.spots.get(it)) {
            Some(request) => self.instance_market_options = vec![Market::of(request)],
            None if remote.instance_lifecycle().is_none() => self.instance_market_options = Vec::new(),
            None => {}
        }
    }

    fn fill_template(&mut self, remote: &Remote, around: &Around) {
        let found = tag(remote, TEMPLATE).and_then(|id| Some((id, around.templates.get(id)?)));
        let (Some((id, template)), Some(version)) = (found, tag(remote, TEMPLATE_VERSION)) else {
            self.launch_template = Vec::new();
            return;
        };
        let known = self.launch_template.first().and_then(|it| it.version.text());
        let current = |number: Option<i64>| number.map(|it| it.to_string()).as_deref() == Some(version);
        let version = match known {
            Some(name @ "$Default") if current(template.default_version_number()) => name,
            Some(name @ "$Latest") if current(template.latest_version_number()) => name,
            _ => version,
        };
        let name = template.launch_template_name().into();
        self.launch_template = vec![TemplateVersion { id: id.into(), name, version: version.into() }];
    }
}

fn device_of<'a>(mapping: &'a InstanceBlockDeviceMapping, around: &'a Around, has_tags: bool) -> Option<Device<'a>> {
    let ebs = mapping.ebs()?;
    Some(Device { name: mapping.device_name()?, ebs, volume: around.volumes.get(ebs.volume_id()?)?, has_tags })
}
