//! `data.aws_eks_cluster_auth`: what a Kubernetes client shows to a cluster.
//!
//! It is the URL of a call of `sts:GetCallerIdentity` that is signed for the cluster: the cluster makes the call, and
//! hears who signed it. <https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster>

use std::time::SystemTime;

use aws_credential_types::provider::ProvideCredentials as _;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::core::prelude::*;

/// What authenticators take. AWS lets the signature live longer, but not the token.
const LIFETIME: Duration = Duration::from_secs(60);

/// A token for the API of a cluster.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_eks_cluster_auth")]
pub(super) struct ClusterAuth {
    /// Name of the cluster.
    #[attr(id)]
    id: Attr<String>,
    /// Name of the cluster.
    #[attr(required, check = length(1..=100))]
    name: Attr<String>,
    /// Region of the cluster.
    #[attr(region)]
    region: Attr<String>,
    /// The token.
    #[attr(computed, sensitive)]
    token: Attr<String>,
}

impl DataSource<Aws> for ClusterAuth {
    async fn read(mut self, cx: &Aws) -> Result<Self> {
        let url = presigned(cx, self.name.as_str()).await?;
        self.id = self.name.clone();
        self.token = format!("k8s-aws-v1.{}", URL_SAFE_NO_PAD.encode(url)).into();
        Ok(self)
    }
}

/// The call of `sts:GetCallerIdentity`, signed with its query.
async fn presigned(cx: &Aws, cluster: &str) -> Result<String> {
    let account = cx.account();
    let config = account.sdk_config(cx.region_or_none());
    let region = account.settings().sts_region.clone().unwrap_or_else(|| cx.region().to_owned());
    let Some(provider) = config.credentials_provider() else { return Err(unsigned("there are no credentials")) };
    let credentials = provider.provide_credentials().await.map_err(|error| unsigned(&crate::core::causes(&error)))?;
    let host = format!("https://sts.{region}.{}", cx.dns_suffix());
    let endpoint = account.endpoint("sts").unwrap_or(&host).trim_end_matches('/');
    let url = format!("{endpoint}/?Action=GetCallerIdentity&Version=2011-06-15");
    let identity = credentials.into();
    let now = config.time_source().map_or(SystemTime::UNIX_EPOCH, |clock| clock.now());
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(LIFETIME);
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(&region)
        .name("sts")
        .time(now)
        .settings(settings)
        .build()
        .map_err(|error| unsigned(&error.to_string()))?
        .into();
    let headers = [("x-k8s-aws-id", cluster)].into_iter();
    let request = SignableRequest::new("GET", url.as_str(), headers, SignableBody::Bytes(b""));
    let request = request.map_err(|error| unsigned(&error.to_string()))?;
    let signed = sign(request, &parameters).map_err(|error| unsigned(&error.to_string()))?;
    let query = signed
        .output()
        .params()
        .iter()
        .fold(url.clone(), |url, (name, value)| format!("{url}&{name}={}", percent_encoded(value)));
    Ok(query)
}

/// As signatures want values of queries: all but unreserved characters are escaped.
fn percent_encoded(value: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    value.bytes().map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn unsigned(why: &str) -> Error {
    Error::new("EKS token not signed", format!("The token of an EKS cluster can not be signed: {why}."))
}
