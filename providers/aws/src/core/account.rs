//! One provider configuration, resolved: who we are and how AWS is reached.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use aws_types::SdkConfig;
use aws_types::region::Region;
use landform_provider_api::framework::TagRules;
use tokio::sync::OnceCell;

use super::clients::Clients;
use super::user_agent::NamedProducts;
use super::{Error, NoPointlessRetry, Result, Young};

/// One provider configuration, shared by all its regions.
pub(crate) struct Account {
    sdk_config: SdkConfig,
    settings: Settings,
    retry: NoPointlessRetry,
    young: Young,
    caller: OnceCell<Caller>,
    regions: Mutex<HashMap<Option<String>, Arc<Clients>>>,
    tag_service: TagService,
}

/// Whether the service that knows the tags of all others' objects can be asked.
#[derive(Debug)]
pub(crate) struct TagService(AtomicBool);

impl TagService {
    /// Whoever has endpoints of their own for some services has this one where they say, or not at all.
    fn new(endpoints: &BTreeMap<String, String>) -> Self {
        Self(AtomicBool::new(endpoints.is_empty() || endpoints.contains_key("resourcegroupstagging")))
    }

    /// Whether it can, as far as is known.
    pub(crate) fn is_there(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// It does not answer us.
    pub(crate) fn give_up(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// What is not the SDK's business.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// Default and ignored tags.
    pub(crate) tags: TagRules,
    /// Custom endpoints by service.
    pub(crate) endpoints: BTreeMap<String, String>,
    /// Whether buckets are named in the path.
    pub(crate) s3_path_style: bool,
    /// Where STS is asked, if not in the provider's region.
    pub(crate) sts_region: Option<String>,
    /// Whether the account's id is not asked for.
    pub(crate) skip_account_id: bool,
    /// Products to name to AWS.
    pub(crate) products: Arc<[String]>,
    /// Tokens that a service's repeated calls share; without a number, nothing but their own count limits them.
    pub(crate) retry_tokens: Option<usize>,
}

/// Who the credentials belong to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caller {
    /// The account's id.
    pub(crate) account_id: String,
    /// The user or role session.
    pub(crate) arn: String,
    /// The unique id of the user or role session.
    pub(crate) user_id: String,
}

impl Account {
    pub(crate) fn new(sdk_config: SdkConfig, settings: Settings) -> Arc<Self> {
        Arc::new(Self {
            tag_service: TagService::new(&settings.endpoints),
            sdk_config,
            settings,
            retry: NoPointlessRetry::default(),
            young: Young::default(),
            caller: OnceCell::new(),
            regions: Mutex::default(),
        })
    }

    pub(crate) fn tag_service(&self) -> &TagService {
        &self.tag_service
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The region of the configuration.
    pub(crate) fn region(&self) -> Option<&str> {
        self.sdk_config.region().map(Region::as_ref)
    }

    pub(crate) fn clients(&self, region: Option<&str>) -> Arc<Clients> {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(regions.entry(region.map(str::to_owned)).or_default())
    }

    pub(crate) fn sdk_config(&self, region: Option<&str>) -> SdkConfig {
        match region {
            Some(region) if Some(region) != self.region() => {
                self.sdk_config.to_builder().region(Region::new(region.to_owned())).build()
            }
            _ => self.sdk_config.clone(),
        }
    }

    pub(crate) fn retry_classifier(&self) -> NoPointlessRetry {
        self.retry.clone()
    }

    /// What was made and may not be known everywhere yet.
    pub(crate) fn young(&self) -> Young {
        self.young.clone()
    }

    /// What is added to each call.
    pub(crate) fn named_products(&self) -> NamedProducts {
        NamedProducts(Arc::clone(&self.settings.products))
    }

    /// What the repeated calls of a service share.
    pub(crate) fn retry_partition(&self, service: &'static str) -> RetryPartition {
        let tokens = self.settings.retry_tokens.filter(|tokens| *tokens > 0).unwrap_or(usize::MAX);
        let bucket = TokenBucket::builder().capacity(tokens).build();
        RetryPartition::custom(service).token_bucket(bucket).build()
    }

    pub(crate) fn endpoint(&self, service: &str) -> Option<&str> {
        self.settings.endpoints.get(service).map(String::as_str)
    }

    pub(crate) fn s3_path_style(&self) -> bool {
        self.settings.s3_path_style
    }

    /// Who we are, asked once.
    pub(crate) async fn caller(&self) -> Result<&Caller> {
        self.caller.get_or_try_init(|| self.ask_who_we_are()).await
    }

    async fn ask_who_we_are(&self) -> Result<Caller> {
        let region = self.settings.sts_region.as_deref().or_else(|| self.region());
        let clients = self.clients(region);
        let sent = clients.sts(self, region).get_caller_identity().send().await;
        let identity = sent.map_err(|error| Error::from(error).while_doing("finding out which account this is"))?;
        Ok(Caller {
            account_id: identity.account.unwrap_or_default(),
            arn: identity.arn.unwrap_or_default(),
            user_id: identity.user_id.unwrap_or_default(),
        })
    }
}
