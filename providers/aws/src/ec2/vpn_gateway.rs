//! `aws_vpn_gateway`.

use aws_sdk_ec2::types::{AttachmentStatus, GatewayType, ResourceType, VpnGateway as Remote, VpnState};
use landform_provider_api::framework::Check;

use super::filters::Filters;
use super::loads::VpnGateways;
use super::tagging;
use super::traces;
use crate::core::prelude::*;

/// How long a new gateway takes at most to be known everywhere.
const PATIENCE: Duration = CONSISTENCY;
const CREATE: Duration = Duration::from_secs(10 * 60);
const ATTACH: Duration = Duration::from_secs(15 * 60);
const DETACH: Duration = Duration::from_secs(30 * 60);
const DELETE: Duration = Duration::from_secs(10 * 60);

/// The VPC's end of a virtual private network.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_vpn_gateway")]
pub(super) struct VpnGateway {
    /// Autonomous system number of the Amazon side.
    #[attr(optional, computed, replace, check = asn())]
    amazon_side_asn: Attr<String>,
    /// ARN of the gateway.
    #[attr(computed)]
    arn: Attr<String>,
    /// Availability zone of the gateway.
    #[attr(optional, replace)]
    availability_zone: Attr<String>,
    /// Id of the gateway.
    #[attr(id)]
    id: Attr<String>,
    /// Region of the gateway.
    #[attr(region)]
    region: Attr<String>,
    /// Tags of the gateway.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the gateway with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Id of the VPC that the gateway is attached to.
    #[attr(optional, computed)]
    vpc_id: Attr<String>,
}

/// Private numbers, and two that older gateways have.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpnGateway.html>
fn asn() -> Check {
    Check::text(|text| {
        let number = text.parse::<u64>().map_err(|_| format!("must be a number, not {text:?}"))?;
        let allowed = [7224, 9059, 10124, 17493].contains(&number)
            || (64_512..=65_534).contains(&number)
            || (4_200_000_000..=4_294_967_294).contains(&number);
        let ranges = "must be from 64512 to 65534 or from 4200000000 to 4294967294";
        if allowed { Ok(()) } else { Err(format!("{ranges}, not {number}")) }
    })
}

impl Resource<Aws> for VpnGateway {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let request = cx.ec2().create_vpn_gateway().r#type(GatewayType::Ipsec1);
        let request = request
            .set_amazon_side_asn(self.amazon_side_asn.text().and_then(|it| it.parse().ok()))
            .set_availability_zone(self.availability_zone.param())
            .set_tag_specifications(tagging::on_create(ResourceType::VpnGateway, &self.tags_all));
        self.id = request.send().await?.vpn_gateway.and_then(|it| it.vpn_gateway_id).into();
        self.wait_available(cx).await?;
        match self.vpc_id.text() {
            Some(vpc) => self.attach(vpc, cx).await,
            None => Ok(()),
        }
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let ids = batch.ids();
        let account = cx.account_of(batch.keys(|it| it.arn.text()));
        let (account, gateways) = futures::try_join!(account, cx.load::<VpnGateways>(&ids))?;
        Ok(batch.found(|mut gateway| {
            let remote = gateways.get(gateway.id.as_str()).filter(|it| !is_gone(it))?;
            gateway.fill(remote, &account, cx);
            Some(gateway)
        }))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        if self.vpc_id.text() != prior.vpc_id.text() {
            if let Some(vpc) = prior.vpc_id.text() {
                self.detach(vpc, cx).await?;
            }
            if let Some(vpc) = self.vpc_id.text() {
                self.attach(vpc, cx).await?;
            }
        }
        tagging::update(cx, self.id.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        if let Some(vpc) = self.vpc_id.text() {
            self.detach(vpc, cx).await?;
        }
        let attached = |error: &Error| error.is(&["IncorrectState"]);
        let delete = || async { Ok(cx.ec2().delete_vpn_gateway().vpn_gateway_id(id).send().await?) };
        retry_while(PATIENCE, attached, delete).await?;
        wait_until(&format!("VPN gateway {id} to be deleted"), DELETE, || async {
            let gateways = cx.load_one::<VpnGateways>(id).await?;
            let there = gateways.get(id).filter(|it| !is_gone(it));
            Ok(there.map_or(State::Done(()), |it| State::Pending(state_of(it).to_owned())))
        })
        .await
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        traces::tagged::<_, VpnGateways>(self, cx, Filters::default(), &self.tags_all).await
    }
}

impl VpnGateway {
    async fn wait_available(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        wait_until(&format!("VPN gateway {id} to become available"), CREATE, || async {
            let gateways = cx.load_one::<VpnGateways>(id).await?;
            Ok(match gateways.get(id) {
                Some(it) if it.state() == Some(&VpnState::Available) => State::Done(()),
                Some(it) => State::Pending(state_of(it).to_owned()),
                None => State::Pending("not visible".into()),
            })
        })
        .await
    }

    async fn attach(&self, vpc: &str, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        cx.ec2().attach_vpn_gateway().vpn_gateway_id(id).vpc_id(vpc).send().await?;
        self.wait_attachment(vpc, AttachmentStatus::Attached, ATTACH, cx).await
    }

    async fn detach(&self, vpc: &str, cx: &Aws) -> Result<()> {
        let request = cx.ec2().detach_vpn_gateway().set_vpn_gateway_id(self.id.get()).vpc_id(vpc);
        let gone = ["InvalidVpnGatewayAttachment.NotFound", "InvalidVpnGatewayID.NotFound"];
        match request.send().await.map_err(Error::from) {
            Err(error) if error.is(&gone) => return Ok(()),
            result => result?,
        };
        self.wait_attachment(vpc, AttachmentStatus::Detached, DETACH, cx).await
    }

    async fn wait_attachment(&self, vpc: &str, wanted: AttachmentStatus, timeout: Duration, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let what = format!("VPN gateway {id} to be {} ({vpc})", wanted.as_str());
        wait_until(&what, timeout, || async {
            let gateways = cx.load_one::<VpnGateways>(id).await?;
            let attachments = gateways.get(id).map(Remote::vpc_attachments).unwrap_or_default();
            let attachment = attachments.iter().find(|it| it.vpc_id() == Some(vpc));
            let state = attachment.and_then(|it| it.state()).unwrap_or(&AttachmentStatus::Detached);
            Ok(if *state == wanted { State::Done(()) } else { State::Pending(state.as_str().to_owned()) })
        })
        .await
    }

    fn fill(&mut self, remote: &Remote, account: &str, cx: &Aws) {
        self.amazon_side_asn = remote.amazon_side_asn().map(|it| it.to_string()).unwrap_or_default().into();
        self.arn = cx.arn("ec2", account, &format!("vpn-gateway/{}", self.id.as_str())).into();
        if let Some(zone) = remote.availability_zone().filter(|it| !it.is_empty()) {
            self.availability_zone = zone.into();
        }
        let attached = remote.vpc_attachments().iter().find(|it| it.state() == Some(&AttachmentStatus::Attached));
        self.vpc_id = attached.and_then(|it| it.vpc_id()).unwrap_or_default().into();
        self.tags_all = tagging::read(remote.tags.as_deref());
    }
}

fn is_gone(gateway: &Remote) -> bool {
    gateway.state() == Some(&VpnState::Deleted)
}

fn state_of(gateway: &Remote) -> &str {
    gateway.state().map_or("unknown", VpnState::as_str)
}
