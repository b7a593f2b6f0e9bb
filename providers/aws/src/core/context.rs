//! What the functions of a resource type are given.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use landform_provider_api::framework::{Context, TagRules};

use super::account::Caller;
use super::clients::Clients;
use super::{Account, Error, Fetch, Loaded, Result, Session};

/// AWS, in one account and one region. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Aws {
    account: Arc<Account>,
    region: Option<Arc<str>>,
    clients: Arc<Clients>,
    session: Arc<Session>,
    /// What other regions share, when reading in bulk.
    sessions: Arc<Sessions>,
}

/// Sessions by region.
struct Sessions {
    bulk: bool,
    /// How often all reads of a bulk read were polled.
    round: AtomicUsize,
    by_region: std::sync::Mutex<std::collections::HashMap<Option<Arc<str>>, Arc<Session>>>,
}

impl Sessions {
    fn new(bulk: bool) -> Arc<Self> {
        Arc::new(Self { bulk, round: AtomicUsize::new(0), by_region: std::sync::Mutex::default() })
    }

    fn of(&self, region: Option<&Arc<str>>) -> Arc<Session> {
        let mut sessions = self.by_region.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let make = || if self.bulk { Session::remembering() } else { Session::forgetful() };
        Arc::clone(sessions.entry(region.cloned()).or_insert_with(make))
    }
}

impl Aws {
    /// In the region of the configuration.
    pub(crate) fn new(account: Arc<Account>) -> Self {
        let region = account.region().map(Arc::from);
        Self::with(account, region, Sessions::new(false))
    }

    fn with(account: Arc<Account>, region: Option<Arc<str>>, sessions: Arc<Sessions>) -> Self {
        let clients = account.clients(region.as_deref());
        let session = sessions.of(region.as_ref());
        Self { account, region, clients, session, sessions }
    }

    /// Whether what exists is read, rather than what was just made or changed.
    pub(crate) fn is_reading_in_bulk(&self) -> bool {
        self.sessions.bulk
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    pub(crate) fn clients(&self) -> &Clients {
        &self.clients
    }

    pub(crate) fn region_or_none(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The region's name.
    pub(crate) fn region(&self) -> &str {
        self.region.as_deref().unwrap_or_default()
    }

    /// The partition that the region belongs to: `aws`, `aws-cn`, `aws-us-gov`, …
    pub(crate) fn partition(&self) -> &'static str {
        partition_of(self.region())
    }

    /// The domain of the partition's service endpoints.
    pub(crate) fn dns_suffix(&self) -> &'static str {
        match self.partition() {
            "aws-cn" => "amazonaws.com.cn",
            "aws-iso" => "c2s.ic.gov",
            "aws-iso-b" => "sc2s.sgov.gov",
            "aws-iso-e" => "cloud.adc-e.uk",
            "aws-iso-f" => "csp.hci.ic.gov",
            "aws-eusc" => "amazonaws.eu",
            _ => "amazonaws.com",
        }
    }

    /// Who we are; asked once for all.
    pub(crate) async fn caller(&self) -> Result<&Caller> {
        self.account.caller().await
    }

    /// The account's id; asked once for all, empty when the configuration says not to ask.
    pub(crate) async fn account_id(&self) -> Result<String> {
        if self.account.settings().skip_account_id {
            return Ok(String::new());
        }
        Ok(self.caller().await?.account_id.clone())
    }

    /// The account that objects are in: what their ARNs say, where one is known already, saves a call.
    pub(crate) async fn account_of(&self, arns: Vec<String>) -> Result<String> {
        match arns.iter().find_map(|arn| account_in(arn)) {
            Some(account) => Ok(account.to_owned()),
            None => self.account_id().await,
        }
    }

    /// An ARN in this region of an account: `arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1`.
    pub(crate) fn arn(&self, service: &str, account_id: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{account_id}:{resource}", self.partition(), self.region())
    }

    /// Waits for so many rounds of a bulk read, however often it is polled in one of them.
    pub(crate) async fn rounds(&self, count: usize) {
        let round = || self.sessions.round.load(Ordering::Relaxed);
        let last = round() + count;
        futures::future::poll_fn(|task| {
            if round() >= last {
                return Poll::Ready(());
            }
            task.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    /// Asks for these keys together with all that other objects ask for at this time.
    pub(crate) async fn load<F: Fetch>(&self, keys: &[String]) -> Result<Loaded<F::Item>> {
        self.session.load::<F>(self, keys).await
    }

    /// In a bulk read: what other objects have asked for by now, as it was answered.
    pub(crate) async fn told<F: Fetch>(&self) -> Vec<Arc<F::Item>> {
        self.session.told::<F>().await
    }

    /// Asks for one key, together with all that other objects ask for at this time.
    pub(crate) async fn load_one<F: Fetch>(&self, key: &str) -> Result<Loaded<F::Item>> {
        self.load::<F>(&[key.to_owned()]).await
    }
}

/// The account in `arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1`.
pub(super) fn account_in(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

fn partition_of(region: &str) -> &'static str {
    let prefixes = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-isof-", "aws-iso-f"),
        ("us-isob-", "aws-iso-b"),
        ("us-iso-", "aws-iso"),
        ("eu-isoe-", "aws-iso-e"),
        ("eusc-", "aws-eusc"),
    ];
    prefixes.into_iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("aws", |(_, partition)| partition)
}

impl Context for Aws {
    type Error = Error;

    fn tag_rules(&self) -> &TagRules {
        &self.account.settings().tags
    }

    fn default_region(&self) -> Option<&str> {
        self.region_or_none()
    }

    fn in_region(&self, region: Option<&str>) -> Self {
        match region {
            Some(region) if Some(region) != self.region_or_none() => {
                Self::with(Arc::clone(&self.account), Some(Arc::from(region)), Arc::clone(&self.sessions))
            }
            _ => self.clone(),
        }
    }

    fn for_bulk_read(&self) -> Self {
        Self::with(Arc::clone(&self.account), self.region.clone(), Sessions::new(true))
    }

    fn next_round(&self) {
        self.sessions.round.fetch_add(1, Ordering::Relaxed);
    }

    fn is_missing(error: &Error) -> bool {
        error.is_missing()
    }

    fn is_timeout(error: &Error) -> bool {
        error.is_timeout()
    }

    fn never_appeared(kind: &str, id: &str) -> Error {
        let message = format!("{kind} {id} was created but AWS still says that it does not exist.");
        Error::new("Created object not found", message).hint("It is kept in the state as tainted. Run again.")
    }
}
