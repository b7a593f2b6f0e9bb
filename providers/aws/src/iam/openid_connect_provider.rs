//! `aws_iam_openid_connect_provider`.

use aws_sdk_iam::operation::get_open_id_connect_provider::GetOpenIdConnectProviderOutput as Remote;

use landform_provider_api::framework::Check;

use super::{EXISTS, tagging};
use crate::core::prelude::*;
use crate::core::tags::Change;
use crate::core::traces::named;

/// Who vouches for identities that are not AWS's: that of a Kubernetes cluster, for example.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_iam_openid_connect_provider")]
pub(super) struct OpenIdConnectProvider {
    /// ARN of the provider.
    #[attr(computed)]
    arn: Attr<String>,
    /// Audiences that the provider vouches to.
    #[attr(required, check = each(length(1..=255)))]
    client_id_list: Attr<BTreeSet<String>>,
    /// ARN of the provider.
    #[attr(id)]
    id: Attr<String>,
    /// Tags of the provider.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the provider with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Thumbprints of certificate authorities that may sign the provider's certificate. AWS finds one where none are given.
    #[attr(optional, computed, check = each(length(40..=40)))]
    thumbprint_list: Attr<Vec<String>>,
    /// Where the provider is. IAM tells it without `https://`.
    #[attr(required, replace, check = https_url(), normal = without_scheme)]
    url: Attr<String>,
}

impl Resource<Aws> for OpenIdConnectProvider {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let url = self.url.as_str();
        let request = cx
            .iam()
            .create_open_id_connect_provider()
            .set_client_id_list(Some(self.client_id_list.items().cloned().collect()))
            .set_tags(tagging::on_create(&self.tags_all))
            .set_thumbprint_list(self.thumbprint_list.get().filter(|it| !it.is_empty()))
            .url(format!("{SCHEME}{}", without_scheme(url)));
        let lost = LostAnswer::default();
        let created = lost.forgives(EXISTS, request.customize().interceptor(lost.clone()).send().await);
        let created = created.map_err(|error| error.while_doing(format!("creating IAM OIDC provider {url}")))?;
        self.id = match created {
            Some(created) => created.open_id_connect_provider_arn.into(),
            None => self.future_arn(cx).await?.into(),
        };
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        Ok(batch.each(|provider| provider.reread(cx)).await)
    }

    /// New audiences come before old ones go.
    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let arn = self.id.as_str();
        let thumbprints = self.thumbprint_list.get().filter(|it| !it.is_empty());
        if let Some(thumbprints) = thumbprints.filter(|_| self.thumbprint_list != prior.thumbprint_list) {
            let request = cx.iam().update_open_id_connect_provider_thumbprint().open_id_connect_provider_arn(arn);
            request.set_thumbprint_list(Some(thumbprints)).send().await?;
        }
        let has: BTreeSet<&String> = prior.client_id_list.items().collect();
        let wants: BTreeSet<&String> = self.client_id_list.items().collect();
        for client in wants.difference(&has) {
            let request = cx.iam().add_client_id_to_open_id_connect_provider().open_id_connect_provider_arn(arn);
            request.client_id(*client).send().await?;
        }
        for client in has.difference(&wants) {
            let request = cx.iam().remove_client_id_from_open_id_connect_provider().open_id_connect_provider_arn(arn);
            request.client_id(*client).send().await?;
        }
        let change = Change::between(&prior.tags_all, &self.tags_all);
        if !change.removed.is_empty() {
            let request = cx.iam().untag_open_id_connect_provider().open_id_connect_provider_arn(arn);
            request.set_tag_keys(Some(change.removed.clone())).send().await?;
        }
        if !change.added.is_empty() {
            let request = cx.iam().tag_open_id_connect_provider().open_id_connect_provider_arn(arn);
            request.set_tags(Some(tagging::added(&change))).send().await?;
        }
        Ok(())
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let request = cx.iam().delete_open_id_connect_provider().open_id_connect_provider_arn(self.id.as_str());
        request.send().await?;
        Ok(())
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        Ok(named(self, self.future_arn(cx).await?))
    }

    /// An empty list asks IAM to find a thumbprint, as no list does; IAM takes none away.
    fn plan(planning: &mut Planning<'_>) {
        if planning.config("thumbprint_list").length() != Some(0) {
            return;
        }
        match planning.prior("thumbprint_list") {
            prior if prior.is_null() => planning.set_unknown("thumbprint_list"),
            prior => planning.set("thumbprint_list", prior),
        }
    }
}

impl OpenIdConnectProvider {
    /// The ARN that a provider at this place has.
    async fn future_arn(&self, cx: &Aws) -> Result<String> {
        let (account, url) = (cx.caller().await?.account_id.as_str(), without_scheme(self.url.as_str()));
        Ok(format!("arn:{}:iam::{account}:oidc-provider/{url}", cx.partition()))
    }

    async fn reread(self, cx: &Aws) -> Result<Option<Self>> {
        let request = cx.iam().get_open_id_connect_provider().open_id_connect_provider_arn(self.id.as_str());
        Ok(Some(self.filled(&request.send().await?)))
    }

    fn filled(mut self, remote: &Remote) -> Self {
        self.arn = self.id.clone();
        self.client_id_list = Attr::Known(remote.client_id_list().iter().cloned().collect());
        self.tags_all = tagging::read(remote.tags());
        self.thumbprint_list = Attr::Known(remote.thumbprint_list().to_vec());
        self.url = remote.url().map(without_scheme).into();
        self
    }
}

const SCHEME: &str = "https://";

/// A place on the web that is reached over TLS.
fn https_url() -> Check {
    Check::text(|text| match text.strip_prefix(SCHEME) {
        Some(rest) if rest.starts_with('/') || rest.is_empty() => Err(format!("{text:?} names no host")),
        Some(rest) if rest.contains('?') => Err(format!("{text:?} has a query, which IAM does not take")),
        Some(_) => Ok(()),
        None => Err(format!("{text:?} does not begin with {SCHEME}")),
    })
}

/// The form in which IAM tells a URL.
fn without_scheme(url: &str) -> String {
    url.strip_prefix(SCHEME).unwrap_or(url).to_owned()
}
