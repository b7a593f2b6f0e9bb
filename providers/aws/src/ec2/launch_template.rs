//! `aws_launch_template`.

mod network;
mod options;
mod requirements;

use aws_sdk_ec2::types::{
    InstanceType, LaunchTemplate as Remote, LaunchTemplateVersion, RequestLaunchTemplateData, ResourceType,
    ResponseLaunchTemplateData, ShutdownBehavior,
};
use landform_provider_api::framework::Check;
use landform_provider_api::framework::check::{characters, one_of};
use landform_values::{Number, Value};

use self::network::{Interface, SecondaryInterface};
use self::options::{
    Cpu, Credits, Device, Hibernation, HostNames, License, Maintenance, Market, Metadata, Performance, Placement,
    Profile, Reservation, Switch, TagSpecification,
};
use self::requirements::Requirements;
use super::filters::Filters;
use super::loads::{LatestVersions, LaunchTemplates};
use super::parts::{form, same_truth};
use super::{tagging, traces};
use crate::core::checks::listed;
use crate::core::names;
use crate::core::prelude::*;

/// What instances are made of.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_launch_template", version = 1, conflicts("name", "name_prefix"))]
#[model(conflicts("default_version", "update_default_version"), conflicts("instance_type", "instance_requirements"))]
#[model(conflicts("security_group_names", "vpc_security_group_ids"))]
pub(super) struct LaunchTemplate {
    /// ARN of the template.
    #[attr(computed)]
    arn: Attr<String>,
    /// The version that holds where none is named.
    #[attr(optional, computed, check = between(1..=i64::MAX))]
    default_version: Attr<i64>,
    /// What this version is for.
    #[attr(optional, check = length(0..=255))]
    description: Attr<String>,
    /// Whether instances can not be stopped by calls.
    #[attr(optional)]
    disable_api_stop: Attr<bool>,
    /// Whether instances can not be terminated by calls.
    #[attr(optional)]
    disable_api_termination: Attr<bool>,
    /// Whether there is bandwidth for EBS alone.
    #[attr(optional, same = same_truth, check = truth())]
    ebs_optimized: Attr<String>,
    /// Id of the template.
    #[attr(id)]
    id: Attr<String>,
    /// Id of the image.
    #[attr(optional)]
    image_id: Attr<String>,
    /// What happens when an instance shuts itself down.
    #[attr(optional, check = listed(ShutdownBehavior::values()))]
    instance_initiated_shutdown_behavior: Attr<String>,
    /// The instance type.
    #[attr(optional)]
    instance_type: Attr<String>,
    /// Id of the kernel.
    #[attr(optional)]
    kernel_id: Attr<String>,
    /// Name of the key pair.
    #[attr(optional)]
    key_name: Attr<String>,
    /// The version that was made last.
    #[attr(computed)]
    latest_version: Attr<i64>,
    /// Name of the template; a new one when not given.
    #[attr(optional, computed, replace, check = length(3..=125), check = template_name())]
    name: Attr<String>,
    /// What a new name begins with.
    #[attr(optional, computed, replace, check = length(3..=99), check = template_name())]
    name_prefix: Attr<String>,
    /// Id of the RAM disk.
    #[attr(optional)]
    ram_disk_id: Attr<String>,
    /// Region of the template.
    #[attr(region)]
    region: Attr<String>,
    /// Security groups by name, of the default VPC.
    #[attr(optional)]
    security_group_names: Attr<BTreeSet<String>>,
    /// Tags of the template.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the template with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Whether each new version becomes the default one.
    #[attr(optional)]
    update_default_version: Attr<bool>,
    /// What instances do when they start first, in base64.
    #[attr(optional)]
    user_data: Attr<String>,
    /// Security groups by id.
    #[attr(optional)]
    vpc_security_group_ids: Attr<BTreeSet<String>>,
    /// Disks beside those of the image.
    #[block(list)]
    block_device_mappings: Vec<Device>,
    /// Which reserved capacity is used.
    #[block(list, max = 1)]
    capacity_reservation_specification: Vec<Reservation>,
    /// The processor.
    #[block(list, max = 1)]
    cpu_options: Vec<Cpu>,
    /// How burstable instances are paid for.
    #[block(list, max = 1)]
    credit_specification: Vec<Credits>,
    /// Nitro Enclaves.
    #[block(list, max = 1)]
    enclave_options: Vec<Switch>,
    /// Hibernation.
    #[block(list, max = 1)]
    hibernation_options: Vec<Hibernation>,
    /// The instance profile.
    #[block(list, max = 1)]
    iam_instance_profile: Vec<Profile>,
    /// Spot instances and capacity blocks.
    #[block(list, max = 1)]
    instance_market_options: Vec<Market>,
    /// What an instance type must have, where none is named.
    #[block(list, max = 1)]
    instance_requirements: Vec<Requirements>,
    /// License configurations.
    #[block(set)]
    license_specification: Vec<License>,
    /// What happens when the hardware fails.
    #[block(list, max = 1)]
    maintenance_options: Vec<Maintenance>,
    /// The metadata service.
    #[block(list, max = 1, computed)]
    metadata_options: Vec<Metadata>,
    /// Monitoring each minute.
    #[block(list, max = 1)]
    monitoring: Vec<Switch>,
    /// Network interfaces.
    #[block(list)]
    network_interfaces: Vec<Interface>,
    /// What bandwidth is for.
    #[block(list, max = 1)]
    network_performance_options: Vec<Performance>,
    /// Where instances run.
    #[block(list, max = 1)]
    placement: Vec<Placement>,
    /// Host names.
    #[block(list, max = 1)]
    private_dns_name_options: Vec<HostNames>,
    /// Network interfaces in secondary networks.
    #[block(list)]
    secondary_interfaces: Vec<SecondaryInterface>,
    /// Tags of what is made with an instance.
    #[block(list)]
    tag_specifications: Vec<TagSpecification>,
}

/// What a change of leads to no new version.
const BESIDE_THE_VERSION: [&str; 10] = [
    "arn",
    "default_version",
    "id",
    "latest_version",
    "name",
    "name_prefix",
    "region",
    "tags",
    "tags_all",
    "update_default_version",
];

fn template_name() -> Check {
    characters(|it| it.is_ascii_alphanumeric() || "()./_-".contains(it), "letters, digits and ( ) . / _ -")
}

/// Yes, no and neither, as text.
fn truth() -> Check {
    one_of(["", "true", "false", "1", "0"])
}

/// A point in time: `2026-01-31T12:00:00Z`.
fn moment() -> Check {
    Check::text(|text| match form::moment::send(&text.into()) {
        None if !text.is_empty() => Err(format!("{text:?} is not a moment such as \"2026-01-31T12:00:00Z\"")),
        _ => Ok(()),
    })
}

impl Resource<Aws> for LaunchTemplate {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let request = cx.ec2().create_launch_template();
        let request = request
            .launch_template_name(names::given_or_new(&self.name, &self.name_prefix))
            .launch_template_data(self.data())
            .set_tag_specifications(tagging::on_create(ResourceType::LaunchTemplate, &self.tags_all))
            .set_version_description(self.description.param());
        self.id = request.send().await?.launch_template.and_then(|it| it.launch_template_id).into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let templates = cx.load::<LaunchTemplates>(&batch.ids()).await?;
        // A version never changes: what is known of the latest one holds for as long as it is the latest.
        let known = |template: &Self| {
            let latest = templates.get(template.id.as_str()).and_then(Remote::latest_version_number);
            cx.is_reading_in_bulk() && latest.is_some() && template.latest_version.get() == latest
        };
        let unknown = batch.keys(|template| template.id.text().filter(|_| !known(template)));
        let versions = cx.load::<LatestVersions>(&unknown).await?;
        Ok(batch.found(|mut template| {
            let id = template.id.as_str();
            let remote = templates.get(id)?;
            match versions.get(id) {
                Some(version) => template.fill_version(version),
                None if known(&template) => {}
                None => return None,
            }
            template.fill(remote, cx);
            Some(template)
        }))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let mut latest = prior.latest_version.get();
        if self.data() != prior.data() || self.description.text() != prior.description.text() {
            latest = self.add_version(cx).await?.or(latest);
        }
        let chosen = if self.update_default_version.is_true() { latest } else { self.default_version.get() };
        if let Some(version) = chosen.filter(|it| prior.default_version != Attr::Known(*it)) {
            let request = cx.ec2().modify_launch_template().set_launch_template_id(self.id.get());
            request.default_version(version.to_string()).send().await?;
        }
        tagging::update(cx, self.id.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        cx.ec2().delete_launch_template().launch_template_id(self.id.as_str()).send().await?;
        Ok(())
    }

    fn plan(planning: &mut Planning<'_>) {
        if planning.is_create() {
            return;
        }
        let version = VersionChange::of(planning);
        let number = |value: Value| value.as_number().and_then(Number::to_i64);
        let latest = number(planning.prior("latest_version"));
        let next = latest.map(|it| it + 1).filter(|_| version == VersionChange::Certain);
        match (version, next) {
            (VersionChange::None, _) => {}
            (_, Some(next)) => planning.set("latest_version", next),
            _ => planning.set_unknown("latest_version"),
        }
        let follows = planning.planned("update_default_version").as_bool() == Some(true);
        if follows && (version != VersionChange::None || planning.changes("update_default_version")) {
            planning.set("default_version", planning.planned("latest_version"));
        }
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        let Some(name) = self.name.param() else {
            return traces::tagged::<_, LaunchTemplates>(self, cx, Filters::default(), &self.tags_all).await;
        };
        let filters = Filters::default().with("launch-template-name", Some(name)).build().unwrap_or_default();
        Ok(Traces::Only(traces::like::<_, LaunchTemplates>(self, cx, filters).await?))
    }
}

/// Whether a plan leads to a new version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum VersionChange {
    None,
    Certain,
    /// What is not known yet may turn out to be as it was.
    Possible,
}

impl VersionChange {
    fn of(planning: &Planning<'_>) -> Self {
        let shape = &LaunchTemplate::definition().shape;
        let names = shape.attributes.iter().map(|it| it.name).chain(shape.blocks.iter().map(|it| it.name));
        let mut changed = names.filter(|it| !BESIDE_THE_VERSION.contains(it) && planning.changes(it)).peekable();
        if changed.peek().is_none() {
            return Self::None;
        }
        let certain = changed.any(|it| planning.planned(it).is_wholly_known());
        if certain { Self::Certain } else { Self::Possible }
    }
}

impl LaunchTemplate {
    /// Makes a new version of what is planned, and tells its number.
    async fn add_version(&self, cx: &Aws) -> Result<Option<i64>> {
        let request = cx.ec2().create_launch_template_version().set_launch_template_id(self.id.get());
        let request = request.launch_template_data(self.data()).set_version_description(self.description.param());
        Ok(request.send().await?.launch_template_version.and_then(|it| it.version_number))
    }

    /// What a version holds. EC2 refuses one that holds nothing, so user data are always there.
    fn data(&self) -> RequestLaunchTemplateData {
        RequestLaunchTemplateData::builder()
            .set_block_device_mappings(form::many::send(&self.block_device_mappings))
            .set_capacity_reservation_specification(form::one::send(&self.capacity_reservation_specification))
            .set_cpu_options(form::one::send(&self.cpu_options))
            .set_credit_specification(form::one::send(&self.credit_specification))
            .set_disable_api_stop(form::yes::send(&self.disable_api_stop))
            .set_disable_api_termination(form::yes::send(&self.disable_api_termination))
            .set_ebs_optimized(form::maybe::send(&self.ebs_optimized))
            .set_enclave_options(form::one::send(&self.enclave_options))
            .set_hibernation_options(form::one::send(&self.hibernation_options))
            .set_iam_instance_profile(form::one::send(&self.iam_instance_profile))
            .set_image_id(form::text::send(&self.image_id))
            .set_instance_initiated_shutdown_behavior(form::text::send(&self.instance_initiated_shutdown_behavior))
            .set_instance_market_options(form::one::send(&self.instance_market_options))
            .set_instance_requirements(form::one::send(&self.instance_requirements))
            .set_instance_type(form::text::send(&self.instance_type))
            .set_kernel_id(form::text::send(&self.kernel_id))
            .set_key_name(form::text::send(&self.key_name))
            .set_license_specifications(form::many::send(&self.license_specification))
            .set_maintenance_options(form::one::send(&self.maintenance_options))
            .set_metadata_options(form::one::send(&self.metadata_options))
            .set_monitoring(form::one::send(&self.monitoring))
            .set_network_interfaces(form::many::send(&self.network_interfaces))
            .set_network_performance_options(form::one::send(&self.network_performance_options))
            .set_placement(form::one::send(&self.placement))
            .set_private_dns_name_options(form::one::send(&self.private_dns_name_options))
            .set_ram_disk_id(form::text::send(&self.ram_disk_id))
            .set_secondary_interfaces(form::many::send(&self.secondary_interfaces))
            .set_security_group_ids(form::texts::send(&self.vpc_security_group_ids))
            .set_security_groups(form::texts::send(&self.security_group_names))
            .set_tag_specifications(form::many::send(&self.tag_specifications))
            .user_data(self.user_data.as_str())
            .build()
    }

    fn fill(&mut self, remote: &Remote, cx: &Aws) {
        let name = remote.launch_template_name().unwrap_or_default();
        // Who made it is in the account that it is in: `arn:aws:iam::123456789012:root`.
        let account = remote.created_by().and_then(|it| it.split(':').nth(4)).unwrap_or_default();
        self.arn = cx.arn("ec2", account, &format!("launch-template/{}", self.id.as_str())).into();
        self.default_version = remote.default_version_number().into();
        self.latest_version = remote.latest_version_number().into();
        self.name = name.into();
        self.name_prefix = names::prefix_of(name);
        self.tags_all = tagging::read(remote.tags.as_deref());
    }

    fn fill_version(&mut self, version: &LaunchTemplateVersion) {
        self.description = version.version_description().into();
        if let Some(data) = version.launch_template_data() {
            self.fill_data(data);
            self.fill_blocks(data);
        }
    }

    fn fill_data(&mut self, data: &ResponseLaunchTemplateData) {
        self.disable_api_stop = form::yes::read(&data.disable_api_stop);
        self.disable_api_termination = form::yes::read(&data.disable_api_termination);
        self.ebs_optimized = form::maybe::read(&data.ebs_optimized);
        self.image_id = form::text::read(&data.image_id);
        self.instance_initiated_shutdown_behavior =
            data.instance_initiated_shutdown_behavior().map(ShutdownBehavior::as_str).into();
        self.instance_type = data.instance_type().map(InstanceType::as_str).into();
        self.kernel_id = form::text::read(&data.kernel_id);
        self.key_name = form::text::read(&data.key_name);
        self.ram_disk_id = form::text::read(&data.ram_disk_id);
        self.security_group_names = form::texts::read(&data.security_groups);
        self.user_data = form::text::read(&data.user_data);
        self.vpc_security_group_ids = form::texts::read(&data.security_group_ids);
    }

    fn fill_blocks(&mut self, data: &ResponseLaunchTemplateData) {
        self.block_device_mappings = form::many::read(&data.block_device_mappings);
        self.capacity_reservation_specification = form::one::read(&data.capacity_reservation_specification);
        self.cpu_options = form::one::read(&data.cpu_options);
        self.credit_specification = form::one::read(&data.credit_specification);
        self.enclave_options = form::one::read(&data.enclave_options);
        self.hibernation_options = form::one::read(&data.hibernation_options);
        self.iam_instance_profile = form::one::read(&data.iam_instance_profile);
        self.instance_market_options = form::one::read(&data.instance_market_options);
        self.instance_requirements = form::one::read(&data.instance_requirements);
        self.license_specification = form::many::read(&data.license_specifications);
        self.maintenance_options = form::one::read(&data.maintenance_options);
        self.metadata_options = form::one::read(&data.metadata_options);
        self.monitoring = form::one::read(&data.monitoring);
        self.network_interfaces = form::many::read(&data.network_interfaces);
        self.network_performance_options = form::one::read(&data.network_performance_options);
        self.placement = form::one::read(&data.placement);
        self.private_dns_name_options = form::one::read(&data.private_dns_name_options);
        self.secondary_interfaces = form::many::read(&data.secondary_interfaces);
        self.tag_specifications = form::many::read(&data.tag_specifications);
    }
}
