//! `data.aws_region`. It asks nobody.

use landform_provider_api::framework::Context as _;

use super::regions;
use crate::core::prelude::*;

/// A region: the provider's, or one by its name or endpoint.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_region", conflicts("endpoint", "name", "region"))]
pub(super) struct Region {
    /// What the region is called.
    #[attr(computed)]
    description: Attr<String>,
    /// Host name of the region's EC2 service.
    #[attr(optional, computed)]
    endpoint: Attr<String>,
    /// The region's name.
    #[attr(id, optional, computed, deprecated = "Use region instead.")]
    id: Attr<String>,
    /// The region's name.
    #[attr(optional, computed, deprecated = "Use region instead.")]
    name: Attr<String>,
    /// The region's name: `eu-west-1`.
    #[attr(optional, computed)]
    region: Attr<String>,
}

impl DataSource<Aws> for Region {
    async fn read(mut self, cx: &Aws) -> Result<Self> {
        let region = match (self.region.text().or(self.name.text()), self.endpoint.text()) {
            (Some(name), _) => name.to_owned(),
            (None, Some(endpoint)) => by_endpoint(endpoint, cx)?,
            (None, None) => cx.region().to_owned(),
        };
        self.description = regions::description(&region).unwrap_or_default().into();
        self.endpoint = endpoint(&region, cx).into();
        self.id = region.as_str().into();
        self.name = region.as_str().into();
        self.region = region.into();
        Ok(self)
    }
}

/// The region whose EC2 service has this host name.
fn by_endpoint(wanted: &str, cx: &Aws) -> Result<String> {
    let mut known = regions::names().map(str::to_owned).chain([cx.region().to_owned()]);
    let found = known.find(|region| endpoint(region, cx) == wanted);
    let message = || format!("No region's EC2 service has the endpoint {wanted:?}.");
    found.ok_or_else(|| Error::new("Region not found", message()))
}

fn endpoint(region: &str, cx: &Aws) -> String {
    format!("ec2.{region}.{}", cx.in_region(Some(region)).dns_suffix())
}
