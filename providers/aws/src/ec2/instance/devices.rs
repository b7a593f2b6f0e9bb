//! Disks of `aws_instance`.

use aws_sdk_ec2::types::{BlockDeviceMapping, EbsBlockDevice, EbsInstanceBlockDevice, Volume, VolumeType};
use landform_provider_api::framework::TagRules;

use super::Instance;
use crate::core::checks::listed;
use crate::core::prelude::*;
use crate::ec2::parts::form;
use crate::ec2::tagging;

/// The volume of the root device.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct RootDevice {
    /// Whether it goes with the instance.
    #[attr(optional, default = true)]
    pub(super) delete_on_termination: Attr<bool>,
    /// Name of the device.
    #[attr(computed)]
    pub(super) device_name: Attr<String>,
    /// Whether it is encrypted.
    #[attr(optional, computed, replace)]
    encrypted: Attr<bool>,
    /// Operations a second.
    #[attr(optional, computed)]
    pub(super) iops: Attr<i64>,
    /// ARN of the key.
    #[attr(optional, computed, replace)]
    kms_key_id: Attr<String>,
    /// Tags of the volume.
    #[attr(optional)]
    pub(super) tags: Attr<Tags>,
    /// Tags of the volume with the provider's default tags.
    #[attr(optional, computed)]
    tags_all: Attr<Tags>,
    /// MiB a second.
    #[attr(optional, computed)]
    pub(super) throughput: Attr<i64>,
    /// Id of the volume.
    #[attr(computed)]
    pub(super) volume_id: Attr<String>,
    /// Size in GiB.
    #[attr(optional, computed)]
    pub(super) volume_size: Attr<i64>,
    /// Kind of volume.
    #[attr(optional, computed, check = listed(VolumeType::values()))]
    pub(super) volume_type: Attr<String>,
}

/// A volume beside that of the root device.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct EbsDevice {
    /// Whether it goes with the instance.
    #[attr(optional, default = true)]
    delete_on_termination: Attr<bool>,
    /// Name of the device.
    #[attr(required)]
    pub(super) device_name: Attr<String>,
    /// Whether it is encrypted.
    #[attr(optional, computed)]
    encrypted: Attr<bool>,
    /// Operations a second.
    #[attr(optional, computed)]
    iops: Attr<i64>,
    /// ARN of the key.
    #[attr(optional, computed)]
    kms_key_id: Attr<String>,
    /// Id of the snapshot that it is made from.
    #[attr(optional, computed)]
    snapshot_id: Attr<String>,
    /// Tags of the volume.
    #[attr(optional)]
    pub(super) tags: Attr<Tags>,
    /// Tags of the volume with the provider's default tags.
    #[attr(optional, computed)]
    tags_all: Attr<Tags>,
    /// MiB a second.
    #[attr(optional, computed)]
    throughput: Attr<i64>,
    /// Id of the volume.
    #[attr(computed)]
    pub(super) volume_id: Attr<String>,
    /// Size in GiB.
    #[attr(optional, computed)]
    volume_size: Attr<i64>,
    /// Kind of volume.
    #[attr(optional, computed, check = listed(VolumeType::values()))]
    volume_type: Attr<String>,
}

/// A disk of the instance itself.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct EphemeralDevice {
    /// Name of the device.
    #[attr(required)]
    device_name: Attr<String>,
    /// Leaves a device of the image out.
    #[attr(optional)]
    no_device: Attr<bool>,
    /// Which disk: `ephemeral0`.
    #[attr(optional)]
    virtual_name: Attr<String>,
}

/// What only some kinds of volumes have.
fn kind_problem(kind: &Attr<String>, iops: &Attr<i64>, throughput: &Attr<i64>) -> Option<String> {
    let kind = kind.text()?;
    let given = |number: &Attr<i64>| number.known().is_some_and(|it| *it > 0);
    if given(iops) && !["io1", "io2", "gp3"].contains(&kind) {
        return Some(format!("iops can not be given for volume_type {kind:?}, only for io1, io2 and gp3."));
    }
    let wrong = given(throughput) && kind != "gp3";
    wrong.then(|| format!("throughput can not be given for volume_type {kind:?}, only for gp3."))
}

impl RootDevice {
    /// What is wrong with it.
    pub(super) fn problem(&self) -> Option<String> {
        kind_problem(&self.volume_type, &self.iops, &self.throughput)
    }

    /// As EC2 tells it.
    pub(super) fn of(device: &Device<'_>, rules: &TagRules, known: Option<&Attr<Tags>>) -> Self {
        let volume = device.volume;
        let (tags, tags_all) = device.tags(rules, known);
        Self {
            delete_on_termination: device.ebs.delete_on_termination().into(),
            device_name: device.name.into(),
            encrypted: volume.encrypted().into(),
            iops: volume.iops().into(),
            kms_key_id: volume.kms_key_id().into(),
            tags,
            tags_all,
            throughput: volume.throughput().into(),
            volume_id: volume.volume_id().into(),
            volume_size: volume.size().into(),
            volume_type: volume.volume_type().map(VolumeType::as_str).into(),
        }
    }

    fn to_launch(&self, device_name: &str) -> BlockDeviceMapping {
        let ebs = EbsBlockDevice::builder()
            .set_delete_on_termination(self.delete_on_termination.get())
            .set_encrypted(form::yes::send(&self.encrypted))
            .set_iops(form::number::send(&self.iops))
            .set_kms_key_id(form::text::send(&self.kms_key_id))
            .set_throughput(form::number::send(&self.throughput))
            .set_volume_size(form::number::send(&self.volume_size))
            .set_volume_type(form::text::send(&self.volume_type));
        BlockDeviceMapping::builder().device_name(device_name).ebs(ebs.build()).build()
    }
}

impl EbsDevice {
    /// What is wrong with it.
    pub(super) fn problem(&self) -> Option<String> {
        kind_problem(&self.volume_type, &self.iops, &self.throughput)
    }

    /// As EC2 tells it.
    pub(super) fn of(device: &Device<'_>, rules: &TagRules, known: Option<&Attr<Tags>>) -> Self {
        let volume = device.volume;
        let (tags, tags_all) = device.tags(rules, known);
        Self {
            delete_on_termination: device.ebs.delete_on_termination().into(),
            device_name: device.name.into(),
            encrypted: volume.encrypted().into(),
            iops: volume.iops().into(),
            kms_key_id: volume.kms_key_id().into(),
            snapshot_id: volume.snapshot_id().into(),
            tags,
            tags_all,
            throughput: volume.throughput().into(),
            volume_id: volume.volume_id().into(),
            volume_size: volume.size().into(),
            volume_type: volume.volume_type().map(VolumeType::as_str).into(),
        }
    }

    fn to_launch(&self) -> BlockDeviceMapping {
        let ebs = EbsBlockDevice::builder()
            .set_delete_on_termination(self.delete_on_termination.get())
            .set_encrypted(form::yes::send(&self.encrypted))
            .set_iops(form::number::send(&self.iops))
            .set_kms_key_id(form::text::send(&self.kms_key_id))
            .set_snapshot_id(form::text::send(&self.snapshot_id))
            .set_throughput(form::number::send(&self.throughput))
            .set_volume_size(form::number::send(&self.volume_size))
            .set_volume_type(form::text::send(&self.volume_type));
        BlockDeviceMapping::builder().device_name(self.device_name.as_str()).ebs(ebs.build()).build()
    }
}

impl EphemeralDevice {
    /// What is wrong with it.
    pub(super) fn problem(&self) -> Option<String> {
        let unsure = self.no_device.is_unknown() || self.virtual_name.is_unknown();
        let nothing = !unsure && !self.no_device.is_true() && self.virtual_name.text().is_none();
        nothing.then(|| "ephemeral_block_device needs virtual_name, or no_device = true.".to_owned())
    }

    fn to_launch(&self) -> BlockDeviceMapping {
        let mapping = BlockDeviceMapping::builder().device_name(self.device_name.as_str());
        if self.no_device.is_true() {
            mapping.no_device("").build()
        } else {
            mapping.set_virtual_name(self.virtual_name.param()).build()
        }
    }
}

/// A volume at its place in an instance.
pub(super) struct Device<'a> {
    pub(super) name: &'a str,
    pub(super) ebs: &'a EbsInstanceBlockDevice,
    pub(super) volume: &'a Volume,
    /// Whether its tags are told here rather than in `volume_tags`.
    pub(super) has_tags: bool,
}

impl Device<'_> {
    /// Its own tags and all of them; `known` are its own ones as they were.
    fn tags(&self, rules: &TagRules, known: Option<&Attr<Tags>>) -> (Attr<Tags>, Attr<Tags>) {
        if !self.has_tags {
            return (Attr::Null, Attr::Null);
        }
        let all = tagging::read(self.volume.tags.as_deref()).into_known().unwrap_or_default();
        let all = rules.without_ignored(all);
        let own = rules.own(&all, known.and_then(Attr::known));
        (Some(own).filter(|own| !own.is_empty()).into(), all.into())
    }
}

impl Instance {
    /// The disks to launch with.
    pub(super) async fn devices_to_launch(&self, cx: &Aws) -> Result<Option<Vec<BlockDeviceMapping>>> {
        let mut devices: Vec<_> = self.ebs_block_device.iter().map(EbsDevice::to_launch).collect();
        devices.extend(self.ephemeral_block_device.iter().map(EphemeralDevice::to_launch));
        if let Some(root) = self.root_block_device.first() {
            devices.push(root.to_launch(&self.root_device_name(cx).await?));
        }
        Ok((!devices.is_empty()).then_some(devices))
    }

    /// The name of the root device, which only the image tells.
    async fn root_device_name(&self, cx: &Aws) -> Result<String> {
        let image = match self.ami.param() {
            Some(image) => image,
            None => self.image_of_template(cx).await?,
        };
        let images = cx.ec2().describe_images().image_ids(&image).send().await?.images.unwrap_or_default();
        let found = images.first();
        let root = found.and_then(|it| it.root_device_name());
        let devices = found.map(|it| it.block_device_mappings()).unwrap_or_default();
        // Some images name a root device that is none of their devices; then it is the first one.
        let listed = devices.iter().any(|it| it.device_name() == root);
        let name = if listed { root } else { devices.first().and_then(|it| it.device_name()).or(root) };
        let message = format!("{image} has no root device on EBS, so that root_block_device can not be given.");
        name.map(str::to_owned).ok_or_else(|| Error::new("Image without a root volume", message))
    }

    async fn image_of_template(&self, cx: &Aws) -> Result<String> {
        let Some(template) = self.launch_template.first() else { return Ok(String::new()) };
        let request = cx.ec2().describe_launch_template_versions().versions(template.version.as_str());
        let request = match template.id.param() {
            Some(id) => request.launch_template_id(id),
            None => request.set_launch_template_name(template.name.param()),
        };
        let versions = request.send().await?.launch_template_versions.unwrap_or_default();
        let image = versions.first().and_then(|it| it.launch_template_data()).and_then(|it| it.image_id());
        let message = "Neither the instance nor its launch template names an image.";
        image.map(str::to_owned).ok_or_else(|| Error::new("No image", message))
    }
}
