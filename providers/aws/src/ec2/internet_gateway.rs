//! `aws_internet_gateway`.

use aws_sdk_ec2::types::{AttachmentStatus, InternetGateway as Remote, ResourceType};

use super::blocked::{self, Subject};
use super::filters::Filters;
use super::loads::InternetGateways;
use super::tagging;
use super::traces;
use crate::core::prelude::*;

/// The way of a VPC to the internet.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_internet_gateway")]
pub(super) struct InternetGateway {
    /// ARN of the gateway.
    #[attr(computed)]
    arn: Attr<String>,
    /// Id of the gateway.
    #[attr(id)]
    id: Attr<String>,
    /// Id of the account that owns the gateway.
    #[attr(computed)]
    owner_id: Attr<String>,
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
    /// How long operations may take.
    #[timeouts(create = "20m", update = "20m", delete = "20m")]
    timeouts: Timeouts,
}

impl Resource<Aws> for InternetGateway {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let tags = tagging::on_create(ResourceType::InternetGateway, &self.tags_all);
        let created = cx.ec2().create_internet_gateway().set_tag_specifications(tags).send().await?;
        self.id = created.internet_gateway.and_then(|it| it.internet_gateway_id).into();
        match self.vpc_id.text() {
            Some(vpc) => self.attach(vpc, self.timeouts.create(), cx).await,
            None => Ok(()),
        }
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let gateways = cx.load::<InternetGateways>(&batch.ids()).await?;
        Ok(batch.found(|mut gateway| {
            gateway.fill(gateways.get(gateway.id.as_str())?, cx);
            Some(gateway)
        }))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        if self.vpc_id.text() != prior.vpc_id.text() {
            if let Some(vpc) = prior.vpc_id.text() {
                self.detach(vpc, self.timeouts.update(), cx).await?;
            }
            if let Some(vpc) = self.vpc_id.text() {
                self.attach(vpc, self.timeouts.update(), cx).await?;
            }
        }
        tagging::update(cx, self.id.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        if let Some(vpc) = self.vpc_id.text() {
            self.detach(vpc, self.timeouts.delete(), cx).await?;
        }
        let delete = || async {
            cx.ec2().delete_internet_gateway().set_internet_gateway_id(self.id.get()).send().await?;
            Ok(())
        };
        retry_while(self.timeouts.delete(), Error::is_in_use, delete).await
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        traces::tagged::<_, InternetGateways>(self, cx, Filters::default(), &self.tags_all).await
    }
}

impl InternetGateway {
    async fn attach(&self, vpc: &str, timeout: Duration, cx: &Aws) -> Result<()> {
        let request = cx.ec2().attach_internet_gateway().set_internet_gateway_id(self.id.get()).vpc_id(vpc);
        request.send().await?;
        let id = self.id.as_str();
        wait_until(&format!("internet gateway {id} to be attached to {vpc}"), timeout, || async {
            let gateways = cx.load_one::<InternetGateways>(id).await?;
            Ok(match gateways.get(id).and_then(|it| state(it, vpc)) {
                // EC2 calls the attachment of an internet gateway "available".
                Some("available" | "attached") => State::Done(()),
                state => State::Pending(state.unwrap_or("not attached").to_owned()),
            })
        })
        .await
    }

    async fn detach(&self, vpc: &str, timeout: Duration, cx: &Aws) -> Result<()> {
        let detach = || async {
            let request = cx.ec2().detach_internet_gateway().set_internet_gateway_id(self.id.get()).vpc_id(vpc);
            match request.send().await.map_err(Error::from) {
                Err(error) if !error.is(&["Gateway.NotAttached"]) => Err(error),
                _ => Ok(()),
            }
        };
        blocked::delete(cx, Subject::GatewayOf(vpc), timeout, detach).await?;
        let id = self.id.as_str();
        wait_until(&format!("internet gateway {id} to be detached from {vpc}"), timeout, || async {
            let gateways = cx.load_one::<InternetGateways>(id).await?;
            Ok(match gateways.get(id).and_then(|it| state(it, vpc)) {
                None | Some("detached") => State::Done(()),
                Some(state) => State::Pending(state.to_owned()),
            })
        })
        .await
    }

    fn fill(&mut self, remote: &Remote, cx: &Aws) {
        let owner = remote.owner_id().unwrap_or_default();
        self.arn = cx.arn("ec2", owner, &format!("internet-gateway/{}", self.id.as_str())).into();
        self.owner_id = owner.into();
        self.vpc_id = remote.attachments().first().and_then(|it| it.vpc_id()).unwrap_or_default().into();
        self.tags_all = tagging::read(remote.tags.as_deref());
    }
}

/// How far the attachment to a VPC is.
fn state<'a>(remote: &'a Remote, vpc: &str) -> Option<&'a str> {
    let attachment = remote.attachments().iter().find(|it| it.vpc_id() == Some(vpc))?;
    attachment.state().map(AttachmentStatus::as_str)
}
