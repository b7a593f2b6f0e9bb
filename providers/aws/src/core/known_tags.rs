//! Tags of many objects in one call, whatever services they are of: what most services tell only of one object at a time.

use std::future::Future;
use std::time::Duration;

use aws_sdk_resourcegroupstagging::config::Builder;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use landform_provider_api::framework::{Attr, Context as _, Tags};

use super::{Aws, Fetch, Result};

/// Fewer objects than this are better asked for one by one.
const WORTHWHILE: usize = 2;

/// Tags by ARN. Objects without tags are left out, and those that have just been made.
enum ResourceTags {}

impl Fetch for ResourceTags {
    type Item = Tags;

    /// As many as `GetResources` takes.
    const CHUNK: usize = 100;

    async fn fetch(cx: &Aws, arns: Vec<String>) -> Result<Vec<(String, Tags)>> {
        if arns.len() < WORTHWHILE || !cx.account().tag_service().is_there() {
            return Ok(Vec::new());
        }
        let mut told = Vec::new();
        let mut next = None;
        loop {
            let request = cx.resourcegroupstagging().get_resources().set_resource_arn_list(Some(arns.clone()));
            let sent = request.set_pagination_token(next).customize().config_override(hurried()).send().await;
            let Ok(page) = sent else {
                // Nobody has to be allowed to ask this, or to reach it, as there is another way: it is not tried again.
                cx.account().tag_service().give_up();
                return Ok(Vec::new());
            };
            for object in page.resource_tag_mapping_list.unwrap_or_default() {
                let tags = object.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value));
                told.push((object.resource_arn.unwrap_or_default(), tags.collect()));
            }
            next = page.pagination_token.filter(|token| !token.is_empty());
            if next.is_none() {
                return Ok(told);
            }
        }
    }
}

/// Where nobody answers soon, the other way is faster.
fn hurried() -> Builder {
    let timeouts = TimeoutConfig::builder().connect_timeout(Duration::from_secs(2)).build();
    Builder::new().retry_config(RetryConfig::standard().with_max_attempts(3)).timeout_config(timeouts)
}

impl Aws {
    /// Objects whose tags [`Aws::tags_or`] will ask for.
    pub(crate) fn with_known_tags<'a>(
        &self,
        objects: impl Iterator<Item = (&'a Attr<String>, &'a Attr<Tags>)>,
    ) -> Vec<String> {
        objects.filter_map(|(arn, tags)| self.askable(arn, tags)).map(str::to_owned).collect()
    }

    /// Reads objects with [`Aws::tags_or`], which is asked for all of them at once.
    pub(crate) async fn reading_tags<T>(&self, arns: Vec<String>, read: impl Future<Output = T>) -> T {
        let ask = async {
            if !arns.is_empty() {
                // What goes wrong is heard by those who want the answer.
                let _ = self.load::<ResourceTags>(&arns).await;
            }
        };
        futures::join!(ask, read).1
    }

    /// The tags that an object is known to have, if the service for all tags says that it still has them; else those that
    /// its own service tells. The service for all tags is not everybody's to ask, and hears of changes late: what it says
    /// that is new may be old.
    pub(crate) async fn tags_or(
        &self,
        arn: &Attr<String>,
        known: &Attr<Tags>,
        own: impl Future<Output = Result<Tags>>,
    ) -> Result<Tags> {
        let Some(arn) = self.askable(arn, known) else { return own.await };
        let told = self.load_one::<ResourceTags>(arn).await?;
        match told.get(arn) {
            Some(told) if Some(self.tag_rules().without_ignored(told.clone())) == known.get() => Ok(told.clone()),
            _ => own.await,
        }
    }

    fn askable<'a>(&self, arn: &'a Attr<String>, known: &Attr<Tags>) -> Option<&'a str> {
        arn.text().filter(|_| self.is_reading_in_bulk() && known.items().next().is_some())
    }
}
