//! `data.aws_ami`.

use aws_sdk_ec2::types::{
    ArchitectureValues, BlockDeviceMapping, BootModeValues, DeviceType, EbsBlockDevice, Filter as RemoteFilter,
    HypervisorType, Image, ImageState, ImageTypeValues, ImdsSupportValues, PlatformValues, StateReason,
    TpmSupportValues, VirtualizationType, VolumeType,
};
use landform_provider_api::framework::{Check, Context as _};
use regex::Regex;

use super::filters::{Filter, Filters};
use super::one::Wanted;
use super::tagging;
use crate::core::prelude::*;

const WANTED: Wanted = Wanted { one: "AMI", many: "AMIs" };

/// Filters that leave no room for images of strangers.
const SAFE_FILTERS: [&str; 2] = ["image-id", "owner-id"];

/// What the public provider stores where there is no reason for a state.
const NO_REASON: &str = "UNSET";

/// An image that is there.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_ami")]
pub(super) struct Ami {
    /// Whether `most_recent` may pick an image of anybody.
    #[attr(optional)]
    allow_unsafe_filter: Attr<bool>,
    /// `x86_64`, `arm64` and others.
    #[attr(computed)]
    architecture: Attr<String>,
    /// ARN of the image.
    #[attr(computed)]
    arn: Attr<String>,
    /// The disks.
    #[attr(computed)]
    block_device_mappings: Attr<BTreeSet<Device>>,
    /// How it starts.
    #[attr(computed)]
    boot_mode: Attr<String>,
    /// When it was made.
    #[attr(computed)]
    creation_date: Attr<String>,
    /// When it is deprecated.
    #[attr(computed)]
    deprecation_time: Attr<String>,
    /// What it is for.
    #[attr(computed)]
    description: Attr<String>,
    /// Whether enhanced networking with ENA is on.
    #[attr(computed)]
    ena_support: Attr<bool>,
    /// Only images that these may launch: account ids, `self`, `all`.
    #[attr(optional)]
    executable_users: Attr<Vec<String>>,
    /// The hypervisor.
    #[attr(computed)]
    hypervisor: Attr<String>,
    /// Id of the image.
    #[attr(id)]
    id: Attr<String>,
    /// Id of the image.
    #[attr(computed)]
    image_id: Attr<String>,
    /// Where it is.
    #[attr(computed)]
    image_location: Attr<String>,
    /// `amazon`, `aws-marketplace` or nothing.
    #[attr(computed)]
    image_owner_alias: Attr<String>,
    /// `machine`, `kernel` or `ramdisk`.
    #[attr(computed)]
    image_type: Attr<String>,
    /// Whether its instances want session tokens of the metadata service.
    #[attr(computed)]
    imds_support: Attr<String>,
    /// Whether deprecated images count.
    #[attr(optional)]
    include_deprecated: Attr<bool>,
    /// Id of the kernel.
    #[attr(computed)]
    kernel_id: Attr<String>,
    /// When it was launched last.
    #[attr(computed)]
    last_launched_time: Attr<String>,
    /// Of many, the one that was made last.
    #[attr(optional)]
    most_recent: Attr<bool>,
    /// Name of the image.
    #[attr(computed)]
    name: Attr<String>,
    /// What is in its name: a regular expression.
    #[attr(optional, check = expression())]
    name_regex: Attr<String>,
    /// Id of the account that owns the image.
    #[attr(computed)]
    owner_id: Attr<String>,
    /// Only images of these: account ids, `self`, `amazon`, `aws-marketplace`.
    #[attr(optional)]
    owners: Attr<Vec<String>>,
    /// `windows` or nothing.
    #[attr(computed)]
    platform: Attr<String>,
    /// The platform as bills call it.
    #[attr(computed)]
    platform_details: Attr<String>,
    /// Product codes.
    #[attr(computed)]
    product_codes: Attr<BTreeSet<ProductCode>>,
    /// Whether everybody may launch it.
    #[attr(computed)]
    public: Attr<bool>,
    /// Id of the RAM disk.
    #[attr(computed)]
    ramdisk_id: Attr<String>,
    /// Region of the image.
    #[attr(region)]
    region: Attr<String>,
    /// Name of the root device.
    #[attr(computed)]
    root_device_name: Attr<String>,
    /// `ebs` or `instance-store`.
    #[attr(computed)]
    root_device_type: Attr<String>,
    /// Id of the snapshot of the root device.
    #[attr(computed)]
    root_snapshot_id: Attr<String>,
    /// Whether enhanced networking with the Intel interface is on.
    #[attr(computed)]
    sriov_net_support: Attr<String>,
    /// State of the image.
    #[attr(computed)]
    state: Attr<String>,
    /// Why it is in that state.
    #[attr(computed)]
    state_reason: Attr<BTreeMap<String, String>>,
    /// Tags of the image.
    #[attr(optional, computed)]
    tags: Attr<Tags>,
    /// Version of the TPM.
    #[attr(computed)]
    tpm_support: Attr<String>,
    /// UEFI variables, in base64.
    #[attr(optional)]
    uefi_data: Attr<String>,
    /// What an instance is billed as.
    #[attr(computed)]
    usage_operation: Attr<String>,
    /// `hvm` or `paravirtual`.
    #[attr(computed)]
    virtualization_type: Attr<String>,
    /// Which image to find.
    #[block(set)]
    filter: Vec<Filter>,
    /// How long operations may take.
    #[timeouts(read = "20m")]
    timeouts: Timeouts,
}

/// A disk.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Device {
    /// Name of the device.
    #[attr(computed)]
    device_name: Attr<String>,
    /// The EBS volume.
    #[attr(computed)]
    ebs: Attr<BTreeMap<String, String>>,
    /// Whether the device is left out.
    #[attr(computed)]
    no_device: Attr<String>,
    /// A disk of the instance itself.
    #[attr(computed)]
    virtual_name: Attr<String>,
}

/// A product code.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ProductCode {
    /// The code.
    #[attr(computed)]
    product_code_id: Attr<String>,
    /// `devpay` or `marketplace`.
    #[attr(computed)]
    product_code_type: Attr<String>,
}

fn expression() -> Check {
    Check::text(|text| Regex::new(text).map(|_| ()).map_err(|error| format!("is no regular expression: {error}")))
}

impl DataSource<Aws> for Ami {
    async fn read(mut self, cx: &Aws) -> Result<Self> {
        let image = self.chosen(self.find(cx).await?)?;
        self.fill(&image, cx);
        self.fill_device(&image);
        self.fill_machine(&image);
        let tags = tagging::read(image.tags.as_deref()).into_known().unwrap_or_default();
        self.tags = cx.tag_rules().without_ignored(tags).into();
        Ok(self)
    }
}

impl Ami {
    async fn find(&self, cx: &Aws) -> Result<Vec<Image>> {
        let filters = Filters::of(&self.filter).build();
        if let Some(problem) = self.strangers(filters.as_deref().unwrap_or_default()) {
            return Err(problem);
        }
        let some = |list: &Attr<Vec<String>>| list.get().filter(|it| !it.is_empty());
        let request = cx.ec2().describe_images().include_deprecated(self.include_deprecated.is_true());
        let request = request.set_filters(filters).set_owners(some(&self.owners));
        let mut pages = request.set_executable_users(some(&self.executable_users)).into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            found.extend(page.map_err(|error| WANTED.none_if_missing(error.into()))?.images.unwrap_or_default());
        }
        Ok(found)
    }

    /// The most recent of images that anybody can publish may be anybody's.
    fn strangers(&self, filters: &[RemoteFilter]) -> Option<Error> {
        let safe = filters.iter().any(|it| it.name().is_some_and(|name| SAFE_FILTERS.contains(&name)));
        let anybody = self.most_recent.is_true() && !safe && self.owners.items().next().is_none();
        let message = "With most_recent = true, anybody can publish an image that is taken. Give owners, or a filter for \
                       owner-id or image-id. allow_unsafe_filter = true permits it all the same.";
        (anybody && !self.allow_unsafe_filter.is_true())
            .then(|| Error::new("Most recent image may be anybody's", message))
    }

    fn chosen(&self, mut found: Vec<Image>) -> Result<Image> {
        if let Some(expression) = self.name_regex.text().and_then(|it| Regex::new(it).ok()) {
            found.retain(|image| image.name().is_some_and(|name| expression.is_match(name)));
        }
        if self.most_recent.is_true() {
            // Dates are in one form, the latest of which sorts last.
            found.sort_by(|a, b| b.creation_date().cmp(&a.creation_date()));
            found.truncate(1);
        }
        let several = found.len() > 1;
        let chosen = WANTED.only_one_of(found);
        chosen.map_err(|error| if several { error.hint("most_recent = true takes the latest one.") } else { error })
    }

    fn fill(&mut self, image: &Image, cx: &Aws) {
        let id = image.image_id().unwrap_or_default();
        self.arn = cx.arn("ec2", "", &format!("image/{id}")).into();
        self.creation_date = image.creation_date().into();
        self.deprecation_time = image.deprecation_time().into();
        self.description = image.description().into();
        self.id = id.into();
        self.image_id = id.into();
        self.image_location = image.image_location().into();
        self.image_owner_alias = image.image_owner_alias().into();
        self.image_type = image.image_type().map(ImageTypeValues::as_str).into();
        self.last_launched_time = image.last_launched_time().into();
        self.name = image.name().into();
        self.owner_id = image.owner_id().into();
        self.product_codes = Attr::Known(image.product_codes().iter().map(ProductCode::of).collect());
        self.public = image.public().into();
        self.state = image.state().map(ImageState::as_str).into();
        let reason = |told: fn(&StateReason) -> Option<&str>| {
            image.state_reason().map_or(NO_REASON, |it| told(it).unwrap_or_default()).to_owned()
        };
        let reasons = [("code", reason(StateReason::code)), ("message", reason(StateReason::message))];
        self.state_reason = Attr::Known(reasons.into_iter().map(|(key, text)| (key.to_owned(), text)).collect());
    }

    fn fill_device(&mut self, image: &Image) {
        let root = image.root_device_name();
        let root_device = image.block_device_mappings().iter().find(|it| root.is_some() && it.device_name() == root);
        let snapshot = root_device.and_then(BlockDeviceMapping::ebs).and_then(EbsBlockDevice::snapshot_id);
        self.block_device_mappings = Attr::Known(image.block_device_mappings().iter().map(Device::of).collect());
        self.root_device_name = root.into();
        self.root_device_type = image.root_device_type().map(DeviceType::as_str).into();
        self.root_snapshot_id = snapshot.unwrap_or_default().into();
    }

    fn fill_machine(&mut self, image: &Image) {
        self.architecture = image.architecture().map(ArchitectureValues::as_str).into();
        self.boot_mode = image.boot_mode().map(BootModeValues::as_str).into();
        self.ena_support = image.ena_support().unwrap_or_default().into();
        self.hypervisor = image.hypervisor().map(HypervisorType::as_str).into();
        self.imds_support = image.imds_support().map(ImdsSupportValues::as_str).into();
        self.kernel_id = image.kernel_id().into();
        self.platform = image.platform().map(PlatformValues::as_str).into();
        self.platform_details = image.platform_details().into();
        self.ramdisk_id = image.ramdisk_id().into();
        self.sriov_net_support = image.sriov_net_support().into();
        self.tpm_support = image.tpm_support().map(TpmSupportValues::as_str).into();
        self.usage_operation = image.usage_operation().into();
        self.virtualization_type = image.virtualization_type().map(VirtualizationType::as_str).into();
    }
}

impl Device {
    fn of(remote: &BlockDeviceMapping) -> Self {
        Self {
            device_name: remote.device_name().unwrap_or_default().into(),
            ebs: remote.ebs().map(volume).unwrap_or_default().into(),
            no_device: remote.no_device().unwrap_or_default().into(),
            virtual_name: remote.virtual_name().unwrap_or_default().into(),
        }
    }
}

fn volume(remote: &EbsBlockDevice) -> BTreeMap<String, String> {
    let number = |number: Option<i32>| number.unwrap_or_default().to_string();
    let truth = |truth: Option<bool>| truth.unwrap_or_default().to_string();
    let values = [
        ("delete_on_termination", truth(remote.delete_on_termination())),
        ("encrypted", truth(remote.encrypted())),
        ("iops", number(remote.iops())),
        ("snapshot_id", remote.snapshot_id().unwrap_or_default().to_owned()),
        ("throughput", number(remote.throughput())),
        ("volume_size", number(remote.volume_size())),
        ("volume_type", remote.volume_type().map_or("", VolumeType::as_str).to_owned()),
    ];
    values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

impl ProductCode {
    fn of(remote: &aws_sdk_ec2::types::ProductCode) -> Self {
        Self {
            product_code_id: remote.product_code_id().into(),
            product_code_type: remote.product_code_type().map(|it| it.as_str()).into(),
        }
    }
}
